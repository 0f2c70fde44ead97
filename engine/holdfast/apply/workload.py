"""The pods and claims of a workload, read from the cluster. It changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from holdfast.kinds.selectors import selector_text
from holdfast.kinds.stateful_sets import (
    belongs,
    claim_templates,
    claims_of,
    is_stateful_set,
    ordinal_in,
)

Object = dict[str, Any]


class Lists(Protocol):
    """Who can list objects: the cluster's client is one."""

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        *,
        label_selector: str = "",
        field_selector: str = "",
    ) -> tuple[Object, ...]:
        """All objects of a kind that the selectors choose."""


def has_pods(obj: Mapping[str, Any]) -> bool:
    """Tell whether an object makes pods (it has a pod template and selects them)."""
    spec = obj.get("spec") or {}
    return "template" in spec and isinstance(spec.get("selector"), dict)


def pods_of(lists: Lists, workload: Mapping[str, Any]) -> tuple[Object, ...]:
    """The pods a workload selects, by ordinal; of a StatefulSet those that belong to it."""
    metadata = workload["metadata"]
    selector = selector_text(selector_of(workload))
    found = lists.list("v1", "Pod", metadata["namespace"], label_selector=selector)
    if is_stateful_set(workload["apiVersion"], workload["kind"]):
        found = tuple(pod for pod in found if belongs(pod, metadata["uid"], metadata["name"]))
    return tuple(sorted(found, key=lambda pod: _place(pod, metadata["name"])))


def selector_of(workload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The selector as a meta/v1 LabelSelector; a ReplicationController's is labels alone."""
    given = workload["spec"].get("selector") or {}
    return {"matchLabels": given} if workload["kind"] == "ReplicationController" else given


def claims_in(
    lists: Lists, namespace: str, sets: Iterable[Mapping[str, Any]]
) -> tuple[Object, ...]:
    """The claims that the StatefulSets' templates gave to their pods, of any ordinal.

    Their names tell (kinds.stateful_sets): nothing else does for sure once a set is gone.
    """
    templates = [(owner["metadata"]["name"], tuple(claim_templates(owner))) for owner in sets]
    if not any(names for _, names in templates):
        return ()
    listed = lists.list("v1", "PersistentVolumeClaim", namespace)
    found = (claim for owner, names in templates for claim in claims_of(listed, owner, names))
    return tuple({claim["metadata"]["name"]: claim for claim in found}.values())


def _place(pod: Mapping[str, Any], owner: str) -> tuple[int, str]:
    name = str(pod["metadata"]["name"])
    number = ordinal_in(name, owner)
    return (-1 if number is None else number), name
