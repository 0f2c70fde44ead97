"""Containers that end when they should run: restarted, with a longer pause each time.

Stands for the kubelet's restarts (Kubernetes docs: Pod Lifecycle, "Container restarts"): once at
once, then after a back-off that doubles up to five minutes. A container that is known to end
(programs.py) is never ready; left out are the short moments in which a real one would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.embedded.controllers import timings
from holdfast.embedded.controllers.events import warn
from holdfast.embedded.controllers.objects import (
    Object,
    name_of,
    namespace_of,
    set_condition,
    stamp,
    status_of,
    uid_of,
)
from holdfast.embedded.controllers.programs import exit_code, fails
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Put, Write

_BACK_OFF = "CrashLoopBackOff"


def restarted(pod: Object) -> dict[str, int]:
    """The containers that end and are run again, with their exit codes."""
    policy = pod["spec"].get("restartPolicy", "Always")
    codes = {one["name"]: exit_code(one) for one in pod["spec"]["containers"]}
    return {
        name: code
        for name, code in codes.items()
        if code is not None and (policy == "Always" or (policy == "OnFailure" and code))
    }


def failing_init(pod: Object) -> dict[str, int]:
    """The first init container that ends badly, with its exit code; the others wait for it."""
    for one in pod["spec"].get("initContainers") or ():
        if fails(one):
            return {one["name"]: exit_code(one) or 1}
    return {}


def crash(view: View, pod: Object, field: str, codes: Mapping[str, int]) -> Iterator[Write]:
    """One step in the life of the containers in `field` of the status that end with `codes`.

    They run for a moment, end, and are started again; to be called when the pod's time has come.
    """
    told = list(status_of(pod).get(field) or ())
    moved = [_step(one, codes[one["name"]], view) if one["name"] in codes else one for one in told]
    waits = [one for one in moved if "waiting" in one["state"] and one["name"] in codes]
    status = _unready({**status_of(pod), field: moved}, pod, list(codes), view.now)
    pause = timings.CRASH
    if waits:
        pause = min(timings.RESTART * 2 ** max(one["restartCount"] - 1 for one in waits), 300.0)
    yield Put({**pod, "status": status}, view.now + pause)
    for one in waits:
        message = f"Back-off restarting failed container {one['name']} in pod {_title(pod)}"
        yield from warn(view, pod, reason="BackOff", message=message, source="kubelet")


def failed_status(pod: Object, now: float) -> dict[str, Any]:
    """The status of a pod that is not run again after one of its containers ended badly."""
    status = {**status_of(pod), "phase": "Failed"}
    for kind in ("ContainersReady", "Ready"):
        status = set_condition(status, kind, False, now, reason="PodFailed")
    codes = {one["name"]: exit_code(one) or 0 for one in pod["spec"]["containers"]}
    ended = [_ended(one, codes[one["name"]], now) for one in status.get("containerStatuses") or ()]
    return {**status, "containerStatuses": ended}


def _step(container: Object, code: int, view: View) -> Object:
    """Running → run again at once, or backed off; anything else → running."""
    count, state = container["restartCount"], container["state"]
    if "running" not in state:
        again = count + 1 if container.get("lastState") else count
        running = {"running": {"startedAt": stamp(view.now)}}
        return {**container, "state": running, "restartCount": again, "started": True}
    ended = _ended(container, code, view.now)["state"]
    last = {**container, "lastState": ended, "ready": False}
    if count == 0:
        running = {"running": {"startedAt": stamp(view.now)}}
        return {**last, "state": running, "restartCount": 1}
    pause = min(timings.RESTART * 2 ** (count - 1), 300.0)
    message = f"back-off {pause:g}s restarting failed container={container['name']}"
    return {**last, "state": {"waiting": {"reason": _BACK_OFF, "message": message}}}


def _ended(container: Object, code: int, now: float) -> Object:
    started = (container["state"].get("running") or {}).get("startedAt") or stamp(now)
    end = {
        "exitCode": code,
        "reason": "Error" if code else "Completed",
        "startedAt": started,
        "finishedAt": stamp(now),
    }
    return {**container, "ready": False, "started": False, "state": {"terminated": end}}


def _unready(status: dict[str, Any], pod: Object, names: list[str], now: float) -> dict[str, Any]:
    message = f"containers with unready status: [{' '.join(names)}]"
    for kind in ("Ready", "ContainersReady"):
        status = set_condition(
            status, kind, False, now, reason="ContainersNotReady", message=message
        )
    return status


def _title(pod: Object) -> str:
    return f"{name_of(pod)}_{namespace_of(pod)}({uid_of(pod)})"
