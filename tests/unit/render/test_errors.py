"""Every mistake: its message, its line and column, the lines around it, and the next step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.errors import RenderError

TREE = {"image": {"tag": "1", "repository": "r"}, "m": {"a": 1}, "none": None, "list": [1]}
A = "charts/web/templates/a.yaml.j2"
TAG = "values.image.tag?"
TABLE = (
    # template, what the message holds, line, column, what the hint holds
    ("a: 1\nb: {{ values.image.tga }}\n", "values.image.tga is not declared", 2, 4, TAG),
    ("b: {{ values.imgae.tag }}\n", "values.imgae.tag is not declared", 1, 4, TAG),
    ("b: {{ values.tag }}\n", "values.tag is not declared", 1, 4, TAG),
    ("{% if values.zzz %}\n{% endif %}\n", "values.zzz is not declared", 1, 1, "values.yaml"),
    ("b: {{ vaules.image }}\n", "'vaules' is not defined", 1, 4, "'values'"),
    ("b: {{ release.nmae }}\n", "no key 'nmae'", 1, 4, "'name'"),
    ("b: {{ fulname() }}\n", "'fulname' is not defined", 1, 4, "'fullname'"),
    ("b: {{ values.list[3] }}\n", "no item 3", 1, 4, ""),
    ("a: 1\nb: {{ 1 + }}\n", "compiling: unexpected", 2, 11, ""),
    ("a: {{ 'x }}\n", "compiling: unexpected \"'\"", 1, 7, "quote"),
    ("a: 1\n{% for x in [1] %}\nb: 1\n", "{% for x in [1] %} is not closed", 2, 1, "{% endfor %}"),
    ("{% fro x in [1] %}\n", "there is no tag 'fro'", 1, 4, "'for'"),
    ("{{ 1 | uper }}\n", "there is no filter 'uper'", 1, 8, "did you mean 'upper'"),
    ("{{ 1 is strng }}\n", "there is no test 'strng'", 1, 6, "did you mean 'string'"),
    ("a: {{ 'x' + 1 }}\n", "`+` does not work on text and a number", 1, 4, "~"),
    ("a: {{ 1 / 0 }}\n", "division by zero", 1, 4, ""),
    ("a: {{ values.m | upper }}\n", "a map cannot be part of a text", 1, 4, "to_yaml"),
    ("a: {{ 1 | indent('x') }}\n", "whole number", 1, 4, "") ,
    ("a: {{ values() }}\n", "a map cannot be called", 1, 4, ""),
    ("a: 'x{{ values.m }}'\n", "{{ values.m }}: a map cannot be part of a text", 1, 6, "to_yaml"),
    ("a: x{{ values.none }}\n", "{{ values.none }}: null cannot be part", 1, 5, "default"),
    ("a: |\n  x\n  {{ values.list }}\n", "a list cannot be part of a text", 3, 3, "to_yaml"),
    ("a: 1\n{{ values.list }}\n", "a list cannot be spliced into a map", 2, 1, "must be a map"),
    ("- 1\n{{ values.m }}\n", "a map cannot be spliced into a list", 2, 1, "must be a list"),
    ("a: 1\nb: 2\n{{ values.m }}\n", f"the key 'a' is already there at {A}:1:1", 3, 1, "keep one"),
    ("a: 1\nb: 2\na: 3\n", f"the key 'a' is already at {A}:1:1", 3, 1, "keep one"),
    ("{% if true %}\na: [1\n{% endif %}\nb: 2\n", "as YAML: '[' is not closed", 2, 4, "']'"),
    ("a:\n{% if true %}\n  b: 1\n   c: 2\n{% endif %}\n", "mapping values", 4, 5, "inden"),
    ("a: b: {{ 1 }}\n", "mapping values are not allowed", 1, 5, "quote"),
    ("a: {{ 'b: c: d' | raw }}\n", "mapping values are not allowed", 1, 4, "quote"),
    ("a: *{{ 1 }}\n", "alias", 1, 5, "quote"),
    ("{% for i in [1, 2] %}\na{{ i }}: 1\n  b: 1\n{% endfor %}\n", "mapping values", 3, 4, "inden"),
    ("a: {{ fail('not so') }}\n", "not so", 1, 4, ""),
    ("a: {{ required('a name is needed', values.nope) }}\n", "a name is needed", 1, 4, "declared"),
    ("a: {{ include('fulname') }}\n", "no macro or file 'fulname'", 1, 4, "'fullname'"),
    ("a: {{ files.get('x.conf') }}\n", "no file x.conf", 1, 4, "files/"),
    ("a: {{ tpl({'b': 1}) }}\n", "tpl takes a text, not a map", 1, 4, "from_yaml"),
    ("a: {{ tpl('{{ nope }}') }}\n", "text given to tpl, line 1: {{ nope }}: 'nope'", 1, 4, ""),
    ("a: {{ tpl('\n{{ 1 + }}') }}\n", "in a text given to tpl, line 2", 1, 4, ""),
    ("a: {{ 'a' | int }}\n", "the text is no number", 1, 4, ""),
    ("a: {{ '[' | from_yaml }}\n", "the text is not YAML", 1, 4, ""),
    ("a: {{ '(' | regex_replace('(', '') }}\n", "pattern cannot be read", 1, 4, ""),
    ("a: {{ 1e308 * 10 }}\n", "not finite", 1, 4, ""),
    ("a: {{ {none: 1} }}\n", "null cannot be a key", 1, 4, ""),
    ("a: {{ 'x' if false }}\n", "`if` was false, and there is no `else`", 1, 4, ""),
    ("a: 1\nb: {{ {'x': [values.image.tga]} }}\n", "values.image.tga is not", 2, 4, TAG),
    ("{% include 'a' ignore missing %}\n", "cannot ignore", 1, 4, ""),
)  # fmt: skip
PART = "{% macro fullname() %}{{ release.name }}{% endmacro %}\n"


@pytest.mark.parametrize(("template", "message", "line", "column", "hint"), TABLE)
def test_a_mistake_is_told_with_its_place(
    template: str,
    message: str,
    line: int,
    column: int,
    hint: str,
    error: Callable[..., RenderError],
) -> None:
    found = error(template, TREE, part=PART)
    assert message in found.message
    assert found.where and found.where.kind == "template"
    assert str(found.where) == f"charts/web/templates/a.yaml.j2:{line}:{column}"
    assert hint in (found.hint or "")


def test_the_lines_around_are_shown(error: Callable[..., RenderError]) -> None:
    found = error("a: 1\nb:\n  c: {{ nope }}\nd: 4\ne: 5\n")
    assert found.excerpt == (
        "   2 | b:\n"
        "   3 |   c: {{ nope }}\n"
        "     |      ^\n"
        "   4 | d: 4"
    )  # fmt: skip


def test_lines_count_the_template_s_lines_whatever_vanished(
    error: Callable[..., RenderError],
) -> None:
    template = (
        "{# one\ntwo #}\r\n{% for i in range(9) %}\r\n{% if i == 7 %}\r\na: {{ nope }}\r\n"
        "{% endif %}{% endfor %}"
    )
    found = error(template)
    assert found.where and (found.where.line, found.where.column) == (5, 4)


def test_a_mistake_in_a_macro_tells_who_called_it(error: Callable[..., RenderError]) -> None:
    part = (
        "{% macro inner() %}\n  {{ nope }}\n{% endmacro %}\n"
        "{% macro outer() %}{{ inner() }}{% endmacro %}\n"
    )
    found = error("a: 1\nb: {{ outer() }}\n", part=part)
    assert str(found.where) == "charts/web/templates/_part.j2:2:3"
    assert found.message == "{{ nope }}: 'nope' is not defined"
    assert [str(caller) for caller in found.callers] == [
        "charts/web/templates/_part.j2:4:20",
        "charts/web/templates/a.yaml.j2:2:4",
    ]


def test_broken_yaml_of_a_macro_points_into_the_macro(error: Callable[..., RenderError]) -> None:
    part = "{% macro m(x) %}\nok: 1\nbad: [{{ x }}\n{% endmacro %}\n"
    found = error("a: 1\nb: {{ m(2) }}\n", part=part)
    assert found.where and found.where.source == "charts/web/templates/_part.j2"
    assert [str(caller) for caller in found.callers] == ["charts/web/templates/a.yaml.j2:2:4"]


def test_a_null_in_the_text_of_a_macro_names_the_inner_expression(
    error: Callable[..., RenderError],
) -> None:
    part = "{% macro m(x) %}a{{ x }}{% endmacro %}\n"
    found = error("b: 'x {{ m(none) }}'\n", part=part)
    assert found.message == "{{ x }}: null cannot be part of a text"
    assert [str(caller) for caller in found.callers] == ["charts/web/templates/a.yaml.j2:1:7"]
    assert str(found.where) == "charts/web/templates/_part.j2:1:18"


def test_two_macros_of_one_name_are_refused(
    rendered: Callable[..., object],
) -> None:
    files = {"_a.j2": "\n{% macro m() %}{% endmacro %}", "_b.j2": "{% macro m() %}{% endmacro %}"}
    with pytest.raises(RenderError, match=r"'m' is already at charts/web/templates/_a.j2:2:1") as e:
        rendered(files)
    assert str(e.value.where) == "charts/web/templates/_b.j2:1:1"
    with pytest.raises(RenderError, match="'include' is the name of a function"):
        rendered({"_a.j2": "{% macro include() %}{% endmacro %}"})


def test_a_secret_is_in_no_message(error: Callable[..., RenderError]) -> None:
    for template in (
        "a: {{ fail('no: ' ~ values.password) }}\n",
        "a: {{ release[values.password] }}\n",
        "a: {{ values.password | int }}\n",
        "a: {{ values.password | from_yaml }}\n",
        "a: {{ include(values.password) }}\n",
        "{{ {values.password: 1} }}\n{{ {values.password: 2} }}\n",
    ):
        tree = {"password": "s3cr3t: [x"}
        found = error(template, tree, sensitive=[("password",)])
        assert "s3cr3t" not in f"{found.message}{found.hint}{found.excerpt}"
