"""Data to text: stable, and read back as the same data by us and by another reader."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.errors import YamlError
from holdfast.yamltext import dump, dump_all, load, load_all

NASTY = [
    *"on Off y N ~ null 1e3 0644 0o17 1:30 12:30:45.5 2001-01-01 1_000 = << .5 .inf 0x1F".split(),
    *"1e400 1. +.5 0b1 - -- --- ... ? : :x ?x -x a: #a 'x \"x @a `a %a &a *a !a |a >a {a".split(),
    *"[a ]a }a ,a".split(),
    *("", " ", " a", "a ", "a: b", "a #b", "- a", "? a", "a\tb", "\ta", "\n", "\n\n", "a\n"),
    *("a\nb", "a\nb\n", "a\n\n\n", " a\nb", "\na", "a\n ", "a \n b\n", "a\r\nb", "\x85"),
    *("\u2028", "\ufeff", "\x00", "\x1b[1m", "é", "😀", "\ufffe", "a\n---\nb\n", "\t\n\t"),
    *("a\n\tb", "# a\nb"),
]

texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]))
lines = st.lists(st.sampled_from(NASTY) | st.text(" \tab:#-'\"", max_size=6)).map("\n".join)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | lines
)
json_like = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(json_like)
@example({"k" * 2000: {"a": [1]}, "a\nb": "c"})
@example([[[]], [{}], [[" a\n"]], {"a": [["x\n\n"], 1]}])
@example(" a\nb")
@example(1e16)
def test_reading_back_gives_equal_data(data: Any) -> None:
    assert load(dump(data), source="x") == data


@given(st.lists(json_like.filter(lambda data: data is not None), max_size=3))
def test_documents_read_back(objects: list[Any]) -> None:
    assert load_all(dump_all(objects), source="x") == objects


@given(st.dictionaries(texts, st.lists(texts | lines)))
def test_strings_are_strings_to_a_yaml_11_reader_too(data: dict[str, list[str]]) -> None:
    assert yaml.safe_load(dump(data)) == data


def test_the_form() -> None:
    data = {
        "b": 1,
        "a": {"list": ["x", {"k": "v", "m": [True]}, [None, 2]], "none": {}, "empty": []},
        "text": "one\ntwo\n",
        "keep": "a\n\n",
        "strip": "a\nb",
        "deep": [{"lead": " a\nb\n"}],
    }
    assert dump(data) == (
        "b: 1\n"
        "a:\n"
        "  list:\n"
        "  - x\n"
        "  - k: v\n"
        "    m:\n"
        "    - true\n"
        "  - - null\n"
        "    - 2\n"
        "  none: {}\n"
        "  empty: []\n"
        "text: |\n"
        "  one\n"
        "  two\n"
        "keep: |+\n"
        "  a\n"
        "\n"
        "strip: |-\n"
        "  a\n"
        "  b\n"
        "deep:\n"
        "- lead: |2\n"
        "     a\n"
        "    b\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words", "plain words"),
        ("10.0.0.1", "10.0.0.1"),
        ("--flag=a,b", "--flag=a,b"),
        ("http://a:80/b#c", "http://a:80/b#c"),
        ("10Gi", "10Gi"),
        ("on", '"on"'),
        ("1e3", '"1e3"'),
        ("0644", '"0644"'),
        ("1:30", '"1:30"'),
        ("~", '"~"'),
        ("y", '"y"'),
        ("1_000", '"1_000"'),
        ("2001-01-01", '"2001-01-01"'),
        ("=", '"="'),
        ("<<", '"<<"'),
        (".5", '".5"'),
        ("1e400", '"1e400"'),
        ("", '""'),
        ("a: b", "'a: b'"),
        ("it's: b", "'it''s: b'"),
        ("- a", "'- a'"),
        ("@x", "'@x'"),
        (" lead", "' lead'"),
        ("a #b", "'a #b'"),
        ("{{ x }}", "'{{ x }}'"),
        ("a\tb", '"a\\tb"'),
        ("\x1b", '"\\e"'),
        ("\n", '"\\n"'),
    ],
)
def test_when_a_string_is_quoted(text: str, written: str) -> None:
    assert dump([text]) == f"- {written}\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.0, "1"), (1.5, "1.5"), (1e21, "1.0e+21"), (-0.0, "0"), (10**30, "1" + "0" * 30)],
)
def test_numbers(value: float, written: str) -> None:
    assert dump(value) == written + "\n"


def test_documents_are_separated() -> None:
    assert dump_all([{"a": 1}, {"b": 2}]) == "a: 1\n---\nb: 2\n"


@pytest.mark.parametrize(
    "data", [math.inf, math.nan, {1: 2}, {"a": {1}}, ["\ud800"], pytest.param(10**5000, id="huge")]
)
def test_what_json_cannot_say_is_refused(data: Any) -> None:
    with pytest.raises(YamlError, match="writing YAML"):
        dump(data)


def test_a_cycle_is_refused() -> None:
    data: list[Any] = []
    data.append(data)
    with pytest.raises(YamlError, match="nested deeper"):
        dump(data)


def test_an_integer_too_long_for_any_reader_is_refused() -> None:
    with pytest.raises(YamlError, match="more than 4300 digits"):
        dump(10**5000)
