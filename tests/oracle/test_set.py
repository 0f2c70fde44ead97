"""`--set` read as Helm reads it; what differs on purpose is listed."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.oracle.flags import corpus
from tests.oracle.helm import Helm, HelmRefused

from holdfast.errors import HoldfastError
from holdfast.model.values import Layer
from holdfast.values import merge, parse_set

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("oracle")]

REFUSED = {
    "=x": "Helm drops an item without a key",
    ".a=1": "and one that starts with a dot",
    "[0]=1": "or with an index",
    "a[=1": "and an index that is not closed",
    "a[0=1": "and an index that is not closed",
    "a[0].=1": "and an empty name",
    "a=\\": "and a backslash at the end",
    "a[+1]=1": "an index is digits",
    "a" + "[0]" * 31 + "=1": "30 indices in a row are enough",
}
"""What Helm takes and we refuse."""

TAKEN = {
    "a=null,a.b=1": "null deletes, whatever comes then",
    "a[name=x].b=1": "an item by its key is ours",
}
"""What Helm refuses and we take."""

EMPTY_LIST = re.compile(r"=\{\}(,|$)")
"""`a={}` is an empty list; Helm's has one empty text."""

EMPTY_FIELD = re.compile(r"\]\.[a-z.]+=(,|$)")
"""`a[0].b=` is an empty text; Helm drops it at the end of a flag."""


def by_us(text: str) -> Any:
    try:
        edits = parse_set(text, "set", lambda name: b"")
    except HoldfastError as error:
        return "reshaped" if "an earlier part of the flag makes" in str(error) else "refused"
    return merge(Layer({}, edits=edits)).tree


def by_helm(helm: Helm, text: str) -> Any:
    try:
        return without_nulls(helm.values("--set", text))
    except HelmRefused:
        return "refused"


def without_nulls(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: without_nulls(item) for key, item in tree.items() if item is not None}
    return [without_nulls(item) for item in tree] if isinstance(tree, list) else tree


def is_different(text: str) -> bool:
    listed = text in REFUSED or text in TAKEN
    return listed or bool(EMPTY_LIST.search(text) or EMPTY_FIELD.search(text))


def test_set_reads_as_helm_reads_it(helm: Helm) -> None:
    texts = [text for text in corpus() if not is_different(text)]
    assert len(texts) >= 200
    with ThreadPoolExecutor(2) as pool:
        theirs = list(pool.map(lambda text: by_helm(helm, text), texts))
    ours = [by_us(text) for text in texts]
    found = zip(texts, ours, theirs, strict=True)
    assert [row for row in found if row[1] not in (row[2], "reshaped")] == []


@pytest.mark.parametrize("text", REFUSED)
def test_what_helm_drops_is_refused(helm: Helm, text: str) -> None:
    assert by_us(text) == "refused"
    assert by_helm(helm, text) != "refused"


@pytest.mark.parametrize("text", TAKEN)
def test_what_only_we_take(helm: Helm, text: str) -> None:
    assert by_us(text) != "refused"
    assert by_helm(helm, text) == "refused"


def test_reshaping_within_a_flag_is_refused(helm: Helm) -> None:
    assert by_us("a[0]=1,a[0].b=2") == "reshaped"
    assert by_helm(helm, "a[0]=1,a[0].b=2") == {"a": [{"b": 2}]}


def test_an_empty_list_and_an_empty_field(helm: Helm) -> None:
    assert (by_us("a={}"), by_helm(helm, "a={}")) == ({"a": []}, {"a": [""]})
    assert (by_us("a[0].b="), by_helm(helm, "a[0].b=")) == ({"a": [{"b": ""}]}, {"a": []})


def test_an_integer_that_helm_reads_as_text(helm: Helm) -> None:
    assert by_us("a=9223372036854775808") == {"a": 2**63}
    assert by_helm(helm, "a=9223372036854775808") == {"a": "9223372036854775808"}
