"""What counts as used, declared and described: the ways a value gets to a template."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import write_tree
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


LIBRARY = {
    "common/Chart.yaml": "apiVersion: holdfast/v1\nname: common\nversion: 1.0.0\ntype: library\n",
    "common/templates/_m.j2": "{% macro image() %}{{ values.image.tag }}{% endmacro %}\n",
}


def test_a_library_reads_the_values_of_those_that_call_it(tmp_path: Path) -> None:
    write_tree(tmp_path, dict(LIBRARY))
    assert lint(str(tmp_path / "common")).findings == ()


UMBRELLA = {
    "up/Chart.yaml": "apiVersion: holdfast/v1\nname: up\nversion: 1.0.0\ndependencies:\n"
    "  - {name: db, condition: switches.db, tags: [data]}\n",
    "up/charts/db/Chart.yaml": "apiVersion: holdfast/v1\nname: db\nversion: 1.0.0\n",
    "up/charts/db/values.yaml": "size: 1Gi\nlabels: {}\nwho: {name: x}\n",
    "up/charts/db/templates/a.yaml.j2": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    "data: {{ {'a': values.size, 'b': values.extra | default('')} }}\n",
}


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("switches: {db: true}\n", []),
        ("switches:\n  db: true\n  web: true\n", ["switches.web"]),
        ("tags: {data: true}\n", []),
        ("tags:\n  data: true\n  dta: true\n", ["tags.dta"]),
        ("db: {size: 2Gi, extra: x, labels: {a: b}, global: {a: 1}}\n", []),
        ("db: {sise: 2Gi}\n", ["db.sise"]),
        ("db:\n  who:\n    nme: x\n", ["db.who.nme"]),
    ],
)
def test_what_switches_subcharts_is_used_and_what_they_do_not_know_is_told(
    tmp_path: Path, text: str, unused: list[str]
) -> None:
    write_tree(tmp_path, {**UMBRELLA, "up/values.yaml": text})
    assert rules(str(tmp_path / "up"), "unused-value") == [f"unused-value: {one}" for one in unused]


def test_the_schema_may_name_a_switch(tmp_path: Path) -> None:
    schema = '{"properties": {"switches": {"properties": {"db": {"type": "boolean"}}}}}'
    files = {**UMBRELLA, "up/values.yaml": "switches: {}\n", "up/values.schema.json": schema}
    write_tree(tmp_path, files)
    assert rules(str(tmp_path / "up"), "schema-without-value", "unused-value") == []
