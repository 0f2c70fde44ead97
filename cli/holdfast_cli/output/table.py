"""Columns for people: as kubectl prints them, aligned, three spaces apart, no frame."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_GAP = "   "


def columns(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table under `head`; the last column is not padded."""
    texts = [[str(cell) for cell in row] for row in rows]
    lines = [list(head), *texts]
    widths = [max(map(text_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [pad(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return _GAP.join(padded).rstrip()


def pad(text: str, width: int) -> str:
    """`text` with spaces up to a width in columns."""
    return text + " " * (width - text_width(text))


def text_width(text: str) -> int:
    """Columns on a terminal: wide East Asian characters take two (Unicode TR 11)."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def cut(text: str, limit: int = 120) -> str:
    """`text` in one line of at most `limit` characters; -o json has all of it."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def timestamp(seconds: float) -> str:
    """A moment for people, in UTC."""
    import time

    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def iso(seconds: float) -> str:
    """A moment for machines (RFC 3339, UTC)."""
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
