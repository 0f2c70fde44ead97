"""Everything that a plan needs to know of the cluster, read once: the Snapshot.

It reads and asks for dry runs; it changes nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from holdfast.cluster.client import Cluster
from holdfast.cluster.living import Living
from holdfast.cluster.stateful import StatefulParts
from holdfast.errors import ClusterError, Conflict, Invalid, NotFound, Unauthorized
from holdfast.kinds.definitions import is_definition
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.light import dataclass
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
    selector: str = "",
    probe: Probe = lambda manifest, live: manifest.object,
) -> Snapshot:
    """Read what is there of `desired` and `previous`, and ask how the server takes the former.

    `namespace` is the release's, `selector` that of its labels, by which what is there is listed;
    `probe` tells with which object a dry run is asked. An object is read where the release had it
    before; where it is new, only if the server's answer says that something is there. Raises
    ClusterError where the cluster cannot be asked; a no of its validation is in the Snapshot.
    """
    wanted = {manifest.ref.key: manifest for manifest in desired}
    both = {manifest.ref.key: manifest for manifest in previous} | wanted
    missing = _missing_namespaces(cluster, {m.ref.namespace for m in both.values()} | {namespace})
    earlier = {manifest.ref.key: manifest.ref for manifest in previous}
    there = {key: one for key, one in both.items() if one.ref.namespace not in missing}
    expected = [one.ref for key, one in there.items() if key in earlier]
    asking = _Asking(cluster, Living(cluster, expected, selector=selector), probe)
    objects = {
        key: asking.observe(manifest, earlier.get(key), wanted=key in wanted)
        for key, manifest in there.items()
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


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks for one object after the other."""

    cluster: Cluster
    living: Living
    probe: Probe

    def observe(self, manifest: Manifest, earlier: ObjectRef | None, *, wanted: bool) -> Observed:
        """What is there of an object, and what a dry run says where it is `wanted`."""
        if not earlier:
            return self._new(manifest)
        try:
            live = self._find(manifest.ref, earlier)
        except Unauthorized as error:
            if not is_definition(manifest.ref) or error.status != 403:
                raise
            # Whoever works in one namespace may not see them; a release leaves them where they are.
            return Observed(refusal=refusal_of(error) if wanted else None)
        return self._tried(manifest, live) if wanted else Observed(live)

    def _new(self, manifest: Manifest) -> Observed:
        """An object that the release did not have: as a rule there is none of that name."""
        seen = self._tried(manifest, None)
        if seen.answer and not _is_stored(seen.answer):
            return seen
        try:
            live = self.cluster.find(manifest.ref)
        except Unauthorized as error:
            if error.status != 403 or not seen.refusal:
                raise
            return seen
        return self._tried(manifest, live) if live else seen

    def _find(self, ref: ObjectRef, earlier: ObjectRef) -> dict[str, Any] | None:
        live = self.living.find(ref)
        if live is None and earlier.api_version != ref.api_version:
            # In the version of then: the new one may not be served yet.
            return self.cluster.find(earlier)
        return live

    def _tried(self, manifest: Manifest, live: dict[str, Any] | None) -> Observed:
        obj = _placed(manifest, self.probe(manifest, live))
        try:
            return Observed(live, self.cluster.apply(obj, dry_run=True))
        except (Conflict, Invalid, NotFound, Unauthorized) as error:
            refusal = refusal_of(error)
            if not _is_about_fields(error) or live is None:
                return Observed(live, refusal=refusal)
        try:
            answer = self.cluster.apply(obj, force=True, dry_run=True)
            return Observed(live, answer, refusal, forced=True)
        except (Conflict, Invalid, NotFound, Unauthorized) as error:
            return Observed(live, refusal=refusal_of(error))


def _is_stored(obj: dict[str, Any]) -> bool:
    """Whether there is such an object: one that a dry run made up has no resourceVersion."""
    return bool((obj.get("metadata") or {}).get("resourceVersion"))


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
