"""The pods and claims of a workload, read from the cluster. It changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.model.manifest import ObjectRef

Object = dict[str, Any]


def is_stateful_set(ref: ObjectRef) -> bool:
    """Tell whether this is a StatefulSet."""
    return (ref.group, ref.kind) == ("apps", "StatefulSet")


def has_pods(obj: Mapping[str, Any]) -> bool:
    """Tell whether an object makes pods (it has a pod template and selects them)."""
    spec = obj.get("spec") or {}
    return "template" in spec and isinstance(spec.get("selector"), dict)


def pods_of(cluster: Cluster, workload: Mapping[str, Any]) -> tuple[Object, ...]:
    """The pods a workload selects, by ordinal; of a StatefulSet only those it owns itself."""
    metadata = workload["metadata"]
    selector = selector_of(workload["spec"].get("selector") or {})
    found = cluster.list("v1", "Pod", metadata["namespace"], label_selector=selector)
    if workload.get("kind") == "StatefulSet":
        found = tuple(pod for pod in found if _owned(pod, metadata["uid"]))
    return tuple(sorted(found, key=lambda pod: (ordinal(pod), pod["metadata"]["name"])))


def ordinal(pod: Mapping[str, Any]) -> int:
    """The number at the end of a pod's name; -1 where there is none."""
    last = str(pod["metadata"]["name"]).rpartition("-")[2]
    return int(last) if last.isdecimal() else -1


def claims_in(
    cluster: Cluster, namespace: str, sets: Iterable[Mapping[str, Any]]
) -> tuple[Object, ...]:
    """The claims that the StatefulSets' templates gave to their pods, of any ordinal.

    A claim is called `<template>-<set>-<ordinal>` (Kubernetes docs, StatefulSet volumes); nothing
    else tells for sure to which set it belongs once the set is gone.
    """
    patterns = [
        re.compile(f"{re.escape(name)}-{re.escape(owner['metadata']['name'])}-[0-9]+")
        for owner in sets
        for name in template_names(owner)
    ]
    if not patterns:
        return ()
    found = cluster.list("v1", "PersistentVolumeClaim", namespace)
    return tuple(
        claim for claim in found if any(p.fullmatch(claim["metadata"]["name"]) for p in patterns)
    )


def template_names(workload: Mapping[str, Any]) -> Sequence[str]:
    """The names of a StatefulSet's claim templates."""
    templates = (workload.get("spec") or {}).get("volumeClaimTemplates") or ()
    return [row["metadata"]["name"] for row in templates]


def selector_of(selector: Mapping[str, Any]) -> str:
    """A LabelSelector as the query parameter spells it (Kubernetes docs, label selectors)."""
    parts = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for row in selector.get("matchExpressions") or ():
        key, operator = row["key"], row["operator"]
        values = ",".join(row.get("values") or ())
        parts.append(
            {"Exists": key, "DoesNotExist": f"!{key}"}.get(operator)
            or f"{key} {operator.lower()} ({values})"
        )
    return ",".join(parts)


def _owned(pod: Mapping[str, Any], uid: str) -> bool:
    return any(row.get("uid") == uid for row in pod["metadata"].get("ownerReferences") or ())
