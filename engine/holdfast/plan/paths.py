"""Places in an object, spelled so that they stay true when a list is reordered.

An item of a list whose items have keys (Kubernetes: x-kubernetes-list-map-keys) is one path segment
of text in brackets, `[name=web]` or `[port=80,protocol=TCP]`; any other item is its index. People
read `spec.template.spec.containers[name=web].env[name=TZ].value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.kinds import fields
from holdfast.light import dataclass
from holdfast.model.plan import ABSENT
from holdfast.model.values import Path


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind whose lists are meant. Kinds that are not built in have no list keys."""

    api_version: str = ""
    kind: str = ""

    @classmethod
    def of(cls, obj: Mapping[str, Any]) -> Shape:
        """The shape of an object, by its own apiVersion and kind."""
        return cls(str(obj.get("apiVersion", "")), str(obj.get("kind", "")))

    def keys(self, path: Path) -> tuple[str, ...]:
        """The keys of the list at `path`; empty where its items have none."""
        return fields.merge_keys(self.api_version, self.kind, path)

    def is_quantity(self, path: Path) -> bool:
        """Whether the value at `path` is a quantity, as `1Gi` is."""
        root = fields.schema_of(self.api_version, self.kind)
        found = fields.field_at(root, path) if root else None
        return found is not None and found.type == "quantity"


def segments(items: Sequence[Any], keys: Sequence[str]) -> tuple[str, ...] | None:
    """One segment per item; None where the items do not all have keys, each its own."""
    if not keys or not all(isinstance(item, dict) for item in items):
        return None
    named = tuple(_segment(item, keys) for item in items)
    return named if all(named) and len(set(named)) == len(named) else None


def children(node: Any, path: Path, shape: Shape) -> Iterator[tuple[str | int, Any]]:
    """The segment and value of every child of `node`, which stands at `path`."""
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from zip(segments(node, shape.keys(path)) or range(len(node)), node, strict=True)


def look_up(node: Any, path: Path, shape: Shape) -> Any:
    """The value at `path`, or ABSENT. A path of plain indices is understood too."""
    done: Path = ()
    for part in path:
        found = dict(children(node, done, shape)).get(part, ABSENT)
        if found is ABSENT and isinstance(node, list) and isinstance(part, int):
            found = node[part] if part < len(node) else ABSENT
        if found is ABSENT:
            return ABSENT
        node, done = found, (*done, part)
    return node


def canonical(node: Any, path: Path, shape: Shape) -> Path:
    """`path` with the index of every keyed item replaced by its segment, as far as it leads."""
    done: Path = ()
    for position, part in enumerate(path):
        below = list(children(node, done, shape))
        if isinstance(node, list) and isinstance(part, int) and part < len(below):
            name, node = below[part]
        elif part in (found := dict(below)):
            name, node = part, found[part]
        else:
            return done + path[position:]
        done = (*done, name)
    return done


def spell_field(path: Path) -> str:
    """A path as people read it; map keys with a dot are quoted, the root is `.`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.startswith("[") and part.endswith("]"):
            text += part
        else:
            text += f'."{part}"' if "." in part or not part else f".{part}"
    return text.removeprefix(".") or "."


def short_field(path: Path) -> str:
    """The end of a path that is enough in a sentence about its object."""
    for root in (("spec", "template", "spec"), ("spec", "template", "metadata"), ("spec",)):
        if path[: len(root)] == root and len(path) > len(root):
            return spell_field(path[len(root) :])
    return spell_field(path)


def _segment(item: Mapping[str, Any], keys: Sequence[str]) -> str:
    named = ",".join(f"{key}={item[key]}" for key in keys if key in item)
    return f"[{named}]" if named else ""
