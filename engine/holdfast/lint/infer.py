"""A chart's values.yaml → a JSON Schema to start from: types, and descriptions from comments.

Defaults are left out: values.yaml has them, and two places would drift apart.
"""

from __future__ import annotations

from typing import Any

from holdfast import charts, values
from holdfast.errors import ChartError, Where
from holdfast.lint.comments import describe_keys
from holdfast.model.values import Path
from holdfast.yamltext import compose

_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
)
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def infer_schema(path: str) -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) that the values of the chart at `path` satisfy.

    Maps with keys take no others; empty maps and lists take anything in them, and null says nothing
    of a type. Values for subcharts are left to their own schemas. Raises ChartError, YamlError.
    """
    chart = charts.load(path)
    if chart.values is None:
        raise ChartError(
            f"inferring a schema: the chart {path} has no values.yaml",
            where=Where(f"{path}/values.yaml"),
            hint="write one with the chart's defaults first",
        )
    words: dict[Path, str] = {}
    for document in compose(chart.values.text, source=f"{path}/values.yaml"):
        words.update(describe_keys(chart.values.text, document))
    others = {"global", *(sub.metadata.name for sub in chart.subcharts)}
    others |= {item.key for item in chart.metadata.dependencies}
    tree = values.chart_layer(chart).tree
    own = {key: {} if key in others else value for key, value in tree.items()}
    return {
        "$schema": DRAFT,
        "title": chart.metadata.name,
        **_schema_of(own, (), words),
        "additionalProperties": False,
    }


def _schema_of(value: Any, path: Path, words: dict[Path, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"description": words[path]} if path in words else {}
    if isinstance(value, dict):
        found["type"] = "object"
        if value:
            found["properties"] = {
                key: _schema_of(item, (*path, key), words) for key, item in value.items()
            }
            found["additionalProperties"] = False
        return found
    if isinstance(value, list):
        found["type"] = "array"
        if value:
            found["items"] = _united([_schema_of(item, (*path, -1), words) for item in value])
        return found
    for kind, name in _TYPES:
        if isinstance(value, kind):
            return {**found, "type": name}
    return found


def _united(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema that takes what any of them takes."""
    if any("type" not in schema for schema in schemas):
        return {}
    types = list(dict.fromkeys(name for schema in schemas for name in _listed(schema["type"])))
    if "number" in types and "integer" in types:
        types.remove("integer")
    found: dict[str, Any] = {"type": types[0] if len(types) == 1 else types}
    maps = [schema for schema in schemas if "object" in _listed(schema["type"])]
    if maps and all("properties" in schema for schema in maps):
        names = dict.fromkeys(name for schema in maps for name in schema["properties"])
        found["properties"] = {
            name: _united([m["properties"][name] for m in maps if name in m["properties"]])
            for name in names
        }
        found["additionalProperties"] = False
    lists = [schema for schema in schemas if "array" in _listed(schema["type"])]
    if lists and all("items" in schema for schema in lists):
        found["items"] = _united([schema["items"] for schema in lists])
    return found


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types
