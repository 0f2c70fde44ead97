"""What the user gave over the chart, as one tree: stored with the release, and laid on again later.

Laying it over the chart's own layers gives the same values again. Nulls stay, and so do keyed
patches, so that the items they leave alone follow the chart. An assignment by list index is noted
as the whole list it left, and so is what no single patch can say (removed, then made anew).
"""

from __future__ import annotations

from typing import Any

from holdfast.errors import ValuesError, Where
from holdfast.model.values import Edit, EditPath, ItemKey
from holdfast.values.cells import Cell, item_at, lay_map
from holdfast.values.patches import is_patch, to_patch

_ABSENT = object()
_SOMEWHERE = Where("values")


class _Unsayable(Exception):
    """Two changes in turn that no single one says."""


def note_tree(supplied: dict[str, Any], tree: dict[str, Any], root: Cell) -> None:
    """Note a layer's tree; `root` has the values with the layer on it."""
    for key, value in tree.items():
        old = supplied.get(key, _ABSENT)
        if is_patch(value):
            supplied[key] = _patched(old, value, root.value[key])
        elif isinstance(value, dict):
            if not isinstance(old, dict) or is_patch(old):
                supplied[key] = {}
            note_tree(supplied[key], value, root.value[key])
        else:
            supplied[key] = _copy(value)


def note_edit(supplied: dict[str, Any], edit: Edit, root: Cell) -> None:
    """Note one assignment; `root` has the values with it."""
    note_tree(supplied, _as_tree(edit.path, edit.value, root, edit.origin), root)


def keep_deleted(base: dict[str, Any], supplied: dict[str, Any], tree: dict[str, Any]) -> None:
    """Write down what would come back when the noted tree is laid on `base` again.

    As null what an earlier layer deleted and a later one's map would bring back, and as a whole
    list what a patch would not come to any more.
    """
    for key, given in supplied.items():
        if is_patch(given) and not _comes_to(base.get(key), given, tree[key]):
            supplied[key] = _copy(tree[key])
        elif isinstance(given, dict) and not is_patch(given) and key not in base:
            keep_deleted({}, given, tree[key])
    for key, value in base.items():
        given = supplied.get(key)
        if not isinstance(value, dict) or not isinstance(given, dict) or is_patch(given):
            if key not in tree:
                supplied.setdefault(key, None)
            continue
        if isinstance(tree.get(key), dict):
            keep_deleted(value, given, tree[key])


def _comes_to(base: Any, patch: dict[str, Any], expected: Any) -> bool:
    cell = Cell({}, _SOMEWHERE)
    try:
        lay_map(cell, {"list": base}, (), lambda _: None)
        lay_map(cell, {"list": patch}, (), lambda _: None)
    except ValuesError:
        return False
    return bool(cell.data()["list"] == expected)


def _as_tree(path: EditPath, value: Any, cell: Cell, origin: Where) -> Any:
    """The tree that an assignment comes to; from a list index on, the list as it is in `cell`."""
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(part, int):
        return cell.data()
    if isinstance(part, ItemKey):
        index = item_at(cell, part, (), origin) if rest else None
        inner = value if index is None else _as_tree(rest, value, cell.value[index], origin)
        return to_patch(part, inner)
    below = cell.value.get(part) if rest else cell
    return {part: _as_tree(rest, value, below, origin)}


def _patched(old: Any, patch: dict[str, Any], cell: Cell) -> Any:
    """A patch over what was noted before: one patch where that is possible, else the whole list."""
    if old is _ABSENT:
        return _copy(patch)
    if not is_patch(old):
        return cell.data()
    try:
        return _joined(old, patch)
    except _Unsayable:
        return cell.data()


def _joined(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """One tree that says what two trees (patches among them) say in turn."""
    if is_patch(below) and below.keys() != above.keys():
        raise _Unsayable
    found = dict(below)
    for key, value in above.items():
        old = found.get(key, _ABSENT)
        if not isinstance(value, dict) or old is _ABSENT:
            found[key] = _copy(value)
        elif not isinstance(old, dict) or is_patch(old) != is_patch(value):
            raise _Unsayable
        else:
            found[key] = _joined(old, value)
    return found


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value
