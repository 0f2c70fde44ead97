"""ReplicaSets: so many interchangeable pods, and how many of them are well.

Stands for the ReplicaSet controller. Left out: pod deletion costs and slow-start batches.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    digest,
    is_terminating,
    labels_of,
    name_of,
    namespace_of,
    set_condition,
    status_of,
)
from holdfast.embedded.controllers.ownership import gather
from holdfast.embedded.controllers.quotas import make, refusal
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import (
    counts,
    generation_of,
    is_ready,
    make_pod,
    min_ready_of,
    next_available,
    phase_of,
    replicas_of,
    without_zeros,
)
from holdfast.embedded.state import Put, Write
from holdfast.model.manifest import ObjectRef


def control_replica_sets(view: View) -> Iterator[Write]:
    """Bring every ReplicaSet one step nearer to its spec."""
    for found in view.list("apps/v1", "ReplicaSet"):
        owned = gather(view, found, "v1", "Pod")
        yield from owned.writes
        if owned.writes:
            continue
        pods = [pod for pod in owned.objects if phase_of(pod) not in ("Succeeded", "Failed")]
        pods = [pod for pod in pods if not is_terminating(pod)]
        yield _report(view, found, pods)
        if not is_terminating(found):
            yield from _scale(view, found, pods)


def free_names(view: View, owner: Object, wanted: int) -> Iterator[str]:
    """Names for new pods of an owner: `<owner>-<five letters>`, none of them taken."""
    for number in count():
        if wanted <= 0:
            return
        name = f"{name_of(owner)}-{digest(name_of(owner), number, length=5)}"
        if view.get(ObjectRef("v1", "Pod", namespace_of(owner), name)) is None:
            wanted -= 1
            yield name


def _scale(view: View, found: Object, pods: list[Object]) -> Iterator[Write]:
    surplus = len(pods) - replicas_of(found)
    for name in free_names(view, found, -surplus):
        yield from make(view, found, make_pod(found, found["spec"]["template"], name, {}))
    if surplus > 0:
        for pod in sorted(pods, key=_worth)[:surplus]:
            yield from view.delete(pod)


def _worth(pod: Object) -> tuple[bool, bool, str]:
    """What goes first: pods without a node, then those not ready, then by name."""
    return bool(pod["spec"].get("nodeName")), is_ready(pod), name_of(pod)


def _report(view: View, found: Object, pods: list[Object]) -> Put:
    ready, available = counts(pods, min_ready_of(found), view.now)
    wanted = (found["spec"]["template"].get("metadata", {}).get("labels") or {}).items()
    status = {
        "replicas": len(pods),
        "fullyLabeledReplicas": sum(wanted <= labels_of(pod).items() for pod in pods),
        "readyReplicas": ready,
        "availableReplicas": available,
        "observedGeneration": generation_of(found),
    }
    status = _told(view, found, without_zeros(status, "replicas"), lacking=len(pods))
    due = next_available(pods, min_ready_of(found), view.now)
    return Put({**found, "status": status}, due)


def _told(view: View, found: Object, status: dict[str, Any], *, lacking: int) -> dict[str, Any]:
    """The status with a condition where a pod is missing that may not be made."""
    pod = make_pod(found, found["spec"]["template"], f"{name_of(found)}-", {})
    refused = refusal(view, pod) if lacking < replicas_of(found) else ""
    if not refused:
        return status
    return set_condition(
        {**status, "conditions": status_of(found).get("conditions") or []},
        "ReplicaFailure",
        True,
        view.now,
        reason="FailedCreate",
        message=refused,
    )
