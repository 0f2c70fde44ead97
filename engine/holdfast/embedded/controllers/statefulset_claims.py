"""The claims of a StatefulSet's pods: made before the pod, and owned as the retention policy says.

Stands for persistentVolumeClaimRetentionPolicy: a claim that is to go with the set is owned by the
set, one that is to go with a scaled-down pod by that pod; the garbage collector does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers.events import warn
from holdfast.embedded.controllers.objects import (
    Object,
    is_terminating,
    name_of,
    owner_reference,
    owners_of,
    ref_of,
    uid_of,
    with_owners,
)
from holdfast.embedded.controllers.quotas import refusal
from holdfast.embedded.controllers.statefulset_pods import Identity
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Write


def make_claims(view: View, identity: Identity) -> Iterator[Write]:
    """The claims that are missing; one that is on its way out is told of."""
    for claim in identity.claims().values():
        known = view.get(ref_of(claim))
        if known is None:
            yield from view.create(claim)
        elif is_terminating(known):
            yield from warn(
                view,
                identity.owner,
                reason="FailedCreate",
                message=f"pvc {name_of(claim)} is being deleted",
                source="statefulset-controller",
                once=True,
            )


def may_not_make(view: View, identity: Identity, pod: Object) -> str:
    """Why a quota does not let the pod, or a claim that it needs, be made; empty where it does."""
    owner = f"in StatefulSet {name_of(identity.owner)} failed error"
    for claim in identity.claims().values():
        if view.get(ref_of(claim)) is None and (why := refusal(view, claim)):
            return f"create Claim {name_of(claim)} for Pod {name_of(pod)} {owner}: {why}"
    why = refusal(view, pod)
    return f"create Pod {name_of(pod)} {owner}: {why}" if why else ""


def claims_are_stale(view: View, identity: Identity) -> bool:
    """Whether a claim is still on its way out: marked, or owned by the pod of before."""
    known = filter(None, (view.get(ref_of(claim)) for claim in identity.claims().values()))
    return any(
        is_terminating(claim) or any(_is_pod(owner, identity) for owner in owners_of(claim))
        for claim in known
    )


def settle_claims(
    view: View, identity: Identity, pod: Object, *, condemned: bool
) -> Iterator[Write]:
    """Give the pod's claims the owners that the policy wants; those of others are left alone."""
    for made in identity.claims().values():
        claim = view.get(ref_of(made))
        if claim is None or _is_stranger(claim, identity, pod):
            continue
        others = [
            owner
            for owner in owners_of(claim)
            if not _is_pod(owner, identity) and owner["uid"] != uid_of(identity.owner)
        ]
        wanted = [*others, *_owners(identity.owner, pod, condemned)]
        if wanted != owners_of(claim):
            yield view.keep(with_owners(claim, wanted))


def _owners(owner: Object, pod: Object, condemned: bool) -> list[dict[str, Any]]:
    policy = owner["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    deleted, scaled = policy.get("whenDeleted"), policy.get("whenScaled")
    if condemned and scaled == "Delete":
        return [owner_reference(pod)]
    return [owner_reference(owner)] if deleted == "Delete" else []


def _is_pod(owner: dict[str, Any], identity: Identity) -> bool:
    kind = (owner["apiVersion"], owner["kind"], owner["name"])
    return kind == ("v1", "Pod", identity.name)


def _is_stranger(claim: Object, identity: Identity, pod: Object) -> bool:
    """Whether the claim belongs to a set or pod of the same name that is no more, or to another."""
    ours = {uid_of(identity.owner), uid_of(pod)}
    same = {("StatefulSet", name_of(identity.owner)), ("Pod", identity.name)}
    return any(
        owner["uid"] not in ours
        and ((owner["kind"], owner["name"]) in same or owner.get("controller"))
        for owner in owners_of(claim)
    )
