"""What happens while a plan is carried out: append-only lines with the time, fit for CI logs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast import Event, Revision
    from holdfast_cli.console import Console


def follow(console: Console, events: Iterator[Event]) -> Revision | None:
    """Print each event as it comes (stderr); the revision that the last one carries."""
    from holdfast import EventKind

    revision = None
    for event in events:
        revision = event.revision or revision
        if event.kind is EventKind.WARNING:
            console.warn(event.message)
        elif event.kind is not EventKind.FINISHED:
            console.say(line(event))
    return revision


def line(event: Event) -> str:
    """One event: the local time, what kind of thing happened, and what."""
    clock = time.strftime("%H:%M:%S", time.localtime(event.time))
    return f"{clock} {event.kind.value:<8} {event.message}"
