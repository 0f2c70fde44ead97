"""DaemonSets: one pod per fitting node.

Stands for the DaemonSet controller: RollingUpdate (one pod after the other) and OnDelete. Pods go
straight to their node. Left out: surge, taints, affinity and pods that failed.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.embedded.controllers.objects import (
    Object,
    digest,
    is_terminating,
    labels_of,
    name_of,
)
from holdfast.embedded.controllers.ownership import gather
from holdfast.embedded.controllers.quotas import make
from holdfast.embedded.controllers.revisions import (
    History,
    forget_revisions,
    hash_of,
    read_history,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import (
    counts,
    generation_of,
    history_limit_of,
    is_available,
    make_pod,
    min_ready_of,
    next_available,
    share_of,
    without_zeros,
)
from holdfast.embedded.state import Put, Write
from holdfast.light import dataclass

_REVISION = "controller-revision-hash"


@dataclass(frozen=True, slots=True)
class _Daemons:
    """A DaemonSet, its history, the nodes it is for, and its pods by node."""

    view: View
    object: Object
    history: History
    nodes: tuple[str, ...]
    pods: dict[str, Object]

    def is_old(self, pod: Object) -> bool:
        """Whether a pod is of an earlier template."""
        return labels_of(pod).get(_REVISION) != hash_of(self.history.update)


def control_daemon_sets(view: View) -> Iterator[Write]:
    """Bring every DaemonSet one step nearer to its spec."""
    for found in view.list("apps/v1", "DaemonSet"):
        owned = gather(view, found, "v1", "Pod")
        yield from owned.writes
        if owned.writes:
            continue
        history = read_history(view, found, current=None)
        pods = {pod["spec"].get("nodeName", ""): pod for pod in owned.objects}
        daemons = _Daemons(view, found, history, _nodes(view, found), pods)
        yield _report(daemons)
        if not is_terminating(found):
            yield from history.writes
            yield from _settle(daemons)
            yield from _forget(daemons)


def _nodes(view: View, found: Object) -> tuple[str, ...]:
    wanted = found["spec"]["template"]["spec"].get("nodeSelector") or {}
    nodes = view.list("v1", "Node")
    return tuple(name_of(node) for node in nodes if wanted.items() <= labels_of(node).items())


def _settle(daemons: _Daemons) -> Iterator[Write]:
    for node in daemons.nodes:
        if node not in daemons.pods:
            yield from _make(daemons, node)
    for node, pod in daemons.pods.items():
        if node not in daemons.nodes:
            yield from daemons.view.delete(pod)
    yield from _roll(daemons)


def _make(daemons: _Daemons, node: str) -> Iterator[Write]:
    found = daemons.object
    name = f"{name_of(found)}-{digest(name_of(found), node, length=5)}"
    revision = {_REVISION: hash_of(daemons.history.update)}
    pod = make_pod(found, found["spec"]["template"], name, revision)
    placed = {**pod, "spec": {**pod["spec"], "nodeName": node}}
    yield from make(daemons.view, found, placed)


def _roll(daemons: _Daemons) -> Iterator[Write]:
    """End old pods, as many as may be unavailable; those that are so anyway go first."""
    strategy = daemons.object["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return
    most = (strategy.get("rollingUpdate") or {}).get("maxUnavailable")
    spare = max(1, share_of(most, len(daemons.nodes), default=1, up=True))
    well = [node for node in daemons.nodes if _is_well(daemons, node)]
    spare -= len(daemons.nodes) - len(well)
    for node, pod in daemons.pods.items():
        if not daemons.is_old(pod) or node not in daemons.nodes:
            continue
        spare -= node in well
        if node not in well or spare >= 0:
            yield from daemons.view.delete(pod)


def _is_well(daemons: _Daemons, node: str) -> bool:
    pod = daemons.pods.get(node)
    if pod is None or is_terminating(pod):
        return False
    return is_available(pod, min_ready_of(daemons.object), daemons.view.now)


def _forget(daemons: _Daemons) -> Iterator[Write]:
    hashes = {labels_of(pod).get(_REVISION) for pod in daemons.pods.values()}
    used = [name_of(one) for one in daemons.history.revisions if hash_of(one) in hashes]
    limit = history_limit_of(daemons.object)
    yield from forget_revisions(daemons.history, used=used, limit=limit)


def _report(daemons: _Daemons) -> Put:
    found, now = daemons.object, daemons.view.now
    placed = [pod for node, pod in daemons.pods.items() if node in daemons.nodes]
    ready, available = counts(placed, min_ready_of(found), now)
    status = {
        "observedGeneration": generation_of(found),
        "desiredNumberScheduled": len(daemons.nodes),
        "currentNumberScheduled": len(placed),
        "numberMisscheduled": len(daemons.pods) - len(placed),
        "numberReady": ready,
        "numberAvailable": available,
        "numberUnavailable": len(daemons.nodes) - available,
        "updatedNumberScheduled": sum(not daemons.is_old(pod) for pod in placed),
    }
    status = without_zeros(status, *list(status)[:5])
    return Put({**found, "status": status}, next_available(placed, min_ready_of(found), now))
