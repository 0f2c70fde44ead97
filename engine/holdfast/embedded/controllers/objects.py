"""Reading and making plain Kubernetes objects: names, owners, conditions, times, hashes.

It must not know any controller's rules.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, TypeAlias

from holdfast.model.manifest import ObjectRef

Object: TypeAlias = dict[str, Any]

_SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""Kubernetes' alphabet for generated names: no vowels, so that no words come about."""


def ref_of(found: Mapping[str, Any]) -> ObjectRef:
    """The reference of an object."""
    metadata = found["metadata"]
    return ObjectRef(
        found["apiVersion"], found["kind"], metadata.get("namespace", ""), metadata["name"]
    )


def name_of(found: Mapping[str, Any]) -> str:
    """metadata.name."""
    return str(found["metadata"]["name"])


def namespace_of(found: Mapping[str, Any]) -> str:
    """metadata.namespace; empty for cluster-scoped objects."""
    return str(found["metadata"].get("namespace", ""))


def uid_of(found: Mapping[str, Any]) -> str:
    """metadata.uid."""
    return str(found["metadata"].get("uid", ""))


def labels_of(found: Mapping[str, Any]) -> dict[str, str]:
    """metadata.labels."""
    return found["metadata"].get("labels") or {}


def finalizers_of(found: Mapping[str, Any]) -> list[str]:
    """metadata.finalizers."""
    return found["metadata"].get("finalizers") or []


def status_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """status, empty where there is none."""
    return found.get("status") or {}


def is_terminating(found: Mapping[str, Any]) -> bool:
    """Whether deletion was asked for."""
    return "deletionTimestamp" in found["metadata"]


def owners_of(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """metadata.ownerReferences."""
    return found["metadata"].get("ownerReferences") or []


def controller_of(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """The owner reference that says `controller: true`."""
    return next((owner for owner in owners_of(found) if owner.get("controller")), None)


def owner_reference(owner: Mapping[str, Any]) -> dict[str, Any]:
    """What a controller writes into the objects it makes."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name_of(owner),
        "uid": uid_of(owner),
        "controller": True,
        "blockOwnerDeletion": True,
    }


def with_owners(found: Object, owners: Sequence[Mapping[str, Any]]) -> Object:
    """The object with other owner references."""
    return with_metadata(found, ownerReferences=[dict(owner) for owner in owners] or None)


def with_finalizers(found: Object, finalizers: Sequence[str]) -> Object:
    """The object with other finalizers."""
    return with_metadata(found, finalizers=list(finalizers) or None)


def with_metadata(found: Object, **fields: Any) -> Object:
    """A copy with fields of metadata set; None takes a field away."""
    changed = deepcopy(found)
    for key, value in fields.items():
        if value is None:
            changed["metadata"].pop(key, None)
        else:
            changed["metadata"][key] = value
    return changed


def condition_of(found: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The condition of a type; empty where there is none."""
    conditions = status_of(found).get("conditions") or ()
    return next((one for one in conditions if one["type"] == kind), {})


def set_condition(
    status: Mapping[str, Any],
    kind: str,
    holds: bool | None,
    now: float,
    *,
    reason: str = "",
    message: str = "",
) -> dict[str, Any]:
    """The status with one condition set; None is Unknown.

    lastTransitionTime moves only with the condition.
    """
    word = "Unknown" if holds is None else str(holds)
    conditions = [dict(one) for one in status.get("conditions") or ()]
    before = next((one for one in conditions if one["type"] == kind), None)
    moved = before["lastTransitionTime"] if before and before["status"] == word else stamp(now)
    after = {"type": kind, "status": word, "lastTransitionTime": moved}
    after |= {key: text for key, text in (("reason", reason), ("message", message)) if text}
    kept = [after if one is before else one for one in conditions]
    return {**status, "conditions": kept if before else [*kept, after]}


def stamp(now: float) -> str:
    """A moment as meta/v1 Time spells it: UTC, whole seconds."""
    return datetime.fromtimestamp(math.floor(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> float:
    """Seconds since the epoch of a meta/v1 Time."""
    return datetime.fromisoformat(text).timestamp()


def digest(*parts: Any, length: int = 10) -> str:
    """A short name for content, fit for object names; equal content has an equal name."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    letters = ""
    for _ in range(length):
        number, letter = divmod(number, len(_SAFE))
        letters += _SAFE[letter]
    return letters
