"""A pod's status, worked out from its containers as the kubelet does (getPhase, status generate).

Pure: it must not look at clocks or processes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a container; `state` and `last_state` are in the API's form."""

    name: str
    image: str
    state: Object
    last_state: Object
    restarts: int
    started: bool
    ready: bool
    sidecar: bool = False

    @property
    def code(self) -> int | None:
        """The exit code, if it has ended and is not waiting to be started again."""
        ended = self.state.get("terminated")
        return int(ended["exitCode"]) if ended else None

    @property
    def passed(self) -> bool:
        """Tell of an init container whether the next one may start."""
        return self.started if self.sidecar else self.code == 0

    def written(self) -> dict[str, Any]:
        """Write it as the API's ContainerStatus."""
        return {
            "name": self.name,
            "image": self.image,
            "imageID": f"{self.image.partition('@')[0]}@sha256:{'0' * 64}",
            "state": dict(self.state),
            "lastState": dict(self.last_state),
            "restartCount": self.restarts,
            "started": self.started,
            "ready": self.ready,
        }


@dataclass(frozen=True, slots=True)
class Seen:
    """A pod's containers; `ending` is set when nothing of it is to run any more."""

    inits: Sequence[Facts]
    mains: Sequence[Facts]
    address: str
    node_address: str
    started_at: str
    ending: bool = False


def initialized(seen: Seen) -> bool:
    """Tell whether main containers may run."""
    return all(one.passed for one in seen.inits) or any(
        "waiting" not in one.state or one.last_state for one in seen.mains
    )


def phase(seen: Seen, policy: str) -> str:
    """Name the phase; a pod that is being ended has its last one."""
    if seen.ending and all("running" not in one.state for one in seen.mains):
        good = initialized(seen) and all(one.code == 0 for one in seen.mains)
        return "Succeeded" if good else "Failed"
    if policy == "Never" and any(one.code for one in seen.inits if not one.sidecar):
        return "Failed"
    fresh = [one for one in seen.mains if "waiting" in one.state and not one.last_state]
    if not initialized(seen) or fresh:
        return "Pending"
    codes = [one.code for one in seen.mains]
    if policy == "Always" or None in codes:
        return "Running"
    if not any(codes):
        return "Succeeded"
    return "Failed" if policy == "Never" else "Running"


def conditions(seen: Seen, phase: str) -> list[dict[str, Any]]:
    """List the conditions that are the kubelet's, without their times."""
    through = phase in ("Succeeded", "Failed")
    sidecars = [one for one in seen.inits if one.sidecar]
    unready = [one.name for one in [*sidecars, *seen.mains] if not one.ready]
    why: dict[str, str] = {}
    if through:
        why = {"reason": "PodCompleted" if phase == "Succeeded" else "PodFailed"}
    elif unready:
        why = {
            "reason": "ContainersNotReady",
            "message": f"containers with unready status: [{' '.join(unready)}]",
        }
    waiting = [one.name for one in seen.inits if not one.passed]
    incomplete = {
        "reason": "ContainersNotInitialized",
        "message": f"containers with incomplete status: [{' '.join(waiting)}]",
    }
    ready = not unready and not through
    return [
        _condition("PodReadyToStartContainers", bool(seen.address) and not through, {}),
        _condition("Initialized", initialized(seen), incomplete),
        _condition("ContainersReady", ready, why),
        _condition("Ready", ready, why),
    ]


def _condition(kind: str, true: bool, why: Mapping[str, str]) -> dict[str, Any]:
    empty = {"reason": None, "message": None}
    return {"type": kind, "status": str(true), **empty, **({} if true else why)}


def pod_status(seen: Seen, policy: str) -> dict[str, Any]:
    """Write it all, the conditions' times apart."""
    found = phase(seen, policy)
    status: dict[str, Any] = {
        "phase": found,
        "conditions": conditions(seen, found),
        "hostIP": seen.node_address,
        "hostIPs": [{"ip": seen.node_address}],
        "startTime": seen.started_at,
        "containerStatuses": [one.written() for one in seen.mains],
    }
    if seen.inits:
        status["initContainerStatuses"] = [one.written() for one in seen.inits]
    if seen.address:
        # Merged by address, the list would keep one that the pod had before its node was booted.
        only = [{"ip": seen.address}, {"$patch": "replace"}]
        status |= {"podIP": seen.address, "podIPs": only}
    return status
