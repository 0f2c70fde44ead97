"""Sets of fields: the paths that a field manager owns, and their two spellings.

A path is a tuple of elements as FieldsV1 writes them: `f:name` for a field, `k:{…}` for an item of
a list by its keys, `v:…` for a value of a set. Source: the documentation of structured-merge-diff
and of ManagedFieldsEntry.fieldsV1. This file knows no managers and no conflicts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from holdfast.kinds.fields import ANY, Field, Shape

Path: TypeAlias = tuple[str, ...]
FieldSet: TypeAlias = frozenset[Path]
Leaves: TypeAlias = dict[Path, Any]

PRESENT = "."
"""The value of a path that is owned for being there: a list's item, a key of an untyped map."""


def leaves(value: Any, schema: Field) -> Leaves:
    """Every path of `value` that can be owned, with what stands there.

    What is atomic (scalars, atomic lists and maps) is one leaf; so is an empty map.
    """
    found: Leaves = {}
    _walk(value, schema, (), found)
    return found


def _walk(value: Any, field: Field, path: Path, found: Leaves) -> None:
    if field.atomic or value is None:
        found[path] = value
    elif field.shape is Shape.LIST and isinstance(value, list):
        _walk_list(value, field, path, found)
    elif isinstance(value, Mapping):
        _walk_map(value, field, path, found)
    else:
        found[path] = value


def _walk_map(value: Mapping[str, Any], field: Field, path: Path, found: Leaves) -> None:
    declared = field.fields
    for name, item in value.items():
        inner = (*path, f"f:{name}")
        _walk(item, field.child(name) or ANY, inner, found)
        if item == {}:
            found[inner] = item
        elif name not in declared:
            found.setdefault(inner, PRESENT)


def _walk_list(value: list[Any], field: Field, path: Path, found: Leaves) -> None:
    if field.list_type == "atomic":
        found[path] = value
        return
    for item in value:
        inner = (*path, element_of(item, field))
        found[inner] = PRESENT
        if field.list_type == "map":
            _walk(item, field.item, inner, found)
            found[inner] = PRESENT


def element_of(item: Any, field: Field) -> str:
    """The path element of an item of a list of type map or set."""
    if field.list_type == "set":
        return "v:" + _compact(item)
    keys = {name: _key(item, name, field) for name in sorted(field.keys)}
    return "k:" + _compact(keys)


def _key(item: Any, name: str, field: Field) -> Any:
    value = item.get(name) if isinstance(item, Mapping) else None
    if value is not None:
        return value
    child = field.item.child(name)
    return child.default if child else None


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def changed(before: Leaves, after: Leaves) -> FieldSet:
    """The paths that `after` adds or gives another value."""
    return frozenset(
        path for path, value in after.items() if path not in before or before[path] != value
    )


def removed(before: Leaves, after: Leaves) -> FieldSet:
    """The paths that `after` lacks."""
    return frozenset(before.keys() - after.keys())


def with_parents(paths: FieldSet) -> FieldSet:
    """`paths` and every named field above them: who owns a field keeps the struct it is in."""
    found = set(paths)
    for path in paths:
        for end in range(len(path) - 1, 0, -1):
            if path[:end] in found:
                break
            if path[end - 1].startswith("f:"):
                found.add(path[:end])
    return frozenset(found)


def as_tree(paths: Iterable[Path]) -> dict[str, Any]:
    """FieldsV1: nested elements; `.` marks an inner element that is a member itself."""
    root: dict[str, Any] = {}
    for path in sorted(paths):
        node = root
        for element in path:
            node = node.setdefault(element, {})
        node["."] = {}
    return _without_lone_marks(root)


def _without_lone_marks(node: dict[str, Any]) -> dict[str, Any]:
    if node.keys() == {"."}:
        return {}
    return {name: _without_lone_marks(node[name]) for name in sorted(node)}


def from_tree(tree: Mapping[str, Any]) -> FieldSet:
    """The set that FieldsV1 spells."""
    return frozenset(_paths(tree, ()))


def _paths(node: Mapping[str, Any], path: Path) -> Iterator[Path]:
    if path and (not node or "." in node):
        yield path
    for element, below in node.items():
        if element != ".":
            yield from _paths(below, (*path, element))


def in_order(paths: Iterable[Path]) -> list[Path]:
    """As the server lists conflicts: at each level the members first, then what is inside."""
    return list(_ordered(as_tree(paths), ()))


def _ordered(node: Mapping[str, Any], path: Path) -> Iterator[Path]:
    below = [element for element in node if element != "."]
    yield from ((*path, one) for one in below if not node[one] or "." in node[one])
    for element in below:
        yield from _ordered(node[element], (*path, element))


def spell(path: Path) -> str:
    """A path as messages write it: `.spec.containers[name="web"].image`."""
    return "".join(_spell(element) for element in path)


def _spell(element: str) -> str:
    kind, _, rest = element.partition(":")
    if kind == "f":
        return f".{rest}"
    if kind == "v":
        return f"[={rest}]"
    keys = json.loads(rest)
    return "[" + ",".join(f"{name}={_compact(value)}" for name, value in keys.items()) + "]"
