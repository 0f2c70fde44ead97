"""What subcharts add to the merging of cells: what null means for a whole one, and globals.

`sub: null` takes a subchart back to its own defaults. A global of a chart is laid over that of each
chart below it, deletions too, at every level; what only the lower one has stays there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from holdfast.errors import Problem, ValuesError
from holdfast.model.values import Layer, Path, spell
from holdfast.values.cells import Cell, copy_cell, lay_map
from holdfast.values.patches import is_patch

GLOBAL = "global"


def note_own(root: Cell, layers: Sequence[Layer], index: int) -> None:
    """With the last of a subchart's own layers laid, note what null for it goes back to."""
    owner = layers[index].owner
    if not owner or any(layer.owner == owner for layer in layers[index + 1 :]):
        return
    size = len(owner)
    mine = [layer for layer in layers[: index + 1] if (layer.owner or ())[:size] == owner]
    own = Cell({}, root.origin)
    for number, layer in enumerate(mine):
        lay_map(own, layer.tree, (), layer.origins.get)
        if layer.owner != owner:
            note_own(own, mine, number)
    above = _at(root, owner[:-1])
    above.subcharts[str(owner[-1])] = _at(own, owner)


def note_deleted(cell: Cell, supplied: dict[str, Any]) -> None:
    """Note as deleted what the user's layers delete, under a map too that came after that."""
    for key, given in supplied.items():
        below = cell.value.get(key)
        if given is None and below is None:
            cell.gone.setdefault(key, cell.history)
        elif isinstance(given, dict) and below is not None and isinstance(below.value, dict):
            note_deleted(below, given)


def hand_down(root: Cell, subcharts: Iterable[Path]) -> None:
    """Lay each chart's `global` over that of the charts below it.

    `subcharts` are their paths. Raises ValuesError where a subchart's values or a global are no
    map.
    """
    for path in sorted(subcharts, key=len):
        above, sub = _at(root, path[:-1]), _at(root, path[:-1]).value.get(path[-1])
        if sub is None or not isinstance(sub.value, dict):
            raise _no_map(path, sub or above)
        given = above.value.get(GLOBAL)
        if given is None:
            if GLOBAL in above.gone:
                _delete(sub, GLOBAL, above)
            continue
        target = sub.value.setdefault(GLOBAL, Cell({}, given.origin))
        for cell, place in ((given, path[:-1]), (target, path)):
            if not isinstance(cell.value, dict):
                raise _no_map((*place, GLOBAL), cell)
        _lay_cell(target, given)


def keep_reset(
    base: dict[str, Any], supplied: dict[str, Any], tree: dict[str, Any], path: Path = ()
) -> None:
    """Write down what null for the subchart at `path` brought back, where later layers hide that.

    Laying `supplied` on `base` would else give what a chart above had said.
    """
    if path:
        key = str(path[0])
        if all(isinstance(part.get(key), dict) for part in (supplied, tree)):
            keep_reset(_map(base.get(key)), supplied[key], tree[key], path[1:])
        return
    for key, value in tree.items():
        given = supplied.get(key)
        if isinstance(given, dict) and isinstance(value, dict) and not is_patch(given):
            keep_reset(_map(base.get(key)), given, value)
        elif key not in supplied and (key not in base or base[key] != value):
            supplied[key] = value


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _lay_cell(target: Cell, given: Cell) -> None:
    for key, cell in given.value.items():
        old = target.value.get(key)
        if old is not None and isinstance(old.value, dict) and isinstance(cell.value, dict):
            _lay_cell(old, cell)
            continue
        fresh = copy_cell(cell)
        if old is not None:
            fresh.beaten = (*fresh.beaten, *old.history)
        target.value[key] = fresh
    for key in given.gone:
        if key not in given.value:
            _delete(target, key, given)


def _delete(target: Cell, key: str, above: Cell) -> None:
    target.value.pop(key, None)
    target.gone[key] = above.gone[key]


def _at(root: Cell, path: Path) -> Cell:
    for part in path:
        root = root.value[part]
    return root


def _no_map(path: Path, cell: Cell) -> ValuesError:
    what = "the values of a subchart" if path[-1] != GLOBAL else "globals"
    message = f"{what} must be a map"
    return ValuesError(
        f"merging values: {spell(path)}: {message}",
        where=cell.origin,
        hint="write `key: value` lines under it; null takes a subchart back to its own defaults",
        problems=(Problem(spell(path), message, cell.origin),),
    )
