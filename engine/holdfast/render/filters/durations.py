"""Filters over durations: texts such as `1h30m` or `1.5s` (Go's grammar), or seconds as a number.

They are worked out in whole nanoseconds, so that nothing is lost on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import number, text

_NANOS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_UNITS = {**_NANOS, "d": 24 * _NANOS["h"], "w": 7 * 24 * _NANOS["h"]}
_PART = r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)"
_MOST = 2**63 - 1
"""About 292 years, in nanoseconds: where Go's durations end."""


def nanoseconds(value: Any) -> int:
    """A duration in nanoseconds, cut below. Raises RenderError."""
    if not isinstance(value, str):
        return _checked(Fraction(number(value)) * _UNITS["s"])
    source = text(value)
    sign, body = (-1, source[1:]) if source[:1] == "-" else (1, source.removeprefix("+"))
    if body == "0":
        return 0
    if len(body) > 100 or not re.fullmatch(f"(?:{_PART})+", body):
        hint = "write one as 1h30m, 1.5s or 250ms, or give seconds as a number"
        raise RenderError("the text is no duration", hint=hint)
    found = re.findall(_PART, body)
    total = sum((Fraction(count.rstrip(".")) * _UNITS[unit] for count, unit in found), Fraction(0))
    return _checked(sign * total)


def duration(value: Any) -> str:
    """A duration as text: 95 gives `1m35s`, `1.5h` gives `1h30m0s`."""
    nanos = nanoseconds(value)
    sign, rest = ("-" if nanos < 0 else ""), abs(nanos)
    if rest < _UNITS["s"]:
        unit = next((name for name in ("ms", "µs", "ns") if rest >= _UNITS[name]), "s")
        return f"{sign}{_decimal(Fraction(rest, _UNITS[unit]))}{unit}"
    hours, rest = divmod(rest, _UNITS["h"])
    minutes, rest = divmod(rest, _UNITS["m"])
    seconds = f"{_decimal(Fraction(rest, _UNITS['s']))}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def duration_in(value: Any, unit: Any = "s") -> int | float:
    """A duration as a number of `unit` (ns, us, ms, s, m, h, d, w); whole where it is whole."""
    name = text(unit)
    if name not in _UNITS:
        raise RenderError("the unit of a duration must be ns, us, ms, s, m, h, d or w")
    found = Fraction(nanoseconds(value), _UNITS[name])
    return found.numerator if found.denominator == 1 else float(found)


def duration_round(value: Any, step: Any) -> str:
    """To the nearest multiple of `step`, halves away from zero."""
    nanos, size = nanoseconds(value), _step(step)
    whole, rest = divmod(abs(nanos), size)
    steps = whole + (2 * rest >= size)
    return duration(_seconds(steps * size * (-1 if nanos < 0 else 1)))


def duration_truncate(value: Any, step: Any) -> str:
    """To a multiple of `step`, towards zero."""
    nanos, size = nanoseconds(value), _step(step)
    return duration(_seconds(abs(nanos) // size * size * (-1 if nanos < 0 else 1)))


def _step(value: Any) -> int:
    size = nanoseconds(value)
    if size <= 0:
        raise RenderError("the step of a duration must be more than 0")
    return size


def _seconds(nanos: int) -> str:
    return f"{_decimal(Fraction(nanos, _UNITS['s']))}s"


def _decimal(value: Fraction) -> str:
    """The exact decimal number; nanoseconds always have one of at most nine places."""
    sign, scaled = ("-" if value < 0 else ""), abs(value) * _UNITS["s"]
    whole, rest = divmod(int(scaled), _UNITS["s"])
    return f"{sign}{whole}" + (f".{rest:09d}".rstrip("0") if rest else "")


def _checked(nanos: Fraction) -> int:
    if abs(nanos) > _MOST:
        raise RenderError("the duration is over 292 years")
    return int(nanos)


DURATIONS: dict[str, Callable[..., Any]] = {
    "duration": duration,
    "duration_in": duration_in,
    "duration_round": duration_round,
    "duration_truncate": duration_truncate,
}
