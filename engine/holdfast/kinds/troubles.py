"""What keeps a pod from getting ready, told apart by how long it may reasonably last.

Pure, and without a judgement: that a trouble has lasted too long is the waiter's to say. The words
are the kubelet's (reasons of waiting containers, kubernetes/kubernetes pkg/kubelet/images and
pkg/kubelet/kuberuntime) and the scheduler's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from holdfast.kinds.conditions import Object, condition, map_at, number_at
from holdfast.kinds.pods import (
    claim_names,
    container_statuses,
    pod_hopeless,
    pod_ready,
    pod_reason,
)
from holdfast.light import dataclass


class Cause(StrEnum):
    """What kind of thing is wrong."""

    NEVER = "never"
    """The pod as it is written can never start."""
    IMAGE = "image"
    """An image cannot be pulled."""
    CONFIG = "config"
    """A container cannot be made: a ConfigMap, a Secret or a key of one is not there."""
    CRASH = "crash"
    """A container ends again and again."""
    CLAIM = "claim"
    """A claim has no volume."""
    PLACE = "place"
    """No node takes the pod."""
    CREATE = "create"
    """The pod, or its claim, may not even be made: a quota, or an admission rule."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong now.

    `subject` is the name of the pod it is wrong with, or of the workload that gets no pod, `uid`
    that object's; `restarts` those of the `container` that crashes.
    """

    cause: Cause
    subject: str
    reason: str
    uid: str = ""
    container: str = ""
    restarts: int = 0


_REASONS: Mapping[str, Cause] = {
    **dict.fromkeys(
        ("ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable"),
        Cause.IMAGE,
    ),
    **dict.fromkeys(
        (
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "PreStartHookError",
            "PostStartHookError",
        ),
        Cause.CONFIG,
    ),
}


def pod_trouble(pod: Object, claims: Sequence[Object] = ()) -> Trouble | None:
    """What is wrong with a pod, the worst first; None for one that is ready or only takes time.

    `claims` are those that its volumes may name.
    """
    status = map_at(pod, "status")
    over = status.get("phase") in ("Succeeded", "Failed")
    if over or pod_ready(pod) or map_at(pod, "metadata").get("deletionTimestamp"):
        return None
    if pod_hopeless(pod):
        return _trouble(pod, Cause.NEVER)
    found = set(_waiting_for(pod))
    for cause in (Cause.IMAGE, Cause.CONFIG):
        if cause in found:
            return _trouble(pod, cause)
    if crashed := _crashed(pod):
        return replace(
            _trouble(pod, Cause.CRASH),
            container=str(crashed.get("name")),
            restarts=number_at(crashed, "restartCount"),
        )
    return None if map_at(pod, "spec").get("nodeName") else _unplaced(pod, claims)


def _unplaced(pod: Object, claims: Sequence[Object]) -> Trouble | None:
    """A pod without a node: its claim may be why, which says more than the scheduler does."""
    mine = set(claim_names(pod))
    for claim in claims:
        name, phase = _name(claim), map_at(claim, "status").get("phase") or "Pending"
        if name in mine and phase != "Bound":
            return _trouble(pod, Cause.CLAIM, reason=f"claim {name} has no volume ({phase})")
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False" and scheduled.get("reason") == "Unschedulable":
        return _trouble(pod, Cause.PLACE)
    return None


def _waiting_for(pod: Object) -> Iterator[Cause]:
    for container in container_statuses(pod):
        reason = map_at(map_at(container, "state"), "waiting").get("reason")
        if cause := _REASONS.get(str(reason)):
            yield cause


def _crashed(pod: Object) -> Object | None:
    """The container that is down and has been restarted most often; None where none is down."""
    if map_at(pod, "spec").get("restartPolicy") == "Never":
        return None
    down = [container for container in container_statuses(pod) if _is_down(container)]
    return max(down, key=lambda one: number_at(one, "restartCount"), default=None)


def _is_down(container: Object) -> bool:
    state = map_at(container, "state")
    if map_at(state, "waiting").get("reason") == "CrashLoopBackOff":
        return True
    ended = map_at(state, "terminated")
    return bool(ended) and number_at(ended, "exitCode") != 0


def _trouble(pod: Object, cause: Cause, *, reason: str = "") -> Trouble:
    uid = str(map_at(pod, "metadata").get("uid") or "")
    return Trouble(cause, _name(pod), reason or pod_reason(pod), uid)


def _name(obj: Object) -> str:
    return str(map_at(obj, "metadata").get("name", ""))
