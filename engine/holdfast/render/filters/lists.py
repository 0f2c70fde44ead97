"""Filters over lists: they give new lists and never change the one they are given."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from holdfast.render.filters.arguments import items, text

_MAX_DIGITS = 4300


def without(value: Any, *unwanted: Any) -> list[Any]:
    """The items that are none of these; true and 1 are not the same."""
    return [item for item in items(value) if not any(_same(item, other) for other in unwanted)]


def compact(value: Any) -> list[Any]:
    """Without null, false, 0, empty text, maps and lists."""
    return [item for item in items(value) if item]


def all_of(value: Any) -> bool:
    """Whether no item is null, false, 0 or empty."""
    return all(items(value))


def any_of(value: Any) -> bool:
    """Whether some item is not null, false, 0 or empty."""
    return any(items(value))


def sort_natural(value: Any) -> list[Any]:
    """Texts with the numbers in them in the order of numbers: a2 before a10."""
    return sorted(items(value), key=lambda item: _natural(text(item)))


def _natural(source: str) -> tuple[Any, ...]:
    """Text and numbers by turns, so that like meets like; the text itself decides a tie."""
    parts = re.split(rf"([0-9]{{1,{_MAX_DIGITS}}})", source)
    return [int(part) if index % 2 else part for index, part in enumerate(parts)], source


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


LISTS: dict[str, Callable[..., Any]] = {
    "all": all_of,
    "any": any_of,
    "compact": compact,
    "sort_natural": sort_natural,
    "without": without,
}
