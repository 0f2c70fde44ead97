"""Points in time and durations that are given: no clock, no locale, no zone database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import RenderError
from holdfast.render.filters import durations as d
from holdfast.render.filters import times as t

SECONDS = st.integers(-62135596800, 253402300799)


@given(SECONDS)
def test_a_time_is_the_same_in_either_form(seconds: int) -> None:
    text = t.to_time(seconds)
    assert t.unix_time(text) == seconds
    if seconds >= 0:
        moment = datetime.fromtimestamp(seconds, UTC)
        pattern = "%Y-%m-%dT%H:%M:%SZ %j %u %y %I %p %f"
        assert t.format_time(text, pattern) == moment.strftime(pattern)
    assert t.time_add(text, 0) == text


@given(st.integers(0, 10**9), st.integers(-(10**6), 10**6))
def test_moving_there_and_back(seconds: int, change: int) -> None:
    assert t.time_add(t.time_add(seconds, f"{change}s"), f"{-change}s") == t.to_time(seconds)


@given(st.integers(-(2**62), 2**62))
def test_a_duration_reads_back(nanos: int) -> None:
    text = d.duration(f"{nanos}ns")
    assert d.nanoseconds(text) == nanos


@given(st.integers(0, 10**6), st.integers(1, 10**4))
def test_rounding_is_to_the_nearest_multiple(seconds: int, step: int) -> None:
    low = d.duration_in(d.duration_truncate(seconds, step))
    near = d.duration_in(d.duration_round(seconds, step))
    assert low == seconds // step * step
    assert near % step == 0 and abs(near - seconds) * 2 <= step


RESULTS: tuple[tuple[Any, Any], ...] = (
    (d.duration("1.5h"), "1h30m0s"),
    (d.duration("-90s"), "-1m30s"),
    (d.duration("1us500ns"), "1.5µs"),
    (d.duration(".5s"), "500ms"),
    (d.duration(0), "0s"),
    (d.duration("+1m"), "1m0s"),
    (d.duration_in("1h", "m"), 60),
    (d.duration_in(1.5, "ms"), 1500),
    (d.duration_round("-90s", "1m"), "-2m0s"),
    (d.duration_truncate("-90s", "1m"), "-1m0s"),
    (t.to_time("2026-01-02t03:04z"), "2026-01-02T03:04:00Z"),
    (t.to_time("2026-01-02 03:04:05.123456789+02:00"), "2026-01-02T03:04:05.123456+02:00"),
    (t.to_time("2026-01-02", "-05:30"), "2026-01-01T18:30:00-05:30"),
    (t.format_time(0, "%a %A %b %B %e|%F %T|%Z %z|%s|%%"), "Thu Thursday Jan January  1|"
     "1970-01-01 00:00:00|UTC +0000|0|%"),
    (t.format_time(0, "%Z %z", "+05:30"), "+05:30 +0530"),
    (t.format_time("2026-01-02T12:00:00Z", "%I %p"), "12 PM"),
    (t.format_time("2026-01-02T00:00:00Z", "%I %p"), "12 AM"),
    (t.unix_time("1969-12-31T23:59:59.5Z"), -1),
)  # fmt: skip


@pytest.mark.parametrize(("made", "wanted"), RESULTS)
def test_results(made: Any, wanted: Any) -> None:
    assert made == wanted


WRONG = (
    (lambda: d.duration("1d"), "is no duration"),
    (lambda: d.duration(""), "is no duration"),
    (lambda: d.duration("1h 30m"), "is no duration"),
    (lambda: d.duration("5"), "is no duration"),
    (lambda: d.duration(True), "a number is needed here, not a boolean"),
    (lambda: d.duration("9999999999h"), "over 292 years"),
    (lambda: d.duration(1e300), "over 292 years"),
    (lambda: d.duration_in("1h", "y"), "must be ns, us"),
    (lambda: d.duration_round("1h", "0s"), "must be more than 0"),
    (lambda: t.to_time("2026-02-30"), "no time of RFC 3339"),
    (lambda: t.to_time("2026-01-02T25:00:00Z"), "no time of RFC 3339"),
    (lambda: t.to_time("yesterday"), "no time of RFC 3339"),
    (lambda: t.to_time(None), "a time is needed here"),
    (lambda: t.to_time(1e18), "not between the years 1 and 9999"),
    (lambda: t.to_time(float("nan")), "not between the years 1 and 9999"),
    (lambda: t.to_time("9999-12-31T23:59:59Z", "+01:00"), "not between the years 1 and 9999"),
    (lambda: t.time_add("9999-12-31", "48h"), "not between the years 1 and 9999"),
    (lambda: t.to_time(0, "Europe/Berlin"), "UTC or an offset"),
    (lambda: t.format_time(0, "%Q"), "no part '%Q'"),
    (lambda: t.format_time(0, "%"), "no part '%'"),
    (lambda: t.format_time(0, "x" * 5000), "over 4096 characters"),
)


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_is_no_time_is_refused(call: Any, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        call()
