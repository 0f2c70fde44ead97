"""Two objects written alike, so that a diff of their text shows changes and nothing else."""

from __future__ import annotations

from typing import Any

from holdfast.model.plan import ABSENT, FieldChange
from holdfast.model.values import Path
from holdfast.plan.compare import compare
from holdfast.plan.paths import Shape, segments


def align(before: Any, after: Any, path: Path, shape: Shape) -> Any:
    """`after` in the order and spelling of `before` wherever they mean the same."""
    if isinstance(before, dict) and isinstance(after, dict):
        return _ordered(before, after, path, shape)
    if isinstance(before, list) and isinstance(after, list):
        return _list(before, after, path, shape)
    return before if _equal(before, after, path, shape) else after


def fold(before: Any, changes: tuple[FieldChange, ...]) -> Any:
    """`before` with those of `changes` made that lie in maps; the rest of it is shared."""
    for change in changes:
        before = _with(before, change.path, change.after)
    return before


def _ordered(
    before: dict[Any, Any], after: dict[Any, Any], path: Path, shape: Shape
) -> dict[Any, Any]:
    keys = [key for key in before if key in after] + [key for key in after if key not in before]
    return {key: align(before.get(key, ABSENT), after[key], (*path, key), shape) for key in keys}


def _list(before: list[Any], after: list[Any], path: Path, shape: Shape) -> list[Any]:
    keys = shape.keys(path)
    old, new = segments(before, keys), segments(after, keys)
    if old is not None and new is not None:
        ordered = _ordered(
            dict(zip(old, before, strict=True)), dict(zip(new, after, strict=True)), path, shape
        )
        return list(ordered.values())
    if len(before) != len(after):
        return after
    pairs = enumerate(zip(before, after, strict=True))
    return [align(one, other, (*path, index), shape) for index, (one, other) in pairs]


def _equal(before: Any, after: Any, path: Path, shape: Shape) -> bool:
    """A scalar's equality may hang on its place: a quantity's does."""
    return not compare(before, after, shape=shape, path=path)


def _with(node: Any, path: Path, value: Any) -> Any:
    if not isinstance(node, dict):
        return node
    head, rest = path[0], path[1:]
    if rest:
        return {**node, head: _with(node[head], rest, value)} if head in node else node
    if value is ABSENT:
        return {key: child for key, child in node.items() if key != head}
    return {**node, head: value}
