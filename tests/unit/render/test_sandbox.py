"""What a chart from a stranger tries, and cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.errors import RenderError

ESCAPES = (
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''.upper() }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ [].__class__.mro() }}",
    "{{ (1).real }}",
    "{{ ''|attr('__class__') }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '%s' % files.get }}",
    "{{ '%s' | format(range) }}",
    "{{ [1] | map(attribute='__class__') }}",
    "{{ [1] | map('attr', '__class__') }}",
    "{{ [1] | selectattr('__class__') }}",
    "{{ [1] | groupby('__class__') }}",
    "{{ [1] | sum(attribute='__class__') }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner() }}",
    "{{ lipsum() }}",
    "{{ environment }}",
    "{{ context }}",
    "{{ namespace.__init__.__globals__ }}",
    "{% set n = namespace() %}{{ n.__class__ }}",
    "{% set n = namespace() %}{{ n }}",
    "{{ include.__func__ }}",
    "{{ files.get.__globals__ }}",
    "{{ files.get('../../../etc/passwd') }}",
    "{{ files.get('/etc/passwd') }}",
    "{% include '/etc/passwd' %}",
    "{{ fail.__code__ }}",
    "{{ fail ~ '' }}",
    "{{ [fail] | join }}",
    "{{ [fail] | to_json }}",
    "{{ {'a': fail} }}",
    "{{ fail }}",
    "{{ values.__class__ }}",
    "{{ values.items() }}",
    "{{ values.pop('a') }}",
    "{{ release.__class__ }}",
    "{{ dict.mro() }}",
    "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% for x in [1] %}{{ loop }}{% endfor %}",
    "{% macro m() %}x{% endmacro %}{{ m._func.__globals__ }}",
    "{% macro m() %}x{% endmacro %}{{ m }}",
    "{% macro m() %}{{ caller.__class__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{{ [1] | random }}",
    "{{ {} | xmlattr }}",
    "{{ 1 | pprint }}",
    "{% set x = values %}{% set x.a = 1 %}",
    "{% extends 'x' %}",
    "{% autoescape true %}{{ 1 }}{% endautoescape %}",
    "{% block a %}{% endblock %}",
    "{% import 'os' as os %}",
    "{% from 'common' import labels %}",
)  # fmt: skip


@pytest.mark.parametrize("template", ESCAPES)
def test_an_escape_fails_closed(template: str, error: Callable[..., RenderError]) -> None:
    found = error(template, {"a": 1})
    assert found.where and found.where.source == "charts/web/templates/a.yaml.j2"
    assert found.where.line == 1
    assert " at 0x" not in found.message


def test_keys_come_first_and_nothing_else(value: Callable[..., object]) -> None:
    tree = {"items": [1], "keys": 2, "get": 3, "m": {"pop": 4, "values": 5}}
    assert value("[values.items, values.keys, values.get, values.m.pop]", tree) == [[1], 2, 3, 4]


def test_a_render_leaves_values_as_they_were(rendered: Callable[..., object]) -> None:
    tree = {"a": {"b": [1, {"c": "x"}]}}
    rendered({"a.yaml.j2": "k: {{ values.a | merge({'b': 2, 'd': 3}) }}\n"}, tree)
    assert tree == {"a": {"b": [1, {"c": "x"}]}}


LIMITS = (
    ("{{ 9 ** 9999 }}", "4096 bits"),
    ("{{ 2 ** 4095 * 2 ** 4095 }}", "4096 bits"),
    ("{{ 'x' * 10 ** 9 }}", "4 MiB"),
    ("{{ 10 ** 9 * 'x' }}", "4 MiB"),
    ("{{ [1] * 10 ** 9 }}", "100,000 items"),
    ("{{ range(10 ** 9) }}", "100,000 numbers"),
    ("{{ range(0, 10 ** 30, 7) }}", "100,000 numbers"),
    ("{{ '%999999999d' % 1 }}", "width"),
    ("{{ '%.999999999f' % 1 }}", "width"),
    ("{{ '%*d' % (999999999, 1) }}", "width"),
    ("{{ '%999999999d' | format(1) }}", "width"),
    ("{{ 'x' | indent(10 ** 9) }}", "from 0 to 4,096"),
    ("{{ ('a' * 1000000) | replace('a', 'bbbbbbbb') }}", "4 MiB"),
    ("{{ ('a ' * 100000) | split | join('b' * 1000) }}", "4 MiB"),
    ("{{ 1.5 | round(10 ** 9) }}", "precision"),
    ("{% set s = 'x' * 1000000 %}{{ s ~ s ~ s ~ s ~ s }}", "4 MiB"),
    ("{% for a in range(5000) %}{% for b in range(5000) %}{% endfor %}{% endfor %}", "1,000,000"),
    ("{% for a in range(99) %}{{ range(99999) | map('string') }}{% endfor %}", "1,000,000"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "nested deeper than 64"),
    ("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "nested deeper than 64"),
    ("{% include 'a.yaml.j2' %}", "nested deeper than 64"),
    ("{{ include('a.yaml.j2') }}", "nested deeper than 64"),
    ("{{ tpl(values.t) }}", "nested deeper than 64"),
    ("{% set s = 'x' * 1000000 %}\n{% for i in range(50) %}\n- {{ s }}\n{% endfor %}", "16 MiB"),
    ("{{ silent() }}", "1,000,000 steps"),
    ("{{ ([[1] * 999] * 99999) | sum(start=[]) }}", "a list is no number"),
    ("{{ bomb() }}", "16 MiB|4 MiB"),
    ("{{ " + "(" * 999 + "1" + ")" * 999 + " }}", "nested too deeply"),
    ("{{ 1" + "+1" * 9999 + " }}", "nested too deeply"),
    ("{{ 'a' | regex_match('(' * 2000) }}", "1000 characters"),
    ("{{ ('a' * 100000) | regex_match('a') }}", "64 KiB"),
    ("{{ files.glob('*' * 300) }}", "too long"),
)  # fmt: skip
SILENT = "{% macro silent0() %}{% endmacro %}\n" + "".join(
    f"{{% macro silent{n + 1}() %}}{{% set a = silent{n}() %}}{{% set b = silent{n}() %}}"
    "{% endmacro %}\n"
    for n in range(40)
)
BOMB = "{% macro bomb0() %}a: {{ 'x' * 1000 }}{% endmacro %}\n" + "".join(
    f"{{% macro bomb{n + 1}() %}}\nl: {{{{ bomb{n}() }}}}\nr: {{{{ bomb{n}() }}}}\n"
    "{% endmacro %}\n"
    for n in range(15)
)


@pytest.mark.parametrize(("template", "message"), LIMITS)
def test_a_budget_ends_in_an_error_with_its_line(
    template: str, message: str, rendered: Callable[..., object]
) -> None:
    part = (
        SILENT
        + BOMB
        + (
            "{% macro silent() %}{{ silent40() }}{% endmacro %}\n"
            "{% macro bomb() %}{{ bomb15() }}{% endmacro %}\n"
        )
    )
    files = {"a.yaml.j2": template, "_part.j2": part}
    with pytest.raises(RenderError, match=message) as caught:
        rendered(files, {"t": "{{ tpl(values.t) }}"})
    assert caught.value.where and caught.value.where.line


def test_recursion_within_the_budget_works(objects: Callable[..., list[object]]) -> None:
    body = "{% if n %}\nn: {{ n }}\nin: {{ down(n - 1) }}\n{% endif %}\n"
    part = f"{{% macro down(n) %}}\n{body}{{% endmacro %}}"
    found = objects("k: {{ down(20) }}\n", part=part)[0]
    depth = 0
    node = found["k"]  # type: ignore[index]
    while node:
        depth, node = depth + 1, node["in"]
    assert depth == 20
