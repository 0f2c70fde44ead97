"""Pods in what a chart renders: their templates, containers and labels, each with its path.

Objects may be wrong in any way here: what is not of the expected shape is passed over, the
Kubernetes schema tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, Manifests
from holdfast.model.values import Path

Object = Mapping[str, Any]

_TEMPLATE: dict[str, Path] = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template"),
    ),
}
_MOST = 1000
"""Pods of one StatefulSet that are looked at one by one."""
_GROUPS = ("", "apps", "batch")
ENDING_KINDS = frozenset(("Job", "CronJob"))
"""Workloads whose pods come to an end."""


@dataclass(frozen=True, slots=True)
class Pods:
    """The pods that one object makes: the object, and the path of its pod template."""

    manifest: Manifest
    path: Path

    @property
    def template(self) -> Object:
        """The pod template: metadata and spec."""
        return map_at(self.manifest.object, *self.path)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its pods."""
        return {str(k): str(v) for k, v in map_at(self.template, "metadata", "labels").items()}

    def every_label(self) -> Iterator[dict[str, str]]:
        """The labels of its pods, those that Kubernetes adds too: each pod's of a StatefulSet."""
        yield self.labels
        ref, spec = self.manifest.ref, map_at(self.manifest.object, "spec")
        if ref.kind == "Job":
            names = ("job-name", "batch.kubernetes.io/job-name")
            yield {**self.labels, **dict.fromkeys(names, ref.name)}
        if ref.kind == "StatefulSet":
            replicas, start = spec.get("replicas", 1), map_at(spec, "ordinals").get("start", 0)
            if isinstance(replicas, int) and isinstance(start, int):
                for ordinal in range(start, start + min(max(replicas, 1), _MOST)):
                    yield {
                        **self.labels,
                        "statefulset.kubernetes.io/pod-name": f"{ref.name}-{ordinal}",
                        "apps.kubernetes.io/pod-index": str(ordinal),
                    }

    @property
    def containers(self) -> Iterator[Container]:
        """Its containers, init containers first."""
        for field in ("initContainers", "containers"):
            for index, one in items_at(map_at(self.template, "spec"), field):
                path = (*self.path, "spec", field, index)
                yield Container(self, path, one, init=field == "initContainers")


@dataclass(frozen=True, slots=True)
class Container:
    """One container and its path in the object."""

    pods: Pods
    path: Path
    spec: Object
    init: bool

    @property
    def name(self) -> str:
        """As people call it."""
        return f"container {self.spec.get('name')} of {self.pods.manifest.ref}"

    @property
    def port_names(self) -> frozenset[str]:
        """The names of its ports."""
        return frozenset(str(port.get("name")) for _, port in items_at(self.spec, "ports"))


def pods_of(manifests: Manifests) -> Iterator[Pods]:
    """All objects that make pods."""
    for manifest in manifests:
        if manifest.ref.kind in _TEMPLATE and manifest.ref.group in _GROUPS:
            yield Pods(manifest, _TEMPLATE[manifest.ref.kind])


def of_kind(manifests: Manifests, kind: str, group: str = "") -> Iterator[Manifest]:
    """The objects of one kind."""
    return (one for one in manifests if (one.ref.kind, one.ref.group) == (kind, group))


def map_at(obj: Any, *path: str | int) -> Object:
    """The map at a path; empty where there is none."""
    for part in path:
        obj = obj.get(part) if isinstance(obj, Mapping) else None
    return obj if isinstance(obj, Mapping) else {}


def items_at(obj: Object, field: str) -> Iterator[tuple[int, Object]]:
    """The maps in a list, with their indices."""
    found = obj.get(field)
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, Mapping):
            yield index, item
