"""Which value made a line of a diff: the origins of each field, found again in the object's text.

Knows the object and what `dump` wrote of it; which lines change is body.py's to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from holdfast.errors import Where
from holdfast.model.values import Path
from holdfast.plan.paths import Shape, children
from holdfast.yamltext import load_documents

Origins: TypeAlias = Mapping[Path, tuple[Where, ...]]

Note: TypeAlias = tuple[int, str]
"""The line on which a field starts, and where its value came from (`prod.yaml:3:1`, or nothing)."""

_SHOWN = 2
_USERS = ("file", "flag", "release", "patch", "post-renderer")


def line_notes(lines: Sequence[str], obj: Any, origins: Origins, shape: Shape) -> list[Note]:
    """One note for each line of `obj` as text; none at all where nothing is known.

    The paths of `origins` are those that `children` gives.
    """
    if not origins or obj is None:
        return []
    document = load_documents("\n".join(lines), source="")[0]
    started: dict[int, dict[Where, None]] = {}
    for written, path in _paths(obj, (), (), shape):
        line = document.positions[written].line or 1
        started.setdefault(line - 1, {}).update(dict.fromkeys(origins.get(path, ())))
    notes: list[Note] = []
    for number in range(len(lines)):
        new = number in started
        notes.append((number, _spell(tuple(started[number]))) if new else notes[-1])
    return notes


def users_own(origins: Origins) -> Origins:
    """Those origins that the user gave: of a new object the chart's are no news."""
    found = {
        path: tuple(place for place in places if place.kind in _USERS)
        for path, places in origins.items()
    }
    return {path: places for path, places in found.items() if places}


def _paths(node: Any, written: Path, path: Path, shape: Shape) -> Iterator[tuple[Path, Path]]:
    """Every place of an object: as it stands in the text, and as origins name it."""
    yield written, path
    for index, (part, child) in enumerate(children(node, path, shape)):
        step = index if isinstance(node, list) else part
        yield from _paths(child, (*written, step), (*path, part), shape)


def _spell(places: Sequence[Where]) -> str:
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return ", ".join(str(place) for place in places[:_SHOWN]) + more
