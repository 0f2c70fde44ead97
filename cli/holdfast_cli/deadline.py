"""A wall-clock limit around work on what a stranger wrote: templates, patterns, schemas.

The engine's budgets count steps and sizes; a pattern that backtracks does neither. The timer is the
process's own (POSIX ITIMER_REAL), so it belongs to the command and not to the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

RENDER_SECONDS = 30.0


@contextmanager
def render_limit() -> Iterator[None]:
    """Let the block run for RENDER_SECONDS at most.

    Raises RenderError in the midst of it when that is over.
    """
    import signal

    before = signal.signal(signal.SIGALRM, _over)
    signal.setitimer(signal.ITIMER_REAL, RENDER_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _over(signum: int, frame: object) -> None:
    from holdfast import RenderError

    raise RenderError(
        f"rendering the chart took longer than {RENDER_SECONDS:g} seconds",
        hint="is there a pattern that backtracks, or a loop that is too long?",
    )
