"""HorizontalPodAutoscalers: which workload's replicas they set, and which kinds can have one.

Source: autoscaling/v2 HorizontalPodAutoscalerSpec.scaleTargetRef. An autoscaler names no version of
its target's group: any of them is the same object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from holdfast.model.manifest import ObjectRef

AUTOSCALER = "HorizontalPodAutoscaler"
AUTOSCALING = "autoscaling"
AUTOSCALING_V2 = "autoscaling/v2"

_SCALABLE = frozenset(
    (
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("apps", "ReplicaSet"),
        ("", "ReplicationController"),
    )
)


def is_autoscaler(ref: ObjectRef) -> bool:
    """Whether an object sets another's replicas."""
    return (ref.group, ref.kind) == (AUTOSCALING, AUTOSCALER)


def may_be_scaled(ref: ObjectRef, obj: Mapping[str, Any]) -> bool:
    """Whether an autoscaler may be for this object: a custom one shows it by its replicas."""
    if (ref.group, ref.kind) in _SCALABLE:
        return True
    spec = obj.get("spec")
    custom = "." in ref.group and not ref.group.endswith(".k8s.io")
    return custom and isinstance(spec, dict) and "replicas" in spec


def autoscaler_of(
    ref: ObjectRef, autoscalers: Iterable[tuple[ObjectRef, Mapping[str, Any]]]
) -> ObjectRef | None:
    """The first autoscaler whose target is the object `ref`."""
    return next((scaler for scaler, obj in autoscalers if _targets(scaler, obj, ref)), None)


def _targets(scaler: ObjectRef, obj: Mapping[str, Any], ref: ObjectRef) -> bool:
    spec = obj.get("spec")
    target = spec.get("scaleTargetRef") if isinstance(spec, dict) else None
    if not isinstance(target, dict) or scaler.namespace != ref.namespace:
        return False
    group = str(target.get("apiVersion") or "").rpartition("/")[0]
    wanted = (group, target.get("kind"), target.get("name"))
    return wanted == (ref.group, ref.kind, ref.name)
