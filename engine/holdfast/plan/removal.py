"""One object that is no longer wanted: deleted, or left where it is, with the reason.

It must not know how it is deleted: that a StatefulSet is stopped in order first is apply's doing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from holdfast.kinds.definitions import defined_kind, is_definition
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.generated import is_generated
from holdfast.model.manifest import KEEP_ANNOTATION, Manifest, ObjectRef
from holdfast.model.plan import Change, Effect, Operation, Verb
from holdfast.plan.decide import Case
from holdfast.plan.keeping import WITH_CLAIMS, keeps_claims
from holdfast.plan.normalize import normalize
from holdfast.plan.ownership import foreign_owner, policy_of
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
    if kept := _why_kept(manifest.ref, live, case):
        return replace(change, reason=f"kept: {kept}", kept=True)
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


def _why_kept(ref: ObjectRef, live: Mapping[str, Any], case: Case) -> str:
    """Why an object stays; empty where it goes."""
    policy = policy_of(live)
    if policy == "keep":
        return f"{KEEP_ANNOTATION}: keep"
    if is_definition(ref) and policy != "delete":
        return f"every {defined_kind(live) or 'object of it'} in the cluster would go with it"
    if (ref.group, ref.kind) == ("", "Namespace") and (claim := _claim_in(ref.name, case)):
        return f"the claim {claim} is in it"
    return ""


def _claim_in(namespace: str, case: Case) -> str:
    """A claim that a StatefulSet of the release leaves behind in a namespace; empty for none."""
    claims = (claim["metadata"] for found in case.snapshot.claims.values() for claim in found)
    return next((str(one["name"]) for one in claims if one.get("namespace") == namespace), "")


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
