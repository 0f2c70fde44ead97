"""Filters over given points in time. There is no clock: what time it is, no template can know.

A time is a number of seconds since 1970 (UTC) or a text of RFC 3339. Zones are UTC and fixed
offsets: named ones come from a database that differs from machine to machine. Names of days and
months are English everywhere, whatever the machine's locale.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import text
from holdfast.render.filters.durations import nanoseconds
from holdfast.render.limits import MAX_WIDTH

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_RFC3339 = (
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:\d\d)?)?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253402300799
_KNOWN = "%Y %m %d %e %H %I %p %M %S %f %j %y %b %B %a %A %u %z %Z %s %F %T %%"

_Part = Callable[[datetime], str]
_PARTS: dict[str, _Part] = {
    "Y": lambda t: f"{t.year:04d}",
    "y": lambda t: f"{t.year % 100:02d}",
    "m": lambda t: f"{t.month:02d}",
    "d": lambda t: f"{t.day:02d}",
    "e": lambda t: f"{t.day:2d}",
    "H": lambda t: f"{t.hour:02d}",
    "I": lambda t: f"{(t.hour - 1) % 12 + 1:02d}",
    "p": lambda t: "AM" if t.hour < 12 else "PM",
    "M": lambda t: f"{t.minute:02d}",
    "S": lambda t: f"{t.second:02d}",
    "f": lambda t: f"{t.microsecond:06d}",
    "j": lambda t: f"{t.timetuple().tm_yday:03d}",
    "b": lambda t: _MONTHS[t.month - 1][:3],
    "B": lambda t: _MONTHS[t.month - 1],
    "a": lambda t: _DAYS[t.weekday()][:3],
    "A": lambda t: _DAYS[t.weekday()],
    "u": lambda t: str(t.isoweekday()),
    "z": lambda t: _offset(t).replace(":", ""),
    "Z": lambda t: "UTC" if _offset(t) == "+00:00" else _offset(t),
    "s": lambda t: str((t - _EPOCH) // timedelta(seconds=1)),
    "F": lambda t: f"{t.year:04d}-{t.month:02d}-{t.day:02d}",
    "T": lambda t: f"{t.hour:02d}:{t.minute:02d}:{t.second:02d}",
    "%": lambda t: "%",
}


def format_time(value: Any, pattern: Any, zone: Any = None) -> str:
    """A time as text: `%Y-%m-%d %H:%M:%S` and the other signs of strftime that have one meaning."""
    moment, source = _time(value, zone), text(pattern)
    if len(source) > MAX_WIDTH:
        raise RenderError(f"a pattern for a time is over {MAX_WIDTH} characters")

    def part(found: re.Match[str]) -> str:
        if found[1] not in _PARTS:
            raise RenderError(f"a time has no part {found[0]!r}", hint=f"parts: {_KNOWN}")
        return _PARTS[found[1]](moment)

    return re.sub(r"%(.?)", part, source, flags=re.S)


def time_add(value: Any, change: Any) -> str:
    """A time moved by a duration (`-1h30m`, or seconds), as RFC 3339."""
    try:
        return _spell(_time(value, None) + timedelta(microseconds=nanoseconds(change) // 1000))
    except OverflowError:
        raise RenderError("the time is not between the years 1 and 9999") from None


def unix_time(value: Any) -> int:
    """A time as seconds since 1970 (UTC), cut at its point."""
    return (_time(value, None) - _EPOCH) // timedelta(seconds=1)


def to_time(value: Any, zone: Any = None) -> str:
    """A time as RFC 3339, in `zone` where that is given."""
    return _spell(_time(value, zone))


def _time(value: Any, zone: Any) -> datetime:
    moment = _read(value) if isinstance(value, str) else _from_seconds(value)
    try:
        return moment if zone is None else moment.astimezone(_zone(text(zone)))
    except OverflowError:
        raise RenderError("the time is not between the years 1 and 9999") from None


def _from_seconds(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RenderError("a time is needed here: seconds since 1970, or a text of RFC 3339")
    if not 0 <= abs(value) <= _LATEST:
        raise RenderError("the time is not between the years 1 and 9999")
    try:
        return _EPOCH + timedelta(seconds=value)
    except OverflowError:
        raise RenderError("the time is not between the years 1 and 9999") from None


def _read(value: Any) -> datetime:
    found = re.fullmatch(_RFC3339, text(value))
    hint = "write it as 2026-01-31, or 2026-01-31T12:00:00Z"
    if found is None:
        raise RenderError("the text is no time of RFC 3339", hint=hint)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    micros = int((found[7] or "").ljust(6, "0")[:6])
    try:
        zone = _zone((found[8] or "Z").upper())
        return datetime(year, month, day, hour, minute, second, micros, zone)
    except ValueError:
        raise RenderError("the text is no time of RFC 3339", hint=hint) from None


def _zone(name: str) -> timezone:
    if name in ("Z", "UTC"):
        return UTC
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", name)
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        raise RenderError("a zone is UTC or an offset such as +02:00")
    minutes = int(found[2]) * 60 + int(found[3])
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


def _spell(moment: datetime) -> str:
    micros = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    zone = _offset(moment)
    return _core(moment) + micros + ("Z" if zone == "+00:00" else zone)


def _core(moment: datetime) -> str:
    """`2026-01-31T12:00:00`."""
    return f"{_PARTS['F'](moment)}T{_PARTS['T'](moment)}"


def _offset(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


TIMES: dict[str, Callable[..., Any]] = {
    "format_time": format_time,
    "time_add": time_add,
    "to_time": to_time,
    "unix_time": unix_time,
}
