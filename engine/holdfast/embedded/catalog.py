"""Which kinds are served, and under which URLs: the built-in ones and those that CRDs add.

Kinds are rows. What a row says (scope, shape, subresources) is all that the rest of the server
knows of a kind; there is no code for one kind here, CustomResourceDefinition apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache
from typing import Any

from holdfast.embedded.status import Subject
from holdfast.embedded.store import Key
from holdfast.embedded.structural import PRESERVE, Schema, fields_of_kind
from holdfast.kinds.fields import Field, KindRow, kinds, schema_of
from holdfast.light import dataclass

CRD = "apiextensions.k8s.io/customresourcedefinitions"
NAMESPACES = "/namespaces"

_SUBRESOURCES = ("log", "scale", "status")
_WITHOUT_GENERATION = frozenset(
    (
        "ClusterRole ClusterRoleBinding ConfigMap ControllerRevision Endpoints Event"
        " HorizontalPodAutoscaler Lease LimitRange Namespace Node PersistentVolume"
        " PersistentVolumeClaim ResourceQuota Role RoleBinding Secret Service ServiceAccount"
        " StorageClass"
    ).split()
)
_IN_ALL = frozenset(
    (
        "Pod Service ReplicationController DaemonSet Deployment ReplicaSet StatefulSet"
        " HorizontalPodAutoscaler CronJob Job"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Served:
    """One kind in one version, as it is served; `structure` is the schema of a custom one."""

    api_version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    schema: Field
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    custom: bool = False
    replicas_path: tuple[str, ...] = ("spec", "replicas")
    structure: Schema = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version within the group."""
        return self.api_version.rpartition("/")[2]

    @property
    def resource(self) -> str:
        """What the store keeps the objects under; the same for all versions of a kind."""
        return f"{self.group}/{self.plural}"

    @property
    def has_status(self) -> bool:
        """Whether the status is written through a door of its own."""
        return "status" in self.subresources

    @property
    def counts_generations(self) -> bool:
        """Whether objects have a metadata.generation."""
        return self.custom or self.kind not in _WITHOUT_GENERATION

    def key(self, namespace: str, name: str) -> Key:
        """Where an object is kept."""
        return Key(self.resource, namespace if self.namespaced else "", name)

    def subject(self, name: str = "") -> Subject:
        """What an answer about it names."""
        return Subject(self.group, self.plural, self.kind, name)


@cache
def builtin() -> tuple[Served, ...]:
    """The built-in kinds."""
    return tuple(_builtin(row) for row in kinds())


def _builtin(row: KindRow) -> Served:
    schema = schema_of(row.api_version, row.kind)
    assert schema is not None
    return Served(
        api_version=row.api_version,
        kind=row.kind,
        plural=row.plural,
        singular=row.singular,
        namespaced=row.namespaced,
        schema=schema,
        short_names=row.short_names,
        categories=("all",) if row.kind in _IN_ALL else (),
        subresources=tuple(one for one in row.subresources if one in _SUBRESOURCES),
    )


@cache
def _by_plural() -> Mapping[tuple[str, str], Served]:
    return {(one.api_version, one.plural): one for one in builtin()}


@cache
def _by_kind() -> Mapping[tuple[str, str], Served]:
    return {(one.api_version, one.kind): one for one in builtin()}


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that is served at a moment; `definitions` lists the CRDs, asked only when needed."""

    definitions: Callable[[], Iterable[Mapping[str, Any]]]

    def by_plural(self, api_version: str, plural: str) -> Served | None:
        """The kind that a URL names."""
        found = _by_plural().get((api_version, plural))
        return found or self._custom(api_version, lambda one: one.plural == plural)

    def by_kind(self, api_version: str, kind: str) -> Served | None:
        """The kind that an object says it is."""
        found = _by_kind().get((api_version, kind))
        return found or self._custom(api_version, lambda one: one.kind == kind)

    def custom(self) -> Iterator[Served]:
        """The kinds that CRDs add, each version that is served."""
        for definition in self.definitions():
            yield from served_by(definition)

    def all(self) -> Iterator[Served]:
        """Everything."""
        yield from builtin()
        yield from self.custom()

    def _custom(self, api_version: str, wanted: Callable[[Served], bool]) -> Served | None:
        if "." not in api_version:
            return None
        for one in self.custom():
            if one.api_version == api_version and wanted(one):
                return one
        return None


def served_by(definition: Mapping[str, Any]) -> Iterator[Served]:
    """The kinds that a CustomResourceDefinition adds: one for each version that it serves."""
    spec = definition.get("spec") or {}
    names = spec.get("names") or {}
    for version in spec.get("versions") or ():
        if not version.get("served"):
            continue
        below = version.get("subresources") or {}
        structure = (version.get("schema") or {}).get("openAPIV3Schema") or {PRESERVE: True}
        scale = (below.get("scale") or {}).get("specReplicasPath", ".spec.replicas")
        yield Served(
            api_version=f"{spec.get('group')}/{version.get('name')}",
            kind=names.get("kind", ""),
            plural=names.get("plural", ""),
            singular=names.get("singular", ""),
            namespaced=spec.get("scope") == "Namespaced",
            schema=fields_of_kind(structure),
            structure=structure,
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            subresources=tuple(sorted(below.keys() & {"scale", "status"})),
            custom=True,
            replicas_path=tuple(scale.strip(".").split(".")),
        )
