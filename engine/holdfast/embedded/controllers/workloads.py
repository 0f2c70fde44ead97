"""What all workload controllers share: pods from templates, their health, counts and shares.

It must not know any one controller's rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    condition_of,
    is_terminating,
    moment,
    name_of,
    namespace_of,
    owner_reference,
    status_of,
)


def make_pod(
    owner: Object, template: Mapping[str, Any], name: str, labels: Mapping[str, str]
) -> Object:
    """A pod of a template, owned by `owner`, with labels added."""
    given = template.get("metadata") or {}
    metadata: dict[str, Any] = {
        "name": name,
        "generateName": f"{name_of(owner)}-",
        "namespace": namespace_of(owner),
        "labels": {**(given.get("labels") or {}), **labels},
        "ownerReferences": [owner_reference(owner)],
    }
    if annotations := given.get("annotations"):
        metadata["annotations"] = dict(annotations)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": deepcopy(template.get("spec") or {}),
        "status": {"phase": "Pending"},
    }


def phase_of(pod: Object) -> str:
    """status.phase; a pod just made is Pending."""
    return str(status_of(pod).get("phase") or "Pending")


def is_ready(pod: Object) -> bool:
    """Whether the pod runs and is ready."""
    return phase_of(pod) == "Running" and condition_of(pod, "Ready").get("status") == "True"


def available_at(pod: Object, min_ready_seconds: int) -> float | None:
    """When a ready pod counts as available; None for one that is not ready."""
    if not is_ready(pod):
        return None
    return moment(condition_of(pod, "Ready")["lastTransitionTime"]) + min_ready_seconds


def is_available(pod: Object, min_ready_seconds: int, now: float) -> bool:
    """Whether the pod has been ready for long enough."""
    since = available_at(pod, min_ready_seconds)
    return since is not None and (min_ready_seconds == 0 or since <= now)


def next_available(pods: Iterable[Object], min_ready_seconds: int, now: float) -> float | None:
    """The next moment at which a ready pod becomes available."""
    moments = [available_at(pod, min_ready_seconds) for pod in pods if not is_terminating(pod)]
    return min((at for at in moments if at is not None and at > now), default=None)


def min_ready_of(owner: Object) -> int:
    """spec.minReadySeconds."""
    return int(owner["spec"].get("minReadySeconds") or 0)


def replicas_of(owner: Object) -> int:
    """spec.replicas; 1 where it is not set."""
    replicas = owner["spec"].get("replicas")
    return 1 if replicas is None else int(replicas)


def without_zeros(status: Mapping[str, Any], *kept: str) -> dict[str, Any]:
    """The status as the API's types write it: a count of 0 is left out, save for those `kept`."""
    return {key: value for key, value in status.items() if value != 0 or key in kept}


def history_limit_of(owner: Object) -> int:
    """spec.revisionHistoryLimit; 10 where it is not set."""
    limit = owner["spec"].get("revisionHistoryLimit")
    return 10 if limit is None else int(limit)


def generation_of(owner: Object) -> int:
    """metadata.generation."""
    return int(owner["metadata"].get("generation") or 1)


def share_of(value: int | str | None, total: int, *, default: int | str, up: bool) -> int:
    """An IntOrString: a number as it is, a percentage of `total` rounded up or down."""
    value = default if value is None else value
    if isinstance(value, int):
        return value
    if not value.endswith("%"):
        return int(value)
    part = int(value[:-1]) * total / 100
    return math.ceil(part) if up else math.floor(part)


def counts(pods: Iterable[Object], min_ready_seconds: int, now: float) -> tuple[int, int]:
    """How many pods are ready, and how many available."""
    listed = tuple(pods)
    available = [pod for pod in listed if is_available(pod, min_ready_seconds, now)]
    return sum(map(is_ready, listed)), len(available)
