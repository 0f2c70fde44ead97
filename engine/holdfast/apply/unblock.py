"""The way out of the trap of ordered rollouts: delete the one pod that everything waits for.

Kubernetes documents it as "Forced rollback" (StatefulSets; kubernetes/kubernetes#67250): an ordered
set waits for a pod of an earlier revision that cannot get ready, and so never replaces it. The
rollout would have deleted this pod anyway; its claims stay, and the pod ends with its grace period.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.apply.look import Look
from holdfast.apply.run import Run
from holdfast.errors import NotFound, Unauthorized
from holdfast.kinds.pods import pod_reason
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
        metadata = pod["metadata"]
        ref = ObjectRef("v1", "Pod", metadata["namespace"], metadata["name"])
        yield run.event(
            EventKind.WARNING,
            f"{look.ref}: {ref.name} of an earlier revision is not ready ({pod_reason(pod)}) and "
            "blocks the ordered rollout (kubernetes/kubernetes#67250)",
            ref,
        )
        self._since = now
        yield _delete(ref, uid, run)


def _delete(ref: ObjectRef, uid: str, run: Run) -> Event:
    run.guard.keep()
    try:
        run.cluster.delete(ref, uid=uid)
    except NotFound:
        return run.event(EventKind.DELETED, f"{ref} was gone already", ref)
    except Unauthorized as error:
        # The rest of the release may still get ready; somebody else can delete the pod meanwhile.
        said = f"{ref} has to be deleted, which is not allowed here: {error.message}"
        return run.event(EventKind.WARNING, said, ref)
    return run.event(
        EventKind.DELETED,
        f"{ref} deleted, to come back from the new revision; its claims stay",
        ref,
    )
