"""Filters over maps: they give new maps and never change the one they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import items, mapping
from holdfast.render.spelling import kind_of


def get(value: Any, key: Any, default: Any = None) -> Any:
    """The value of a key; `default` where the map has no such key."""
    return mapping(value).get(_key(key), default)


def dig(value: Any, *path: Any, default: Any = None) -> Any:
    """The value at a path of keys and list indices; `default` where the path ends early."""
    if not path:
        raise RenderError("dig needs at least one key")
    for step in path:
        if isinstance(value, dict) and _key(step) in value:
            value = value[_key(step)]
        elif isinstance(value, list | tuple) and _is_index(step, len(value)):
            value = value[step]
        else:
            return default
    return value


def put(value: Any, key: Any, new: Any) -> dict[Any, Any]:
    """The map with one entry set; its place stays where the key is there already."""
    return {**mapping(value), _key(key): new}


def pluck(value: Any, *keys: Any) -> list[Any]:
    """Of each map in a list the value of the key, where it has it."""
    if len(keys) != 1:
        raise RenderError("pluck needs one key")
    key = _key(keys[0])
    return [one[key] for item in items(value) if key in (one := mapping(item))]


def has_keys(value: Any, *keys: Any) -> bool:
    """Whether the map has all of these keys."""
    known = mapping(value)
    return all(_key(key) in known for key in keys)


def from_items(value: Any) -> dict[Any, Any]:
    """A map of (key, value) pairs: what `items` gives, back again; a later pair wins."""
    made: dict[Any, Any] = {}
    for pair in items(value):
        parts = items(pair)
        if len(parts) != 2:
            raise RenderError(f"from_items needs pairs, not a list of {len(parts)}")
        made[_key(parts[0])] = parts[1]
    return made


def _key(key: Any) -> Any:
    if isinstance(key, dict | list | tuple) or key is None:
        raise RenderError(f"{kind_of(key)} cannot be a key")
    return key


def _is_index(step: Any, size: int) -> bool:
    return isinstance(step, int) and not isinstance(step, bool) and -size <= step < size


MAPS: dict[str, Callable[..., Any]] = {
    "dig": dig,
    "from_items": from_items,
    "get": get,
    "has_keys": has_keys,
    "pluck": pluck,
    "set": put,
}
