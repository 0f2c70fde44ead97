"""Stopping a StatefulSet in order, without ever letting its claims go with it.

Before the set is scaled or deleted its claim retention policy becomes Retain, and no claim is left
owned by the set or by a pod of it: `whenScaled: Delete` and `whenDeleted: Delete` would delete the
data otherwise (Kubernetes docs, persistentVolumeClaimRetentionPolicy).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from typing import Any

from holdfast.apply.run import Run
from holdfast.apply.workload import claims_in, pods_of
from holdfast.errors import ApplyError, Conflict, NotFound, WaitFailed
from holdfast.kinds.readiness import pod_ready, pod_reason
from holdfast.kinds.stateful_sets import ordinal_in
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef

Object = dict[str, Any]
_RETAIN = {"whenDeleted": "Retain", "whenScaled": "Retain"}


def drain(ref: ObjectRef, run: Run, *, uid: str = "") -> Iterator[Event]:
    """Stop the pods of StatefulSet `ref`, the highest ordinal first, and leave it with none.

    A set that is not the one of that `uid` is left alone: its deletion will be refused too.
    Where pods are still there when the time is up, they are deleted from the highest ordinal on.
    Raises WaitFailed where even that does not end them, ApplyError where the claims cannot be
    made safe, ClusterError.
    """
    live = run.cluster.find(ref)
    if live is None or (uid and live["metadata"]["uid"] != uid):
        return
    retain_claims(ref, live, run)
    pods = pods_of(run.cluster, live)
    if not pods and not live["spec"].get("replicas", 1):
        return
    run.guard.keep()
    run.guard.note("scale to 0", {**ref.as_dict(), "from": live["spec"].get("replicas", 1)})
    run.cluster.scale(ref, 0)
    yield run.event(EventKind.SCALED, f"{ref}: stopping {len(pods)} pods in order", ref)
    left = yield from _watch_stopping(ref, live, pods, run)
    if left:
        yield from _delete_pods(ref, live, left, run)


def retain_claims(ref: ObjectRef, live: Object, run: Run) -> None:
    """Make sure that the claims of a StatefulSet outlive it. Raises ApplyError, ClusterError."""
    policy = live["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    if "Delete" in policy.values():
        run.guard.keep()
        run.guard.note("retain claims", {**ref.as_dict(), "from": dict(policy)})
        run.cluster.patch(ref, {"spec": {"persistentVolumeClaimRetentionPolicy": _RETAIN}})
        _read_back(ref, run)
    _disown(ref, live, run)


def _read_back(ref: ObjectRef, run: Run) -> None:
    """See the policy in place, and give the set's controller the time to have seen it too."""
    for _ in run.pauses():
        live = run.cluster.get(ref)
        if live["spec"].get("persistentVolumeClaimRetentionPolicy") != _RETAIN:
            break
        seen = (live.get("status") or {}).get("observedGeneration", 0)
        if seen >= live["metadata"].get("generation", 0):
            return
    raise _unsafe(ref, "its claim retention policy did not become Retain")


def _disown(ref: ObjectRef, owner: Object, run: Run) -> None:
    """Take the set and its pods from the claims' owners; the garbage collector follows these.

    The set's controller does the same at its own pace, so that a Conflict only means: look again.
    """
    for _ in run.pauses():
        claims = claims_in(run.cluster, ref.namespace, (owner,))
        owned = [claim for claim in claims if _owners(claim) != _others(claim, owner)]
        if not owned:
            return
        for claim in owned:
            run.guard.keep()
            metadata = claim["metadata"]
            claim_ref = ObjectRef("v1", claim["kind"], ref.namespace, metadata["name"])
            version = metadata["resourceVersion"]
            body = {"ownerReferences": _others(claim, owner), "resourceVersion": version}
            with suppress(Conflict):
                run.cluster.patch(claim_ref, {"metadata": body})
    raise _unsafe(ref, "its claims are still owned by it or by its pods")


def _unsafe(ref: ObjectRef, why: str) -> ApplyError:
    return ApplyError(
        f"stop {ref}: {why}, and so they would be deleted with it; nothing was stopped",
        hint="does something change it back, or does the StatefulSet controller not run?",
        failed=(str(ref),),
    )


def _owners(claim: Object) -> list[Object]:
    return list(claim["metadata"].get("ownerReferences") or ())


def _others(claim: Object, owner: Object) -> list[Object]:
    return [row for row in _owners(claim) if not _belongs(row, owner)]


def _belongs(row: Mapping[str, Any], owner: Object) -> bool:
    name = owner["metadata"]["name"]
    is_pod = row.get("kind") == "Pod" and ordinal_in(str(row.get("name")), name) is not None
    return is_pod or bool(row.get("uid") == owner["metadata"]["uid"])


def _watch_stopping(
    ref: ObjectRef, live: Object, pods: tuple[Object, ...], run: Run
) -> Generator[Event, None, tuple[Object, ...]]:
    """Tell of each pod that ends; what is left when the time is up is returned."""
    for _ in run.pauses():
        found = pods_of(run.cluster, live)
        there = {pod["metadata"]["name"] for pod in found}
        for pod in reversed(pods):
            if pod["metadata"]["name"] not in there:
                yield run.event(EventKind.SCALED, f"{_name(pod)} stopped", ref)
        pods = found
        if not pods:
            break
    return pods


def _delete_pods(
    ref: ObjectRef, live: Object, pods: tuple[Object, ...], run: Run
) -> Iterator[Event]:
    """The unordered way out: the blocked pods are deleted, the highest ordinal first."""
    culprit = next((pod for pod in reversed(pods) if not pod_ready(pod)), pods[-1])
    reason = pod_reason(culprit) or "does not stop"
    yield run.event(
        EventKind.WARNING,
        f"{ref}: {_name(culprit)} ({reason}) blocks the ordered way; "
        f"deleting {len(pods)} pods from the highest ordinal on",
        ref,
    )
    # Each pod has its share of the same time once more to end by itself: none is forced.
    share = run.timeout / len(pods)
    for pod in reversed(pods):
        run.guard.keep()
        pod_ref = ObjectRef("v1", "Pod", ref.namespace, _name(pod))
        with suppress(NotFound):
            run.cluster.delete(pod_ref, uid=pod["metadata"]["uid"])
        yield run.event(EventKind.DELETED, f"{pod_ref} deleted", pod_ref)
        run.see_gone(pod_ref, pod["metadata"]["uid"], run.clock.now() + share)
    left = pods_of(run.cluster, live)
    if left:
        raise WaitFailed(
            f"stop {ref}: {', '.join(f'{_name(p)} ({pod_reason(p)})' for p in left)} did not end",
            hint="is the node gone? only when its processes surely no longer run: "
            "kubectl delete pod --force",
            failed=(str(ref),),
        )


def _name(pod: Mapping[str, Any]) -> str:
    return str(pod["metadata"]["name"])
