"""In which order pods came and got ready: objects have whole seconds, a watch has the order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.cluster.client import Cluster


def begin(cluster: Cluster, namespace: str) -> str:
    """Make the namespace; its version is where to watch from."""
    home = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    made = cluster.create(home)
    return str(made["metadata"]["resourceVersion"])


def steps(cluster: Cluster, namespace: str, since: str, names: Sequence[str]) -> list[str]:
    """`NAME came` and `NAME ready`, each when it was first so, until the last one is ready."""
    told: list[str] = []
    for _, pod in cluster.watch("v1", "Pod", namespace, resource_version=since):
        name = pod["metadata"]["name"]
        if name not in names:
            continue
        seen = [f"{name} came", *([f"{name} ready"] if is_ready(pod) else [])]
        told += [step for step in seen if step not in told]
        if f"{names[-1]} ready" in told:
            break
    return told


def one_by_one(names: Sequence[str]) -> list[str]:
    """The steps when each comes only after the one before is ready."""
    return [f"{name} {step}" for name in names for step in ("came", "ready")]


def is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
