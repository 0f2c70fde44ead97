"""What is deleted and made anew: an object whose fixed fields change, where the user named it.

Whether the change is one of fixed fields is refusals.py's to say; here is what becomes of the pods.
The rules are those of the StatefulSet controller (kubernetes.io/docs: Workloads, StatefulSets): a
new set takes over pods that its selector finds, and their claims by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from holdfast.errors import UsageError
from holdfast.kinds.stateful_sets import claim_templates, is_stateful_set
from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Change, Effect, FieldChange, Verb
from holdfast.plan.effects import judge
from holdfast.plan.stateful import ordinals_of
from holdfast.plan.wording import name_changes, spec_of

RECREATE_FLAG = "--allow-recreate"

_WITH_PODS = frozenset(
    "DaemonSet Deployment Job Pod ReplicaSet ReplicationController StatefulSet".split()
)
NEVER_RECREATED = frozenset(
    "CustomResourceDefinition Namespace PersistentVolume PersistentVolumeClaim".split()
)
"""With these go others' objects, or data: no flag makes them anew."""


@dataclass(frozen=True, slots=True)
class Recreation:
    """An object that may be deleted and made anew; kind and name are patterns."""

    kind: str
    name: str

    def is_for(self, ref: ObjectRef) -> bool:
        """Whether it allows it for this object."""
        same_kind = fnmatchcase(ref.kind.lower(), self.kind.lower())
        return same_kind and ref.kind not in NEVER_RECREATED and fnmatchcase(ref.name, self.name)

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


def read_recreation(text: str) -> Recreation:
    """A flag's `KIND/NAME`. Raises UsageError."""
    kind, slash, name = text.strip().partition("/")
    if not (kind and slash and name) or "/" in name:
        raise UsageError(
            f"reading {RECREATE_FLAG} {text}: {text!r} names no object",
            hint="write KIND/NAME, as plans do: StatefulSet/web",
        )
    if kind.lower() in {one.lower() for one in NEVER_RECREATED}:
        raise UsageError(
            f"{RECREATE_FLAG} {text}: a {kind} is never made anew: data, or others' objects, go "
            "with it",
            hint="change it in a way that the server allows, or give it another name",
        )
    return Recreation(kind, name)


def recreated(
    change: Change, fixed: Sequence[FieldChange], before: dict[str, Any], after: dict[str, Any]
) -> Change:
    """The change as a deletion and a creation; `fixed` are the fields that could not be changed."""
    why = f"{name_changes(fixed)}: deleted and made anew"
    if change.ref.kind not in _WITH_PODS:
        return replace(change, verb=Verb.RECREATE, effect=Effect.CREATE, reason=why)
    stateful = is_stateful_set(change.ref.api_version, change.ref.kind)
    if stateful and _takes_over_pods(before, after):
        return _around_pods(change, fixed, before, after, why)
    claims = ", its claims stay" if stateful and any(claim_templates(before)) else ""
    return replace(
        change,
        verb=Verb.RECREATE,
        effect=Effect.RECREATE_PODS,
        reason=f"{why}, with its pods{claims}",
        ordinals=ordinals_of(after) if stateful else (),
    )


def recreation_caution(change: Change) -> str:
    """What whoever carries the plan out has to agree to; empty where nothing stops."""
    if change.verb is not Verb.RECREATE or change.effect is Effect.RECREATE_KEEP_PODS:
        return ""
    gone = "all its pods stop" if change.effect is Effect.RECREATE_PODS else "it is gone meanwhile"
    return f"{change.ref} is deleted and made anew: {gone}"


def _around_pods(
    change: Change,
    fixed: Sequence[FieldChange],
    before: dict[str, Any],
    after: dict[str, Any],
    why: str,
) -> Change:
    rest = [field for field in change.fields if field not in fixed]
    verdict = judge(before, after, rest, {}) if rest else None
    then = f"; then {verdict.reason}" if verdict and verdict.ordinals else ""
    return replace(
        change,
        verb=Verb.RECREATE,
        effect=Effect.RECREATE_KEEP_PODS,
        reason=f"{why} around its pods and claims, which stay as they are{then}",
        ordinals=verdict.ordinals if verdict else (),
    )


def _takes_over_pods(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """The new set finds the old one's pods, and they have all volumes that it wants.

    A pod that lacks a volume of the new set blocks its controller for good: a pod's volumes cannot
    be changed. One that lives under another Service's name has to start anew, too.
    """
    same = all(
        spec_of(before).get(name) == spec_of(after).get(name)
        for name in ("selector", "serviceName")
    )
    return same and {*claim_templates(after)} <= {*claim_templates(before)}
