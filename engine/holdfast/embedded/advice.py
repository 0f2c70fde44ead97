"""What the server says of an object that it takes and that is probably not what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_TEMPLATE = ("spec", "template")
_PODS: Mapping[str, tuple[str, ...]] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "CronJob": ("spec", "jobTemplate", *_TEMPLATE),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        _TEMPLATE,
    ),
}


def advice(kind: str, obj: Mapping[str, Any]) -> list[str]:
    """Warnings about a pod or a workload's template, in the server's words."""
    path = _PODS.get(kind)
    if path is None:
        return []
    place: Any = obj
    for part in (*path, "spec"):
        place = place.get(part) or {}
    return list(_hidden_variables(place, ".".join((*path, "spec"))))


def _hidden_variables(spec: Mapping[str, Any], path: str) -> Iterator[str]:
    """Variables given twice: the last one counts, and an apply, which merges by name, keeps one."""
    for group in ("initContainers", "containers"):
        for number, container in enumerate(spec.get(group) or ()):
            seen: set[str] = set()
            for index, variable in enumerate(container.get("env") or ()):
                name = variable.get("name", "")
                if name in seen:
                    place = f"{path}.{group}[{number}].env[{index}]"
                    hidden = f'hides previous definition of "{name}"'
                    yield f"{place}: {hidden}, which may be dropped when using apply"
                seen.add(name)
