"""Charts in charts, as data: {"values": …, "deps": [Dependency…], "schema": …, NAME: {…}}."""

from __future__ import annotations

import json
from typing import Any

from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import Layer, Values
from holdfast.values import build, file_layers, parse_set

_OWN = ("values", "deps", "schema", "files")


def tree(spec: dict[str, Any], name: str = "app", root: str = "app") -> Chart:
    schema, values = spec.get("schema"), spec.get("values")
    return Chart(
        ChartMetadata(name, "1.0.0", dependencies=tuple(spec.get("deps", ()))),
        root,
        "sha256:0",
        values=ChartFile("values.yaml", values.encode()) if values else None,
        schema=ChartFile("values.schema.json", json.dumps(schema).encode()) if schema else None,
        files=tuple(ChartFile(f"files/{n}", t.encode()) for n, t in spec.get("files", {}).items()),
        subcharts=tuple(
            tree(sub, key, f"{root}/charts/{key}") for key, sub in spec.items() if key not in _OWN
        ),
    )


def layers(*texts: str) -> list[Layer]:
    """Files as YAML, flags as `--set a=b`."""
    found: list[Layer] = []
    for text in texts:
        if text.startswith("--set "):
            edits = parse_set(text.removeprefix("--set "), "set", lambda _: b"")
            found.append(Layer({}, edits=edits))
        else:
            found += file_layers(text, source="u.yaml")
    return found


def values(spec: dict[str, Any], *texts: str) -> Values:
    return build(tree(spec), layers(*texts))


def merged(spec: dict[str, Any], *texts: str) -> dict[str, Any]:
    return values(spec, *texts).tree


DB = {"values": "a: {x: 1, w: 2}\n"}
