"""How a template reaches data: by key, never by attribute, so nothing of Python is in reach.

Notes on the way which paths of the values an expression reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from jinja2.runtime import LoopContext, Undefined
from jinja2.utils import Namespace

from holdfast.model.values import Path, spell
from holdfast.render.culprits import paths_in
from holdfast.render.missing import METHODS, Declarations, Missing, missing, nearest_name
from holdfast.render.pieces import plain
from holdfast.render.spelling import kind_of
from holdfast.render.traced import List, Map, mark, reads_of

LOOP_CALLS = ("cycle", "changed")
_LOOP = frozenset(
    "index index0 revindex revindex0 first last length previtem nextitem depth depth0".split()
)


Noted: TypeAlias = dict[Path, Any]
"""Paths that were read, in order, with what was there."""


class Access:
    """Every access of one render."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._log: list[Noted] = [{}]

    def begin(self) -> None:
        """Begins to note what an expression reads."""
        self._log.append({})

    def end(self) -> tuple[Path, ...]:
        """What the expression begun last has read."""
        return tuple(self._log.pop())

    def so_far(self) -> tuple[Path, ...]:
        """What the expression that is at work has read until now."""
        return tuple(self._log[-1])

    def noted(self) -> Noted:
        """As `end`, with the values."""
        return self._log.pop()

    def note_again(self, noted: Noted) -> None:
        """Notes what was read before, for the expression that is at work."""
        for path, value in noted.items():
            self._note(path, value)

    def paths_of(self, values: Iterable[Any]) -> tuple[Path, ...]:
        """The paths that these values come from; null and booleans as they were read last."""
        return tuple(dict.fromkeys(path for value in values for path in self._paths_of(value)))

    def _paths_of(self, value: Any) -> tuple[Path, ...]:
        if value is not None and not isinstance(value, bool):
            return paths_in(value)
        inner = reversed(self._log[-1].items())
        if found := next((path for path, known in inner if known is value), None):
            return (found,)
        for log in reversed(self._log[:-1]):
            if log:
                path, known = next(reversed(log.items()))
                return (path,) if known is value else ()
        return ()

    def reach(self, obj: Any, keys: tuple[Any, ...]) -> Any:
        """`obj.a.b.c`: the whole way at once, since a declared path without a value is null."""
        if type(obj) is Map and (found := straight(obj, keys)) is not None:
            path = (*obj.path, *keys)
            log = self._log[-1]
            for end in range(len(obj.path), len(path) + 1) if log else ():
                log.pop(path[:end], None)
            log[path] = found
            return found
        for index, key in enumerate(keys):
            if isinstance(obj, Undefined):
                return obj
            if isinstance(obj, Map):
                inner = self._read(obj, plain(key), keys[index + 1 :])
                if inner is None or isinstance(inner, Undefined):
                    return inner
                obj = inner
            else:
                obj = self._item(plain(obj), plain(key))
        return obj

    def _read(self, tree: Map, key: Any, rest: tuple[Any, ...]) -> Any:
        if not isinstance(key, str):
            return missing(f"{kind_of(key)} is no key of values.{spell(tree.path)}")
        path = (*tree.path, str(key))
        value = tree.get(key)
        if value is not None or (key in tree and not rest):
            self._note(path, value)
            return value
        path = (*path, *rest)
        if not self._declarations.declares(path):
            return self._declarations.missing(path)
        self._note(path, None)
        return None

    def _item(self, obj: Any, key: Any) -> Any:
        if isinstance(obj, dict):
            return obj[key] if _is_key(key) and key in obj else _absent_key(obj, key)
        if isinstance(obj, LoopContext | Namespace):
            return _special(obj, key)
        if not isinstance(obj, str | list | tuple | range):
            return self._no_map(obj, key)
        if isinstance(key, slice):
            return mark(obj[key], reads_of(obj))
        if not isinstance(key, int) or isinstance(key, bool):
            return self._no_map(obj, key)
        if not -len(obj) <= key < len(obj):
            hint = "items count from 0, and -1 is the last; `| default(…)` is for one that may lack"
            path = (*obj.path, int(key)) if isinstance(obj, List) else None
            count = "it is empty" if not obj else f"the last is {len(obj) - 1}"
            return missing(f"there is no item {key}: {count}", hint, path=path)
        if isinstance(obj, List):
            self._note((*obj.path, int(key) % len(obj)), obj[key])
        return mark(obj[key], reads_of(obj))

    def _no_map(self, obj: Any, key: Any) -> Missing:
        """What has no keys: a method was meant, or a map should stand in the values there."""
        path = next(iter(self._paths_of(obj)), None)
        hint = "methods are not reachable: use a filter"
        if path and key not in METHODS:
            hint = f"the template wants a map at values.{spell(path)}, with the key {key!r}"
        return missing(f"{kind_of(obj)} has no key {key!r}", hint, path=path)

    def _note(self, path: Path, value: Any) -> None:
        log = self._log[-1]
        log.pop(path[:-1], None)
        log.pop(path, None)
        log[path] = value


def straight(tree: Map, keys: tuple[Any, ...]) -> Any:
    """What lies at `tree.a.b`, where it is all maps on the way; None where that is to be seen."""
    found: Any = tree
    for key in keys:
        if type(found) is not Map or type(key) is not str:
            return None
        found = found.get(key)
    return found


def _is_key(value: Any) -> bool:
    return isinstance(value, str | int | float | None)


def _absent_key(obj: dict[Any, Any], key: Any) -> Missing:
    if not isinstance(key, str):
        return missing(f"there is no key {key!r}" if _is_key(key) else f"{kind_of(key)} is no key")

    def hint() -> str | None:
        near = nearest_name(key, [name for name in obj if isinstance(name, str)])
        return f"did you mean {near!r}?" if near else None

    return missing(f"there is no key {key!r}", hint)


def _special(obj: Any, key: Any) -> Any:
    """The few attributes of a loop and of a namespace."""
    if isinstance(key, str) and not key.startswith("_"):
        if isinstance(obj, LoopContext) and (key in _LOOP or key in LOOP_CALLS):
            return getattr(obj, key)
        if isinstance(obj, Namespace):
            names = object.__getattribute__(obj, "_Namespace__attrs")
            return names[key] if key in names else missing(f"the namespace has no {key!r}")
    return missing(f"{kind_of(obj)} has no key {key!r}")
