"""Recorded objects in API versions that the cluster no longer serves: under what name they go now.

A release outlives the Kubernetes it was made on: its record keeps the versions of that day, its
objects are there under those of today (kinds.successors). Only what is in that table is asked for.
"""

from __future__ import annotations

from dataclasses import field, replace

from holdfast.cluster.client import Cluster
from holdfast.kinds.successors import Outcome, Succession, succeed, successor_of
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, Manifests, ObjectRef
from holdfast.model.plan import Change, Effect, Plan, Verb
from holdfast.model.snapshot import ObjectKey


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The objects of a record as they can be applied now, and what became of the others."""

    manifests: Manifests
    converted: dict[ObjectKey, str] = field(default_factory=dict)
    left_out: tuple[Change, ...] = ()

    def told(self, plan: Plan) -> Plan:
        """The plan with what was converted said in its reasons, and what is left out named."""
        changes = tuple(_told(change, self.converted) for change in plan.changes)
        refused = {change.ref.key for change in self.left_out if change.verb is Verb.REFUSED}
        kept = (change for change in changes if change.ref.key not in refused)
        return replace(plan, changes=(*kept, *self.left_out))


def as_served(cluster: Cluster, manifests: Manifests) -> Manifests:
    """The objects under the names by which the cluster knows them today; what it cannot know is
    left out. Raises ClusterError.
    """
    return tuple(found for one in manifests if (found := _renamed(cluster, one)))


def to_apply(cluster: Cluster, manifests: Manifests) -> Succeeded:
    """The objects of a record, each in a version that the cluster serves. Raises ClusterError."""
    made: list[Manifest] = []
    converted: dict[ObjectKey, str] = {}
    left_out: list[Change] = []
    for manifest in manifests:
        if not _is_gone(cluster, manifest):
            made.append(manifest)
            continue
        found = succeed(manifest.object)
        if found.object is None:
            left_out.append(_left_out(manifest, found))
        else:
            made.append(_converted(manifest, found.object))
            converted[made[-1].ref.key] = found.reason
    return Succeeded(tuple(made), converted, tuple(left_out))


def _is_gone(cluster: Cluster, manifest: Manifest) -> bool:
    """Whether the version was removed from Kubernetes, and this cluster does not serve it."""
    version, kind = manifest.ref.api_version, manifest.ref.kind
    return successor_of(version, kind) is not None and not cluster.served(version, kind)


def _renamed(cluster: Cluster, manifest: Manifest) -> Manifest | None:
    if not _is_gone(cluster, manifest):
        return manifest
    found = succeed(manifest.object)
    row = successor_of(manifest.ref.api_version, manifest.ref.kind)
    if row is None or not row.api_version:
        return None
    return _converted(manifest, found.object or {**manifest.object, "apiVersion": row.api_version})


def _converted(manifest: Manifest, made: dict[str, object]) -> Manifest:
    """Fields may have moved: where a part of the spec was secret, all of it is."""
    ref = replace(manifest.ref, api_version=str(made["apiVersion"]))
    sensitive = manifest.sensitive | {("spec",)} if manifest.sensitive else manifest.sensitive
    return replace(manifest, ref=ref, object=made, sensitive=sensitive)


def _left_out(manifest: Manifest, found: Succession) -> Change:
    refused = found.outcome is Outcome.REFUSED
    return Change(
        Verb.REFUSED if refused else Verb.NONE,
        _today(manifest.ref),
        Effect.REFUSED if refused else Effect.NONE,
        found.reason,
        source=manifest.source,
        hint="upgrade to a chart version that has it in the new form" if refused else None,
    )


def _today(ref: ObjectRef) -> ObjectRef:
    row = successor_of(ref.api_version, ref.kind)
    return replace(ref, api_version=row.api_version) if row and row.api_version else ref


def _told(change: Change, converted: dict[ObjectKey, str]) -> Change:
    said = converted.get(change.ref.key)
    return replace(change, reason=f"{change.reason}; {said}") if said else change
