"""What a kubelet tells of a pod's containers: their states, and the pod conditions that follow.

It must not know when anything happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.embedded.controllers.objects import Object, set_condition, stamp, status_of
from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a container cannot start: the waiting state's reason and message, and the event's."""

    reason: str
    message: str
    event_reason: str
    event_message: str


def waiting_status(pod: Object, troubles: Mapping[str, Trouble], now: float) -> dict[str, Any]:
    """The status of a placed pod whose containers have not started."""
    inits = pod["spec"].get("initContainers") or ()
    idle = Trouble("PodInitializing" if inits else "ContainerCreating", "", "", "")
    status: dict[str, Any] = {"startTime": stamp(now), **status_of(pod), "phase": "Pending"}
    status = set_condition(status, "PodScheduled", True, now)
    status = _initialized(status, [one["name"] for one in inits], now)
    status = _ready_conditions(status, pod, False, now)
    if inits:
        status["initContainerStatuses"] = [
            _container(one, _waiting(troubles.get(one["name"], idle))) for one in inits
        ]
    status["containerStatuses"] = [
        _container(one, _waiting(troubles.get(one["name"], idle)))
        for one in pod["spec"]["containers"]
    ]
    return status


def running_status(pod: Object, now: float, *, ready: bool, address: str) -> dict[str, Any]:
    """The status of a pod whose containers run."""
    status = {**status_of(pod), "phase": "Running"}
    if address:
        status |= {"podIP": address, "podIPs": [{"ip": address}]}
    status = set_condition(status, "PodReadyToStartContainers", True, now)
    status = set_condition(status, "Initialized", True, now)
    status = _ready_conditions(status, pod, ready, now)
    if inits := pod["spec"].get("initContainers"):
        status["initContainerStatuses"] = [_init_status(one, now) for one in inits]
    started = _started(pod, now)
    status["containerStatuses"] = [
        _container(one, {"running": {"startedAt": started}}, ready=ready, started=True)
        for one in pod["spec"]["containers"]
    ]
    return status


def succeeded_status(pod: Object, now: float) -> dict[str, Any]:
    """The status of a pod whose containers have all ended well."""
    status = {**status_of(pod), "phase": "Succeeded"}
    for kind in ("Initialized", "ContainersReady", "Ready"):
        holds = kind == "Initialized"
        status = set_condition(status, kind, holds, now, reason="PodCompleted")
    ended = _terminated(_started(pod, now), now)
    status["containerStatuses"] = [_container(one, ended) for one in pod["spec"]["containers"]]
    return status


def _init_status(container: Mapping[str, Any], now: float) -> dict[str, Any]:
    if container.get("restartPolicy") == "Always":
        return _container(container, {"running": {"startedAt": stamp(now)}}, True, started=True)
    return _container(container, _terminated(stamp(now), now), ready=True)


def _initialized(status: dict[str, Any], inits: Sequence[str], now: float) -> dict[str, Any]:
    if not inits:
        return set_condition(status, "Initialized", True, now)
    message = f"containers with incomplete status: [{' '.join(inits)}]"
    reason = "ContainersNotInitialized"
    return set_condition(status, "Initialized", False, now, reason=reason, message=message)


def _ready_conditions(
    status: dict[str, Any], pod: Object, ready: bool, now: float
) -> dict[str, Any]:
    names = " ".join(one["name"] for one in pod["spec"]["containers"])
    message = "" if ready else f"containers with unready status: [{names}]"
    reason = "" if ready else "ContainersNotReady"
    for kind in ("Ready", "ContainersReady"):
        status = set_condition(status, kind, ready, now, reason=reason, message=message)
    return status


def _started(pod: Object, now: float) -> str:
    """When the containers started: as told before, else now."""
    told = status_of(pod).get("containerStatuses") or [{}]
    return str(told[0].get("state", {}).get("running", {}).get("startedAt") or stamp(now))


def _waiting(trouble: Trouble) -> dict[str, Any]:
    message = {"message": trouble.message} if trouble.message else {}
    return {"waiting": {"reason": trouble.reason, **message}}


def _terminated(started: str, now: float) -> dict[str, Any]:
    end = {"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": stamp(now)}
    return {"terminated": end}


def _container(
    container: Mapping[str, Any], state: dict[str, Any], ready: bool = False, started: bool = False
) -> dict[str, Any]:
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "ready": ready,
        "started": started,
        "restartCount": 0,
        "state": state,
    }
