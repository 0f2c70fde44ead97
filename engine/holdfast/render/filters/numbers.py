"""Filters that make numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

from jinja2.utils import pass_environment

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import items
from holdfast.render.missing import present
from holdfast.render.spelling import kind_of

_MAX_BASED = 1024
_MAX_DIGITS = 4300
_MAX_PRECISION = 100


def whole(value: Any, base: Any = 10) -> int:
    """A whole number: of a text that spells one, or a number cut at its point.

    With `base` 2, 8 or 16 the text is digits of that base, with or without 0b, 0o or 0x.
    """
    if base != 10:
        return _based(value, base)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    number = _read(value, int)
    return whole(_read(value, float)) if number is None else int(number)


def _based(value: Any, base: Any) -> int:
    if base not in (2, 8, 16):
        raise RenderError("the base must be 2, 8, 10 or 16")
    if not isinstance(value, str):
        raise RenderError(f"{kind_of(value)} has no digits of another base")
    try:
        return int(value.strip(), base) if len(value) <= _MAX_BASED else _not_based(base)
    except ValueError:
        return _not_based(base)


def _not_based(base: int) -> NoReturn:
    raise RenderError(f"the text is no whole number of base {base}")


def real(value: Any) -> float:
    """A number with a point."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    number = _read(value, float)
    return float(number if number is not None else math.nan)


def round_to(value: Any, precision: Any = 0, method: Any = "common") -> float | int:
    """To `precision` digits behind the point; `method` is common, ceil or floor."""
    if not isinstance(precision, int) or not 0 <= precision <= _MAX_PRECISION:
        raise RenderError(f"the precision must be from 0 to {_MAX_PRECISION}")
    number = value if isinstance(value, int) else real(value)
    if method == "common":
        return round(number, precision)
    if method not in ("ceil", "floor"):
        raise RenderError("the method must be common, ceil or floor")
    scale = 10**precision
    moved = math.ceil(number * scale) if method == "ceil" else math.floor(number * scale)
    return float(moved / scale)


@pass_environment
def total(environment: Any, value: Any, attribute: Any = None, start: Any = 0) -> int | float:
    """The sum of numbers, or of one key of maps."""
    result = _number(start)
    for item in items(value):
        result += _number(item if attribute is None else environment.getitem(item, attribute))
    return result


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(present(value), int | float):
        raise RenderError(f"{kind_of(value)} is no number")
    number: int | float = value
    return number


def _read(value: Any, kind: type[int] | type[float]) -> int | float | None:
    """None where the text is no whole number. The text itself may be a secret: it is not told."""
    if not isinstance(value, str):
        raise RenderError(f"{kind_of(value)} is no number")
    try:
        number = kind(value.strip()) if len(value) <= _MAX_DIGITS else math.nan
    except ValueError:
        number = math.nan
    if isinstance(number, int) or math.isfinite(number):
        return number
    if kind is int:
        return None
    raise RenderError("the text is no number")


NUMBERS: dict[str, Callable[..., Any]] = {
    "float": real,
    "int": whole,
    "round": round_to,
    "sum": total,
}
