"""Mappings and sets made at the first look: for what is costly and hardly ever asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T", covariant=True)
V = TypeVar("V", covariant=True)


class Later(Mapping[K, V]):
    """What `make` gives, made once, at the first look."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Mapping[K, V]]) -> None:
        self._make: Callable[[], Mapping[K, V]] | None = make
        self._made: Mapping[K, V] = {}

    def _all(self) -> Mapping[K, V]:
        if self._make is not None:
            self._made, self._make = self._make(), None
        return self._made

    def __getitem__(self, key: K) -> V:
        return self._all()[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(dict(self))


class LaterSet(Set[T]):
    """The set that `make` gives, made once, at the first look."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Set[T]]) -> None:
        self._make: Callable[[], Set[T]] | None = make
        self._made: Set[T] = frozenset()

    def _all(self) -> Set[T]:
        if self._make is not None:
            self._made, self._make = self._make(), None
        return self._made

    def __contains__(self, item: object) -> bool:
        return item in self._all()

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(set(self))


class AnyOf(Set[T]):
    """The union of several sets, which are asked in turn: the costly ones come last."""

    __slots__ = ("_sets",)

    def __init__(self, *sets: Set[T]) -> None:
        self._sets = sets

    def __contains__(self, item: object) -> bool:
        return any(item in one for one in self._sets)

    def __iter__(self) -> Iterator[T]:
        return iter(frozenset[T]().union(*self._sets))

    def __len__(self) -> int:
        return len(frozenset[T]().union(*self._sets))

    def __repr__(self) -> str:
        return repr(set(self))
