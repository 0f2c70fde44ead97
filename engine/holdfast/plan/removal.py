"""One object that is no longer wanted: deleted, or left where it is, with the reason.

It must not know how it is deleted: that a StatefulSet is stopped in order first is apply's doing.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.generated import is_generated
from holdfast.model.manifest import KEEP_ANNOTATION, Manifest, ObjectRef
from holdfast.model.plan import Change, Effect, Operation, Verb
from holdfast.plan.decide import Case
from holdfast.plan.keeping import WITH_CLAIMS, keeps_claims
from holdfast.plan.normalize import normalize
from holdfast.plan.ownership import asks_to_stay, foreign_owner
from holdfast.plan.secrecy import secrecy_of
from holdfast.plan.stateful import ordinals_of


def decide_removal(manifest: Manifest, case: Case) -> Change | None:
    """Delete or left alone, for an object that is no longer wanted; None where it is gone."""
    live = case.snapshot.of(manifest.ref).live
    if live is None:
        return None
    metadata = live.get("metadata") or {}
    before = normalize(live)
    secrecy = secrecy_of(manifest, case.secret_texts)
    change = Change(
        Verb.NONE,
        manifest.ref,
        Effect.NONE,
        "",
        source=manifest.source,
        before=before,
        uid=str(metadata.get("uid") or ""),
        sensitive=frozenset(secrecy.find(before)),
    )
    owner = foreign_owner(live, release=case.release, namespace=case.namespace)
    if owner:
        return replace(change, reason=f"left alone: it belongs to {owner} now")
    if is_generated(live) and keeps_claims(case):
        return replace(change, reason=WITH_CLAIMS)
    if asks_to_stay(live):
        return replace(change, reason=f"kept: {KEEP_ANNOTATION}: keep")
    if metadata.get("deletionTimestamp"):
        return replace(change, reason="is being deleted already")
    stateful = is_stateful_set(manifest.ref.api_version, manifest.ref.kind)
    return replace(
        change,
        verb=Verb.DELETE,
        effect=Effect.DELETE,
        reason=_removal_reason(manifest.ref, case.operation),
        ordinals=tuple(reversed(ordinals_of(live))) if stateful else (),
    )


def _removal_reason(ref: ObjectRef, operation: Operation) -> str:
    why = {
        Operation.UNINSTALL: "the release is uninstalled",
        Operation.ROLLBACK: "not in the revision that is rolled back to",
    }.get(operation, "no longer in the chart")
    if is_stateful_set(ref.api_version, ref.kind):
        return f"{why}: scaled to 0 in order first, claims kept"
    if ref.kind == "PersistentVolumeClaim":
        return f"{why}: its data may go with it"
    return why
