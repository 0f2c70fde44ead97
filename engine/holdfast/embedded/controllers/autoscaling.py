"""HorizontalPodAutoscalers: what they see of their target, and that there are no metrics.

Stands for the status half of the autoscaler. Simulated pods use nothing, so there is nothing to
measure: no target is ever scaled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    namespace_of,
    set_condition,
    status_of,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import generation_of, replicas_of, without_zeros
from holdfast.embedded.state import Write
from holdfast.model.manifest import ObjectRef

_NO_METRICS = "the embedded cluster simulates pods and has no metrics of them"


def control_autoscalers(view: View) -> Iterator[Write]:
    """Tell every autoscaler's target's size."""
    for scaler in view.list("autoscaling/v2", "HorizontalPodAutoscaler"):
        yield view.keep({**scaler, "status": _status(view, scaler)})


def _status(view: View, scaler: Object) -> dict[str, Any]:
    target = scaler["spec"]["scaleTargetRef"]
    api_version = target.get("apiVersion", "apps/v1")
    ref = ObjectRef(api_version, target["kind"], namespace_of(scaler), target["name"])
    found, now = view.get(ref), view.now
    before = status_of(scaler)
    status = {
        "observedGeneration": generation_of(scaler),
        "currentMetrics": None,
        "currentReplicas": int(status_of(found).get("replicas") or 0) if found else 0,
        "desiredReplicas": replicas_of(found) if found else 0,
        "conditions": before.get("conditions") or [],
    }
    if found is None:
        message = (
            "the HPA controller was unable to get the target's current scale: "
            f'{target["kind"]} "{target["name"]}" not found'
        )
        return set_condition(
            without_zeros(status, "desiredReplicas"),
            "AbleToScale",
            False,
            now,
            reason="FailedGetScale",
            message=message,
        )
    status = without_zeros(status, "desiredReplicas")
    status = set_condition(status, "AbleToScale", True, now, reason="SucceededGetScale")
    return set_condition(
        status, "ScalingActive", False, now, reason="FailedGetResourceMetric", message=_NO_METRICS
    )
