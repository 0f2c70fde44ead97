"""Filters over Kubernetes quantities: exact arithmetic with `500m`, `1Gi` and `2`.

A result is spelled as the left side is: in binary units (Ki, Mi, …) where that is, else in decimal
ones, with the largest unit that keeps the number whole (apimachinery's canonical form).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, Context, Decimal
from typing import Any

from holdfast.errors import ManifestError, RenderError
from holdfast.kinds.quantities import compare_quantities, parse_quantity
from holdfast.render.filters.arguments import items, number, text
from holdfast.render.spelling import kind_of

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = {18: "E", 15: "P", 12: "T", 9: "G", 6: "M", 3: "k", 0: "", -3: "m", -6: "u", -9: "n"}
_EXACT = Context(prec=400)
_MOST = Decimal(2**63 - 1)
"""No quantity that a cluster stores is larger (apimachinery, resource.Quantity)."""


def quantity(value: Any) -> int | float:
    """The number that a quantity stands for: `1Gi` is 1073741824, `500m` is 0.5."""
    found = _read(value)
    return int(found) if found == found.to_integral_value() else float(found)


def quantity_add(value: Any, *others: Any) -> str:
    """The sum."""
    total = _read(value)
    for other in others:
        total = _EXACT.add(total, _read(other))
    return _spell(total, value)


def quantity_sub(value: Any, other: Any) -> str:
    """The difference; it may be negative."""
    return _spell(_EXACT.subtract(_read(value), _read(other)), value)


def quantity_mul(value: Any, factor: Any) -> str:
    """So many times the quantity; `0.5` is half of it. Rounded up as `quantity_div` does."""
    return _spell(_rounded(_EXACT.multiply(_read(value), _factor(factor)), value), value)


def quantity_div(value: Any, divisor: Any) -> str:
    """A part of the quantity, rounded up: to whole bytes in binary units, else to thousandths."""
    by = _factor(divisor)
    if not by:
        raise RenderError("a quantity cannot be divided by 0")
    return _spell(_rounded(_EXACT.divide(_read(value), by), value), value)


def quantity_order(value: Any, other: Any) -> int:
    """-1, 0 or 1 as a quantity is less than, equal to or more than another: `1000m` equals `1`."""
    _read(value), _read(other)
    return compare_quantities(_plain(value), _plain(other))


def quantity_max(value: Any) -> Any:
    """The largest of a list, as it is written."""
    return _extreme(value, 1)


def quantity_min(value: Any) -> Any:
    """The smallest of a list, as it is written."""
    return _extreme(value, -1)


def _extreme(value: Any, sign: int) -> Any:
    given = items(value)
    if not given:
        raise RenderError("there is no quantity in the list")
    return max(given, key=lambda item: sign * _read(item))


def _read(value: Any) -> Decimal:
    try:
        return parse_quantity(_plain(value))
    except ManifestError as error:
        # its message would tell the text, which may be a secret
        raise RenderError("the text is no quantity", hint=error.hint) from None


def _plain(value: Any) -> str | int | float:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RenderError(f"a quantity is needed here, not {kind_of(value)}")
    return number(value)


def _factor(value: Any) -> Decimal:
    return Decimal(repr(number(value)))


def _rounded(value: Decimal, like: Any) -> Decimal:
    places = Decimal(1) if _is_binary(like) else Decimal("0.001")
    return value.quantize(places, rounding=ROUND_CEILING, context=_EXACT)


def _spell(value: Decimal, like: Any) -> str:
    if abs(value) > _MOST:
        raise RenderError("a quantity grew over what a cluster can store")
    whole = value == value.to_integral_value()
    if _is_binary(like) and whole and (abs(value) >= 1024 or not value):
        count, power = int(value), 0
        while count and count % 1024 == 0 and power < len(_BINARY) - 1:
            count, power = count // 1024, power + 1
        return f"{count}{_BINARY[power]}"
    for exponent, unit in _DECIMAL.items():
        scaled = _EXACT.scaleb(value, -exponent)
        if value and scaled == scaled.to_integral_value():
            return f"{int(scaled)}{unit}"
    if not value:
        return "0"
    nanos = _EXACT.scaleb(value, 9).to_integral_value(ROUND_CEILING)
    return _spell(_EXACT.scaleb(nanos, -9), like)  # a cluster rounds up to whole nanos, too


def _is_binary(value: Any) -> bool:
    return isinstance(value, str) and value.endswith("i")


QUANTITIES: dict[str, Callable[..., Any]] = {
    "quantity": quantity,
    "quantity_add": quantity_add,
    "quantity_div": quantity_div,
    "quantity_max": quantity_max,
    "quantity_min": quantity_min,
    "quantity_mul": quantity_mul,
    "quantity_order": quantity_order,
    "quantity_sub": quantity_sub,
}
