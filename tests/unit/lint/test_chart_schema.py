"""The published schema of Chart.yaml says what the reader of Chart.yaml takes."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.conftest import ROOT

from holdfast.charts import declared, metadata
from holdfast.errors import HoldfastError
from holdfast.model.chart import Maintainer

SCHEMA = json.loads((ROOT / "docs" / "schemas" / "chart.schema.json").read_text())
TYPES = {str: "string", bool: "boolean", list: "array", dict: "object"}
HEAD = "apiVersion: holdfast/v1\nname: web\nversion: 1.0.0\n"


def test_it_has_the_fields_and_types_of_the_reader() -> None:
    expected = {name: TYPES[kind] for name, (_, kind) in metadata._FIELDS.items()}
    assert {name: sub["type"] for name, sub in SCHEMA["properties"].items()} == expected
    assert SCHEMA["required"] == list(metadata._REQUIRED)
    assert SCHEMA["properties"]["apiVersion"]["const"] == metadata.API_VERSION


def test_it_has_the_fields_of_dependencies_and_maintainers() -> None:
    assert tuple(_items("dependencies")) == declared._KEYS
    assert list(_items("maintainers")) == [field.name for field in fields(Maintainer)]


def test_every_field_is_described() -> None:
    for properties in (SCHEMA["properties"], _items("dependencies"), _items("maintainers")):
        assert [name for name, sub in properties.items() if not sub.get("description")] == []


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + 'appVersion: "1.28"\nkeywords: [a]\ndeprecated: true\nannotations: {a: b}\n',
        HEAD + "appVersion: 1.28\n",
        HEAD + "colour: red\n",
        HEAD + "type: plugin\n",
        HEAD + "maintainers: [{email: a@b}]\n",
        HEAD + "dependencies: [{name: db, version: ^1.2, import-values: [data]}]\n",
        HEAD + "dependencies: [{name: DB}]\n",
        HEAD + "dependencies: [{name: db, import-values: [{child: a}]}]\n",
        HEAD.replace("1.0.0", "1.0"),
        HEAD.replace("web", "Web"),
        HEAD.replace("v1", "v2"),
        "name: web\n",
    ],
)
def test_both_take_and_refuse_the_same(text: str) -> None:
    try:
        metadata.parse(text, source="Chart.yaml")
        taken = True
    except HoldfastError:
        taken = False
    assert Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(text)) == taken


def test_the_shipped_charts_fit() -> None:
    for file in (ROOT / "charts").glob("*/Chart.yaml"):
        Draft202012Validator(SCHEMA).validate(yaml.safe_load(file.read_text()))


def _items(field: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["properties"][field]["items"]["properties"]
    return found
