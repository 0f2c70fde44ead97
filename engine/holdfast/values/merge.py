"""Layers → values: the rules of docs on values, in the order the layers are given. Pure.

Maps merge; lists and scalars replace; null deletes what lower layers gave, and does not reach into
lists; an assignment by list index changes the list that is there, the chart's default included.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.errors import Where
from holdfast.model.values import Edit, Layer, Path, Values
from holdfast.values.cells import Cell, lay_edit, lay_map

_SUPPLIED = frozenset(("file", "flag", "release"))
_NOBODY = Where("no values", kind="file")


def merge(*layers: Layer) -> Values:
    """The layers merged, low to high.

    A layer is the user's when its origins are files, flags or a stored release; those make up
    `supplied`, such that laying it over the other layers gives the same tree again. `declared` are
    the paths of the chart's own layers. Containers are copied: no layer is shared or changed.
    """
    root = Cell({}, _NOBODY)
    supplied: dict[str, Any] = {}
    base: dict[str, Any] | None = None
    declared: set[Path] = set()
    for layer in layers:
        kind = _kind(layer)
        if kind == "chart":
            declared.update(_paths(layer.tree, ()))
        if kind in _SUPPLIED and base is None:
            base = root.data()
        lay_map(root, layer.tree, (), layer.origins.get)
        if kind in _SUPPLIED:
            _overlay(supplied, layer.tree)
        for edit in layer.edits:
            lay_edit(root, edit)
            _supply(supplied, edit, root)
    tree = root.data()
    _keep_deleted(base or {}, supplied, tree)
    cells = dict(root.walk())
    return Values(
        tree=tree,
        supplied=supplied,
        origins={path: cell.origin for path, cell in cells.items() if cell.origin != _NOBODY},
        overrides={path: cell.beaten for path, cell in cells.items() if cell.beaten},
        declared=frozenset(declared),
    )


def _kind(layer: Layer) -> str:
    if origin := layer.origins.get(()):
        return origin.kind
    return next((edit.origin.kind for edit in layer.edits), "file")


def _paths(value: Any, path: Path) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))


def _overlay(target: dict[str, Any], tree: dict[str, Any]) -> None:
    """Maps merge, all else replaces, null included."""
    for key, value in tree.items():
        if isinstance(value, dict):
            if not isinstance(target.get(key), dict):
                target[key] = {}
            _overlay(target[key], value)
        else:
            target[key] = _copy(value)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def _supply(supplied: dict[str, Any], edit: Edit, root: Cell) -> None:
    """Note an edit among the supplied values; one inside of a list as the whole list it left."""
    path, value = edit.path, edit.value
    end = next((n for n, part in enumerate(path) if isinstance(part, int)), None)
    if end is not None:
        path, cell = path[:end], root
        for part in path:
            cell = cell.value[part]
        value = cell.data()
    for part in reversed(path):
        value = {part: value}
    _overlay(supplied, value)


def _keep_deleted(base: dict[str, Any], supplied: dict[str, Any], tree: dict[str, Any]) -> None:
    """Write down as null what an earlier layer deleted and a later one's map would bring back."""
    for key, value in base.items():
        given = supplied.get(key)
        if not isinstance(value, dict) or not isinstance(given, dict):
            if key not in tree:
                supplied.setdefault(key, None)
            continue
        if isinstance(tree.get(key), dict):
            _keep_deleted(value, given, tree[key])
