"""What the schema calls deprecated is told when the user sets it, with its text and origin."""

from __future__ import annotations

import json
from typing import Any

from holdfast.errors import Problem, Where
from holdfast.model.chart import Chart, ChartFile, ChartMetadata
from holdfast.model.values import Layer
from holdfast.values import assemble, file_layers, parse_set

SCHEMA = {
    "properties": {
        "tag": {"deprecated": True, "deprecationMessage": "use\n image.tag"},
        "old": {"deprecated": True, "description": "The old\x1b[31m way."},
        "bare": {"deprecated": True},
        "no": {"deprecated": False, "description": "fine"},
        "items": {"items": {"properties": {"x": {"$ref": "#/$defs/x"}}}},
    },
    "$defs": {"x": {"deprecationMessage": "use y"}},
}


def chart(values: str = "", schema: Any = SCHEMA) -> Chart:
    return Chart(
        metadata=ChartMetadata("web", "0.1.0"),
        root="web",
        digest="sha256:0",
        values=ChartFile("values.yaml", values.encode()),
        schema=ChartFile("values.schema.json", json.dumps(schema).encode()),
    )


def warnings(*layers: Layer, values: str = "") -> tuple[Problem, ...]:
    return assemble(chart(values), layers)[0].warnings


def test_the_text_and_the_origin_are_told() -> None:
    found = warnings(*file_layers("tag: x\n", source="prod.yaml"))
    assert found == (Problem("tag", "is deprecated: use image.tag", Where("prod.yaml", 1, 1)),)


def test_the_description_does_and_cannot_move_the_cursor() -> None:
    (found,) = warnings(*file_layers("old: x\n", source="prod.yaml"))
    assert found.message == "is deprecated: The old�[31m way."


def test_a_flag_behind_a_reference_in_a_list() -> None:
    edits = parse_set("items[0].x=1,bare=2,no=3", "set", lambda _: b"")
    assert [(str(w.origin), w.path, w.message) for w in warnings(Layer({}, edits=edits))] == [
        ("--set bare", "bare", "is deprecated"),
        ("--set items[0].x", "items[0].x", "is deprecated: use y"),
    ]


def test_what_only_the_chart_sets_is_not_told() -> None:
    assert warnings(values="tag: x\n") == ()
    assert warnings(*file_layers("tag: null\n", source="prod.yaml"), values="tag: x\n") == ()
