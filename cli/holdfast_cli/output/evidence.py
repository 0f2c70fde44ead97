"""What a pod that did not get ready left to read, as lines below the error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast import Evidence, HoldfastError


def evidence_lines(error: HoldfastError) -> Iterator[str]:
    """Of each object its last events and its last lines; its reason only where it is news."""
    found: tuple[Evidence, ...] = getattr(error, "evidence", ())
    for one in found:
        known = not one.reason or one.reason in error.message
        yield f"{one.object}:" if known else f"{one.object}: {one.reason}"
        for event in one.events:
            times = f" ×{event.count}" if event.count > 1 else ""
            yield f"  {_clock(event.time)} {event.type} {event.reason}{times}: {event.message}"
        for log in one.logs:
            when = " before its last restart" if log.previous else ""
            nothing = f" cannot be read: {log.problem}" if log.problem else " empty"
            yield f"  log of {log.container}{when}:{'' if log.lines else nothing}"
            yield from (f"    | {line}" for line in log.lines)


def _clock(moment: str) -> str:
    """The local time of an RFC 3339 moment, as the lines of progress have it."""
    from datetime import datetime

    try:
        seconds = datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return moment
    return time.strftime("%H:%M:%S", time.localtime(seconds))
