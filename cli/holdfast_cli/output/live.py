"""Lines at the bottom of a terminal that are drawn anew in their place, without flicker.

One write per frame: up to its first line, each line over the old one, the rest cleared. What is
printed meanwhile goes above. (ECMA-48: CUU, EL, ED; mode 2026 lets a terminal show a frame at once,
and others ignore it.)
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from holdfast_cli.output.table import text_width

_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
_CLEAR_LINE, _CLEAR_BELOW = "\x1b[K", "\x1b[J"
_SMALL = (80, 24)


class Live:
    """What is drawn at the bottom of `stream` now: nothing, until `draw`."""

    def __init__(self) -> None:
        self._lines: tuple[str, ...] = ()
        self._widths: tuple[int, ...] = ()

    def draw(self, stream: TextIO, lines: Sequence[str], widths: Sequence[int]) -> None:
        """Put these lines in the place of those before. `widths` are their columns on screen."""
        frame = "".join(f"{line}{_CLEAR_LINE}\n" for line in lines)
        self._write(stream, f"{self._up(stream)}{frame}{_CLEAR_BELOW}")
        self._lines, self._widths = tuple(lines), tuple(widths)

    def above(self, stream: TextIO, text: str) -> None:
        """Print `text` above the lines that are drawn."""
        if not self._lines:
            print(text, file=stream, flush=True)
            return
        frame = "".join(f"{line}{_CLEAR_LINE}\n" for line in self._lines)
        self._write(stream, f"{self._up(stream)}{_CLEAR_BELOW}{text}\n{frame}")

    def leave(self) -> None:
        """Let the lines stand as they are; what comes is printed below."""
        self._lines, self._widths = (), ()

    def _up(self, stream: TextIO) -> str:
        """To the first line drawn; a terminal made narrower has wrapped them meanwhile."""
        columns, _ = size(stream)
        rows = sum(max(1, -(-width // columns)) for width in self._widths)
        return f"\r\x1b[{rows}A" if rows else ""

    def _write(self, stream: TextIO, text: str) -> None:
        stream.write(f"{_BEGIN}{text}{_END}")
        stream.flush()


def can_draw(stream: TextIO) -> bool:
    """Whether lines can be drawn anew there: a terminal that moves its cursor."""
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb" and os.name == "posix"


def size(stream: TextIO) -> tuple[int, int]:
    """Columns and lines of the terminal behind a stream; a usual size where it does not say."""
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return _SMALL
    return columns or _SMALL[0], lines or _SMALL[1]


def fit(text: str, columns: int) -> str:
    """`text` cut to at most `columns`, an ellipsis in the last one."""
    if text_width(text) <= columns:
        return text
    kept = ""
    for char in text:
        if text_width(kept + char) > columns - 1:
            break
        kept += char
    return kept + "…"
