"""Who owns a field of an object, and what becomes of one that others own too."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from holdfast.light import dataclass
from holdfast.model.values import Path

FieldPath: TypeAlias = tuple[str, ...]
"""A path as managedFields spells it: `f:spec`, `k:{"name":"web"}`, `v:"a"` (FieldsV1)."""

CONFLICT_ANNOTATION = "holdfast.dev/on-conflict"
"""What becomes of an object's fields that others own, as the chart says: `spec.replicas=leave`."""


class Policy(StrEnum):
    """What becomes of a field that the chart sets and another field manager owns."""

    TAKE = "take"
    LEAVE = "leave"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that we and somebody else want to set.

    `path` names items of lists by their keys. `manager`, `operation` (Apply or Update),
    `subresource` and `time` (RFC 3339) are those of the owner's entry in managedFields; `manager`
    is empty where only an autoscaler lays claim to it. `ours` is the chart's value, `theirs` the
    live one. `by` says who decided the `policy`; it is empty where nobody did.
    """

    path: Path
    manager: str
    ours: Any
    theirs: Any
    policy: Policy
    by: str = ""
    operation: str = ""
    subresource: str = ""
    time: str = ""
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """What changes hands before an object is applied.

    The fields of the managers `taken` become ours, so that those we do not apply go; the fields
    `ceded` stop being ours, so that they stay although we no longer apply them.
    """

    taken: tuple[str, ...] = ()
    ceded: tuple[FieldPath, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.taken or self.ceded)


NO_HANDOVER = Handover()


def annotation_of(obj: Mapping[str, Any]) -> Any:
    """The conflict annotation of an object as it stands there; None where it has none."""
    annotations = (obj.get("metadata") or {}).get("annotations")
    return annotations.get(CONFLICT_ANNOTATION) if isinstance(annotations, dict) else None
