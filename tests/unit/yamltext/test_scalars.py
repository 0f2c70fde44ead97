"""How plain scalars read: the table of what Kubernetes (through Helm's own loader) reads."""

from __future__ import annotations

import math
from typing import Any

import pytest

from holdfast.errors import YamlError
from holdfast.yamltext import load, resolve

READ_AS: list[tuple[str, Any]] = [
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    *((word, True) for word in "true True TRUE on On ON yes Yes YES y Y".split()),
    *((word, False) for word in "false False FALSE off Off OFF no No NO n N".split()),
    ("tRUE", "tRUE"),
    ("oN", "oN"),
    ("yEs", "yEs"),
    ("0", 0),
    ("-0", 0),
    ("+7", 7),
    ("0777", 511),
    ("-0777", -511),
    ("0o777", 511),
    ("0123", 83),
    ("08", 8),
    ("09", 9),
    ("00", 0),
    ("1_000", 1000),
    ("0b101", 5),
    ("0x1F", 31),
    ("0X1f", 31),
    ("0xZZ", "0xZZ"),
    ("0b102", "0b102"),
    ("1e3", 1000),
    ("1.5e3", 1500),
    ("12e03", 12000),
    ("1.e5", 100000),
    ("+.5", 0.5),
    (".5", 0.5),
    (".5_0", ".5_0"),
    ("1.0", 1),
    ("-1.5", -1.5),
    ("1e-3", 0.001),
    ("1e21", 1e21),
    ("1e400", "1e400"),
    ("1:30", "1:30"),
    ("12:30:45", "12:30:45"),
    ("190:20:30.15", "190:20:30.15"),
    ("2001-01-01", "2001-01-01"),
    ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
    ("=", "="),
    ("<<", "<<"),
    (".", "."),
    ("-", "-"),
    ("+", "+"),
    ("1.2.3", "1.2.3"),
    ("10Gi", "10Gi"),
    ("100m", "100m"),
    ("0x", "0x"),
    ("_1", "_1"),
    ("1__0", 10),
    ("inf", "inf"),
    ("NaN", "NaN"),
    ("None", "None"),
    ("True ish", "True ish"),
    ("9223372036854775808", 9223372036854775808),
    ("123456789012345678901234567890", 123456789012345678901234567890),
    ("٣", "٣"),
]


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
    assert caught.value.excerpt == f"b: {text}\n   ^"


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
