"""Macros of library charts, and charts in charts: who sees what, and where things come from."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.render.conftest import CONTEXT, make_values

from holdfast.errors import RenderError
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.manifest import Rendered
from holdfast.model.values import Values
from holdfast.render import render, render_notes


def chart(name: str, *subcharts: Chart, type: str = "application", **files: str) -> Chart:
    """A chart whose templates are given by name: `a=` is a.yaml.j2, `_a=` is _a.j2."""
    templates = tuple(
        ChartFile(f"templates/{key}{'.j2' if key.startswith('_') else '.yaml.j2'}", text.encode())
        for key, text in files.items()
        if key != "notes"
    )
    notes = ChartFile("NOTES.txt.j2", files["notes"].encode()) if "notes" in files else None
    meta = ChartMetadata(name, "1.0.0", type=type)
    return Chart(meta, f"at/{name}", "sha256:0", None, None, notes, templates, (), subcharts)


def library(name: str, *subcharts: Chart, **files: str) -> Chart:
    return chart(name, *subcharts, type="library", **files)


COMMON = library(
    "common",
    _a="{% macro labels() %}\napp: {{ chart.name }}\nrelease: {{ release.name }}\n"
    "size: {{ values.size }}\nmore: {{ inner() }}\n{% endmacro %}\n"
    "{% macro image(tag) %}{{ values.repo }}:{{ tag }}{% endmacro %}\n",
    _b="{% macro inner() %}of {{ chart.name }}{% endmacro %}",
)
SIZES = {"size": 3, "repo": "nginx"}


def one(text: str, *subcharts: Chart, tree: Any = None, **files: str) -> Any:
    (page,) = render(chart("web", *subcharts, a=text, **files), make_values(tree or {}), CONTEXT)
    return page.objects[0].object


def test_a_macro_of_a_library_sees_the_calling_chart() -> None:
    text = '{% from "common" import labels, image as img %}\nl: {{ labels() }}\ni: {{ img("1") }}\n'
    assert one(text, COMMON, tree=SIZES) == {
        "l": {"app": "web", "release": "demo", "size": 3, "more": "of web"},
        "i": "nginx:1",
    }


def test_no_namespace_is_shared() -> None:
    own = "{% macro inner() %}mine{% endmacro %}"
    text = '{% from "common" import labels %}\na: {{ inner() }}\nb: {{ labels().more }}\n'
    with pytest.raises(RenderError):
        one(text, COMMON, tree=SIZES, _x=own)
    text = '{% from "common" import labels %}\na: {{ inner() }}\nb: {{ labels() }}\n'
    found = one(text, COMMON, tree=SIZES, _x=own)
    assert (found["a"], found["b"]["more"]) == ("mine", "of web")
    with pytest.raises(RenderError, match="'inner' is not defined"):
        one('{% from "common" import labels %}\na: {{ inner() }}\n', COMMON, tree=SIZES)
    with pytest.raises(RenderError, match="'labels' is not defined"):
        one("a: {{ labels() }}\n", COMMON, tree=SIZES)


def test_a_namespace_beside_macros_counts_and_one_within_begins_anew() -> None:
    part = (
        "{% set n = namespace(of=0) %}\n"
        "{% macro next() %}{% set n.of = n.of + 1 %}{{ n.of }}{% endmacro %}\n"
        "{% macro sum() %}{% set s = namespace(of=0) %}{% for x in [1, 2] %}"
        "{% set s.of = s.of + x %}{% endfor %}{{ s.of }}{% endmacro %}\n"
    )
    counted = "a: {{ next() }}\nb: {{ next() }}\nc: {{ sum() }}\nd: {{ sum() }}\n"
    assert one(counted, COMMON, tree=SIZES, _n=part) == {"a": 1, "b": 2, "c": 3, "d": 3}
    alone = part[part.index("{% macro sum") :]
    assert one("c: {{ sum() }}\nd: {{ sum() }}\n", COMMON, tree=SIZES, _n=alone) == {"c": 3, "d": 3}


def test_an_import_of_a_partial_serves_its_macros() -> None:
    part = '{% from "common" import image %}\n{% macro full() %}x/{{ image("2") }}{% endmacro %}\n'
    assert one("a: {{ full() }}\n", COMMON, tree=SIZES, _p=part) == {"a": "x/nginx:2"}


def test_an_import_within_a_macro_and_a_loop() -> None:
    text = (
        "{% for tag in ['1', '2'] %}\n{% from 'common' import image %}\n"
        "k{{ tag }}: {{ image(tag) }}\n{% endfor %}\n"
    )
    assert one(text, COMMON, tree=SIZES) == {"k1": "nginx:1", "k2": "nginx:2"}


def test_a_library_imports_from_its_own_dependencies() -> None:
    base = library("base", _a="{% macro up(x) %}{{ x | upper }}{% endmacro %}")
    text = '{% from "base" import up %}{% macro big(x) %}{{ up(x) }}!{% endmacro %}'
    mid = library("mid", base, _a=text)
    assert one('{% from "mid" import big %}\na: {{ big("x") }}\n', mid) == {"a": "X!"}
    with pytest.raises(RenderError, match="the chart web has no dependency 'base'"):
        one('{% from "base" import up %}\na: {{ up("x") }}\n', mid)


def test_a_library_includes_its_own_files() -> None:
    lib = library("lib", _p="in lib", _a='{% macro show() %}{{ include("_p.j2") }}{% endmacro %}')
    text = '{% from "lib" import show %}\na: {{ show() }}\n'
    assert one(text, lib, _p="in web") == {"a": "in lib"}


def test_an_imported_macro_is_data_like_any_other() -> None:
    lib = library("lib", _a="{% macro m(x) %}\nk: {{ x }}\n{% endmacro %}")
    text = '{% from "lib" import m %}\na:\n  {{ m("on: [") }}\n  z: 1\n'
    assert one(text, lib) == {"a": {"k": "on: [", "z": 1}}


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ('{% from "comon" import labels %}', "no dependency 'comon'", "did you mean 'common'?"),
        ('{% from "xyz" import labels %}', "no dependency 'xyz'", "its dependencies: common"),
        ('{% from "common" import lables %}', "no macro 'lables'", "did you mean 'labels'?"),
        ('{% from "common" import zzz %}', "no macro 'zzz'", "its macros: image, inner, labels"),
        ('{% from "common" import fail %}', "no macro 'fail'", "macros"),
        ('{% import "common" as c %}', "a whole file cannot be imported", "import macro"),
        ("{% from values.x import labels %}", "names its chart as a text", "import macro"),
        ('{% from "../common" import labels %}', "no dependency '../common'", "common"),
    ],
)
def test_a_wrong_import_tells_its_place(text: str, says: str, hint: str) -> None:
    with pytest.raises(RenderError) as caught:
        one(f"a: 1\n{text}\n", COMMON, tree={"x": "common"})
    assert says in caught.value.message
    assert hint in (caught.value.hint or "")
    where = caught.value.where
    assert where is not None and (where.source, where.line) == ("at/web/templates/a.yaml.j2", 2)


def test_a_mistake_in_a_library_names_its_file_and_the_caller() -> None:
    lib = library("lib", _a="{% macro m() %}\nk: {{ values.sice }}\n{% endmacro %}")
    with pytest.raises(RenderError) as caught:
        one('{% from "lib" import m %}\na: {{ m() }}\n', lib, tree={"size": 1})
    assert str(caught.value.where) == "at/lib/templates/_a.j2:2:4"
    assert [str(at) for at in caught.value.callers] == ["at/web/templates/a.yaml.j2:2:4"]
    assert "values.size" in (caught.value.hint or "")


def test_an_import_from_what_is_switched_off_is_told() -> None:
    web = chart("web", COMMON, a='{% from "common" import image %}\n')
    values = Values({}, disabled=frozenset({("common",)}))
    with pytest.raises(RenderError, match="switched off"):
        render(web, values, CONTEXT)


# Charts in charts

DB = chart(
    "db",
    chart("log", a="k: {{ values.v }}-{{ chart.name }}\n"),
    a="k: {{ values.v }}-{{ chart.name }}-{{ subcharts.log.chart.name }}\n",
    _m="{% macro own() %}of db{% endmacro %}",
    notes="never",
)
TREE = {"v": "web", "db": {"v": "db", "log": {"v": "log"}}}


def pages(found: tuple[Rendered, ...]) -> dict[str, Any]:
    return {page.template: page.objects[0].object["k"] for page in found}


def test_each_chart_renders_with_its_own_values_and_name() -> None:
    web = chart("web", DB, COMMON, a="k: {{ values.v }}-{{ subcharts.db.values.v }}\n", notes="hi")
    assert pages(render(web, make_values(TREE), CONTEXT)) == {
        "web/templates/a.yaml.j2": "web-db",
        "web/charts/db/templates/a.yaml.j2": "db-db-log",
        "web/charts/db/charts/log/templates/a.yaml.j2": "log-log",
    }
    assert render_notes(web, make_values(TREE), CONTEXT) == "hi"


def test_what_is_off_renders_nothing_and_is_no_subchart() -> None:
    web = chart("web", DB, a="k: {{ subcharts.db is defined }}\n")
    for off, expected in (
        (("db",), {"web/templates/a.yaml.j2": False}),
        (("db", "log"), None),
    ):
        values = Values(TREE, disabled=frozenset({off}))
        if expected is None:
            with pytest.raises(RenderError, match="log"):
                render(web, values, CONTEXT)
        else:
            assert pages(render(web, values, CONTEXT)) == expected


def test_charts_do_not_see_each_others_macros() -> None:
    with pytest.raises(RenderError, match="'own' is not defined"):
        render(chart("web", DB, a="k: {{ own() }}\n"), make_values(TREE), CONTEXT)


def test_reads_and_secrets_of_a_subchart_are_told_from_the_root() -> None:
    web = chart("web", chart("db", a="k: {{ values.p }}\n"))
    (page,) = render(web, make_values({"db": {"p": "x"}}, sensitive=[("db", "p")]), CONTEXT)
    (found,) = page.objects
    assert found.reads[("k",)] == (("db", "p"),)
    assert found.sensitive == {("k",)}


def test_all_charts_share_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.render.limits.MAX_STEPS", 1000)
    loop = "{% for n in range(400) %}\nk{{ n }}: 1\n{% endfor %}\n"
    render(chart("web", a=loop), make_values(), CONTEXT)
    many = [chart(f"c{n}", a=loop) for n in range(3)]
    tree = {f"c{n}": {} for n in range(3)}
    with pytest.raises(RenderError, match="more than 1,000 steps"):
        render(chart("web", *many), make_values(tree), CONTEXT)
