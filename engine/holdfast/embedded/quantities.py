"""Kubernetes' quantities: the one way in which the server writes an amount that has many.

Source of the rules: the documentation of resource.Quantity (apimachinery, pkg/api/resource).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_SUFFIX_OF = {exponent: suffix for suffix, exponent in _DECIMAL.items()}

MUST_MATCH = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)


@cache
def _pattern() -> re.Pattern[str]:
    number = r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))"
    return re.compile(rf"{number}(?:(?P<binary>[KMGTPE]i)|[eE](?P<power>[+-]?\d+)|(?P<unit>[numkMGTPE]?))")


def parse_quantity(text: str) -> Decimal:
    """The amount that `text` stands for. Raises ValueError for what is no quantity."""
    match = _pattern().fullmatch(text)
    if match is None:
        raise ValueError(MUST_MATCH)
    number = Decimal(match["number"])
    if match["binary"]:
        return number * 1024 ** _BINARY.index(match["binary"])
    exponent = int(match["power"]) if match["power"] else _DECIMAL[match["unit"] or ""]
    return number.scaleb(exponent)


def canonical_quantity(value: str | int | float) -> str:
    """The quantity as the server writes it: `0.5` is `500m`, `1024Mi` is `1Gi`."""
    text = str(value).strip()
    amount = parse_quantity(text)
    match = _pattern().fullmatch(text)
    assert match is not None
    if match["binary"] and abs(amount) >= 1024 and amount == amount.to_integral_value():
        return _binary(int(amount))
    mantissa, exponent = _scaled(amount)
    if match["power"]:
        return f"{mantissa}e{exponent}" if exponent else str(mantissa)
    if exponent > 18:
        mantissa, exponent = mantissa * 10 ** (exponent - 18), 18
    return f"{mantissa}{_SUFFIX_OF[exponent]}"


def _binary(amount: int) -> str:
    step = 0
    while amount % 1024 == 0 and step < len(_BINARY) - 1:
        amount, step = amount // 1024, step + 1
    return f"{amount}{_BINARY[step]}"


def _scaled(amount: Decimal) -> tuple[int, int]:
    """A whole number and the largest power of a thousand that give `amount`, nano at the least."""
    nanos = int(amount.scaleb(9).to_integral_value(rounding="ROUND_UP"))
    if nanos == 0:
        return 0, 0
    exponent = -9
    while nanos % 1000 == 0:
        nanos, exponent = nanos // 1000, exponent + 3
    return nanos, exponent
