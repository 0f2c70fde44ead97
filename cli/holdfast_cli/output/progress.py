"""What happens while a plan is carried out: append-only lines with the time, fit for CI logs.

On a terminal the objects that are waited for are drawn below them as a tree, anew with each look.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from holdfast_cli.output.live import can_draw, size

if TYPE_CHECKING:
    from holdfast import Event, Progress, Revision
    from holdfast_cli.console import Console


def follow(console: Console, events: Iterator[Event]) -> Revision | None:
    """Print each event as it comes (stderr); the revision that the last one carries."""
    from holdfast import EventKind

    revision, drawn = None, None
    draws = can_draw(sys.stderr) and not console.quiet
    try:
        for event in events:
            revision = event.revision or revision
            if event.kind is EventKind.STARTED:
                console.live.leave()
            if event.kind is EventKind.PROGRESS:
                drawn = event.progress if draws else None
                _draw(console, drawn)
            elif event.kind is EventKind.WARNING:
                console.warn(event.message)
            elif event.kind is not EventKind.FINISHED and not _is_drawn(event, drawn):
                console.say(line(event))
    finally:
        console.live.leave()
    return revision


def line(event: Event) -> str:
    """One event: the local time, what kind of thing happened, and what."""
    clock = time.strftime("%H:%M:%S", time.localtime(event.time))
    return f"{clock} {event.kind.value:<8} {event.message}"


def _is_drawn(event: Event, drawn: Progress | None) -> bool:
    """Whether the tree shows already what the event tells."""
    told = event.kind.value in ("waiting", "ready")
    return told and drawn is not None and any(row.ref == event.ref for row in drawn.rows)


def _draw(console: Console, progress: Progress | None) -> None:
    if progress is None:
        return
    from holdfast_cli.output.tree import draw

    stream = sys.stderr
    columns, lines = size(stream)
    unicode = "utf" in (stream.encoding or "").lower()
    frame = draw(
        progress,
        columns=columns,
        lines=lines,
        paint=lambda text, colour: console.paint(text, colour, stream),
        ascii_only=not unicode,
    )
    console.live.draw(stream, *frame)
