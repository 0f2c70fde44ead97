"""Numbers in JSON texts, read as in YAML: whole ones are exact integers, infinite ones refused."""

from __future__ import annotations

import math
from typing import Any

from holdfast.yamltext.scalars import shorten


def read_number(text: str) -> int | float:
    """A number with a point or an exponent (`parse_float`). Raises ValueError when too large."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:20]} is too large")
    return shorten(value)


def refuse_constant(word: str) -> Any:
    """NaN and Infinity (`parse_constant`), which Python's reader would take: a ValueError."""
    raise ValueError(f"{word} is no number in JSON")
