"""A template's value → plain data, noting the paths that each part was made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any

from holdfast.light import dataclass
from holdfast.model.values import Path
from holdfast.render.limits import Budget
from holdfast.render.missing import MissingValue, present
from holdfast.render.pieces import Fragment, Hole, Misplaced, Omitted, is_nothing
from holdfast.render.spelling import kind_of, spell_hole
from holdfast.render.traced import List, Map, reads_of, unmark

Place = tuple[str, int]
"""A template's name and a packed place in it."""


@dataclass(slots=True)
class Notes:
    """What is known of the nodes of one object, by path."""

    places: dict[Path, Place] = field(default_factory=dict)
    reads: dict[Path, tuple[Path, ...]] = field(default_factory=dict)

    def read(self, path: Path, reads: Iterable[Path]) -> None:
        """Adds to what a node was made of."""
        if new := tuple(reads):
            self.reads[path] = tuple(dict.fromkeys((*self.reads.get(path, ()), *new)))


class Data:
    """Values of one object → data. `parse` is for fragments."""

    def __init__(
        self, budget: Budget, notes: Notes, parse: Callable[[Fragment, Hole, Path], Any]
    ) -> None:
        self.budget = budget
        self.notes = notes
        self.parse = parse

    def build(self, value: Any, hole: Hole, path: Path) -> Any:
        """Plain data of a value, every scalar's paths noted."""
        self.budget.step()
        self.notes.places.setdefault(path, (hole.template, hole.place))
        if isinstance(value, Fragment):
            return self.parse(value, hole, path)
        if isinstance(value, dict):
            return self._map(value, hole, path)
        if isinstance(value, list | tuple | range):
            return self._list(value, hole, path)
        if isinstance(value, float) and not math.isfinite(value):
            raise Misplaced("the number is not finite", hole)
        if value is None or isinstance(value, str | int | float):
            self.notes.read(path, reads_of(value))
            self.budget.put_out(len(value) if isinstance(value, str) else 8)
            return str(value) if isinstance(value, str) else unmark(value)
        raise self._refused(value, hole)

    def _refused(self, value: Any, hole: Hole) -> Misplaced:
        try:
            return Misplaced(f"{kind_of(present(value))} is no data", hole)
        except MissingValue as error:
            return Misplaced(str(error), hole, hint=error.hint)

    def _map(self, value: dict[Any, Any], hole: Hole, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, inner in value.items():
            name = str(key) if isinstance(key, str) else self._key(key, hole)
            if name in result:
                raise Misplaced(f"the map has the key {name!r} twice", hole)
            at = (*path, name)
            data = self.build(kept(inner), hole, at)
            if isinstance(inner, Omitted) and is_nothing(data):
                continue
            result[name] = data
            if isinstance(value, Map) and at not in self.notes.reads and _is_traceless(inner):
                self.notes.read(at, ((*value.path, key),))
        return result

    def _list(self, value: Any, hole: Hole, path: Path) -> list[Any]:
        result: list[Any] = []
        for index, inner in enumerate(value):
            at = (*path, len(result))
            data = self.build(kept(inner), hole, at)
            if isinstance(inner, Omitted) and is_nothing(data):
                continue
            result.append(data)
            if isinstance(value, List) and at not in self.notes.reads and _is_traceless(inner):
                self.notes.read(at, ((*value.path, index),))
        return result

    def _key(self, key: Any, hole: Hole) -> str:
        if key is None or not isinstance(key, bool | int | float):
            raise Misplaced(f"{kind_of(key)} cannot be a key", hole)
        return spell_hole(Hole(key, hole.place, hole.template))


def kept(value: Any) -> Any:
    """The value inside of `omit_empty`."""
    return value.value if isinstance(value, Omitted) else value


def _is_traceless(value: Any) -> bool:
    return value is None or isinstance(value, bool)
