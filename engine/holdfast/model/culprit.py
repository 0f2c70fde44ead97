"""A path in the values → what an error says of the value there."""

from __future__ import annotations

from typing import Any

from holdfast.errors import ValueAt
from holdfast.model.values import Path, Values, spell


def value_at(values: Values, path: Path) -> ValueAt:
    """The value at `path` and who gave it; one that is not there has the origin of its parent."""
    if node_at(values.tree, path) is not None:
        return ValueAt(spell(path), values.origin(path))
    parents = (path[:end] for end in range(len(path) - 1, 0, -1))
    around = next((parent for parent in parents if node_at(values.tree, parent) is not None), None)
    return ValueAt(spell(path), values.origin(around) if around else None, given=False)


def node_at(tree: Any, path: Path) -> Any:
    """The node of a tree at `path`; None where there is none."""
    for key in path:
        if isinstance(tree, dict):
            tree = tree.get(key)
        elif isinstance(tree, list) and isinstance(key, int) and -len(tree) <= key < len(tree):
            tree = tree[key]
        else:
            return None
    return tree
