"""Nodes to data: documents, keys, places."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.errors import Where, YamlError
from holdfast.yamltext import compose, construct, load, load_all, load_documents


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("1: a", {"1": "a"}),
        ("0x1F: a", {"31": "a"}),
        ("y: a", {"true": "a"}),
        ("Off: a", {"false": "a"}),
        ("1.5: a", {"1.5": "a"}),
        ("'null': a", {"null": "a"}),
    ],
)
def test_keys_become_text(text: str, data: Any) -> None:
    assert load(text, source="v.yaml") == data


def test_construct_reads_a_node() -> None:
    (node,) = compose("a: [1, 'x', {b: }]", source="v.yaml")
    assert construct(node) == {"a": [1, "x", {"b": None}]}


def test_an_alias_gives_data_of_its_own() -> None:
    data = load("a: &x {q: 1}\nb: *x\n", source="v.yaml")
    data["a"]["q"] = 2
    assert data["b"] == {"q": 1}


@pytest.mark.parametrize("text", ["a: 1", "---\na: 1\n---\n", "---\n---\na: 1", "a: 1\n--- # end"])
def test_load_takes_one_document_and_ignores_empty_ones(text: str) -> None:
    assert load(text, source="v.yaml") == {"a": 1}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n---\n"])
def test_nothing_is_none(text: str) -> None:
    assert load(text, source="v.yaml") is None


def test_a_second_document_is_refused() -> None:
    with pytest.raises(YamlError, match="second document") as caught:
        load("a: 1\n---\nb: 2\n", source="v.yaml")
    assert str(caught.value.where) == "v.yaml:3:1"


def test_load_all_gives_every_document() -> None:
    assert load_all("a: 1\n---\n---\n[2]\n", source="v.yaml") == [{"a": 1}, None, [2]]


def test_places_are_those_of_keys_and_items() -> None:
    (document,) = load_documents("a:\n  b: 1\nc:\n- x\n- d: 2\n", source="v.yaml", kind="chart")
    places = {path: (at.line, at.column) for path, at in document.positions.items()}
    assert places == {
        (): (1, 1),
        ("a",): (1, 1),
        ("a", "b"): (2, 3),
        ("c",): (3, 1),
        ("c", 0): (4, 3),
        ("c", 1): (5, 3),
        ("c", 1, "d"): (5, 3),
    }
    assert document.positions[("a",)] == Where("v.yaml", 1, 1, "chart")


def test_places_of_merged_keys_are_where_they_are_written() -> None:
    (document,) = load_documents("a: &a\n  x: 1\nb:\n  <<: *a\n", source="v.yaml")
    assert document.positions[("b", "x")].line == 2
