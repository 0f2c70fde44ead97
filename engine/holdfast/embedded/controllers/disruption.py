"""PodDisruptionBudgets: how many pods may be evicted right now.

Stands for the disruption controller. It only counts: evictions themselves are the API server's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    controller_of,
    is_terminating,
    labels_of,
    namespace_of,
    set_condition,
    status_of,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import (
    generation_of,
    is_ready,
    phase_of,
    replicas_of,
    share_of,
)
from holdfast.embedded.state import Write
from holdfast.kinds.selectors import selector_of
from holdfast.model.manifest import ObjectRef


def control_disruption_budgets(view: View) -> Iterator[Write]:
    """Count for every budget."""
    for budget in view.list("policy/v1", "PodDisruptionBudget"):
        selector = selector_of(budget["spec"].get("selector"))
        pods = [
            pod
            for pod in view.pods(namespace_of(budget))
            if selector.matches(labels_of(pod)) and phase_of(pod) not in ("Succeeded", "Failed")
        ]
        yield view.keep({**budget, "status": _status(view, budget, pods)})


def _status(view: View, budget: Object, pods: list[Object]) -> dict[str, Any]:
    expected, desired = _numbers(view, budget, pods)
    healthy = sum(is_ready(pod) and not is_terminating(pod) for pod in pods)
    allowed = max(0, healthy - desired) if expected else 0
    status = {
        **status_of(budget),
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "disruptionsAllowed": allowed,
        "expectedPods": expected,
        "observedGeneration": generation_of(budget),
    }
    reason = "SufficientPods" if allowed else "InsufficientPods"
    status = set_condition(status, "DisruptionAllowed", bool(allowed), view.now, reason=reason)
    status["conditions"][-1] |= {"message": "", "observedGeneration": generation_of(budget)}
    return status


def _numbers(view: View, budget: Object, pods: list[Object]) -> tuple[int, int]:
    """How many pods there should be, and how many of them must stay healthy."""
    spec = budget["spec"]
    if (most := spec.get("maxUnavailable")) is not None:
        expected = _expected(view, pods)
        return expected, max(0, expected - share_of(most, expected, default=0, up=True))
    least = spec.get("minAvailable")
    if isinstance(least, str):
        expected = _expected(view, pods)
        return expected, share_of(least, expected, default=1, up=True)
    return len(pods), 1 if least is None else int(least)


def _expected(view: View, pods: list[Object]) -> int:
    """The sum of what the pods' controllers are to have; a pod without one does not count."""
    scales: dict[str, int] = {}
    for pod in pods:
        found = _controller(view, pod)
        # A ReplicaSet in the middle of a rollout tells less than the Deployment above it.
        above = _controller(view, found) if found else None
        scaled = above or found
        if scaled is not None and "replicas" in scaled["spec"]:
            scales[scaled["metadata"]["uid"]] = replicas_of(scaled)
    return sum(scales.values())


def _controller(view: View, found: Object) -> Object | None:
    owner = controller_of(found)
    if owner is None:
        return None
    ref = ObjectRef(owner["apiVersion"], owner["kind"], namespace_of(found), owner["name"])
    return view.get(ref)
