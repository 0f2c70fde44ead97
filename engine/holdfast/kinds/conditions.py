"""Reading an object without trusting its shape: custom resources may hold anything there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Object: TypeAlias = Mapping[str, Any]


def map_at(obj: Object, key: str) -> Object:
    """The map called `key`; empty where there is none."""
    found = obj.get(key)
    return found if isinstance(found, Mapping) else {}


def value_at(obj: Object, path: Sequence[str]) -> Any:
    """What stands at a path of fields; None where there is nothing."""
    found: Any = obj
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def maps_at(obj: Object, key: str) -> tuple[Object, ...]:
    """The maps in the list called `key`."""
    found = obj.get(key)
    return tuple(i for i in found if isinstance(i, Mapping)) if isinstance(found, list) else ()


def number_at(obj: Object, key: str) -> int:
    """The whole number called `key`, spelled as text or not (Argo Rollouts do); 0 for none."""
    found = obj.get(key)
    if isinstance(found, str) and found.isdecimal():
        return int(found)
    return found if isinstance(found, int) else 0


def annotation(obj: Object, name: str) -> str:
    """The text of an annotation; empty where there is none."""
    return str(map_at(map_at(obj, "metadata"), "annotations").get(name) or "")


def condition(obj: Object, kind: str) -> Object:
    """The status condition of that type; empty where there is none."""
    conditions = maps_at(map_at(obj, "status"), "conditions")
    return next((row for row in conditions if row.get("type") == kind), {})


def words(found: Object, default: str = "") -> str:
    """A condition's message in one line, else its reason, else `default`."""
    return " ".join(str(found.get("message") or found.get("reason") or default).split())


def is_true(found: Object) -> bool:
    """Whether a condition's status is True (it may also be False or Unknown)."""
    return found.get("status") == "True"
