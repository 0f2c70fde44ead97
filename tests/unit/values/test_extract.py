"""What is kept of a chart's schema for one value says the same of it as the whole schema does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import ROOT

from holdfast.charts import load
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import Path, Values
from holdfast.values import build, check
from holdfast.values.amend import amend
from holdfast.values.extract import problems_of_value, schemas_of_value

TREE: dict[str, Any] = {
    "replicas": 1,
    "mode": "single",
    "pools": [{"name": "a", "size": 1}, {"name": "b", "size": 1}],
    "sizes": {"web": 1},
}
COUNT = {"type": "integer", "minimum": 1, "maximum": 7}
SCHEMAS: dict[str, tuple[Path, dict[str, Any]]] = {
    "bounds": (("replicas",), {"properties": {"replicas": COUNT}}),
    "a reference with more beside it": (
        ("replicas",),
        {
            "$defs": {"count": COUNT},
            "properties": {"replicas": {"$ref": "#/$defs/count", "maximum": 3}},
        },
    ),
    "a reference of draft 7, beside which nothing counts": (
        ("replicas",),
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "definitions": {"count": COUNT},
            "properties": {"replicas": {"$ref": "#/definitions/count", "maximum": 3}},
        },
    ),
    "an enum behind allOf": (
        ("replicas",),
        {"allOf": [{"properties": {"replicas": {"enum": [1, 3, 5]}}}]},
    ),
    "a multiple": (("replicas",), {"properties": {"replicas": {"multipleOf": 2}}}),
    "a choice of forms": (
        ("replicas",),
        {"properties": {"replicas": {"oneOf": [{"const": 1}, {"minimum": 3, "multipleOf": 3}]}}},
    ),
    "a condition on another value": (
        ("replicas",),
        {
            "if": {"properties": {"mode": {"const": "single"}}},
            "then": {"properties": {"replicas": {"maximum": 1}}},
            "else": {"properties": {"replicas": {"minimum": 3}}},
        },
    ),
    "a condition on the number itself": (
        ("replicas",),
        {
            "if": {"properties": {"replicas": {"minimum": 2}}},
            "then": {"properties": {"mode": {"const": "cluster"}}},
        },
    ),
    "forms that exclude each other": (
        ("replicas",),
        {
            "oneOf": [
                {"properties": {"mode": {"const": "single"}, "replicas": {"const": 1}}},
                {"properties": {"mode": {"const": "cluster"}, "replicas": {"minimum": 3}}},
            ]
        },
    ),
    "what must not be": (("replicas",), {"not": {"properties": {"replicas": {"enum": [2, 4]}}}}),
    "what another value asks for": (
        ("replicas",),
        {"dependentSchemas": {"mode": {"properties": {"replicas": {"maximum": 2}}}}},
    ),
    "an item of a list": (
        ("pools", 1, "size"),
        {"properties": {"pools": {"items": {"properties": {"size": COUNT}}}}},
    ),
    "an item with a place of its own": (
        ("pools", 1, "size"),
        {"properties": {"pools": {"prefixItems": [{}, {"properties": {"size": COUNT}}]}}},
    ),
    "a free key": (
        ("sizes", "web"),
        {"properties": {"sizes": {"additionalProperties": COUNT}}},
    ),
    "a key by its pattern": (
        ("sizes", "web"),
        {"properties": {"sizes": {"patternProperties": {"^w": COUNT, "^x": False}}}},
    ),
    "a schema that refers to itself": (
        ("replicas",),
        {"$defs": {"all": {"$ref": "#"}}, "properties": {"replicas": COUNT, "more": {"$ref": "#"}}},
    ),
    "nothing about it": (("replicas",), {"properties": {"mode": {"type": "string"}}}),
}


def chart_of(schema: dict[str, Any], *subcharts: Chart, name: str = "web") -> Chart:
    return Chart(
        metadata=ChartMetadata(name=name, version="1.0.0"),
        root=f"charts/{name}",
        digest="sha256:0",
        schema=ChartFile("values.schema.json", json.dumps(schema).encode()),
        subcharts=subcharts,
    )


def said(tree: dict[str, Any], schemas: tuple[dict[str, Any], ...]) -> set[tuple[str, str]]:
    return {(one.path, one.message) for one in problems_of_value(Values(tree), schemas)}


@pytest.mark.parametrize("case", SCHEMAS)
@pytest.mark.parametrize("mode", ["single", "cluster"])
def test_it_says_what_the_whole_schema_says(case: str, mode: str) -> None:
    path, schema = SCHEMAS[case]
    kept = schemas_of_value(chart_of(schema), path)
    assert json.loads(json.dumps(kept)) == list(kept)
    for number in range(-1, 10):
        _, tree = amend({}, {**TREE, "mode": mode}, path, number)
        whole = check(Values(tree), json.dumps(schema), source="s")
        assert said(tree, kept) == {(one.path, one.message) for one in whole}, number


def test_the_words_of_the_schema_are_kept_and_its_explanations_are_not() -> None:
    count = {**COUNT, "errorMessage": "one to seven members", "description": "Members."}
    kept = schemas_of_value(chart_of({"properties": {"replicas": count}}), ("replicas",))
    assert said({"replicas": 8}, kept) == {("replicas", "one to seven members, is 8")}
    assert "description" not in json.dumps(kept)


def test_the_schemas_of_every_chart_around_the_value_count() -> None:
    sub = chart_of({"properties": {"replicas": {"maximum": 5}}}, name="db")
    parent = {"properties": {"db": {"properties": {"replicas": {"minimum": 2}}}}}
    kept = schemas_of_value(chart_of(parent, sub), ("db", "replicas"))
    assert said({"db": {"replicas": 1}}, kept) == {("db.replicas", "must be at least 2, is 1")}
    assert said({"db": {"replicas": 6}}, kept) == {("db.replicas", "must be at most 5, is 6")}
    assert said({"db": {"replicas": 3}}, kept) == set()


@pytest.mark.parametrize("name", ["nginx", "etcd", "mysql"])
def test_of_the_shipped_charts(name: str) -> None:
    chart = load(str(ROOT / "charts" / name))
    values = build(chart, ())
    kept = schemas_of_value(chart, ("replicas",))
    assert len(json.dumps(kept)) < 4000
    for number in (-1, 0, 1, 2, 3, 9, 10, 11, 100, 101):
        _, tree = amend({}, values.tree, ("replicas",), number)
        assert chart.schema is not None
        files = {
            f"charts/{sub.metadata.name}/values.schema.json": sub.schema.text
            for sub in chart.subcharts
            if sub.schema
        }
        tree = {key: value for key, value in tree.items() if key not in ("common", "global")}
        whole = check(Values(tree), chart.schema.text, source="s", files=files)
        assert said(tree, kept) == {(one.path, one.message) for one in whole}, number
