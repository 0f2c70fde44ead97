"""The quick way from text to data gives what the long way gives, or leaves the text to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracle.documents import DOCUMENTS
from tests.oracle.scalars import corpus

from holdfast.errors import YamlError
from holdfast.yamltext import compose, construct, dump_all, load, load_all
from holdfast.yamltext.build import EMPTY, Unusual, build

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(corpus()[:99]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


def the_long_way(text: str) -> Any:
    return [construct(node, source="t") for node in compose(text, source="t")]


def outcome(read: Any, *given: Any) -> Any:
    try:
        return read(*given)
    except YamlError as error:
        return error.message, error.where


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_document_is_the_same_either_way(text: str) -> None:
    quick = outcome(lambda: load_all(text, source="t"))
    assert quick == outcome(the_long_way, text)


def test_all_scalars_are_the_same_either_way() -> None:
    text = "".join(f"- {word}\n" for word in corpus() if word.lower()[-3:] not in ("inf", "nan"))
    assert build(text, 200) == the_long_way(text)


@given(st.lists(JSON, min_size=1, max_size=3))
def test_what_is_written_reads_back_equal_either_way(documents: list[Any]) -> None:
    text = dump_all(documents)
    assert load_all(text, source="t") == the_long_way(text) == documents


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\n",
        "a: *x\n",
        "a: !!str 1\n",
        "a: !x [1]\n",
        "<<: {a: 1}\n",
        "a: 1\na: 2\n",
        "1: a\n'1': b\n",
        "~: 1\n",
        "? [a]\n: 1\n",
        "? {a: 1}\n: 1\n",
        "a: .inf\n",
        "a: [\n",
        "a: \x07\n",
        "a: " + "9" * 4301,
        "a: " + "[" * 201 + "]" * 201,
    ],
)
def test_what_is_unusual_is_left_to_the_long_way(text: str) -> None:
    with pytest.raises(Unusual):
        build(text, 200)


def test_an_empty_document_is_told_from_null() -> None:
    assert build("--- ~\n---\n--- ''\n", 200) == [None, EMPTY, ""]
    assert load("---\n--- 1\n---\n", source="t") == 1
