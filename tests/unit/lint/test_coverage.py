"""What counts as used, declared and described: the ways a value gets to a template."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.lint.support import SOUND, Edit, lint, write_chart

VALUES, SCHEMA, EXTRA = "values.yaml", "values.schema.json", "templates/x.yaml.j2"
OPEN = (SCHEMA, "", "{}")


def rules(chart: str, *wanted: str) -> list[str]:
    """`rule: first word of the message` of the wanted rules."""
    found = [one for one in lint(chart).findings if one.rule in wanted]
    return [f"{one.rule}: {one.message.split()[0]}" for one in found]


def values(text: str) -> Edit:
    return (VALUES, "", SOUND[VALUES] + text)


@pytest.mark.parametrize(
    ("added", "template", "unused"),
    [
        ("a: {b: 1}", "", ["a"]),
        ("a:\n  b: 1\n  c: 2", "{{ values.a.b }}", ["a.c"]),
        ("a:\n  b: 1\n  c: 2", "{{ values.a | to_json }}", []),
        ("a:\n  b: 1\n  c: 2", "{{ values['a'][values.image] | default(1) }}", []),
        ("a:\n  b: 1\n  c: 2", "{% if values.a %}{{ values.a.c }}{% endif %}", ["a.b"]),
        ("a:\n  - b: 1", "{% for x in values.a %}{{ x.b }}{% endfor %}", []),
        ("a:\n  b: 1\nc: '{{ values.a.b }}'", "{{ tpl(values.c) }}", []),
        ("global: {a: 1}", "", []),
    ],
)
def test_unused_values(tmp_path: Path, added: str, template: str, unused: list[str]) -> None:
    chart = write_chart(tmp_path, values(added), OPEN, (EXTRA, "", f"# {template}"))
    assert rules(chart, "unused-value") == [f"unused-value: {path}" for path in unused]


@pytest.mark.parametrize(
    ("expression", "undeclared"),
    [
        ("values.nope", True),
        ("values.a.nope", True),
        ("values.a.b", False),
        ("values.nope | default(1)", False),
        ("values.nope if values.nope is defined else 1", False),
        ("values.free.nope", False),
        ("values[values.image]", False),
        ("values.global.nope", False),
    ],
)
def test_undeclared_values(tmp_path: Path, expression: str, undeclared: bool) -> None:
    template = "{% if false %}# {{ " + expression + " }}{% endif %}"
    added = values("a: {b: 1}\nfree: {}\n")
    chart = write_chart(tmp_path, added, OPEN, (EXTRA, "", template))
    assert bool(rules(chart, "undeclared-value")) == undeclared


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("a: 1", ["a"]),
        ("# Said.\na: 1", []),
        ("a: 1 # Said.", []),
        ("# Said.\n\na: 1", ["a"]),
        ("# Said of both.\na:\n  b: 1\n  c: 2", []),
        ("a:\n  # Said.\n  b: 1\n  c: 2", ["a.c"]),
        ("a: {b: 1}", ["a"]),
        ("a: '#'", ["a"]),
        ("# ------\na: 1", ["a"]),
    ],
)
def test_a_comment_above_or_beside_describes(tmp_path: Path, added: str, said: list[str]) -> None:
    chart = write_chart(tmp_path, values(added), (SCHEMA, "", ""))
    expected = [f"undocumented-value: {path}" for path in said]
    assert rules(chart, "undocumented-value") == expected


def test_the_schema_describes_behind_references_too(tmp_path: Path) -> None:
    schema = """{"properties": {"replicas": {}, "image": {}, "a": {"$ref": "#/$defs/a"}},
                "$defs": {"a": {"description": "Said.", "properties": {"b": {}}}}}"""
    chart = write_chart(tmp_path, values("a:\n  b: 1\n  c: 2\n"), (SCHEMA, "", schema))
    assert rules(chart, "undocumented-value", "value-without-schema") == [
        "undocumented-value: a.b",
        "value-without-schema: a.c",
    ]


def test_a_subcharts_values_are_its_own_business(tmp_path: Path) -> None:
    head = "apiVersion: holdfast/v1\nname: db\nversion: 1.0.0\n"
    chart = write_chart(
        tmp_path,
        values("db:\n  size: 1\n"),
        ("charts/db/Chart.yaml", "", head),
        ("charts/db/values.yaml", "", "size: 2\n"),
    )
    assert lint(chart).findings == ()


def test_a_library_is_linted_without_being_rendered(tmp_path: Path) -> None:
    library = ("Chart.yaml", "version: 1.2.3", "version: 1.2.3\ntype: library")
    partial = ("templates/_x.j2", "", "{% macro m() %}{{ values.image | raw }}{% endmacro %}")
    chart = write_chart(tmp_path, library, partial)
    assert rules(chart, "raw-filter", "kube-schema") == ["raw-filter: `|"]


def test_all_errors_of_all_templates_are_told_at_once(tmp_path: Path) -> None:
    broken = [(f"templates/{name}.yaml.j2", "", "{% if %}") for name in "ab"]
    found = lint(write_chart(tmp_path, *broken)).findings
    told = [Path(one.where.source).name for one in found if one.rule == "template-error"]
    assert told == ["a.yaml.j2", "b.yaml.j2"]
