"""Which part of a patch made a field what it is: the place that plans and diffs name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.errors import Where
from holdfast.kinds.patches import pointer
from holdfast.model.patch import Patch
from holdfast.model.values import Path
from holdfast.plan.paths import Shape, canonical


def place_of(patch: Patch, path: Path, after: Any) -> Where:
    """The place in `patch` of the field at `path` (list items by their keys) of the object `after`.

    Where the patch does not name the field itself it is the nearest around it, or the first in it.
    """
    named = list(_named(patch, after))
    around = [(len(at), where) for at, where in named if path[: len(at)] == at]
    # Of several operations on one field the last one counts.
    nearest = max(reversed(around), key=lambda row: row[0], default=(-1, patch.where))
    if nearest[0] == len(path):
        return nearest[1]
    inside = (where for at, where in named if at[: len(path)] == path)
    return next(inside, nearest[1])


def _named(patch: Patch, after: Any) -> Iterator[tuple[Path, Where]]:
    shape = Shape.of(after)
    if isinstance(patch.body, dict):
        for at, where in patch.positions.items():
            yield canonical(patch.body, at, shape), where
        return
    for index, operation in enumerate(patch.body):
        if operation["op"] not in ("remove", "test"):
            yield _aimed(operation, after, shape), patch.place((index,))


def _aimed(operation: Any, after: Any, shape: Shape) -> Path:
    """Where an operation puts its value, as far as the object still has that place."""
    parts = pointer(operation["path"])
    path: Path = ()
    node = after
    for part in parts:
        if isinstance(node, list):
            index = len(node) - 1 if part == "-" else int(part) if part.isdecimal() else -1
            node = node[index] if 0 <= index < len(node) else None
            path = (*path, index)
        else:
            node = node.get(part) if isinstance(node, dict) else None
            path = (*path, part)
    return canonical(after, path, shape)
