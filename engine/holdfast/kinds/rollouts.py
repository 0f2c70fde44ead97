"""Which pods a rollout wants, and which one stands in its way.

Pure. The rules are those of the workload controllers of Kubernetes (pkg/controller/statefulset,
deployment and daemon). A StatefulSet's ordered rollout has a known trap (kubernetes/kubernetes
#67250, documented as "Forced rollback"): it waits for every pod from the lowest ordinal on, also
for one of an earlier revision that will never be ready, and so never comes to replace it.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.kinds.conditions import Object, map_at, maps_at, number_at
from holdfast.kinds.pods import pod_ready
from holdfast.kinds.stateful_sets import is_stateful_set, ordinal_in

REVISION_LABEL = "controller-revision-hash"
TEMPLATE_LABEL = "pod-template-hash"


def revision_of(pod: Object) -> str:
    """The hash that tells which template a pod was made from; empty where nothing tells."""
    labels = map_at(map_at(pod, "metadata"), "labels")
    return str(labels.get(REVISION_LABEL) or labels.get(TEMPLATE_LABEL) or "")


def revisions_kind(workload: Object) -> str:
    """The kind in `apps/v1` that keeps a workload's templates where its status does not say which
    is the newest: to be read for `is_wanted`; empty where nothing has to be read.
    """
    spec = map_at(workload, "spec")
    if workload.get("kind") == "Deployment":
        return "ReplicaSet"
    on_delete = map_at(spec, "updateStrategy").get("type") == "OnDelete"
    return "ControllerRevision" if workload.get("kind") == "DaemonSet" and not on_delete else ""


def newest_revision(workload: Object, revisions: Sequence[Object]) -> str:
    """The hash of the newest template among `revisions` (of the kind that `revisions_kind` names);
    a StatefulSet's own status tells it. Empty where it cannot be told.
    """
    if _is_set(workload):
        return str(map_at(workload, "status").get("updateRevision") or "")
    uid = map_at(workload, "metadata").get("uid")
    mine = [one for one in revisions if uid in _owners(one)]
    return revision_of(max(mine, key=_number)) if mine else ""


def is_wanted(workload: Object, pod: Object, newest: str) -> bool:
    """Whether the rollout keeps this pod: it is of the newest revision, or will not be replaced.

    A StatefulSet replaces no pod below its partition, and none at all with OnDelete.
    """
    if not newest or revision_of(pod) == newest:
        return True
    if not _is_set(workload):
        return False
    number, strategy = _ordinal(workload, pod), map_at(map_at(workload, "spec"), "updateStrategy")
    partition = number_at(map_at(strategy, "rollingUpdate"), "partition")
    return strategy.get("type") == "OnDelete" or number < _start(workload) + partition


def blocking_pod(workload: Object, pods: Sequence[Object]) -> Object | None:
    """The pod of an earlier revision that an ordered rollout waits for; None where none does.

    It is the first by ordinal that is not ready, whatever comes after it. One that is being
    deleted, or that the controller replaces by itself (it has ended), is no trap.
    """
    first = _first_unready(workload, pods) if _is_ordered(workload) else None
    if first is None or map_at(first, "metadata").get("deletionTimestamp"):
        return None
    ended = map_at(first, "status").get("phase") in ("Succeeded", "Failed")
    return None if ended or is_wanted(workload, first, newest_revision(workload, ())) else first


def _is_ordered(workload: Object) -> bool:
    """Whether it is a StatefulSet that makes one pod after the other, and has seen its spec."""
    seen = number_at(map_at(workload, "status"), "observedGeneration")
    current = seen >= number_at(map_at(workload, "metadata"), "generation")
    policy = map_at(workload, "spec").get("podManagementPolicy", "OrderedReady")
    return _is_set(workload) and policy == "OrderedReady" and current


def _first_unready(workload: Object, pods: Sequence[Object]) -> Object | None:
    """None also where one before it is missing: the controller is about to make that one."""
    replicas = map_at(workload, "spec").get("replicas")
    by_ordinal = {_ordinal(workload, pod): pod for pod in pods}
    for number in range(_start(workload), _start(workload) + (1 if replicas is None else replicas)):
        pod = by_ordinal.get(number)
        if pod is None or not pod_ready(pod):
            return pod
    return None


def _is_set(workload: Object) -> bool:
    return is_stateful_set(str(workload.get("apiVersion", "")), str(workload.get("kind", "")))


def _ordinal(workload: Object, pod: Object) -> int:
    number = ordinal_in(_name(pod), _name(workload))
    return -1 if number is None else number


def _start(workload: Object) -> int:
    return number_at(map_at(map_at(workload, "spec"), "ordinals"), "start")


def _owners(obj: Object) -> list[object]:
    return [row.get("uid") for row in maps_at(map_at(obj, "metadata"), "ownerReferences")]


def _number(revision: Object) -> int:
    """A ControllerRevision's number, or a ReplicaSet's, which its Deployment wrote down."""
    annotations = map_at(map_at(revision, "metadata"), "annotations")
    written = annotations.get("deployment.kubernetes.io/revision")
    if isinstance(written, str) and written.isdecimal():
        return int(written)
    return number_at(revision, "revision")


def _name(obj: Object) -> str:
    return str(map_at(obj, "metadata").get("name", ""))
