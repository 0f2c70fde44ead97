"""One path of managedFields over an object: what stands there, the object without it, its names.

A path says by itself what it goes through (`f:` a field, `k:` an item by its keys, `v:` a value of
a set, `i:` an index: ManagedFieldsEntry.fieldsV1), so no schema is needed and custom resources are
no exception.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from holdfast.model.ownership import FieldPath
from holdfast.model.plan import ABSENT
from holdfast.model.values import Path

_SPELLED = re.compile(r'\.(?P<name>[^.\[]*)|\[(?P<keys>(?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]')


def value_at(node: Any, path: FieldPath) -> Any:
    """What stands at `path`, or ABSENT."""
    for element in path:
        place = _find(node, element)
        if place is None:
            return ABSENT
        node = node[place]
    return node


def put(node: Any, path: FieldPath, value: Any) -> Any:
    """A copy of `node` with `value` at `path`; ABSENT takes out what is there.

    A place that is not there is made where it is a field, and else left alone.
    """
    if not path:
        return value
    element, rest = path[0], path[1:]
    place = _find(node, element)
    if place is None:
        if value is ABSENT or not isinstance(node, dict) or not element.startswith("f:"):
            return node
        return {**node, element[2:]: put({}, rest, value) if rest else value}
    below = put(node[place], rest, value)
    if isinstance(node, dict):
        without = {key: child for key, child in node.items() if key != place}
        return without if below is ABSENT else {**node, place: below}
    return [
        *node[:place],
        *(() if below is ABSENT else (below,)),
        *node[place + 1 :],
    ]


def names_of(path: FieldPath) -> Path:
    """The path as plans spell it: items of lists in brackets, `[name=web]`."""
    return tuple(_name(element) for element in path)


def keys_of(element: str) -> Mapping[str, Any]:
    """The keys by which an element `k:` tells an item of a list; empty for every other element."""
    if not element.startswith("k:"):
        return {}
    found = json.loads(element[2:])
    return found if isinstance(found, dict) else {}


def read_spelled(text: str) -> FieldPath:
    """The path that a server's message spells: `.spec.ports[port=80,protocol="TCP"].name`.

    A dot in a key cannot be told from one between keys; whoever has the path itself has no need of
    this.
    """
    found = []
    for match in _SPELLED.finditer(text):
        keys = match["keys"]
        if keys is None:
            found.append(f"f:{match['name']}")
        elif keys.startswith("="):
            found.append(f"v:{keys[1:]}")
        else:
            pairs = re.findall(r'([^=,]+)=("(?:[^"\\]|\\.)*"|[^,]*)', keys)
            inner = ",".join(f"{json.dumps(key)}:{value}" for key, value in pairs)
            found.append(f"k:{{{inner}}}")
    return tuple(found)


def _find(node: Any, element: str) -> Any:
    """The key or index of `element` in `node`; None where it is not there."""
    kind, _, rest = element.partition(":")
    if kind == "f":
        return rest if isinstance(node, dict) and rest in node else None
    if not isinstance(node, list):
        return None
    if kind == "i":
        return int(rest) if rest.isdecimal() and int(rest) < len(node) else None
    wanted = json.loads(rest)
    for index, item in enumerate(node):
        if item == wanted if kind == "v" else _has_keys(item, wanted):
            return index
    return None


def _has_keys(item: Any, keys: Mapping[str, Any]) -> bool:
    """A key that the item leaves out has its default (Kubernetes: x-kubernetes-list-map-keys)."""
    return isinstance(item, dict) and all(item.get(key, keys[key]) == keys[key] for key in keys)


def _name(element: str) -> str | int:
    kind, _, rest = element.partition(":")
    if kind == "f":
        return rest
    if kind == "i":
        return int(rest)
    if kind == "v":
        return f"[={_text(json.loads(rest))}]"
    return "[" + ",".join(f"{key}={_text(value)}" for key, value in keys_of(element).items()) + "]"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
