"""The way out of the trap of ordered rollouts: delete the one pod that everything waits for.

Kubernetes documents it as "Forced rollback" (StatefulSets; kubernetes/kubernetes#67250): an ordered
set waits for a pod of an earlier revision that cannot get ready, and so never replaces it. The
rollout would have deleted this pod anyway; its claims stay, and the pod ends with its grace period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.apply.look import Look
from holdfast.apply.run import Run
from holdfast.errors import ClusterError, NotFound
from holdfast.kinds.pods import claim_names, pod_reason
from holdfast.kinds.rollouts import blocking_pod
from holdfast.kinds.troubles import pod_trouble
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef

IN_TROUBLE, OTHERWISE = 10.0, 60.0
"""Seconds for which a pod may block the set: one that is in trouble, and one that may just be slow
to get ready."""


class Unblocking:
    """Since when which pod has blocked one StatefulSet."""

    def __init__(self) -> None:
        self._uid = ""
        self._since = 0.0

    def mind(self, look: Look, run: Run) -> Iterator[Event]:
        """Delete the pod that blocks the rollout, once it has done so for long enough."""
        pod = blocking_pod(look.live, look.pods) if look.live else None
        uid, now = str(pod["metadata"]["uid"]) if pod else "", run.clock.now()
        if uid != self._uid:
            self._uid, self._since = uid, now
        if pod is None:
            return
        grace = IN_TROUBLE if pod_trouble(pod, look.claims) else OTHERWISE
        if now - self._since < grace:
            return
        ref = ObjectRef("v1", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])
        yield run.event(
            EventKind.WARNING,
            f"{look.ref}: {ref.name} of an earlier revision is not ready ({pod_reason(pod)}) and "
            "blocks the ordered rollout (kubernetes/kubernetes#67250)",
            ref,
        )
        self._since = now
        yield _delete(ref, pod, run)


def _delete(ref: ObjectRef, pod: Mapping[str, Any], run: Run) -> Event:
    run.guard.keep()
    try:
        _free_claims(pod, run)
        run.cluster.delete(ref, uid=pod["metadata"]["uid"])
    except NotFound:
        return run.event(EventKind.DELETED, f"{ref} was gone already", ref)
    except ClusterError as error:
        # The rest may still get ready, and somebody else can delete the pod; we try again, too.
        said = f"{ref} has to be deleted, which did not work: {error.message}"
        return run.event(EventKind.WARNING, said, ref)
    return run.event(
        EventKind.DELETED,
        f"{ref} deleted, to come back from the new revision; its claims stay",
        ref,
    )


def _free_claims(pod: Mapping[str, Any], run: Run) -> None:
    """Take the pod from the owners of its claims: the garbage collector would delete these with it.

    `whenScaled: Delete` makes a pod that is to go an owner; its set's controller, which would take
    that back, is blocked. Raises ClusterError: Conflict where somebody else writes, too.
    """
    metadata = pod["metadata"]
    for name in claim_names(pod):
        ref = ObjectRef("v1", "PersistentVolumeClaim", metadata["namespace"], name)
        claim = run.cluster.find(ref)
        owners = claim["metadata"].get("ownerReferences") or [] if claim else []
        others = [row for row in owners if row.get("uid") != metadata["uid"]]
        if claim is None or others == owners:
            continue
        version = claim["metadata"]["resourceVersion"]
        body = {"metadata": {"ownerReferences": others, "resourceVersion": version}}
        run.cluster.patch(ref, body)
