"""Layers → values: the rules of docs on values, in the order the layers are given. Pure.

Maps merge; lists and scalars replace; null deletes what lower layers gave, and does not reach into
lists; an assignment by list index or item key, and a keyed patch, change the list that is there,
the chart's default included.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import Any

from holdfast.errors import Where
from holdfast.model.later import AnyOf, Later, LaterSet
from holdfast.model.values import Layer, Path, Values
from holdfast.values.cells import Cell, lay_edit, lay_map
from holdfast.values.patches import paths_in
from holdfast.values.subcells import hand_down, keep_reset, note_deleted, note_own
from holdfast.values.supplied import keep_deleted, note_edit, note_tree

_SUPPLIED = frozenset(("file", "flag", "release"))
_NOBODY = Where("no values", kind="file")


def merge(*layers: Layer, subcharts: Collection[Path] = ()) -> Values:
    """The layers merged, low to high.

    A layer is the user's when its origins are files, flags or a stored release; those make up
    `supplied`, such that laying it over the other layers gives the same tree again. `declared` are
    the paths of the charts' own layers. `subcharts` are the paths to hand globals down to.
    Containers are copied: no layer is shared or changed. Raises ValuesError where a subchart's
    values or globals are no map.
    """
    root = Cell({}, _NOBODY)
    supplied: dict[str, Any] = {}
    base: dict[str, Any] | None = None
    for index, layer in enumerate(layers):
        kind = _kind(layer)
        if kind in _SUPPLIED and base is None:
            base = root.data()
        lay_map(root, layer.tree, (), layer.origins.get)
        if kind in _SUPPLIED:
            note_tree(supplied, layer.tree, root)
        for edit in layer.edits:
            lay_edit(root, edit)
            note_edit(supplied, edit, root)
        note_own(root, layers, index)
    tree = root.data()
    keep_deleted(base or {}, supplied, tree)
    if subcharts:
        for path in subcharts:
            keep_reset(base or {}, supplied, tree, path)
        note_deleted(root, supplied)
        hand_down(root, subcharts)
        tree = root.data()
    return Values(
        tree=tree,
        supplied=supplied,
        origins=Later(lambda: {at: c.origin for at, c in root.walk() if c.origin != _NOBODY}),
        overrides=Later(lambda: {at: cell.beaten for at, cell in root.walk() if cell.beaten}),
        declared=AnyOf(*(named_in(layer) for layer in layers if _kind(layer) == "chart")),
    )


def named_in(layer: Layer) -> Set[Path]:
    """The paths of a layer's tree."""
    if layer.named is not None:
        return layer.named
    return LaterSet(lambda: frozenset(paths_in(layer.tree)))


def _kind(layer: Layer) -> str:
    if origin := layer.origins.get(()):
        return origin.kind
    return next((edit.origin.kind for edit in layer.edits), "file")
