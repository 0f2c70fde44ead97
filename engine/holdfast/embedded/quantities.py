"""The one way in which the server writes a quantity that has many: `1024Mi` becomes `1Gi`.

Source of the rules: the documentation of resource.Quantity (apimachinery, pkg/api/resource).
"""

from __future__ import annotations

from decimal import Decimal

from holdfast.errors import ManifestError
from holdfast.kinds.quantities import parse_quantity

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_UNITS = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}

MUST_MATCH = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)


def canonical_quantity(value: str | int | float) -> str:
    """The quantity as the server writes it: `0.5` is `500m`, `1024Mi` is `1Gi`, `1e3` stays.

    Raises ValueError, with the server's words, for what is no quantity.
    """
    try:
        amount = parse_quantity(value)
    except ManifestError:
        raise ValueError(MUST_MATCH) from None
    text = str(value)
    if text.endswith("i") and abs(amount) >= 1024 and amount == amount.to_integral_value():
        return _binary(int(amount))
    mantissa, exponent = _scaled(amount)
    if "e" in text or ("E" in text and not text.endswith("E")):
        return f"{mantissa}e{exponent}" if exponent else str(mantissa)
    if exponent > 18:
        mantissa, exponent = mantissa * 10 ** (exponent - 18), 18
    return f"{mantissa}{_UNITS[exponent]}"


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
