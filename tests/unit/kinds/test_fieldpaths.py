"""Paths of managedFields over objects: read, written, taken out, spelled."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.kinds.fieldpaths import names_of, put, read_spelled, value_at
from holdfast.kinds.fieldset import spell
from holdfast.model.plan import ABSENT

PORT = 'k:{"containerPort":80,"protocol":"TCP"}'
NAMES = ("spec", "containers", "[name=web]")
WEB = ("f:spec", "f:containers", 'k:{"name":"web"}')


def pod() -> dict[str, Any]:
    containers = [{"name": "web", "image": "a", "ports": [{"containerPort": 80, "name": "http"}]}]
    return {"metadata": {"finalizers": ["x", "y"]}, "spec": {"containers": containers}}


@pytest.mark.parametrize(
    ("path", "value", "name"),
    [
        ((*WEB, "f:image"), "a", ("spec", "containers", "[name=web]", "image")),
        (
            (*WEB, "f:ports", PORT, "f:name"),
            "http",
            (
                "spec",
                "containers",
                "[name=web]",
                "ports",
                "[containerPort=80,protocol=TCP]",
                "name",
            ),
        ),
        (("f:metadata", "f:finalizers", 'v:"y"'), "y", ("metadata", "finalizers", "[=y]")),
        (("f:metadata", "f:finalizers", "i:0"), "x", ("metadata", "finalizers", 0)),
        ((*WEB, "f:command"), ABSENT, ("spec", "containers", "[name=web]", "command")),
        (("f:spec", "f:containers", 'k:{"name":"no"}', "f:image"), ABSENT, None),
        (("f:spec", "k:{}"), ABSENT, None),
        (("f:metadata", "f:finalizers", "i:7"), ABSENT, None),
    ],
)
def test_what_stands_at_a_path(path: Any, value: Any, name: Any) -> None:
    assert value_at(pod(), path) == value
    if name is not None:
        assert names_of(path) == name


def test_a_value_is_put_into_a_copy() -> None:
    before = pod()
    after = put(before, (*WEB, "f:image"), "b")
    assert value_at(after, (*WEB, "f:image")) == "b" and before == pod()
    assert put({}, ("f:spec", "f:replicas"), 3) == {"spec": {"replicas": 3}}
    assert put(before, ("f:spec", "f:containers", 'k:{"name":"no"}', "f:image"), "b") == pod()


def test_a_field_and_an_item_are_taken_out() -> None:
    assert put(pod(), (*WEB, "f:image"), ABSENT)["spec"]["containers"] == [
        {"name": "web", "ports": [{"containerPort": 80, "name": "http"}]}
    ]
    assert put(pod(), WEB, ABSENT)["spec"]["containers"] == []
    assert put(pod(), ("f:metadata", "f:finalizers", 'v:"x"'), ABSENT)["metadata"] == {
        "finalizers": ["y"]
    }
    assert put(pod(), ("f:status", "f:phase"), ABSENT) == pod()


@pytest.mark.parametrize(
    "path",
    [
        ("f:spec", "f:replicas"),
        (*WEB, "f:ports", PORT, "f:name"),
        ("f:metadata", "f:finalizers", 'v:"y"'),
        ("f:spec", "f:x", 'k:{"name":"a]b"}'),
    ],
)
def test_what_a_server_spells_can_be_read(path: Any) -> None:
    assert value_at({"a": [path]}, ("f:a", "i:0")) == path
    found = read_spelled(spell(path))
    assert [part.replace(" ", "") for part in found] == list(path)
