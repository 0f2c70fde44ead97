"""Pods: from created to placed, started, ready, ended, gone.

Stands for the scheduler's binding cycle and the kubelet. A pod is only told to run: its probes
answer well, its containers run on, and those that are to end (restartPolicy Never or OnFailure) end
well, unless their commands are known to end otherwise (programs.py). Left out: readiness gates,
liveness probes, grace periods, hooks, eviction, and an image changed in a running pod.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.embedded.controllers import timings
from holdfast.embedded.controllers.addresses import Addresses
from holdfast.embedded.controllers.containers import (
    Trouble,
    running_status,
    succeeded_status,
    waiting_status,
)
from holdfast.embedded.controllers.crashes import (
    crash,
    failed_status,
    failing_init,
    restarted,
)
from holdfast.embedded.controllers.events import warn
from holdfast.embedded.controllers.lost import control_lost_pod
from holdfast.embedded.controllers.nodes import is_alive, node_address
from holdfast.embedded.controllers.objects import (
    Object,
    condition_of,
    finalizers_of,
    is_terminating,
    name_of,
    ref_of,
    set_condition,
    status_of,
)
from holdfast.embedded.controllers.placement import Placement
from holdfast.embedded.controllers.programs import fails
from holdfast.embedded.controllers.taints import evicted_at
from holdfast.embedded.controllers.troubles import PULL_FAILED, backed_off, troubles_of
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Put, Remove, Write
from holdfast.model.manifest import ObjectRef

_ENDED = ("Succeeded", "Failed")


def control_pods(view: View) -> Iterator[Write]:
    """Move every pod one step on, where its time has come."""
    placement, addresses = Placement(view), Addresses(view)
    nodes = {name_of(node): node for node in view.list("v1", "Node")}
    for pod in view.pods():
        node = nodes.get(pod["spec"].get("nodeName", ""))
        if pod["spec"].get("nodeName") and not is_alive(node):
            yield from control_lost_pod(view, pod, node)
        elif is_terminating(pod):
            yield from _end(view, pod)
        elif status_of(pod).get("phase") in _ENDED:
            continue
        elif node and evicted_at(pod, node) == 0:
            yield from view.delete(pod)
        elif not pod["spec"].get("nodeName"):
            yield from _place(view, pod, placement)
        elif not status_of(pod).get("containerStatuses"):
            yield view.put_later({**pod, "status": _arrived(view, pod)}, timings.START)
        elif status_of(pod)["phase"] == "Pending":
            yield from _start(view, pod, addresses)
        else:
            yield from _run(view, pod)


def _end(view: View, pod: Object) -> Iterator[Write]:
    if finalizers_of(pod):
        yield Put(pod)
    elif view.has_come(pod) or not pod["spec"].get("nodeName"):
        yield Remove(ref_of(pod))
    elif view.due(pod) is None:
        yield view.put_later(pod, timings.TERMINATE)


def _place(view: View, pod: Object, placement: Placement) -> Iterator[Write]:
    status = {"phase": "Pending", **status_of(pod)}
    verdict = placement.judge(pod)
    told = condition_of(pod, "PodScheduled")
    if view.due(pod) is None:
        if verdict.node or (verdict.problem and not told):
            yield view.put_later({**pod, "status": status}, timings.SCHEDULE)
        elif verdict.problem and told.get("message") != verdict.problem:
            yield from _refuse(view, pod, verdict.problem)
    elif view.has_come(pod) and verdict.node:
        placement.take(pod, verdict.node)
        placed = {**pod, "spec": {**pod["spec"], "nodeName": verdict.node}}
        yield Put({**placed, "status": set_condition(status, "PodScheduled", True, view.now)})
    elif view.has_come(pod) and verdict.problem:
        yield from _refuse(view, pod, verdict.problem)
    elif view.has_come(pod):
        yield Put({**pod, "status": status})


def _refuse(view: View, pod: Object, problem: str) -> Iterator[Write]:
    status = {"phase": "Pending", **status_of(pod)}
    status = set_condition(
        status, "PodScheduled", False, view.now, reason="Unschedulable", message=problem
    )
    yield Put({**pod, "status": status})
    yield from warn(
        view, pod, reason="FailedScheduling", message=problem, source="default-scheduler"
    )


def _arrived(view: View, pod: Object) -> dict[str, Any]:
    node = view.get(ObjectRef("v1", "Node", "", pod["spec"]["nodeName"]))
    host = node_address(node) if node else ""
    address = {"hostIP": host, "hostIPs": [{"ip": host}]} if host else {}
    return {**waiting_status(pod, {}, view.now), **address}


def _start(view: View, pod: Object, addresses: Addresses) -> Iterator[Write]:
    """Start the containers, or say why they cannot start; look again when the reason is gone."""
    due, troubles = view.due(pod), troubles_of(view, pod)
    if due is not None and due > view.now:
        return
    if not troubles and due is None:
        yield view.put_later(pod, timings.START)
    elif not troubles and (codes := failing_init(pod)):
        yield from _fail_to_initialize(view, pod, codes)
    elif not troubles:
        address = addresses.take(pod)
        ready = not (_needs_probing(pod) or restarted(pod))
        status = running_status(pod, view.now, ready=ready, address=address)
        yield Put({**pod, "status": status})
    else:
        yield from _complain(view, pod, troubles)


def _fail_to_initialize(view: View, pod: Object, codes: dict[str, int]) -> Iterator[Write]:
    if pod["spec"].get("restartPolicy") == "Never":
        yield Put({**pod, "status": failed_status(pod, view.now)})
    else:
        yield from crash(view, pod, "initContainerStatuses", codes)


def _complain(view: View, pod: Object, troubles: dict[str, Trouble]) -> Iterator[Write]:
    """Show what is wrong, once; a failed pull is shown first as such, then as backed off."""
    shown = {name: _as_seen(pod, name, trouble) for name, trouble in troubles.items()}
    status = waiting_status(pod, shown, view.now)
    pulls = any(trouble.reason == PULL_FAILED for trouble in shown.values())
    yield Put({**pod, "status": status}, view.now + timings.BACK_OFF if pulls else None)
    mounts = {one for one in shown.values() if one.event_reason == "FailedMount"}
    for trouble in sorted(mounts or set(shown.values()), key=lambda one: one.event_message):
        yield from warn(
            view,
            pod,
            reason=trouble.event_reason,
            message=trouble.event_message,
            source="kubelet",
            once=True,
        )


def _as_seen(pod: Object, name: str, trouble: Trouble) -> Trouble:
    if trouble.reason != PULL_FAILED:
        return trouble
    known = [
        status
        for field in ("initContainerStatuses", "containerStatuses")
        for status in status_of(pod).get(field) or ()
        if status["name"] == name
    ]
    container = _container(pod, name)
    failed_before = any(
        status["image"] == container["image"]
        and status["state"].get("waiting", {}).get("reason") in (PULL_FAILED, "ImagePullBackOff")
        for status in known
    )
    return backed_off(trouble, container["image"]) if failed_before else trouble


def _container(pod: Object, name: str) -> Mapping[str, Any]:
    spec = pod["spec"]
    every = [*(spec.get("initContainers") or ()), *spec["containers"]]
    return next(one for one in every if one["name"] == name)


def _run(view: View, pod: Object) -> Iterator[Write]:
    """Get ready, end, or end and be run again; a pod that stays as it is has no due time."""
    ready = condition_of(pod, "Ready").get("status") == "True"
    ends = pod["spec"].get("restartPolicy", "Always") != "Always"
    codes = restarted(pod)
    if not codes and not ends and (ready or _never_ready(pod)):
        yield Put(pod)
    elif view.due(pod) is None:
        pause = timings.FINISH if ready else _until_ready(pod)
        yield view.put_later(pod, timings.CRASH if codes else pause)
    elif not view.has_come(pod):
        return
    elif codes:
        yield from crash(view, pod, "containerStatuses", codes)
    elif not ready:
        yield Put({**pod, "status": running_status(pod, view.now, ready=True, address="")})
    else:
        bad = any(fails(one) for one in pod["spec"]["containers"])
        status = failed_status(pod, view.now) if bad else succeeded_status(pod, view.now)
        yield Put({**pod, "status": status})


def _needs_probing(pod: Object) -> bool:
    return any(
        container.get(probe)
        for container in pod["spec"]["containers"]
        for probe in ("readinessProbe", "startupProbe")
    )


def _never_ready(pod: Object) -> bool:
    """Whether a probe runs a program that is known to end badly."""
    probes = ("readinessProbe", "startupProbe")
    return any(
        fails((one.get(probe) or {}).get("exec") or {})
        for one in pod["spec"]["containers"]
        for probe in probes
    )


def _until_ready(pod: Object) -> float:
    delays: list[float] = [
        (container.get(probe) or {}).get("initialDelaySeconds", 0)
        for container in pod["spec"]["containers"]
        for probe in ("readinessProbe", "startupProbe")
    ]
    return timings.READY + timings.PROBE_SCALE * max(delays)
