"""Everything that a plan needs to know of the cluster, read once: the Snapshot.

It reads and asks for dry runs; it changes nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from holdfast.cluster.client import Cluster
from holdfast.cluster.stateful import StatefulParts
from holdfast.errors import ClusterError, Conflict, Invalid, NotFound, Unauthorized
from holdfast.kinds.definitions import is_definition
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.manifest import Manifest, Manifests, ObjectRef
from holdfast.model.snapshot import Observed, Refusal, Snapshot

Probe: TypeAlias = Callable[[Manifest, dict[str, Any] | None], dict[str, Any]]
"""The object to ask a dry run with, for a wanted one and what is live of it."""

_CONFLICT_CAUSE = "FieldManagerConflict"


def survey(
    cluster: Cluster,
    desired: Manifests,
    previous: Manifests,
    *,
    namespace: str,
    probe: Probe = lambda manifest, live: manifest.object,
) -> Snapshot:
    """Read what is there of `desired` and `previous`, and ask how the server takes the former.

    `namespace` is the release's; `probe` tells with which object a dry run is asked. Raises
    ClusterError where the cluster cannot be asked; a no of its validation is in the Snapshot.
    """
    wanted = {manifest.ref.key: manifest for manifest in desired}
    both = {manifest.ref.key: manifest for manifest in previous} | wanted
    missing = _missing_namespaces(cluster, {m.ref.namespace for m in both.values()} | {namespace})
    earlier = {manifest.ref.key: manifest.ref for manifest in previous}
    objects = {
        key: _observe(cluster, manifest, earlier.get(key), probe if key in wanted else None)
        for key, manifest in both.items()
        if manifest.ref.namespace not in missing
    }
    parts = StatefulParts(cluster)
    for manifest in (*desired, *previous):
        ref = manifest.ref
        if is_stateful_set(ref.api_version, ref.kind) and ref.key in objects:
            parts.add(ref, manifest.object, objects[ref.key].live)
    pods, claims = parts.read()
    return Snapshot(
        kube_version=cluster.version(),
        objects=objects,
        pods=pods,
        claims=claims,
        missing_namespaces=missing,
    )


def _missing_namespaces(cluster: Cluster, names: set[str]) -> frozenset[str]:
    return frozenset(name for name in sorted(names) if name and _is_missing(cluster, name))


def _is_missing(cluster: Cluster, name: str) -> bool:
    try:
        return cluster.find(ObjectRef("v1", "Namespace", "", name)) is None
    except Unauthorized as error:
        # Whoever may only work inside a namespace need not be allowed to look at it.
        if error.status != 403:
            raise
        return False


def _observe(
    cluster: Cluster, manifest: Manifest, earlier: ObjectRef | None, probe: Probe | None
) -> Observed:
    try:
        live = cluster.find(manifest.ref)
    except Unauthorized as error:
        if not is_definition(manifest.ref) or error.status != 403:
            raise
        # Whoever works in one namespace may not see them; a release leaves them where they are.
        return Observed(refusal=refusal_of(error) if probe else None)
    if live is None and earlier and earlier.api_version != manifest.ref.api_version:
        live = cluster.find(earlier)  # in the version of then: the new one may not be served yet
    if probe is None:
        return Observed(live)
    obj = _placed(manifest, probe(manifest, live))
    try:
        return Observed(live, cluster.apply(obj, dry_run=True))
    except (Conflict, Invalid, NotFound, Unauthorized) as error:
        refusal = refusal_of(error)
        if not _is_about_fields(error):
            return Observed(live, refusal=refusal)
    try:
        return Observed(live, cluster.apply(obj, force=True, dry_run=True), refusal, forced=True)
    except (Conflict, Invalid, NotFound, Unauthorized) as error:
        return Observed(live, refusal=refusal_of(error))


def _placed(manifest: Manifest, obj: dict[str, Any]) -> dict[str, Any]:
    """The object with its namespace spelled out, wherever the chart left that to the release."""
    if not manifest.ref.namespace:
        return obj
    metadata = {**obj.get("metadata", {}), "namespace": manifest.ref.namespace}
    return {**obj, "metadata": metadata}


def refusal_of(error: ClusterError) -> Refusal:
    """The server's no, as data. Raises the error where it says nothing about the object."""
    if error.status is None or error.status == 401:
        # Not a word about the object: nobody was asked, or nobody knows who asks.
        raise error
    return Refusal(error.status, error.reason, error.detail or error.message, error.causes)


def _is_about_fields(error: ClusterError) -> bool:
    return isinstance(error, Conflict) and any(
        cause.get("reason") == _CONFLICT_CAUSE for cause in error.causes
    )
