"""What a value alone on its line stands among: a guess from columns, which the parser checks.

YAML has no syntax for "more entries here", so such a line is written as an entry of whatever its
neighbours are. Inside of a scalar that is wrong and is taken back exactly, so a wrong guess costs
nothing: the parser, not this file, decides what is a scalar.
"""

from __future__ import annotations

import re
from typing import Literal

from holdfast.light import dataclass

Kind = Literal["key", "dash", "dash below key", "other", "alone"]
Role = Literal["whole", "entry", "item", "by value"]


@dataclass(slots=True)
class Lone:
    """A value alone on its line, or alone behind dashes."""

    line: int
    column: int
    above: Kind | None = None
    below: Kind | None = None


def roles(lines: list[str], token: re.Pattern[str]) -> dict[int, Role]:
    """The role of each lone token, by line index; those that are a whole node are left out."""
    groups = _groups(lines, token)
    found: dict[int, Role] = {}
    for group in groups:
        role = _role(group[0].above, group[-1].below, len(group))
        if role != "whole":
            found.update((lone.line, role) for lone in group)
    return found


def _role(above: Kind | None, below: Kind | None, count: int) -> Role:
    if "other" in (above, below):
        return "whole"
    if "dash" in (above, below):
        return "item"
    if above == "dash below key":
        return "by value"
    if "key" in (above, below):
        return "entry"
    return "by value" if count > 1 else "whole"


def _groups(lines: list[str], token: re.Pattern[str]) -> list[list[Lone]]:
    groups: list[list[Lone]] = []
    last: Lone | None = None
    columns: list[tuple[int, Kind]] = []
    for number, line in enumerate(lines):
        entries = _entries(line, token)
        if not entries:
            if line.startswith(("---", "...")):
                columns, last = [], None
            continue
        first, kind = entries[0]
        if last:
            last.below = kind if first == last.column else None
        column, kind = entries[-1]
        above = _advance(columns, entries)
        follows = last and kind == "alone" and last.column == column == first
        last = Lone(number, column, above) if kind == "alone" else None
        if last and follows:
            groups[-1].append(last)
        elif last:
            groups.append([last])
    return groups


def _advance(columns: list[tuple[int, Kind]], entries: list[tuple[int, Kind]]) -> Kind | None:
    """Takes a line into the open columns; returns what stood above its last entry."""
    above: Kind | None = None
    for column, kind in entries:
        while columns and columns[-1][0] > column:
            columns.pop()
        above = columns.pop()[1] if columns and columns[-1][0] == column else None
        if kind == "dash" and above in ("key", "dash below key"):
            kind = "dash below key"
        columns.append((column, kind))
    return above


def _entries(line: str, token: re.Pattern[str]) -> list[tuple[int, Kind]]:
    """The columns at which something begins: each dash, then what follows them."""
    if line.startswith(("---", "...")):
        return []
    found: list[tuple[int, Kind]] = []
    column = len(line) - len(line.lstrip(" "))
    while line.startswith("-", column) and line[column + 1 : column + 2] in ("", " "):
        found.append((column, "dash"))
        column += 1 + len(line[column + 1 :]) - len(line[column + 1 :].lstrip(" "))
    rest = line[column:].rstrip()
    if not rest or rest.startswith("#"):
        return found
    if token.fullmatch(rest):
        return [*found, (column, "alone")]
    is_key = rest.endswith(":") or ": " in rest or ":\t" in rest or rest.startswith("? ")
    return [*found, (column, "key" if is_key else "other")]
