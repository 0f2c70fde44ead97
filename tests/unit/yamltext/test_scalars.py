"""How plain scalars read: the table of what Kubernetes (through Helm's own loader) reads."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.unit.yamltext.table import READ_AS

from holdfast.errors import YamlError
from holdfast.yamltext import load, resolve


@pytest.mark.parametrize(("text", "value"), READ_AS, ids=[repr(text) for text, _ in READ_AS])
def test_a_plain_scalar_reads_as_kubernetes_reads_it(text: str, value: Any) -> None:
    found = resolve(text)
    assert (found, type(found)) == (value, type(value))


def test_table_covers_the_tricky_scalars() -> None:
    assert len(READ_AS) >= 72


@pytest.mark.parametrize(("text", "value"), [(".inf", math.inf), ("-.Inf", -math.inf)])
def test_infinity_is_a_number_of_yaml(text: str, value: float) -> None:
    assert resolve(text) == value


@pytest.mark.parametrize("text", [".inf", "-.INF", "+.inf", ".nan", ".NaN"])
def test_infinity_is_refused_on_load(text: str) -> None:
    with pytest.raises(YamlError, match="no number in JSON") as caught:
        load(f"a: 1\nb: {text}\n", source="v.yaml")
    assert str(caught.value.where) == "v.yaml:2:4"
    assert caught.value.excerpt == f"   1 | a: 1\n   2 | b: {text}\n     |    ^"


@pytest.mark.parametrize("written", ['"on"', "'1e3'", "!!str 12", "|-\n  on", ">-\n  08", "! 5"])
def test_quoted_block_and_tagged_scalars_are_text(written: str) -> None:
    assert isinstance(load(f"a: {written}\n", source="v.yaml")["a"], str)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!!int '3'", 3),
        ("!!bool yes", True),
        ("!!null ''", None),
        ("!!binary aGk=", "hi"),
        ("!!timestamp 2001-01-01", "2001-01-01"),
        ("!!float 1.5", 1.5),
    ],
)
def test_a_tag_decides(written: str, value: Any) -> None:
    assert load(f"a: {written}\n", source="v.yaml") == {"a": value}


@pytest.mark.parametrize("written", ["!vault x", "!!int x", "!!binary '*'", "!x {a: 1}", "!x [1]"])
def test_a_tag_that_cannot_be_followed_is_refused(written: str) -> None:
    with pytest.raises(YamlError) as caught:
        load(f"a: {written}\n", source="v.yaml")
    assert str(caught.value.where) == "v.yaml:1:4"
    assert caught.value.hint


def test_an_integer_too_long_for_any_reader_is_refused() -> None:
    with pytest.raises(YamlError, match="more than 4300 digits"):
        load("a: " + "9" * 4301, source="v.yaml")
    with pytest.raises(YamlError, match="more than 4300 digits"):
        load("? " + "9" * 4301 + "\n: a", source="v.yaml")
