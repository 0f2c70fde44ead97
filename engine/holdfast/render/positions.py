"""A place in a template as one number, so that the engine's own line numbers carry columns too.

The template engine copies a token's line number into every node and into the debug table of the
code it makes. It only ever copies it: `line << 16 | column` rides along for nothing. A number below
65536 is a line whose column is not known.
"""

from __future__ import annotations

from bisect import bisect_right

_BITS = 16
_COLUMN = (1 << _BITS) - 1


def pack(line: int, column: int) -> int:
    """Line and column (both from 1) as one number; a column past 65535 stays there."""
    return line << _BITS | min(column, _COLUMN)


def unpack(place: int) -> tuple[int, int | None]:
    """The line and column of a packed place."""
    return (place >> _BITS, place & _COLUMN) if place > _COLUMN else (place, None)


def shift(place: int, text: str) -> int:
    """The place just behind `text` when `text` begins at `place`."""
    line, column = unpack(place)
    last = text.rfind("\n")
    if last >= 0:
        return pack(line + text.count("\n"), len(text) - last)
    return pack(line, (column or 1) + len(text))


class Lines:
    """Offsets of a text → places."""

    def __init__(self, text: str) -> None:
        starts = [0]
        end = text.find("\n")
        while end >= 0:
            starts.append(end + 1)
            end = text.find("\n", end + 1)
        self._starts = starts

    def place(self, offset: int) -> int:
        """The packed place of an offset."""
        line = bisect_right(self._starts, offset)
        return pack(line, offset - self._starts[line - 1] + 1)
