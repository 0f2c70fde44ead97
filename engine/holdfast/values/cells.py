"""A tree of values in which every node knows its origin and what that beat.

The workshop of merge.py: cells change in place while layers are laid on, then are read out. Knows
the rules of one node over another; which layers there are, it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from holdfast.model.values import Edit, Origin, Path

Place: TypeAlias = Callable[[Path], Origin | None]
"""Where a layer names the value at a path; None means where its parent is."""


@dataclass(slots=True)
class Cell:
    """One node. `value` is a dict of cells, a list of cells, or a scalar.

    `beaten` are the origins that this one beat, highest first; `gone` remembers those of a map's
    keys that were deleted, for the day they come back.
    """

    value: Any
    origin: Origin
    beaten: tuple[Origin, ...] = ()
    gone: dict[str, tuple[Origin, ...]] = field(default_factory=dict)

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
        elif isinstance(value, dict):
            if old is None or not isinstance(old.value, dict):
                old = cell.value[key] = Cell({}, origin, _beaten(cell, key))
            old.origin = origin
            lay_map(old, value, here, place)
        else:
            cell.value[key] = _grow(value, here, origin, place, _beaten(cell, key))


def lay_edit(cell: Cell, edit: Edit) -> None:
    """Carry out one assignment under a map cell; a list index changes the list that is there."""
    _put(cell, edit.path, edit)


def _put(cell: Cell, path: Path, edit: Edit) -> None:
    part, rest = path[0], path[1:]
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


def _become(cell: Cell, kind: type, origin: Origin) -> None:
    """Make the cell a map or a list if it is none, and note who touched it last."""
    if not isinstance(cell.value, kind):
        if cell.origin != origin:
            cell.beaten = cell.history
        cell.value, cell.gone = kind(), {}
    elif kind is list and cell.origin != origin:
        cell.beaten = cell.history
    cell.origin = origin


def _delete(cell: Cell, key: str, origin: Origin) -> None:
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
    elif isinstance(value, dict):
        inner = {
            key: _grow(item, (*path, key), place((*path, key)) or origin, place)
            for key, item in value.items()
        }
    else:
        inner = value
    return Cell(inner, origin, beaten)


def _nowhere(path: Path) -> None:
    return None
