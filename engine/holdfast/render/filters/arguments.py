"""What a filter accepts, checked in one way and told in one way."""

from __future__ import annotations

from typing import Any

from holdfast.errors import RenderError
from holdfast.render.limits import MAX_ITEMS
from holdfast.render.spelling import kind_of, spell_plainly
from holdfast.render.traced import unmark


def text(value: Any) -> str:
    """A text, number or boolean as text."""
    return spell_plainly(value)


def mapping(value: Any) -> dict[Any, Any]:
    """A map; null is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RenderError(f"a map is needed here, not {kind_of(value)}")
    return value


def items(value: Any) -> list[Any]:
    """A list; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list | tuple | range):
        raise RenderError(f"a list is needed here, not {kind_of(value)}")
    return list(value)


def count(value: Any, *, most: int = MAX_ITEMS) -> int:
    """A number of things from 0 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise RenderError(f"a whole number is needed here, not {kind_of(value)}")
    if not 0 <= value <= most:
        raise RenderError(f"a number from 0 to {most:,} is needed here")
    return int(value)


def integer(value: Any) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise RenderError(f"a whole number is needed here, not {kind_of(value)}")
    return int(value)


def number(value: Any) -> int | float:
    """A number, whole or not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RenderError(f"a number is needed here, not {kind_of(value)}")
    return unmark(value)  # type: ignore[no-any-return]
