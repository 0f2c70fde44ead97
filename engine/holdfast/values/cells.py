"""A tree of values in which every node knows its origin and what that beat.

The workshop of merge.py: cells change in place while layers are laid on, then are read out. Knows
the rules of one node over another, keyed patches of lists too; which layers there are, it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any, TypeAlias

from holdfast.light import dataclass
from holdfast.model.values import Edit, EditPath, ItemKey, Origin, Path
from holdfast.values.patches import (
    Patch,
    find_item,
    inside_list,
    is_patch,
    not_a_list,
    read_patch,
    written,
)

Place: TypeAlias = Callable[[Path], Origin | None]
"""Where a layer names the value at a path; None means where its parent is."""


@dataclass(slots=True)
class Cell:
    """One node. `value` is a dict of cells, a list of cells, or a scalar.

    `beaten` are the origins that this one beat, highest first; `gone` remembers those of a map's
    keys that were deleted, for the day they come back; `subcharts` are those of its keys that are
    subcharts, with what null takes them back to.
    """

    value: Any
    origin: Origin
    beaten: tuple[Origin, ...] = ()
    gone: dict[str, tuple[Origin, ...]] = field(default_factory=dict)
    subcharts: dict[str, Cell] = field(default_factory=dict)

    @property
    def history(self) -> tuple[Origin, ...]:
        """Its own origin and what that beat: what a new value in its place has beaten."""
        return (self.origin, *self.beaten)

    def data(self) -> Any:
        """The plain data, in containers of its own."""
        if isinstance(self.value, dict):
            return {key: cell.data() for key, cell in self.value.items()}
        if isinstance(self.value, list):
            return [cell.data() for cell in self.value]
        return self.value

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, Cell]]:
        """Every cell with its path, parents first."""
        yield path, self
        if isinstance(self.value, dict):
            for key, cell in self.value.items():
                yield from cell.walk((*path, key))
        elif isinstance(self.value, list):
            for index, cell in enumerate(self.value):
                yield from cell.walk((*path, index))


def lay_map(cell: Cell, tree: dict[str, Any], path: Path, place: Place) -> None:
    """Lay a layer's map over a map cell: maps merge, null deletes, all else replaces."""
    cell.origin = place(path) or cell.origin
    for key, value in tree.items():
        here = (*path, key)
        origin = place(here) or cell.origin
        old = cell.value.get(key)
        if value is None:
            _delete(cell, key, origin)
        elif is_patch(value):
            if old is None:
                old = cell.value[key] = Cell(None, origin, cell.gone.pop(key, ()))
            _lay_patch(old, read_patch(value, here, origin, place), here, origin, place)
        elif isinstance(value, dict):
            if old is None or not isinstance(old.value, dict):
                old = cell.value[key] = Cell({}, origin, _beaten(cell, key))
            old.origin = origin
            lay_map(old, value, here, place)
        else:
            cell.value[key] = _grow(value, here, origin, place, _beaten(cell, key))


def lay_edit(cell: Cell, edit: Edit) -> None:
    """Carry out one assignment under a map cell.

    A list index and an item's key change the list that is there. Raises ValuesError for a key that
    several items have, and for one under what is no list.
    """
    _put(cell, edit.path, edit)


def item_at(cell: Cell, key: ItemKey, path: EditPath, origin: Origin) -> int | None:
    """The index of the item of a list cell that `key` names."""
    items = (_fields(item) for item in cell.value)
    return find_item(items, key, path, origin)


def _fields(cell: Cell) -> Any:
    """One level of a map cell as plain values; anything else as it is."""
    if not isinstance(cell.value, dict):
        return cell.value
    return {key: field.value for key, field in cell.value.items()}


def _lay_patch(cell: Cell, patch: Patch, path: Path, origin: Origin, place: Place) -> None:
    _open_list(cell, written(path), origin)
    for text, change in patch.items.items():
        here = (*path, patch.name, text)
        at = place(here) or origin
        _lay_item(cell, patch.key(text), change, written(path), at, _below(place, at), here)


def _lay_item(
    rows: Cell,
    key: ItemKey,
    change: Any,
    path: EditPath,
    origin: Origin,
    place: Place,
    here: Path = (),
) -> None:
    """Lay changes on the item that `key` names, appended if there is none; null removes it."""
    index = item_at(rows, key, path, origin)
    if change is None:
        if index is not None:
            del rows.value[index]
        return
    lay_map(_item(rows, index, key, origin), change, here, place)


def _item(rows: Cell, index: int | None, key: ItemKey, origin: Origin) -> Cell:
    if index is None:
        index = len(rows.value)
        rows.value.append(Cell({key.field: Cell(key.value, origin)}, origin))
    found: Cell = rows.value[index]
    return found


def _open_list(cell: Cell, path: EditPath, origin: Origin) -> None:
    """A list cell ready to be patched; nothing at all becomes an empty list."""
    if cell.value is not None and not isinstance(cell.value, list):
        raise not_a_list(path, cell.value, origin)
    _become(cell, list, origin)


def _put(cell: Cell, path: EditPath, edit: Edit) -> None:
    part, rest = path[0], path[1:]
    if isinstance(part, ItemKey):
        _put_item(cell, part, rest, edit)
        return
    _become(cell, list if isinstance(part, int) else dict, edit.origin)
    if isinstance(part, int):
        while len(cell.value) <= part:
            cell.value.append(Cell(None, edit.origin))
        if rest:
            _put(cell.value[part], rest, edit)
        else:
            beaten = cell.value[part].history
            cell.value[part] = _grow(edit.value, (), edit.origin, _nowhere, beaten)
    elif rest:
        if part not in cell.value:
            cell.value[part] = Cell(None, edit.origin, cell.gone.pop(part, ()))
        _put(cell.value[part], rest, edit)
    else:
        lay_map(cell, {part: edit.value}, (), lambda _: edit.origin)


def _put_item(cell: Cell, key: ItemKey, rest: EditPath, edit: Edit) -> None:
    above = edit.path[: len(edit.path) - len(rest) - 1]
    _open_list(cell, above, edit.origin)
    if rest:
        index = item_at(cell, key, above, edit.origin)
        _put(_item(cell, index, key, edit.origin), rest, edit)
    else:
        _lay_item(cell, key, edit.value, above, edit.origin, lambda _: edit.origin)


def _become(cell: Cell, kind: type, origin: Origin) -> None:
    """Make the cell a map or a list if it is none, and note who touched it last."""
    if not isinstance(cell.value, kind):
        if cell.origin != origin:
            cell.beaten = cell.history
        cell.value, cell.gone = kind(), {}
    elif kind is list and cell.origin != origin:
        cell.beaten = cell.history
    cell.origin = origin


def copy_cell(cell: Cell) -> Cell:
    """A copy that shares no container."""
    inner = cell.value
    if isinstance(inner, dict):
        inner = {key: copy_cell(item) for key, item in inner.items()}
    elif isinstance(inner, list):
        inner = [copy_cell(item) for item in inner]
    return Cell(inner, cell.origin, cell.beaten, dict(cell.gone), dict(cell.subcharts))


def _delete(cell: Cell, key: str, origin: Origin) -> None:
    if own := cell.subcharts.get(key):
        cell.value[key] = copy_cell(own)
        return
    cell.gone[key] = (origin, *_beaten(cell, key))
    cell.value.pop(key, None)


def _beaten(cell: Cell, key: str) -> tuple[Origin, ...]:
    old = cell.value.get(key)
    history: tuple[Origin, ...] = old.history if old else cell.gone.pop(key, ())
    return history


def _grow(
    value: Any, path: Path, origin: Origin, place: Place, beaten: tuple[Origin, ...] = ()
) -> Cell:
    """Cells for a value that is taken as written, nulls inside of lists included."""
    if isinstance(value, list):
        inner: Any = [
            _grow(item, (*path, n), place((*path, n)) or origin, place)
            for n, item in enumerate(value)
        ]
    elif is_patch(value):
        raise inside_list(origin)
    elif isinstance(value, dict):
        inner = {
            key: _grow(item, (*path, key), place((*path, key)) or origin, place)
            for key, item in value.items()
        }
    else:
        inner = value
    return Cell(inner, origin, beaten)


def _below(place: Place, origin: Origin) -> Place:
    return lambda path: place(path) or origin


def _nowhere(path: Path) -> None:
    return None
