"""Why a pod is not ready, as the one reason that explains the others.

Pure; apart from readiness.py because `status` asks it for every ordinal, whatever its workload.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.kinds.conditions import Object, condition, is_true, map_at, maps_at, number_at

_HOPELESS = ("InvalidImageName", "ErrImageNeverPull")
_STARTING = ("ContainerCreating", "PodInitializing")


def pod_ready(pod: Object) -> bool:
    """The pod's Ready condition is true."""
    return is_true(condition(pod, "Ready"))


def has_started(pod: Object) -> bool:
    """Every container runs and its startup probe, if it has one, has succeeded.

    Kubernetes' ContainerStatus: `started` is true at once where there is no such probe.
    """
    wanted = maps_at(map_at(pod, "spec"), "containers")
    found = maps_at(map_at(pod, "status"), "containerStatuses")
    return len(found) >= len(wanted) and all(_is_running(one) for one in found)


def _is_running(container: Object) -> bool:
    """A container's status says that it runs and has started."""
    return bool(map_at(container, "state").get("running")) and container.get("started") is True


def pod_hopeless(pod: Object) -> bool:
    """A container waits for what no amount of waiting brings: the pod itself has to change."""
    states = [map_at(container, "state") for container in container_statuses(pod)]
    waiting = [map_at(state, "waiting") for state in states]
    return any(state.get("reason") in _HOPELESS for state in waiting)


def restarts_of(pod: Object) -> int:
    """How often the pod's containers have been restarted, all together."""
    return sum(number_at(container, "restartCount") for container in container_statuses(pod))


def container_statuses(pod: Object) -> tuple[Object, ...]:
    """What the kubelet tells of each container, the init containers first."""
    status = map_at(pod, "status")
    return maps_at(status, "initContainerStatuses") + maps_at(status, "containerStatuses")


def claim_names(pod: Object) -> tuple[str, ...]:
    """The claims that the pod's volumes name."""
    volumes = maps_at(map_at(pod, "spec"), "volumes")
    claims = (map_at(volume, "persistentVolumeClaim").get("claimName") for volume in volumes)
    return tuple(str(name) for name in claims if name)


def pod_reason(pod: Object) -> str:
    """The best single reason why `pod` is not ready; empty for a ready or finished one.

    In this order: being deleted, evicted or failed, not schedulable, an init container and then a
    container that waits or has ended, one that is running but not ready.
    """
    status = map_at(pod, "status")
    if map_at(pod, "metadata").get("deletionTimestamp"):
        return "is being deleted"
    if pod_ready(pod) or status.get("phase") == "Succeeded":
        return ""
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        return _joined(scheduled.get("reason") or "Unschedulable", scheduled.get("message"))
    found = next(_container_reasons(pod), "")
    if status.get("phase") == "Failed":
        reason = _joined(status.get("reason"), status.get("message"))
        return reason or found or "Failed"
    return found or str(condition(pod, "Ready").get("message") or status.get("phase") or "Pending")


def _container_reasons(pod: Object) -> Iterator[str]:
    status = map_at(pod, "status")
    starting = []
    for prefix, field in (("init container ", "initContainerStatuses"), ("", "containerStatuses")):
        for container in maps_at(status, field):
            reason = _container_reason(container, init=bool(prefix))
            if reason.startswith(_STARTING):
                starting.append(reason)
            elif reason:
                several = prefix or len(maps_at(status, field)) > 1
                label = f"{prefix or 'container '}{container.get('name')}: " if several else ""
                yield label + reason
    yield from starting


def _container_reason(container: Object, *, init: bool) -> str:
    state = map_at(container, "state")
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
    count = number_at(container, "restartCount")
    restarts = f"{count} restart{'' if count == 1 else 's'}"
    ended = map_at(map_at(container, "lastState"), "terminated")
    return f"CrashLoopBackOff: {f'{_ended(ended)}, ' if ended else ''}{restarts}"


def _ended(ended: Object) -> str:
    reason = _joined(ended.get("reason"), ended.get("message"))
    code = f"exit code {ended.get('exitCode', 0)}"
    return f"{code} ({reason})" if reason else code


def _joined(reason: object, message: object) -> str:
    words = " ".join(str(message or "").split())
    return f"{reason}: {words}" if reason and words else str(reason or words)
