"""What an apply would change, where the server gave no answer to a dry run.

Only as good as the fields the chart itself sets: a server's defaults are unknown here, so that live
fields the chart does not name are left out of the comparison.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.fieldpaths import put, value_at
from holdfast.kinds.fieldset import FieldSet
from holdfast.model.plan import ABSENT
from holdfast.plan.normalize import normalize
from holdfast.plan.paths import Shape, segments

_WHOLE = ("f:selector", "f:nodeSelector")
"""Maps that are owned, and replaced, as one (x-kubernetes-map-type: atomic), without defaults."""


def predict(
    live: Mapping[str, Any], desired: Mapping[str, Any], owned: FieldSet = frozenset()
) -> tuple[Any, Any]:
    """`live` reduced to what `desired` names, or drops, and `desired`; both normalised.

    What is `owned` by us and no longer named goes with the apply.
    """
    shape = Shape.of(desired)
    before = normalize(live)
    wanted = _without_empty(expected(desired), before, (), shape)
    reduced = _reduced(before, wanted, (), shape)
    for path in sorted(owned):
        dropped = path[-1] in _WHOLE or value_at(wanted, path) is ABSENT
        if dropped and (value := value_at(before, path)) is not ABSENT:
            reduced = put(reduced, path, value)
    return reduced, wanted


def expected(desired: Mapping[str, Any]) -> dict[str, Any]:
    """`desired` as it will read: normalised, a Secret's stringData as data (core/v1 Secret)."""
    return normalize(without_string_data(desired))


def without_string_data(desired: Mapping[str, Any]) -> dict[str, Any]:
    """`desired` with a Secret's stringData written as data, as the server stores it.

    It is also sent so: server-side apply knows stringData only as a field of its own, so that a key
    dropped from it would stay in data, and one that somebody else changed would be no conflict.
    """
    wanted = dict(desired)
    texts = wanted.get("stringData")
    if Shape.of(desired) != Shape("v1", "Secret") or not isinstance(texts, dict):
        return wanted
    del wanted["stringData"]
    data = {key: base64.b64encode(str(text).encode()).decode() for key, text in texts.items()}
    wanted["data"] = {**(wanted.get("data") or {}), **data}
    return wanted


def _without_empty(wish: Any, live: Any, path: tuple[str | int, ...], shape: Shape) -> Any:
    """`wish` less what is empty and not there: the server does not write most of that down."""
    if isinstance(wish, dict) and isinstance(live, dict):
        return {
            key: _without_empty(value, live.get(key), (*path, key), shape)
            for key, value in wish.items()
            if value or key in live
        }
    if isinstance(wish, list) and isinstance(live, list):
        keys = shape.keys(path)
        names, there = _names(wish, keys), _names(live, keys)
        found = dict(zip(there, live, strict=True))
        return [
            _without_empty(item, found.get(name), (*path, name), shape)
            for name, item in zip(names, wish, strict=True)
        ]
    return wish


def _names(items: list[Any], keys: Sequence[str]) -> Sequence[str | int]:
    return segments(items, keys) or range(len(items))


def _reduced(live: Any, desired: Any, path: tuple[str | int, ...], shape: Shape) -> Any:
    if isinstance(live, dict) and isinstance(desired, dict):
        return {
            key: _reduced(value, desired[key], (*path, key), shape)
            for key, value in live.items()
            if key in desired
        }
    if isinstance(live, list) and isinstance(desired, list):
        return _reduced_list(live, desired, path, shape)
    return live


def _reduced_list(
    live: list[Any], desired: list[Any], path: tuple[str | int, ...], shape: Shape
) -> list[Any]:
    keys = shape.keys(path)
    names, wanted = segments(live, keys), segments(desired, keys)
    if names is not None and wanted is not None:
        items = dict(zip(wanted, desired, strict=True))
        return [
            _reduced(item, items[name], (*path, name), shape)
            for name, item in zip(names, live, strict=True)
            if name in items
        ]
    if len(live) != len(desired):
        return live
    pairs = enumerate(zip(live, desired, strict=True))
    return [_reduced(item, wish, (*path, index), shape) for index, (item, wish) in pairs]
