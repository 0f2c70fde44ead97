"""logs: what the containers of a release's pods have written, one pod after the other or followed.

Everything here is one after the other. A single container is followed as a stream, until it ends;
of several the logs are looked at in turn, from the last line seen on, which outlives restarts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field

from holdfast.actions.log_sources import LogSource
from holdfast.actions.target import Target
from holdfast.errors import ClusterError
from holdfast.light import dataclass

POLL = 1.0
"""Seconds between two looks at the logs of several pods."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line, and who wrote it."""

    source: LogSource
    text: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions:
    """What to read: the run before the last restart, the last `tail` lines (None: all)."""

    previous: bool = False
    tail: int | None = None
    follow: bool = False


def read_logs(
    target: Target,
    sources: Sequence[LogSource],
    options: LogOptions,
    *,
    on_trouble: Callable[[LogSource, ClusterError], None],
) -> Iterator[LogLine]:
    """The lines of one container after the other; followed, until Ctrl-C where there are several.

    A container whose log cannot be read is told to `on_trouble`; where none can be, the last error
    is raised.
    """
    if options.follow and len(sources) > 1:
        return _followed(target, [_Place(one) for one in sources], options, on_trouble)
    return _read(target, sources, options, on_trouble)


def _read(
    target: Target,
    sources: Sequence[LogSource],
    options: LogOptions,
    on_trouble: Callable[[LogSource, ClusterError], None],
) -> Iterator[LogLine]:
    failed = 0
    for source in sources:
        try:
            for text in target.cluster.logs(
                source.pod,
                container=source.container,
                previous=options.previous,
                tail=options.tail,
                follow=options.follow,
            ):
                yield LogLine(source, text)
        except ClusterError as error:
            failed += 1
            error.hint = error.hint or _hint(options)
            if failed == len(sources):
                raise
            on_trouble(source, error)


def _hint(options: LogOptions) -> str:
    if options.previous:
        return "without --previous it is the present run"
    return "`holdfast status` says what the pod waits for"


@dataclass(slots=True)
class _Place:
    """How far the log of a container has been read: the last time, and the lines of that time."""

    source: LogSource
    time: str = ""
    seen: list[str] = field(default_factory=list)
    trouble: str = ""

    def news(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines, each with its time before it, that were not there at the last look."""
        rows = [line.partition(" ")[::2] for line in lines]
        same = [text for moment, text in rows if moment == self.time]
        fresh = [(self.time, text) for text in same[_end_of(self.seen, same) :]]
        for moment, text in (*fresh, *(row for row in rows if row[0] > self.time)):
            if moment != self.time:
                self.time, self.seen = moment, []
            self.seen.append(text)
            yield text


def _end_of(part: Sequence[str], whole: Sequence[str]) -> int:
    """The place after the last occurrence of `part` in `whole`; 0 where there is none."""
    ends = range(len(whole), len(part) - 1, -1) if part else ()
    return next((end for end in ends if whole[end - len(part) : end] == part), 0)


def _followed(
    target: Target,
    places: Sequence[_Place],
    options: LogOptions,
    on_trouble: Callable[[LogSource, ClusterError], None],
) -> Iterator[LogLine]:
    first = True
    while True:
        for place in places:
            try:
                yield from _look(target, place, options)
                place.trouble = ""
            except ClusterError as error:  # it restarts, or the server is away for a while
                before, place.trouble = place.trouble, error.message
                if first and all(one.trouble for one in places):
                    raise
                if error.message != before:
                    on_trouble(place.source, error)
        first = False
        target.clock.sleep(POLL)


def _look(target: Target, place: _Place, options: LogOptions) -> Iterator[LogLine]:
    lines = target.cluster.logs(
        place.source.pod,
        container=place.source.container,
        tail=None if place.time else options.tail,
        timestamps=True,
        since=place.time,
    )
    for text in place.news(lines):
        yield LogLine(place.source, text)
