"""The log of a pod's container. No container runs here, so the log says that, line by line.

Every line starts with `simulated:`, so that nobody takes one for a program's words. What cannot be
read is refused in the words of the API server and of the kubelet behind it. A log that is followed
ends with what is known: nothing more would come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.embedded.bodies import option_number
from holdfast.embedded.routes import Request
from holdfast.embedded.status import bad_request

Object = Mapping[str, Any]

_FIELDS = (("initContainers", "initContainerStatuses"), ("containers", "containerStatuses"))
_PULLS = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}


def read_log(pod: Object, request: Request) -> str:
    """The log that a request asks for. Raises StatusError 400 where there is none to read."""
    name = _container_name(pod, request.option("container"))
    tail = option_number(request, "tailLines")
    if not pod["spec"].get("nodeName"):
        return ""
    since = request.option("sinceTime")
    lines = [
        line for line in _lines(pod, name, previous=request.flag("previous")) if line[0] >= since
    ]
    kept = lines if tail is None else lines[max(0, len(lines) - tail) :]
    timed = request.flag("timestamps")
    return "".join(f"{moment} {text}\n" if timed else f"{text}\n" for moment, text in kept)


def _container_name(pod: Object, wanted: str) -> str:
    inits, mains = ([one["name"] for one in pod["spec"].get(field) or ()] for field, _ in _FIELDS)
    title = pod["metadata"]["name"]
    if wanted in (*inits, *mains):
        return wanted
    if wanted:
        raise bad_request(f"container {wanted} is not valid for pod {title}")
    if len(mains) == 1:
        return str(mains[0])
    others = f" or one of the init containers: [{' '.join(inits)}]" if inits else ""
    raise bad_request(
        f"a container name must be specified for pod {title}, "
        f"choose one of: [{' '.join(mains)}]{others}"
    )


def _lines(pod: Object, name: str, *, previous: bool) -> Iterator[tuple[str, str]]:
    """Each line with its moment: who it is that does not run, when it started, how it ended."""
    status = _status_of(pod, name)
    run = _run(pod, name, status, previous=previous)
    who = f"container {name} ({status.get('image')}) of pod {pod['metadata']['name']}"
    started = str(run.get("startedAt") or "")
    yield started, f"simulated: {who}: no container runs in the embedded cluster"
    yield started, f"simulated: started at {started}"
    if "finishedAt" in run:
        ended = f"{run.get('reason')}, exit code {run.get('exitCode')}"
        yield run["finishedAt"], f"simulated: ended at {run['finishedAt']} ({ended})"


def _run(pod: Object, name: str, status: Object, *, previous: bool) -> Object:
    """The run of a container whose log is read: the present one, or the one before it."""
    where = f'container "{name}" in pod "{pod["metadata"]["name"]}"'
    before: Object | None = (status.get("lastState") or {}).get("terminated")
    if previous:
        if before is None:
            raise bad_request(f"previous terminated {where} not found")
        return before
    state = status.get("state") or {}
    found: Object | None = state.get("running") or state.get("terminated") or before
    if found is not None:
        return found
    reason = str((state.get("waiting") or {}).get("reason") or "ContainerCreating")
    raise bad_request(f"{where} is waiting to start: {_PULLS.get(reason, reason)}")


def _status_of(pod: Object, name: str) -> Object:
    status = pod.get("status") or {}
    told = (one for _, field in _FIELDS for one in status.get(field) or ())
    return next((one for one in told if one["name"] == name), {})
