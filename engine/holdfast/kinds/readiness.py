"""When an object is ready, and if it is not, the one reason a person needs.

Pure: it is given the object, the workload's pods and its claims, and knows neither the cluster nor
the time, so that `status`, the waiter and tests ask the same question. The rules are those of
kstatus (kubernetes-sigs/cli-utils) with three of Helm's older waiter: a StatefulSet's partition and
equal revisions, and the generation check. Unlike both, a reason always names the pod that is in
the way, and an OnDelete set is ready when its pods are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from holdfast.kinds import wait_rules
from holdfast.kinds.conditions import Object, condition, is_true, map_at, number_at
from holdfast.kinds.conditions import words as _words
from holdfast.kinds.pods import pod_hopeless, pod_ready, pod_reason
from holdfast.kinds.resources import is_built_in
from holdfast.kinds.rollouts import is_wanted, newest_revision
from holdfast.light import dataclass

__all__ = ["Readiness", "State", "assess", "pod_ready", "pod_reason"]


class State(StrEnum):
    """How far an object is."""

    READY = "ready"
    PROGRESSING = "progressing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The state of one object; `reason` is one line, empty only where there is nothing to say."""

    state: State
    reason: str = ""

    @property
    def ready(self) -> bool:
        """Nothing is left to wait for."""
        return self.state is State.READY


READY = Readiness(State.READY)


def assess(obj: Object, pods: Sequence[Object] = (), claims: Sequence[Object] = ()) -> Readiness:
    """Whether `obj`, as the API server returned it, is ready.

    `pods` and `claims` are those of a workload; they only make the reason better, and turn a pod
    that can never start, and that no rollout replaces, into FAILED. A Job is ready when it is
    complete. What the object's own annotations say (wait_rules.py) goes before the rule of its
    kind.
    """
    metadata = map_at(obj, "metadata")
    if metadata.get("deletionTimestamp"):
        return _progressing("is being deleted")
    status = map_at(obj, "status")
    kind = str(obj.get("kind", "")) if is_built_in(str(obj.get("apiVersion", ""))) else ""
    if "observedGeneration" in status or kind in _REPLICATED:
        if number_at(status, "observedGeneration") < number_at(metadata, "generation"):
            return _progressing("its controller has not seen the change yet")
    if failed := wait_rules.failure(obj):
        return Readiness(State.FAILED, f"{failed} ({wait_rules.FAIL_ON})")
    if (lacking := wait_rules.missing(obj)) is not None:
        found = _progressing(lacking) if lacking else Readiness(State.READY)
        return _with_pods(obj, found, pods, claims)
    if kind in _REPLICATED:
        return _with_pods(obj, _REPLICATED[kind](obj), pods, claims)
    if kind in _SINGLE:
        return _with_pods(obj, _SINGLE[kind](obj), pods, claims)
    return READY if kind else _custom(obj)


def _stateful_set(obj: Object) -> Readiness:
    spec, status = map_at(obj, "spec"), map_at(obj, "status")
    wanted = _replicas(spec)
    if counted := _count(status, wanted, available=bool(spec.get("minReadySeconds"))):
        return counted
    strategy = map_at(spec, "updateStrategy")
    if strategy.get("type") == "OnDelete":
        return _all_ready(wanted)
    partition = number_at(map_at(strategy, "rollingUpdate"), "partition")
    updated = number_at(status, "updatedReplicas")
    if updated < wanted - partition:
        return _progressing(f"{updated} of {wanted - partition} pods updated")
    if not partition and status.get("currentRevision") != status.get("updateRevision"):
        return _progressing("the rollout is being completed")
    return _all_ready(wanted)


def _deployment(obj: Object) -> Readiness:
    spec, status = map_at(obj, "spec"), map_at(obj, "status")
    if spec.get("paused"):
        return Readiness(State.READY, "paused")
    progress = condition(obj, "Progressing")
    if progress.get("reason") == "ProgressDeadlineExceeded":
        return Readiness(State.FAILED, str(progress.get("message") or "progress deadline exceeded"))
    wanted = _replicas(spec)
    updated = number_at(status, "updatedReplicas")
    if updated < wanted:
        return _progressing(f"{updated} of {wanted} pods updated")
    if counted := _count(status, wanted, available=True):
        return counted
    available = condition(obj, "Available")
    if available and not is_true(available):
        return _progressing(_words(available, "not available yet"))
    return _all_ready(wanted)


def _replica_set(obj: Object) -> Readiness:
    wanted = _replicas(map_at(obj, "spec"))
    return _count(map_at(obj, "status"), wanted, available=True) or _all_ready(wanted)


def _daemon_set(obj: Object) -> Readiness:
    spec, status = map_at(obj, "spec"), map_at(obj, "status")
    wanted = number_at(status, "desiredNumberScheduled")
    updated = number_at(status, "updatedNumberScheduled")
    if map_at(spec, "updateStrategy").get("type") != "OnDelete" and updated < wanted:
        return _progressing(f"{updated} of {wanted} pods updated")
    for field, word in (("numberReady", "ready"), ("numberAvailable", "available")):
        if (number := number_at(status, field)) < wanted:
            return _progressing(f"{number} of {wanted} pods {word}")
    return _all_ready(wanted)


def _pod(obj: Object) -> Readiness:
    phase = map_at(obj, "status").get("phase")
    if phase == "Succeeded" or (phase != "Failed" and pod_ready(obj)):
        return READY
    reason = pod_reason(obj)
    if phase == "Failed" or pod_hopeless(obj):
        return Readiness(State.FAILED, reason)
    return _progressing(reason)


def _job(obj: Object) -> Readiness:
    if is_true(failed := condition(obj, "Failed")):
        words = [str(failed[key]) for key in ("reason", "message") if failed.get(key)]
        return Readiness(State.FAILED, ": ".join(words) or "failed")
    if is_true(condition(obj, "Complete")):
        return Readiness(State.READY, "complete")
    if map_at(obj, "spec").get("suspend"):
        return Readiness(State.READY, "suspended")
    status = map_at(obj, "status")
    wanted = int(map_at(obj, "spec").get("completions") or 1)
    return _progressing(f"{number_at(status, 'succeeded')} of {wanted} completions")


def _claim(obj: Object) -> Readiness:
    phase = map_at(obj, "status").get("phase") or "Pending"
    if phase == "Bound":
        return READY
    if phase == "Lost":
        return Readiness(State.FAILED, "its volume is gone (Lost)")
    return _progressing(f"not bound to a volume yet ({phase})")


def _service(obj: Object) -> Readiness:
    spec = map_at(obj, "spec")
    if spec.get("type") == "LoadBalancer" and not spec.get("clusterIP"):
        return _progressing("has no cluster IP yet")
    return READY


def _namespace(obj: Object) -> Readiness:
    phase = map_at(obj, "status").get("phase", "Active")
    return READY if phase == "Active" else _progressing(f"is {phase}")


def _definition(obj: Object) -> Readiness:
    names = condition(obj, "NamesAccepted")
    if names.get("status") == "False":
        return Readiness(State.FAILED, str(names.get("message") or "its names are taken"))
    if is_true(condition(obj, "Established")):
        return READY
    return _progressing("not established yet")


def _api_service(obj: Object) -> Readiness:
    available = condition(obj, "Available")
    if is_true(available):
        return READY
    return _progressing(str(available.get("message") or "not available yet"))


def _custom(obj: Object) -> Readiness:
    """The conditions that operators agree on; without a Ready condition there is no wait."""
    if is_true(stalled := condition(obj, "Stalled")):
        return Readiness(State.FAILED, _words(stalled, "stalled"))
    if is_true(busy := condition(obj, "Reconciling")):
        return _progressing(_words(busy, "is being reconciled"))
    ready = condition(obj, "Ready")
    if not ready or is_true(ready):
        return READY
    return _progressing(_words(ready, "not ready yet"))


def _with_pods(
    obj: Object, found: Readiness, pods: Sequence[Object], claims: Sequence[Object]
) -> Readiness:
    """Add the first pod, in the order given, that says why; or the first claim without a volume."""
    if found.state is not State.PROGRESSING:
        return found
    newest = newest_revision(obj, ())
    for pod in pods:
        if pod_ready(pod) or not (reason := pod_reason(pod)):
            continue
        lost = pod_hopeless(pod) and is_wanted(obj, pod, newest)
        state = State.FAILED if lost else found.state
        return Readiness(state, f"{found.reason}; {_name(pod)}: {reason}")
    for claim in claims:
        if not (bound := _claim(claim)).ready:
            return Readiness(found.state, f"{found.reason}; claim {_name(claim)}: {bound.reason}")
    return found


def _count(status: Object, wanted: int, *, available: bool) -> Readiness | None:
    """What is missing for `wanted` pods, all ready and none too many."""
    if (ready := number_at(status, "readyReplicas")) < wanted:
        return _progressing(f"{ready} of {wanted} pods ready")
    if available and (number := number_at(status, "availableReplicas")) < wanted:
        return _progressing(f"{number} of {wanted} pods available")
    if (existing := number_at(status, "replicas")) != wanted:
        return _progressing(f"{existing} pods exist, {wanted} wanted")
    return None


def _all_ready(wanted: int) -> Readiness:
    return Readiness(State.READY, f"{wanted} of {wanted} pods ready")


def _progressing(reason: str) -> Readiness:
    return Readiness(State.PROGRESSING, reason)


def _replicas(spec: Object) -> int:
    return 1 if spec.get("replicas") is None else int(spec["replicas"])


def _name(obj: Object) -> str:
    return str(map_at(obj, "metadata").get("name", ""))


_REPLICATED: Mapping[str, Callable[[Object], Readiness]] = {
    "StatefulSet": _stateful_set,
    "Deployment": _deployment,
    "DaemonSet": _daemon_set,
    "ReplicaSet": _replica_set,
    "ReplicationController": _replica_set,
}
_SINGLE: Mapping[str, Callable[[Object], Readiness]] = {
    "Pod": _pod,
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "Service": _service,
    "Namespace": _namespace,
    "CustomResourceDefinition": _definition,
    "APIService": _api_service,
}
