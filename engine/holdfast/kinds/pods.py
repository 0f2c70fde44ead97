"""Why a pod is not ready, as the one reason that explains the others.

Pure; apart from readiness.py because `status` asks it for every ordinal, whatever its workload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Object: TypeAlias = Mapping[str, Any]

_HOPELESS = ("InvalidImageName", "ErrImageNeverPull")
_STARTING = ("ContainerCreating", "PodInitializing")


def pod_ready(pod: Object) -> bool:
    """The pod's Ready condition is true."""
    return _condition(pod, "Ready").get("status") == "True"


def pod_hopeless(pod: Object) -> bool:
    """A container waits for what no amount of waiting brings: the pod itself has to change."""
    status = pod.get("status") or {}
    containers = [*(status.get("initContainerStatuses") or ())]
    containers += status.get("containerStatuses") or ()
    waiting = [(container.get("state") or {}).get("waiting") or {} for container in containers]
    return any(state.get("reason") in _HOPELESS for state in waiting)


def pod_reason(pod: Object) -> str:
    """The best single reason why `pod` is not ready; empty for a ready or finished one.

    In this order: being deleted, evicted or failed, not schedulable, an init container and then a
    container that waits or has ended, one that is running but not ready.
    """
    status = pod.get("status") or {}
    if (pod.get("metadata") or {}).get("deletionTimestamp"):
        return "is being deleted"
    if pod_ready(pod) or status.get("phase") == "Succeeded":
        return ""
    scheduled = _condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        return _joined(scheduled.get("reason") or "Unschedulable", scheduled.get("message"))
    found = next(_container_reasons(pod), "")
    if status.get("phase") == "Failed":
        reason = _joined(status.get("reason"), status.get("message"))
        return reason or found or "Failed"
    return found or str(_condition(pod, "Ready").get("message") or status.get("phase") or "Pending")


def _container_reasons(pod: Object) -> Iterator[str]:
    status = pod.get("status") or {}
    starting = []
    for prefix, field in (("init container ", "initContainerStatuses"), ("", "containerStatuses")):
        for container in status.get(field) or ():
            reason = _container_reason(container, init=bool(prefix))
            if reason.startswith(_STARTING):
                starting.append(reason)
            elif reason:
                several = prefix or len(status.get(field) or ()) > 1
                label = f"{prefix or 'container '}{container.get('name')}: " if several else ""
                yield label + reason
    yield from starting


def _container_reason(container: Object, *, init: bool) -> str:
    state = container.get("state") or {}
    if waiting := state.get("waiting"):
        reason = str(waiting.get("reason") or "waiting")
        if reason == "CrashLoopBackOff":
            return _crash_loop(container)
        return _joined(reason, waiting.get("message"))
    if ended := state.get("terminated"):
        return "" if init and not ended.get("exitCode") else _ended(ended)
    if init:
        return "" if container.get("ready") or container.get("started") else "still running"
    return "" if container.get("ready") else "running, not ready yet"


def _crash_loop(container: Object) -> str:
    """The last exit tells more than the server's back-off message."""
    count = int(container.get("restartCount") or 0)
    restarts = f"{count} restart{'' if count == 1 else 's'}"
    ended = (container.get("lastState") or {}).get("terminated")
    return f"CrashLoopBackOff: {f'{_ended(ended)}, ' if ended else ''}{restarts}"


def _ended(ended: Object) -> str:
    reason = _joined(ended.get("reason"), ended.get("message"))
    code = f"exit code {ended.get('exitCode', 0)}"
    return f"{code} ({reason})" if reason else code


def _joined(reason: object, message: object) -> str:
    words = " ".join(str(message or "").split())
    return f"{reason}: {words}" if reason and words else str(reason or words)


def _condition(pod: Object, kind: str) -> Object:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return next((c for c in conditions if c.get("type") == kind), {})
