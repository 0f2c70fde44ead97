"""Filters over maps and lists, and the two that speak of values that are not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from jinja2.runtime import Undefined
from jinja2.utils import pass_environment

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import count, items, mapping, text
from holdfast.render.pieces import Fragment, Omitted, Raw
from holdfast.render.spelling import kind_of, spell_plainly

_MAX_DEPTH = 100


def default(value: Any, other: Any = "", empty: Any = False) -> Any:
    """`other` where the value is missing or null; with `empty` also where it is empty or false."""
    if isinstance(value, Undefined) or value is None or (empty and not value):
        return other
    return value


def omit_empty(value: Any) -> Omitted:
    """As a whole value: the key or item disappears when it is null, {}, [] or empty text."""
    return value if isinstance(value, Omitted) else Omitted(value)


def raw(value: Any) -> Raw:
    """Text that is put in before the YAML is parsed."""
    if isinstance(value, Fragment | str):
        return Raw(value if isinstance(value, str) else str(value))
    return Raw(spell_plainly(value))


def keys(value: Any) -> list[Any]:
    """The keys of a map, in order."""
    return list(mapping(value))


def values(value: Any) -> list[Any]:
    """The values of a map, in order."""
    return list(mapping(value).values())


def pairs(value: Any) -> list[tuple[Any, Any]]:
    """(key, value) of each entry, in order."""
    return list(mapping(value).items())


def merge(value: Any, *others: Any) -> dict[Any, Any]:
    """Maps merged at every depth; a later one wins, lists are replaced."""
    result = dict(mapping(value))
    for other in others:
        result = _merge(result, mapping(other), 0)
    return result


def _merge(low: dict[Any, Any], high: dict[Any, Any], depth: int) -> dict[Any, Any]:
    if depth > _MAX_DEPTH:
        raise RenderError(f"a map is nested deeper than {_MAX_DEPTH}")
    result = dict(low)
    for key, value in high.items():
        below = result.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        result[key] = _merge(below, value, depth + 1) if both else value  # type: ignore[arg-type]
    return result


def pick(value: Any, *names: Any) -> dict[Any, Any]:
    """Only these keys."""
    return {key: inner for key, inner in mapping(value).items() if key in names}


def omit(value: Any, *names: Any) -> dict[Any, Any]:
    """All but these keys."""
    return {key: inner for key, inner in mapping(value).items() if key not in names}


def flatten(value: Any) -> list[Any]:
    """Lists in a list, laid out in one."""
    result: list[Any] = []
    for item in items(value):
        result.extend(items(item) if isinstance(item, list | tuple) else [item])
    return result


def uniq(value: Any) -> list[Any]:
    """Each item once, the first of its kind; items may be maps."""
    seen: set[str] = set()
    result = []
    for item in items(value):
        mark = json.dumps(item, sort_keys=True, default=kind_of)
        if mark not in seen:
            seen.add(mark)
            result.append(item)
    return result


def batch(value: Any, size: Any) -> list[list[Any]]:
    """Lists of `size` items each, the last one shorter."""
    whole, step = items(value), count(size)
    if not step:
        raise RenderError("batch needs a size of at least 1")
    return [whole[start : start + step] for start in range(0, len(whole), step)]


@pass_environment
def groupby(environment: Any, value: Any, name: Any) -> list[tuple[Any, list[Any]]]:
    """(group, items) for each value of a key, in the order of the groups."""
    groups: dict[Any, list[Any]] = {}
    for item in items(value):
        key = item
        for part in text(name).split("."):
            key = environment.getitem(key, part)
        groups.setdefault(key, []).append(item)
    return sorted(groups.items(), key=lambda group: group[0])


def concat(value: Any, *others: Iterable[Any]) -> list[Any]:
    """Lists one after another."""
    return [item for part in (value, *others) for item in items(part)]


COLLECTIONS: dict[str, Callable[..., Any]] = {
    "batch": batch,
    "concat": concat,
    "d": default,
    "default": default,
    "flatten": flatten,
    "groupby": groupby,
    "items": pairs,
    "keys": keys,
    "merge": merge,
    "omit": omit,
    "omit_empty": omit_empty,
    "pick": pick,
    "raw": raw,
    "uniq": uniq,
    "values": values,
}
