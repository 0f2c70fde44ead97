"""The claims a removed StatefulSet leaves behind: kept and told of, deleted only by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from holdfast.apply.run import Run
from holdfast.apply.workload import claims_in
from holdfast.cluster.client import Cluster
from holdfast.errors import NotFound, PlanError
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Operation, Plan, Verb

Object = dict[str, Any]


def left_claims(plan: Plan, cluster: Cluster) -> tuple[Object, ...]:
    """The claims of the StatefulSets that the plan removes, as they are now, by name.

    At an uninstall these are all sets of the release but those that stay: one that an interrupted
    uninstall removed already is in the record, and no longer in the plan's changes.
    """
    removed = _removed(plan)
    spaces = sorted({owner["metadata"]["namespace"] for owner in removed.values()})
    found = (claim for space in spaces for claim in claims_in(cluster, space, _of(removed, space)))
    return tuple(sorted(found, key=lambda claim: str(claim["metadata"]["name"])))


def _removed(plan: Plan) -> dict[ObjectRef, Object]:
    sets: dict[ObjectRef, Object] = {}
    if plan.operation is Operation.UNINSTALL and plan.revision:
        sets = {manifest.ref: manifest.object for manifest in plan.revision.manifests}
    for change in plan.changes:
        sets.pop(change.ref, None)
        if change.verb is Verb.DELETE and change.before:
            sets[change.ref] = change.before
    return {
        ref: {**obj, "metadata": {"name": ref.name, "namespace": ref.namespace or plan.namespace}}
        for ref, obj in sets.items()
        if is_stateful_set(ref.api_version, ref.kind)
    }


def _of(sets: Mapping[ObjectRef, Object], namespace: str) -> list[Object]:
    return [owner for owner in sets.values() if owner["metadata"]["namespace"] == namespace]


def check_named(names: Sequence[str], plan: Plan, cluster: Cluster) -> None:
    """Raise PlanError for a claim to delete that is none of the release's."""
    if not names:
        return
    known = {claim["metadata"]["name"] for claim in left_claims(plan, cluster)}
    unknown = sorted(set(names) - known)
    if unknown:
        raise PlanError(
            f"{plan.operation} of release {plan.release}: no claim of it is called "
            f"{', '.join(unknown)}; nothing was changed",
            hint=f"its claims: {', '.join(sorted(known))}" if known else "it has no claims",
        )


def with_deleted_claims(plan: Plan, cluster: Cluster, names: Sequence[str]) -> Plan:
    """The plan as people look at it where these claims are to be deleted, too.

    Raises PlanError for one that is none of the release's.
    """
    check_named(names, plan, cluster)
    lines = (f"claim {name} is deleted with its data, as asked for" for name in sorted({*names}))
    kept = tuple(claim for claim in plan.claims if claim["metadata"]["name"] not in names)
    return replace(plan, claims=kept, remarks=(*plan.remarks, *lines))


def settle_claims(claims: Sequence[Object], names: Sequence[str], run: Run) -> Iterator[Event]:
    """Delete the claims of these names, and tell of all others that they are kept."""
    for claim in claims:
        metadata = claim["metadata"]
        ref = ObjectRef("v1", "PersistentVolumeClaim", metadata["namespace"], metadata["name"])
        if ref.name not in names:
            yield run.event(EventKind.KEPT, f"claim {ref.name} kept: {_size(claim)}", ref)
            continue
        run.guard.keep()
        run.guard.note("delete claim", ref.as_dict())
        try:
            run.cluster.delete(ref, uid=metadata["uid"])
        except NotFound:
            continue
        yield run.event(EventKind.DELETED, f"claim {ref.name} deleted, as asked for", ref)


def _size(claim: Mapping[str, Any]) -> str:
    spec, status = claim.get("spec") or {}, claim.get("status") or {}
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "?")
    size = (status.get("capacity") or {}).get("storage", asked)
    kind = spec.get("storageClassName")
    return f"{size}, storage class {kind}" if kind else f"{size}, no storage class"
