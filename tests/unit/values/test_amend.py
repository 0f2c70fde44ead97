"""One value changed in what was supplied and in what that came to."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from holdfast.model.values import Path
from holdfast.values.amend import amend

VALUES = {"replicas": 1, "sub": {"n": 2, "x": 1}, "rows": [{"a": 1}, {"a": 2, "b": {"c": 3}}]}


@pytest.mark.parametrize(
    ("supplied", "path", "given"),
    [
        ({}, ("replicas",), {"replicas": 9}),
        ({"replicas": 4, "tag": "x"}, ("replicas",), {"replicas": 9, "tag": "x"}),
        ({}, ("sub", "n"), {"sub": {"n": 9}}),
        ({"sub": None}, ("sub", "n"), {"sub": {"n": 9}}),
        ({"sub": {"y": 0}}, ("sub", "n"), {"sub": {"y": 0, "n": 9}}),
        ({}, ("rows", 1, "b", "c"), {"rows": [{"a": 1}, {"a": 2, "b": {"c": 9}}]}),
        (
            {"rows": {"$patch(a)": {"1": {"b": 5}}}},
            ("rows", 0, "a"),
            {"rows": [{"a": 9}, {"a": 2, "b": {"c": 3}}]},
        ),
        ({}, ("new", "n"), {"new": {"n": 9}}),
    ],
)
def test_only_that_value_changes(
    supplied: dict[str, Any], path: Path, given: dict[str, Any]
) -> None:
    before = deepcopy((supplied, VALUES))
    found, tree = amend(supplied, VALUES, path, 9)
    assert found == given
    for part in path:
        tree = tree[part]
    assert tree == 9
    assert (supplied, VALUES) == before, "what was given stays as it was"
