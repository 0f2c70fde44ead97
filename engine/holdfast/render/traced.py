"""Values that remember their path, so that an output knows what it was made of.

Templates see these subclasses of dict, list, str, int and float; filters and tests see nothing
special. A bool and null cannot carry a path: for them the access itself is noted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from itertools import islice
from typing import Any, TypeAlias

from holdfast.model.values import Path

Reads = tuple[Path, ...]

GIVEN = 0
"""What begins a path to a secret that is not in the values: no key of the values is a number."""


class Map(dict[Any, Any]):
    """A map of the values tree."""

    __slots__ = ("path",)
    path: Path


class List(list[Any]):
    """A list of the values tree."""

    __slots__ = ("path",)
    path: Path


class Str(str):
    """A text made from values."""

    __slots__ = ("reads",)
    reads: Reads


class Int(int):
    """An integer made from values."""

    reads: Reads


class Float(float):
    """A number made from values."""

    __slots__ = ("reads",)
    reads: Reads


_SCALARS: dict[type, type[Str] | type[Int] | type[Float]] = {str: Str, int: Int, float: Float}
_KINDS: dict[type, type] = {Str: str, Int: int, Float: float}


def is_given(path: Path) -> bool:
    """Whether a path leads to a secret that is not in the values."""
    return path[:1] == (GIVEN,)


Count: TypeAlias = Callable[[int], None]


def _uncounted(steps: int) -> None:
    """For work on what is known to be small."""


def trace(value: Any, path: Path = ()) -> Any:
    """A copy of a values tree in which everything that can knows its path."""
    if isinstance(value, dict):
        tree = Map()
        tree.path = path
        for key, inner in value.items():
            tree[key] = trace(inner, (*path, key))
        return tree
    if isinstance(value, list):
        items = List()
        items.path = path
        for index, inner in enumerate(value):
            items.append(trace(inner, (*path, index)))
        return items
    return mark(value, (path,))


def mark(value: Any, reads: Reads, count: Count = _uncounted) -> Any:
    """`value` as made from `reads`; data inside of lists and maps too, where not yet marked.

    `count` is told of the work.
    """
    if not reads:
        return value
    if kind := _SCALARS.get(type(value)):
        marked = kind(value)
        marked.reads = reads
        return marked
    if type(value) is list:
        count(_work(value))
        return [mark(inner, reads, count) for inner in value]
    if type(value) is dict:
        count(_work(value))
        return {key: mark(inner, reads, count) for key, inner in value.items()}
    return value


def reads_of(value: Any) -> Reads:
    """The paths a scalar was made from."""
    return value.reads if type(value) in _KINDS else ()


def all_reads(value: Any, count: Count = _uncounted) -> Iterator[Path]:
    """The paths of everything in a value; `count` is told of the work."""
    if isinstance(value, dict | list | tuple):
        count(_work(value))
    if isinstance(value, Map | List):
        yield from _leaves(value, count)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from all_reads(inner, count)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from all_reads(inner, count)
    else:
        yield from reads_of(value)


def some_reads(value: Any, most: int = 1000) -> Reads:
    """The paths that the first parts of a value were made of: enough for a message."""
    waiting: deque[Any] = deque((value,))
    found: dict[Path, None] = {}
    while waiting and most > 0:
        node = waiting.popleft()
        most -= 1
        if isinstance(node, Map | List):
            found[node.path] = None
        elif isinstance(node, dict | list | tuple):
            waiting.extend(islice(node.values() if isinstance(node, dict) else node, most))
        else:
            found.update(dict.fromkeys(reads_of(node)))
    return tuple(found)


def _work(value: Sized) -> int:
    """Steps for going through a list or map: one for four of its parts."""
    return len(value) + 2 >> 2


def _leaves(tree: Map | List, count: Count) -> Iterator[Path]:
    pairs: Iterable[tuple[Any, Any]] = tree.items() if isinstance(tree, Map) else enumerate(tree)
    empty = True
    for key, inner in pairs:
        empty = False
        if inner is None or isinstance(inner, bool):
            yield (*tree.path, key)
        else:
            yield from all_reads(inner, count)
    if empty:
        yield tree.path


def unmark(value: Any) -> Any:
    """A scalar as its plain self."""
    kind = _KINDS.get(type(value))
    return kind(value) if kind else value


def join_reads(values: Iterable[Any], count: Count = _uncounted) -> Reads:
    """The paths of several values, each once, in order; `count` is told of the work."""
    return tuple(dict.fromkeys(path for value in values for path in all_reads(value, count)))
