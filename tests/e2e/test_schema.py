"""`holdfast schema infer|check` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.conftest import run_command, write_tree

from holdfast import dump_yaml, infer_schema

CHART = "apiVersion: holdfast/v1\nname: web\nversion: 1.0.0\n"
VALUES = """\
# yaml-language-server: $schema=values.schema.json

# How many pods.
replicas: 3
image:  # What runs.
  # -- Where it comes from.
  # As a path.
  repository: nginx
  tag: "1.28"  # Never latest.
  pull: null
ratio: 0.5
# Ports that pods open.
ports: [{name: http, port: 80}, {name: dns, port: 53, udp: true}]
extra: {}
list: []
db: {enabled: true}
"""
EXPECTED = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "web",
    "type": "object",
    "properties": {
        "replicas": {"description": "How many pods.", "type": "integer"},
        "image": {
            "description": "What runs.",
            "type": "object",
            "properties": {
                "repository": {
                    "description": "Where it comes from. As a path.",
                    "type": "string",
                },
                "tag": {"description": "Never latest.", "type": "string"},
                "pull": {},
            },
            "additionalProperties": False,
        },
        "ratio": {"type": "number"},
        "ports": {
            "description": "Ports that pods open.",
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "port": {"type": "integer"},
                    "udp": {"type": "boolean"},
                },
                "additionalProperties": False,
            },
        },
        "extra": {"type": "object"},
        "list": {"type": "array"},
        "db": {"type": "object"},
    },
    "additionalProperties": False,
}


def write_chart(root: Path, values: str = VALUES, **files: str) -> str:
    depends = "dependencies: [{name: db}]\n" if "db:" in values else ""
    tree = {"Chart.yaml": CHART + depends, "values.yaml": values}
    if depends:
        tree["charts/db/Chart.yaml"] = CHART.replace("web", "db")
    if "schema" in files:
        tree["values.schema.json"] = files["schema"]
    return str(write_tree(root / "web", tree))


def test_a_schema_is_inferred_from_values_and_comments(tmp_path: Path) -> None:
    result = run_command("schema", "infer", write_chart(tmp_path)).must()
    assert json.loads(result.out) == EXPECTED


def test_the_inferred_schema_agrees_with_the_values(tmp_path: Path) -> None:
    chart = write_chart(tmp_path)
    run_command("schema", "infer", chart, "--write").must()
    assert run_command("schema", "check", chart).must().out == (
        f"{chart}: schema and values agree\n"
    )


def test_write_tells_editors_and_overwrites_nothing(tmp_path: Path) -> None:
    chart = Path(write_chart(tmp_path, "a: 1\n"))
    run_command("schema", "infer", str(chart), "--write").must()
    assert (chart / "values.yaml").read_text() == (
        "# yaml-language-server: $schema=values.schema.json\na: 1\n"
    )
    (chart / "values.schema.json").write_text("{}")
    result = run_command("schema", "infer", str(chart), "--write").must(1)
    assert "is there already" in result.err
    assert (chart / "values.schema.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("values", "schema", "said"),
    [
        ("a: 1\n", None, "values.yaml:1:1 no-schema"),
        ("a: x\n", {"a": {"type": "integer"}}, "values.yaml:1:1 values-refused"),
        ("a: 1\nb: 2\n", {"a": {}}, "values.yaml:2:1 value-without-schema"),
        ("a: 1\n", {"a": {}, "b": {}}, "values.schema.json:1 schema-without-value"),
        ("a: 1\n", {"a": {"$ref": "https://x/y"}}, "values.schema.json:1:23 schema-file"),
        ("a: [\n", {"a": {}}, "values.yaml:2:1 values-file"),
    ],
)
def test_disagreements_are_found(
    tmp_path: Path, values: str, schema: dict[str, object] | None, said: str
) -> None:
    files = {"schema": json.dumps({"properties": schema})} if schema else {}
    chart = write_chart(tmp_path, values, **files)
    data = json.loads(run_command("schema", "check", chart, "-o", "json").must(1).out)
    assert data["agree"] is False
    first = data["findings"][0]
    place = [first["file"], first["line"], first["column"]]
    told = ":".join(str(part) for part in place if part is not None)
    assert f"{told} {first['rule']}".removeprefix(f"{chart}/") == said


def test_a_chart_without_values_has_nothing_to_infer(tmp_path: Path) -> None:
    chart = write_tree(tmp_path / "web", {"Chart.yaml": CHART})
    result = run_command("schema", "infer", str(chart)).must(1)
    assert "has no values.yaml" in result.err


_SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.just(0.5) | st.text("ab", max_size=3)
_KEYS = st.sampled_from("kmnp")
_TREES = st.dictionaries(
    _KEYS,
    st.recursive(
        _SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
)


@given(tree=_TREES)
def test_any_values_satisfy_the_schema_inferred_from_them(
    tree: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    chart = write_chart(tmp_path_factory.mktemp("chart"), dump_yaml(tree))
    schema = infer_schema(chart)
    kept = {key: value for key, value in tree.items() if value is not None}
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(kept)
