"""Kubernetes quantities (`500m`, `1Gi`, `1e3`) as exact numbers, and bytes for people.

It must not know what a quantity is of: processor shares, bytes and counts are read alike.
"""

from __future__ import annotations

from decimal import Context, Decimal

from holdfast.errors import ManifestError

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DIGITS = "0123456789"
_LONGEST = 64
"""No quantity that a cluster can store is longer; it keeps `1e999999999` from being worked out."""


def parse_quantity(value: str | int | float) -> Decimal:
    """The exact number that a quantity stands for: `1Ki` is 1024, `500m` is 0.5, `1E` is 10**18.

    The grammar is that of apimachinery's resource.Quantity: a signed decimal number, then a binary
    suffix, a decimal suffix or an exponent, with no blanks. Nothing is rounded (the API server
    rounds up to whole nanos). Raises ManifestError.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _refusal(value)
    text = str(value)
    number, suffix = _split(text)
    if len(text) > _LONGEST or not any(digit in _DIGITS for digit in number):
        raise _refusal(value)
    return _scaled(value, Decimal(number), suffix)


def compare_quantities(left: str | int | float, right: str | int | float) -> int:
    """-1, 0 or 1 as `left` is less than, equal to or greater than `right`: `1000m` equals `1`."""
    one, other = parse_quantity(left), parse_quantity(right)
    return (one > other) - (one < other)


def format_bytes(count: int) -> str:
    """Bytes in the largest binary unit that gives a whole number, else with one decimal.

    1073741824 is `1Gi`, 1610612736 is `1.5Gi`, 1000 is `1000`.
    """
    if count < 0:
        return f"-{format_bytes(-count)}"
    unit, power = "", 0
    for name, exponent in _BINARY.items():
        if count >= 1 << exponent:
            unit, power = name, exponent
    tenths = (count * 10 + (1 << power) // 2) >> power
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}{unit}" if rest else f"{whole}{unit}"


def _split(text: str) -> tuple[str, str]:
    """The number and what follows it; a number that is none is left empty."""
    end = 1 if text[:1] in ("+", "-") else 0
    points = 0
    while end < len(text) and (text[end] in _DIGITS or (text[end] == "." and not points)):
        points += text[end] == "."
        end += 1
    return text[:end], text[end:]


def _scaled(value: object, number: Decimal, suffix: str) -> Decimal:
    # The default context rounds to 28 digits.
    exact = Context(prec=4 * _LONGEST)
    if suffix in _BINARY:
        return exact.multiply(number, Decimal(1 << _BINARY[suffix]))
    if suffix in _DECIMAL:
        return exact.scaleb(number, _DECIMAL[suffix])
    if not _is_exponent(suffix) or abs(exponent := int(suffix[1:])) > _LONGEST:
        raise _refusal(value)
    return exact.scaleb(number, exponent)


def _is_exponent(suffix: str) -> bool:
    digits = suffix[2:] if suffix[1:2] in ("+", "-") else suffix[1:]
    return suffix[:1] in ("e", "E") and digits != "" and all(digit in _DIGITS for digit in digits)


def _refusal(value: object) -> ManifestError:
    return ManifestError(
        f"reading a quantity: {str(value)[:_LONGEST]!r} is none",
        hint="write a number with an optional unit, such as 500m, 2, 1Gi or 10G",
    )
