"""One value of a release changed without its chart: what was supplied, and what that came to."""

from __future__ import annotations

from typing import Any

from holdfast.model.values import Path


def amend(
    supplied: dict[str, Any], values: dict[str, Any], path: Path, value: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both trees with `value` at `path`; the trees that are given stay as they are.

    As with `--set`, an item of a list is supplied as the whole list that it leaves (supplied.py).
    """
    tree = _put(values, path, value)
    end = next((n for n, part in enumerate(path) if isinstance(part, int)), len(path))
    given = tree
    for part in path[:end]:
        given = given[part]
    return _put(supplied, path[:end], given), tree


def _put(node: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        items = list(node)
        items[head] = _put(items[head], rest, value)
        return items
    here = node if isinstance(node, dict) else {}
    return {**here, head: _put(here.get(head), rest, value)}
