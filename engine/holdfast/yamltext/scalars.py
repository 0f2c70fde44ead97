"""What a plain scalar means to Kubernetes.

Kubernetes reads YAML with sigs.k8s.io/yaml: a YAML 1.1 reader with Go's number syntax, followed by
a conversion to JSON. No YAML library for Python reads all scalars that way, so the rules stand
here. One difference is meant: an integer beyond 64 bits stays exact instead of becoming a float.
"""

from __future__ import annotations

import math
import re
from functools import cache

_WORDS: dict[str, bool | float | None] = {
    word: value
    for value, words in (
        (True, "y Y yes Yes YES true True TRUE on On ON"),
        (False, "n N no No NO false False FALSE off Off OFF"),
        (None, "~ null Null NULL"),
        (math.nan, ".nan .NaN .NAN"),
        (math.inf, ".inf .Inf .INF +.inf +.Inf +.INF"),
        (-math.inf, "-.inf -.Inf -.INF"),
    )
    for word in words.split()
} | {"": None}
_FIRSTS = frozenset("yYnNtTfFoO~.+-0123456789")
_DIGITS = 4300  # Python's own limit for reading and writing a decimal integer
_HEX_DIGITS = 3500  # as many stay below that limit when written as a decimal
_EXACT = 1e21  # from here on Go writes a float in JSON with an exponent, so it stays one

Plain = str | bool | int | float | None


def resolve(text: str) -> Plain:
    """The value of a plain scalar: text, bool, int, float (infinite and nan too) or None.

    Whole floats below 1e21 are integers, as they are after Kubernetes' step through JSON.
    Raises ValueError for an integer of more than 4300 digits.
    """
    if text and text[0] not in _FIRSTS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == ".":
        return _float(text, text) if "_" not in text or _spaced().fullmatch(text) else text
    if first.isalpha() or first == "~":
        return text
    digits = text.replace("_", "")
    if (match := _integer().fullmatch(digits)) is None:
        return _float(digits, text)
    return _whole(match)


def spell_key(value: Plain, text: str) -> str | None:
    """The text of a map key that reads as `value`; None for null, which can be no key.

    Kubernetes turns boolean and number keys into text (`y:` is the key "true").
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return text
    return str(value)


def shorten(number: float) -> int | float:
    """A float as it is after a step through Go's JSON: whole ones become integers."""
    if math.isfinite(number) and number.is_integer() and abs(number) < _EXACT:
        return int(number)
    return number


def _whole(match: re.Match[str]) -> int:
    sign, prefixed, octal, decimal = match.groups()
    if len(decimal or "") > _DIGITS or len(octal or prefixed or "") > _HEX_DIGITS:
        raise ValueError(f"an integer of more than {_DIGITS} digits")
    number = int(prefixed, 0) if prefixed else int(octal, 8) if octal else int(decimal)
    return -number if sign == "-" else number


def _float(digits: str, text: str) -> Plain:
    if not _real().fullmatch(digits.replace("_", "")):
        return text
    number = float(digits)
    return shorten(number) if math.isfinite(number) else text


@cache
def _integer() -> re.Pattern[str]:
    """Go's strconv.ParseInt with base 0, the underscores already gone."""
    return re.compile(
        r"([-+]?)(?:(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)|0([0-7]+)|(0|[1-9][0-9]*))"
    )


@cache
def _real() -> re.Pattern[str]:
    return re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


@cache
def _spaced() -> re.Pattern[str]:
    """A number that starts with a point keeps its underscores, each between two digits (Go's)."""
    return re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
