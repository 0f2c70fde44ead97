"""The pods and claims that belong to StatefulSets, with as few requests as will do.

A pod belongs by its owner, or, after an orphaning deletion, by selector and name; a claim by its
name alone (kinds.stateful_sets). It must not know what anybody wants of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, TypeAlias

from holdfast.cluster.client import Cluster
from holdfast.kinds.selectors import selector_text
from holdfast.kinds.stateful_sets import belongs, claim_templates, claims_of, ordinal_in
from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef
from holdfast.model.snapshot import ObjectKey

Object: TypeAlias = dict[str, Any]
ByKey: TypeAlias = dict[ObjectKey, tuple[Object, ...]]


@dataclass(slots=True)
class _Workload:
    ref: ObjectRef
    uid: str
    selectors: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)


class StatefulParts:
    """Collects the sets first, then reads: the claims of a namespace are listed once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._workloads: dict[ObjectKey, _Workload] = {}

    def add(self, ref: ObjectRef, given: Object, live: Object | None) -> None:
        """Count in a StatefulSet as the release has it and, where it is there, as it lives."""
        uid = str(live["metadata"]["uid"]) if live else ""
        workload = self._workloads.setdefault(ref.key, _Workload(ref, uid))
        # A live selector is the one by which the pods that there are were made.
        sources = (live,) if live else (given,)
        workload.selectors |= {selector_text(_spec(one).get("selector") or {}) for one in sources}
        workload.templates |= {name for one in (live, given) for name in claim_templates(one)}

    def read(self) -> tuple[ByKey, ByKey]:
        """Pods and claims by StatefulSet, by ordinal."""
        pods = {key: tuple(self._pods(one)) for key, one in self._workloads.items()}
        namespaces = {one.ref.namespace for one in self._workloads.values() if one.templates}
        listed = {
            name: self._cluster.list("v1", "PersistentVolumeClaim", name) for name in namespaces
        }
        claims = {
            key: claims_of(listed.get(one.ref.namespace, ()), one.ref.name, one.templates)
            for key, one in self._workloads.items()
        }
        return pods, claims

    def _pods(self, workload: _Workload) -> list[Object]:
        name = workload.ref.name
        found = {
            pod["metadata"]["name"]: pod
            for selector in sorted(workload.selectors)
            if selector
            for pod in self._cluster.list(
                "v1", "Pod", workload.ref.namespace, label_selector=selector
            )
        }
        mine = [pod for pod in found.values() if belongs(pod, workload.uid, name)]
        return sorted(mine, key=lambda pod: ordinal_in(pod["metadata"]["name"], name) or 0)


def _spec(obj: Mapping[str, Any] | None) -> Mapping[str, Any]:
    spec = (obj or {}).get("spec")
    return spec if isinstance(spec, dict) else {}
