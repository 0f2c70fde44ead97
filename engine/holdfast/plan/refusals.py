"""The API server's no to a dry run, in its own words, with a next step in ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import ABSENT, FieldChange
from holdfast.model.snapshot import Refusal
from holdfast.plan.paths import short_field, spell_field

_MUTABLE_STATEFUL_SET = frozenset(
    (
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    )
)
"""The API server's own list, from its message about every other field (Kubernetes 1.34)."""

_FIXED = {
    "Deployment": (("spec", "selector"),),
    "ReplicaSet": (("spec", "selector"),),
    "DaemonSet": (("spec", "selector"),),
    "Job": (("spec", "template"), ("spec", "selector"), ("spec", "completionMode")),
    "Service": (("spec", "clusterIP"), ("spec", "clusterIPs")),
    "RoleBinding": (("roleRef",),),
    "ClusterRoleBinding": (("roleRef",),),
    "PersistentVolumeClaim": (("spec",),),
    "ConfigMap": (("data",), ("binaryData",), ("immutable",)),
    "Secret": (("data",), ("immutable",), ("type",)),
    "StorageClass": (("provisioner",), ("parameters",), ("reclaimPolicy",), ("volumeBindingMode",)),
}
"""Fields that the API server never changes on an object that exists."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a change is refused, and what to do."""

    reason: str
    hint: str


def is_conflict(refusal: Refusal) -> bool:
    """Whether the refusal is about fields that other field managers own (server-side apply)."""
    return refusal.status == 409 and any(
        cause.get("reason") == "FieldManagerConflict" for cause in refusal.causes
    )


def conflicts(refusal: Refusal) -> str:
    """`spec.replicas is managed by kubectl`, for every field of a conflict."""
    fields: dict[str, list[str]] = {}
    for cause in refusal.causes:
        manager = re.search(r'"([^"]+)"', cause.get("message", ""))
        owner = manager[1] if manager else "another manager"
        fields.setdefault(owner, []).append(cause.get("field", "").removeprefix(".") or "a field")
    return "; ".join(
        f"{', '.join(dict.fromkeys(names))} {'is' if len(set(names)) == 1 else 'are'} managed by "
        f"{owner}"
        for owner, names in fields.items()
    )


def explain_conflict(refusal: Refusal) -> Answer:
    """A conflict of field managers, and the way to win it."""
    return Answer(
        conflicts(refusal) or _words(refusal),
        "leave these fields out of the chart's values, or take them over with --force-conflicts",
    )


def explain_refusal(ref: ObjectRef, refusal: Refusal, fields: Sequence[FieldChange]) -> Answer:
    """Any other no. `fields` are what the change would be, as far as that is known."""
    reason = f"the server refuses: {_words(refusal)}"
    if fixed := fixed_fields(ref.kind, fields):
        return Answer(reason, _fixed_hint(ref, fixed))
    if refusal.status == 403 and " cannot " in refusal.message:
        return Answer(reason, "ask for that permission, or use credentials that have it")
    if refusal.status == 403:
        return Answer(
            reason, "an admission rule or a quota of the cluster says no: change the values"
        )
    if refusal.status == 404:
        return Answer(reason, "install what defines this kind (its CustomResourceDefinition) first")
    return Answer(reason, "correct the value or the template that sets it")


def fixed_fields(kind: str, fields: Sequence[FieldChange]) -> tuple[FieldChange, ...]:
    """Those of `fields` that can only be set when an object is made."""
    return tuple(field for field in fields if _is_fixed(kind, field))


def _is_fixed(kind: str, field: FieldChange) -> bool:
    path = field.path
    if kind == "StatefulSet":
        return path[:1] == ("spec",) and path[1:2] != () and path[1] not in _MUTABLE_STATEFUL_SET
    return any(path[: len(root)] == root for root in _FIXED.get(kind, ()))


def _fixed_hint(ref: ObjectRef, fixed: Sequence[FieldChange]) -> str:
    first = fixed[0]
    keep = f"{short_field(first.path)} cannot be changed: {_keep(first)}"
    others = f" (also: {', '.join(spell_field(f.path) for f in fixed[1:3])})" if fixed[1:] else ""
    if ref.kind == "StatefulSet":
        again = (
            "delete the StatefulSet but not its pods (orphan) and run this again: "
            "the new one takes over the pods and claims that are there"
        )
    else:
        again = f"delete the {ref.kind} and run this again"
    return f"{keep}{others}, or {again}"


def _keep(field: FieldChange) -> str:
    if field.before is ABSENT:
        return "leave it out"
    if field.masked or isinstance(field.before, dict | list):
        return "keep it as it is"
    return f"keep it at {field.before}"


def _words(refusal: Refusal) -> str:
    """The message without the object's name, which stands beside it anyway."""
    message = " ".join(refusal.message.split())
    return message.partition(" is invalid: ")[2] or message or refusal.reason
