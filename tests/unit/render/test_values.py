"""Missing and null, what an output was made of, and what of it is secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast.errors import RenderError
from holdfast.model.manifest import Rendered, RenderedObject


def test_a_declared_path_without_a_value_is_null(value: Callable[..., Any]) -> None:
    declared = [("a",), ("a", "b"), ("c",)]
    assert value("[values.a, values.a.b, values.c]", {"c": None}, declared=declared) == [None] * 3
    assert value("values.a is none and values.a is defined", {}, declared=declared) is True
    assert value("values.a['b']", {"a": {}}, declared=declared) is None


def test_an_undeclared_path_is_an_error_wherever_it_is_used(
    error: Callable[..., RenderError],
) -> None:
    for used in ("values.a.b", "values.a == 1", "not values.a", "values.a | upper", "-values.a"):
        assert "is not declared" in error(f"k: {{{{ {used} }}}}\n").message
    assert "is not declared" in error("k: {{ [values.a] }}\n").message
    assert "is not declared" in error("{% for x in values.a %}\n{% endfor %}\n").message
    assert "is not declared" in error("{% set x = values.a %}\nk: {{ x }}\n").message


def test_default_is_for_missing_and_null_and_nothing_else(value: Callable[..., Any]) -> None:
    tree = {"null": None, "zero": 0, "no": False, "empty": "", "map": {}}
    assert value("values.a.b.c | default(1)", tree) == 1
    assert value("values.map.x | default('y')", tree) == "y"
    assert value("values.null | default([2])", tree) == [2]
    assert value("[values.zero | default(1), values.no | default(1)]", tree) == [0, False]
    assert value("values.empty | default('x')", tree) == ""
    assert value("values.empty | default('x', true)", tree) == "x"
    assert value("values.a is defined", tree) is False


def test_null_is_an_empty_loop(objects: Callable[..., list[Any]]) -> None:
    template = "{% for x in values.l %}\n- {{ x }}\n{% else %}\n[]\n{% endfor %}\n"
    assert objects(template, {"l": None}) == [[]]
    assert objects(template, {"l": [1]}) == [[1]]


def only(rendered: tuple[Rendered, ...]) -> RenderedObject:
    ((found,),) = (item.objects for item in rendered)
    return found


TREE = {
    "image": {"name": "nginx", "tag": "1"},
    "env": [{"name": "A", "on": True}, {"name": "B", "on": None}],
    "port": 80,
    "auth": {"user": "me", "password": "hunter22", "keys": ["k1", "k2"]},
    "token": "t0k3n",
}
NAME, TAG, PORT = ("image", "name"), ("image", "tag"), ("port",)
READS = (
    ("k: {{ values.image.name }}:{{ values.image.tag }}", ("k",), [NAME, TAG]),
    ("k: {{ values.port }}", ("k",), [("port",)]),
    ("k: {{ values.port + 1 }}", ("k",), [("port",)]),
    ("k: {{ values.image.name | upper }}", ("k",), [("image", "name")]),
    ("k: {{ values.port > 1 }}", ("k",), [("port",)]),
    ("k: {{ values.env[1].on }}", ("k",), [("env", 1, "on")]),
    ("k: {{ values.env }}", ("k", 0, "name"), [("env", 0, "name")]),
    ("k: {{ values.env }}", ("k", 1, "on"), [("env", 1, "on")]),
    ("{% for e in values.env %}\n- {{ e.name }}\n{% endfor %}", (1,), [("env", 1, "name")]),
    ("{% set x = values.port %}\nk: p{{ x }}", ("k",), [("port",)]),
    ("{{ values.image }}\nz: 1", ("tag",), [("image", "tag")]),
    ("k: {{ part(values.port) }}", ("k", "in"), [("port",)]),
    ("k: 'x {{ part(values.port) }}'", ("k",), [("port",)]),
    ("k: {{ values.image.name | trunc(2) ~ '-' ~ values.port }}", ("k",), [NAME, PORT]),
    ("k: {{ tpl('{{ values.port }}') }}", ("k",), [("port",)]),
    ("k: {{ {'a': values.image} | merge({'b': 1}) }}", ("k", "a", "tag"), [("image", "tag")]),
    ("k: {{ 'x' if values.port else 'y' }}", ("k",), [("port",)]),
)  # fmt: skip
PART = "{% macro part(x) %}\nin: {{ x }}\n{% endmacro %}\n"


@pytest.mark.parametrize(("template", "path", "reads"), READS)
def test_an_output_knows_what_it_was_made_of(
    template: str, path: tuple[Any, ...], reads: list[Any], rendered: Callable[..., Any]
) -> None:
    found = only(rendered({"a.yaml.j2": template + "\n", "_p.j2": PART}, TREE))
    assert set(found.reads[path]) == set(reads)


SENSITIVE = (
    ("k: {{ values.auth.password }}", {("k",)}),
    ("k: {{ values.auth.user }}", set()),
    ("k: {{ values.auth }}", {("k", "password")}),
    ("k: {{ values.auth | to_json }}", {("k",)}),
    ("k: {{ values.auth | omit('password') }}", set()),
    ("k: x{{ values.auth.password | b64encode }}", {("k",)}),
    ("{% set p = values.auth.password | b64encode %}\nk: [1, '{{ p }}']", {("k", 1)}),
    ("k: {{ part(values.auth.password | upper) }}\nl: 1", {("k", "in")}),
    ("k: {{ [values.auth.password] | join(',') }}", {("k",)}),
    ("{% for x in values.list %}\n- {{ x }}\n{% endfor %}", {(0,), (1,)}),
    ("k: {{ values.auth.password[:3] }}", {("k",)}),
    ("k: {{ values.auth.password | split('n') }}", {("k", 0), ("k", 1)}),
    ("k: {{ ('p: ' ~ values.auth.password) | from_yaml }}", {("k", "p")}),
    ("k: 1\n{{ ('p: ' ~ values.auth.password) | raw }}\nl: 1", {("p",)}),
    ("k: {{ '%s!' % values.auth.password }}", {("k",)}),
    ("k: {{ tpl('{{ values.auth.password }}') }}", {("k",)}),
    ("k: |\n  a\n  {{ values.auth.password }}\n", {("k",)}),
    ("k: {{ values.auth.password | sha256 | trunc(8) }}", {("k",)}),
)  # fmt: skip


@pytest.mark.parametrize(("template", "paths"), SENSITIVE)
def test_what_is_made_of_a_secret_is_secret(
    template: str, paths: set[Any], rendered: Callable[..., Any]
) -> None:
    tree = {**TREE, "list": ["s1", "s2"]}
    facts = {"sensitive": [("auth", "password"), ("list",)]}
    found = only(rendered({"a.yaml.j2": template + "\n", "_p.j2": PART}, tree, **facts))
    assert found.sensitive == paths


def test_a_macro_called_again_is_made_of_the_same(rendered: Callable[..., Any]) -> None:
    part = (
        "{% macro name() %}{% if values.long %}{{ values.a }}-x{% else %}b{% endif %}{% endmacro %}"
    )
    text = "one: {{ name() }}\ntwo: {{ name() }}\nthree: '{{ name() }}!'\n"
    tree = {"long": True, "a": "w"}
    (page,) = rendered({"t.yaml.j2": text, "_p.j2": part}, tree, sensitive=[("a",)])
    (found,) = page.objects
    assert found.object == {"one": "w-x", "two": "w-x", "three": "w-x!"}
    assert found.reads[("one",)] == found.reads[("two",)] == (("a",),)
    assert set(found.reads[("three",)]) == {("long",), ("a",)}
    assert found.sensitive == {("one",), ("two",), ("three",)}


def test_a_macro_that_keeps_count_is_run_each_time(objects: Callable[..., list[Any]]) -> None:
    part = (
        "{% set state = namespace(n=0) %}\n"
        "{% macro next() %}{% set state.n = state.n + 1 %}{{ state.n }}{% endmacro %}\n"
        "{% macro again() %}{{ next() }}{% endmacro %}\n"
    )
    assert objects("- {{ next() }}\n- {{ again() }}\n- {{ again() }}\n", part=part) == [[1, 2, 3]]
