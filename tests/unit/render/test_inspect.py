"""What inspection says of templates: the values they read, wherever the way leads."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import spell
from holdfast.render.inspect import Inspection, inspect_templates


def inspect(text: str, subcharts: tuple[Chart, ...] = (), **partials: str) -> Inspection:
    return inspect_templates(chart("web", {"t.yaml.j2": text, **_named(partials)}, subcharts))


def chart(name: str, files: Mapping[str, str], subcharts: tuple[Chart, ...] = ()) -> Chart:
    templates = tuple(ChartFile(f"templates/{file}", text.encode()) for file, text in files.items())
    meta = ChartMetadata(name=name, version="1.0.0")
    return Chart(meta, root=name, digest="", templates=templates, subcharts=subcharts)


def _named(partials: Mapping[str, str]) -> dict[str, str]:
    return {f"_{name}.j2": text for name, text in partials.items()}


def reads(inspection: Inspection) -> list[str]:
    """Each path once, in order; `…` where all below it is read, `?` where it may be missing."""
    found = [
        spell(read.path).replace("[-1]", "[*]")
        + ("…" if read.whole else "")
        + ("?" if read.guarded else "")
        for read in inspection.reads
    ]
    return list(dict.fromkeys(found))


PARTIALS = {
    "m": "{% macro m(first, other={}) %}{{ first.one }}{{ other.two }}{% endmacro %}",
    "p": "{{ x.three }}",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {{ values.a.b }}", ["a.b…"]),
        ("a: {{ values['a']['b'] }}", ["a.b…"]),
        ("a: {{ values.list[0].x }}", ["list[*].x…"]),
        ("a: {{ values.a[values.key] }}", ["a…", "a[*]…", "key…"]),
        ("{% if values.a.on %}a: 1{% endif %}", ["a.on"]),
        ("a: {{ values.a if values.b else values.c }}", ["a…", "b", "c…"]),
        ("a: {{ values.a or values.b }}", ["a…", "b…"]),
        ("a: {{ values.a | default(values.b) }}", ["a?", "a…", "b…"]),
        ("a: {{ values.a is defined }}", ["a?"]),
        ("a: {{ required('x', values.a) }}", ["a?", "a…"]),
        ("a: {{ 'x' in values.map }}", ["map"]),
        ("a: {{ values.list | length }}", ["list"]),
        ("a: {{ values.map | to_json }}", ["map…"]),
        ("{% set x = values.a %}a: {{ x.b }}", ["a.b…"]),
        ("{% for x in values.list %}{{ x.name }}{% endfor %}", ["list", "list[*].name…"]),
        ("{% for k, v in values.m | items %}{{ v.x }}{% endfor %}", ["m", "m[*].x…"]),
        ("{% for x in [values.a, values.b] %}{{ x.c }}{% endfor %}", ["a.c…", "b.c…"]),
        ("{% with x = values.a %}{{ x.b }}{% endwith %}", ["a.b…"]),
        ("{% set values = {'a': 1} %}a: {{ 1 }}", []),
        ("{{ m(values.a, other=values.b) }}", ["a.one…", "b.two…"]),
        ("{{ include('m', first=values.a) }}", ["a.one…"]),
        ("{% include '_p.j2' %}", []),
        ("{% set x = values.a %}{% include '_p.j2' %}", ["a.three…"]),
        ("{{ include('_p.j2', x=values.a) }}", ["a.three…"]),
        ("{% call m(values.a) %}{{ values.b }}{% endcall %}", ["a.one…", "b…"]),
    ],
)
def test_reads_are_followed(text: str, expected: list[str]) -> None:
    found = reads(inspect(text, **PARTIALS))
    assert sorted(found) == sorted(expected)


def test_a_recursive_macro_comes_to_an_end() -> None:
    macro = "{% macro walk(n) %}{{ n.name }}{{ walk(n.inner) }}{% endmacro %}"
    deepest = max(reads(inspect("{{ walk(values.tree) }}", m=macro)), key=len)
    assert deepest.count("inner") <= 16


def test_macros_of_another_chart_read_the_values_of_the_one_that_calls_them() -> None:
    common = chart(
        "common",
        {"_l.j2": "{% macro labels(own) %}{{ own.x }}{{ values.commonLabels }}{% endmacro %}"},
    )
    text = '{% from "common" import labels as l %}{{ l(values.mine) }}'
    assert reads(inspect(text, (common,))) == ["mine.x…", "commonLabels…"]


def test_a_read_knows_its_place() -> None:
    (read,) = inspect("a: 1\nb: {{ 1 }} {{  values.a.b }}\n").reads
    assert str(read.where) == "web/templates/t.yaml.j2:2:16"


def test_every_template_that_does_not_compile_tells_its_error() -> None:
    found = inspect("a: {{ b", p="{% if x %}")
    assert [str(one.error.where) for one in found.templates if one.error] == [
        "web/templates/_p.j2:1:1",
        "web/templates/t.yaml.j2:1:7",
    ]


def test_the_outline_keeps_places_and_hides_tags() -> None:
    (facts,) = inspect("a: {{ x }}\n{% if y %}\nb: on {# c #}\n{% endif %}").templates
    assert facts.outline == "a: xxxxxxx\n          \nb: on        \n           "


def test_raw_and_glued_comments_are_placed() -> None:
    (facts,) = inspect("a: {{ x | raw }}\nb: $" + "{#c#}\n{# fine #}\n").templates
    assert [str(where) for where in facts.raws] == ["web/templates/t.yaml.j2:1:11"]
    assert [str(where) for where in facts.glued] == ["web/templates/t.yaml.j2:2:5"]


def test_text_for_tpl_is_noted() -> None:
    assert inspect("a: {{ tpl(values.a) }}").texts
    assert not inspect("a: {{ values.a }}").texts
