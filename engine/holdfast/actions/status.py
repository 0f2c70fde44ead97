"""status: a release's objects as they are in the cluster now, with ordinals and claims.

It must not judge: what ready means is told by kinds.readiness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any, TypeVar

from holdfast.actions.hook_status import HookStatus, hook_statuses
from holdfast.actions.inspect import find_head
from holdfast.actions.planning import owned
from holdfast.actions.succession import as_served
from holdfast.actions.target import Target
from holdfast.actions.usage import Usage, pod_usage
from holdfast.cluster.survey import survey
from holdfast.errors import ClusterError, ServerFailed, Unreachable
from holdfast.kinds.readiness import assess, pod_reason
from holdfast.kinds.stateful_sets import ordinal_in
from holdfast.light import dataclass
from holdfast.manifests import release_selector
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.release import Lock, Revision, Unfinished
from holdfast.model.secrecy import hide
from holdfast.model.snapshot import Snapshot
from holdfast.plan.ownership import foreign_owner
from holdfast.plan.secrecy import release_texts
from holdfast.releases import history
from holdfast.releases import lock as locks
from holdfast.releases.unfinished import unfinished


@dataclass(frozen=True, slots=True)
class ObjectStatus:
    """One object: `state` is ready, progressing, failed or missing; `reason` says why."""

    ref: ObjectRef
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class OrdinalStatus:
    """One pod of a StatefulSet, and the claims that belong to its ordinal.

    `usage` is None where the cluster measures none; a status that differs in it alone is the same.
    """

    workload: str
    ordinal: int
    pod: str
    node: str
    ip: str
    revision: str
    ready: bool
    restarts: int
    reason: str
    claims: tuple[str, ...]
    usage: Usage | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """One claim: its phase, what it holds at most (a quantity) and its storage class."""

    name: str
    phase: str
    capacity: str
    storage_class: str
    volume: str


@dataclass(frozen=True, slots=True)
class ReleaseStatus:
    """A release as it stands.

    `lock` is whose operation is under way; `unfinished` the one that was cut off, stopped or
    failed, and can be resumed or abandoned.
    """

    revision: Revision
    objects: tuple[ObjectStatus, ...]
    ordinals: tuple[OrdinalStatus, ...]
    claims: tuple[ClaimStatus, ...]
    hooks: tuple[HookStatus, ...] = ()
    lock: Lock | None = None
    unfinished: Unfinished | None = None


_Line = TypeVar("_Line", ObjectStatus, OrdinalStatus, HookStatus)


def release_status(
    target: Target, name: str, number: int | None = None, *, only: ObjectRef | None = None
) -> ReleaseStatus:
    """Read the release's record and each of its objects, or that `only`; None is the newest
    revision.

    Raises ReleaseNotFound, ReleaseError, ClusterError.
    """
    head = find_head(target, name)
    revision = target.store.read(head, history.find_entry(head, number).number)
    wanted = (one for one in owned(revision) if only is None or one.ref.key == only.key)
    mine = as_served(target.cluster, tuple(wanted))
    snapshot = survey(
        target.cluster,
        (),
        mine,
        namespace=target.namespace,
        selector=release_selector(name, target.namespace),
    )
    secrets = release_texts(revision, mine)
    usage = pod_usage(target.cluster, (key[2] for key, pods in snapshot.pods.items() if pods))
    hooks = () if only else hook_statuses(target, revision)
    at_work = locks.held(head.lock, target.clock.now())
    return ReleaseStatus(
        revision=revision,
        objects=tuple(_veiled(_object(one, snapshot, revision), secrets) for one in mine),
        ordinals=tuple(
            _veiled(line, secrets)
            for manifest in mine
            for line in _ordinals(manifest, snapshot, usage)
        ),
        claims=tuple(line for manifest in mine for line in _claims(manifest, snapshot)),
        hooks=tuple(_veiled(line, secrets) for line in hooks),
        lock=head.lock if at_work else None,
        unfinished=None if at_work else unfinished(head),
    )


def watch_release(
    target: Target,
    name: str,
    number: int | None = None,
    *,
    every: float = 2.0,
    on_trouble: Callable[[ClusterError], None] = lambda error: None,
) -> Iterator[ReleaseStatus]:
    """The status now, and again each time it has changed; looked at `every` so many seconds.

    A server that cannot be asked for a while is told to `on_trouble` and asked again; only the
    first look must succeed. Raises as release_status.
    """
    last = release_status(target, name, number)
    yield last
    while True:
        target.clock.sleep(every)
        try:
            found = release_status(target, name, number)
        except (Unreachable, ServerFailed) as error:
            on_trouble(error)
            continue
        if found != last:
            yield found
        last = found


def _veiled(line: _Line, secrets: tuple[str, ...]) -> _Line:
    """The same line; servers and kubelets quote what they refuse."""
    return replace(line, reason=hide(line.reason, secrets))


def _object(manifest: Manifest, snapshot: Snapshot, revision: Revision) -> ObjectStatus:
    live = snapshot.of(manifest.ref).live
    if live is None:
        return ObjectStatus(manifest.ref, "missing", "not in the cluster")
    key = manifest.ref.key
    found = assess(live, snapshot.pods.get(key, ()), snapshot.claims.get(key, ()))
    owner = foreign_owner(live, release=revision.release, namespace=revision.namespace)
    taken = f"belongs to {owner}" if owner else ""
    reason = "; ".join(filter(None, (found.reason, taken)))
    return ObjectStatus(manifest.ref, str(found.state), reason)


def _ordinals(
    manifest: Manifest, snapshot: Snapshot, usage: Mapping[tuple[str, str], Usage]
) -> Iterator[OrdinalStatus]:
    name = manifest.ref.name
    for pod in snapshot.pods.get(manifest.ref.key, ()):
        number = ordinal_in(str(pod["metadata"]["name"]), name)
        line = _pod(name, -1 if number is None else number, pod)
        yield replace(line, usage=usage.get((manifest.ref.namespace, line.pod)))


def _pod(workload: str, ordinal: int, pod: Mapping[str, Any]) -> OrdinalStatus:
    metadata, spec, status = pod["metadata"], pod.get("spec", {}), pod.get("status", {})
    conditions = {row["type"]: row["status"] for row in status.get("conditions", ())}
    ready = conditions.get("Ready") == "True"
    return OrdinalStatus(
        workload=workload,
        ordinal=ordinal,
        pod=metadata["name"],
        node=spec.get("nodeName", ""),
        ip=status.get("podIP", ""),
        revision=metadata.get("labels", {}).get("controller-revision-hash", ""),
        ready=ready,
        restarts=sum(row.get("restartCount", 0) for row in status.get("containerStatuses", ())),
        reason="" if ready else pod_reason(pod) or status.get("phase", ""),
        claims=tuple(
            volume["persistentVolumeClaim"]["claimName"]
            for volume in spec.get("volumes", ())
            if "persistentVolumeClaim" in volume
        ),
    )


def _claims(manifest: Manifest, snapshot: Snapshot) -> Iterator[ClaimStatus]:
    for claim in snapshot.claims.get(manifest.ref.key, ()):
        yield claim_status(claim)


def claim_status(claim: Mapping[str, Any]) -> ClaimStatus:
    """One claim, as people look at it."""
    spec, status = claim.get("spec", {}), claim.get("status", {})
    wanted = spec.get("resources", {}).get("requests", {}).get("storage", "")
    return ClaimStatus(
        name=claim["metadata"]["name"],
        phase=status.get("phase", ""),
        capacity=status.get("capacity", {}).get("storage", wanted),
        storage_class=spec.get("storageClassName", ""),
        volume=spec.get("volumeName", ""),
    )
