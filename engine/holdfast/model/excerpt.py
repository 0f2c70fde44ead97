"""Three lines of a text with a caret: the one way a message shows a place.

Only what is printable is shown, so that no text can move the cursor of a terminal.
"""

from __future__ import annotations

_WIDTH = 100


def excerpt(text: str, line: int, column: int | None) -> str | None:
    """The line before, the line with a caret under its column (both from 1), the line after.

    A long line is cut around the caret. None where the text has no such line.
    """
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return None
    start = max(0, (column or 1) - 1 - _WIDTH * 3 // 4)
    last = len(lines) - 1 if len(lines) > 1 and not lines[-1] else len(lines)
    shown: list[str] = []
    for number in range(max(1, line - 1), min(max(last, line), line + 1) + 1):
        shown.append(f"{number:4} | {_printable(lines[number - 1], start)}".rstrip())
        if number == line and column:
            shown.append(f"     | {' ' * (column - 1 - start)}^")
    return "\n".join(shown)


def _printable(line: str, start: int) -> str:
    cut = line[start : start + _WIDTH].rstrip("\r")
    return "".join(c if c.isprintable() else " " if c == "\t" else "\ufffd" for c in cut)
