"""Troubles that no status tells, only events do: pods that are not made, volumes not mounted.

Events are read only for what has not got ready for a while: most rollouts need none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.apply.events import changed_at, events_about, moment
from holdfast.apply.workload import Lists
from holdfast.kinds.conditions import condition, is_true, map_at, number_at
from holdfast.kinds.pods import pod_ready
from holdfast.kinds.troubles import Cause, Trouble

Object = Mapping[str, Any]

_MISSING = ("not found", "non-existent")
"""How a kubelet says that a mount will not come by itself; others (a disk that is still attached
elsewhere) do."""
_UNBOUND = ("ProvisioningFailed", "FailedBinding")


def of_workload(live: Object, pods: Sequence[Object], lists: Lists) -> Iterator[Trouble]:
    """What keeps a workload's next pod from being made, or its first waiting pod from starting."""
    if lacks_pods(live, pods):
        yield from _of_making(live, lists)
        return
    waiting = (pod for pod in pods if _is_placed(pod) and not pod_ready(pod))
    for pod in waiting:
        yield from _of_mounting(pod, lists)
        return


def of_claim(claim: Object, lists: Lists) -> Iterator[Trouble]:
    """Why a claim of its own has no volume; one that waits for its first pod says nothing."""
    for event in reversed(events_about(lists, claim)):
        if event.reason in _UNBOUND:
            yield _trouble(Cause.CLAIM, claim, event.message)
            return


def lacks_pods(live: Object, pods: Sequence[Object]) -> bool:
    """Whether the controller should be making a pod right now; ordered sets make one at a time."""
    spec, status = map_at(live, "spec"), map_at(live, "status")
    kind = live["kind"]
    if kind == "DaemonSet":
        return len(pods) < number_at(status, "desiredNumberScheduled")
    if kind == "Job":
        return not pods and not spec.get("suspend")
    replicas = spec.get("replicas")
    missing = len(pods) < (1 if replicas is None else int(replicas))
    ordered = kind == "StatefulSet" and spec.get("podManagementPolicy") != "Parallel"
    return missing and not (ordered and not all(map(pod_ready, pods)))


def _of_making(live: Object, lists: Lists) -> Iterator[Trouble]:
    """A condition says so where the kind has one, else an event.

    Events from before the object was last changed are about what it was then.
    """
    failure = condition(live, "ReplicaFailure")
    if is_true(failure):
        yield _trouble(Cause.CREATE, live, str(failure["message"]))
        return
    if live["kind"] == "Deployment":
        return
    since = moment(changed_at(live))
    for event in reversed(events_about(lists, live)):
        if event.reason == "FailedCreate" and moment(event.time) >= since:
            yield _trouble(Cause.CREATE, live, event.message)
            return


def _of_mounting(pod: Object, lists: Lists) -> Iterator[Trouble]:
    for event in reversed(events_about(lists, pod)):
        if event.reason == "FailedMount" and any(word in event.message for word in _MISSING):
            yield _trouble(Cause.CONFIG, pod, f"FailedMount: {event.message}")
            return


def _is_placed(pod: Object) -> bool:
    pending = map_at(pod, "status").get("phase") in (None, "Pending")
    return pending and bool(map_at(pod, "spec").get("nodeName"))


def _trouble(cause: Cause, obj: Object, reason: str) -> Trouble:
    metadata = obj["metadata"]
    return Trouble(cause, str(metadata["name"]), reason, str(metadata["uid"]))
