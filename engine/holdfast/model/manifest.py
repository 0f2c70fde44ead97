"""Rendered objects: the bare result of a template, and the Kubernetes object it proves to be."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any, TypeAlias

from holdfast.errors import Where
from holdfast.light import dataclass
from holdfast.model.values import Path

_NONE: Mapping[Any, Any] = MappingProxyType({})

RELEASE_LABEL = "holdfast.dev/release"
NAMESPACE_LABEL = "holdfast.dev/release-namespace"
"""The two labels that say which release owns an object (object metadata only, never pods)."""

FIELD_MANAGER = "holdfast"
"""Who we are in managedFields."""

KEEP_ANNOTATION = "holdfast.dev/resource-policy"
"""`keep`: uninstall and pruning leave the object alone (Helm: helm.sh/resource-policy)."""

CRDS = "crds"
"""The kind of place (Where.kind) of what stands in a chart's crds/: it was not rendered."""


@dataclass(frozen=True, slots=True)
class RenderedObject:
    """One YAML document that a template made.

    `where` is the template line the document starts on; `positions` the template place of every
    node; `reads` the value paths that each node's expression read; `sensitive` the object paths
    whose text comes from a sensitive value.
    """

    object: Any
    where: Where
    positions: Mapping[Path, Where] = field(default_factory=lambda: _NONE)
    reads: Mapping[Path, tuple[Path, ...]] = field(default_factory=lambda: _NONE)
    sensitive: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one template gave: its objects in order. `template` is `<chart>/templates/<file>`."""

    template: str
    objects: tuple[RenderedObject, ...]


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class ObjectRef:
    """The name of an object in a cluster. `namespace` is empty for cluster-scoped kinds."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two references the same object: the version does not (as in Helm)."""
        return (self.group, self.kind, self.namespace, self.name)

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    def as_dict(self) -> dict[str, str]:
        """As the JSON outputs spell an object."""
        return {
            "api_version": self.api_version,
            "kind": self.kind,
            "namespace": self.namespace,
            "name": self.name,
        }


@dataclass(frozen=True, slots=True)
class ReplicaSource:
    """Where a workload's spec.replicas come from, as far as a scale has to know it.

    `value` is the path of the one value that the chart makes the number of, empty where there is
    none; `readers` are the other objects that are made of the same value (`ConfigMap/web`). Where a
    scale holds a number against the chart, `held` is the chart's own. `schemas` are what the
    charts' schemas say of the value, each a schema of the whole tree of values.
    """

    value: Path = ()
    readers: tuple[str, ...] = ()
    held: int | None = None
    schemas: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """A Kubernetes object that a release wants, with its source (`template:line`) kept.

    `origins` gives, per object path, the origins of the values that its expression read;
    `sensitive` the object paths to mask wherever people look. `positions` has the template place of
    each node of an object that was just rendered, `reads` the value paths that its expression read:
    they are told to people and never stored. `replicas` is only known of recorded workloads.
    `changed_by` are the patches, and the post-renderer, that changed what the chart rendered.
    """

    ref: ObjectRef
    object: dict[str, Any]
    source: Where
    origins: Mapping[Path, tuple[Where, ...]] = field(default_factory=lambda: _NONE)
    sensitive: frozenset[Path] = frozenset()
    replicas: ReplicaSource | None = None
    positions: Mapping[Path, Where] = field(
        default_factory=lambda: _NONE, compare=False, repr=False
    )
    changed_by: tuple[Where, ...] = ()
    reads: Mapping[Path, tuple[Path, ...]] = field(
        default_factory=lambda: _NONE, compare=False, repr=False
    )

    @property
    def in_crds(self) -> bool:
        """It stands in a chart's crds/."""
        return self.source.kind == CRDS

    def place(self, path: Path) -> Where:
        """The template place of the node at `path`, or of the nearest parent that has one."""
        for end in range(len(path), -1, -1):
            if found := self.positions.get(path[:end]):
                return found
        return self.source


Manifests: TypeAlias = tuple[Manifest, ...]


def owner_of(live: Mapping[str, Any]) -> tuple[str, str] | None:
    """The release that owns a live object, as (name, namespace); None where no release does."""
    labels = (live.get("metadata") or {}).get("labels") or {}
    release, namespace = labels.get(RELEASE_LABEL), labels.get(NAMESPACE_LABEL)
    return (release, namespace) if release and namespace else None
