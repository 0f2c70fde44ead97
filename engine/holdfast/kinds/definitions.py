"""CustomResourceDefinitions: what they are, and which kinds they add.

Of all kinds these are the ones that other objects' plans depend on. Read without trust: a
definition that a chart brings may hold anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.kinds.conditions import Object, map_at, maps_at
from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef

_GROUP, _KIND = "apiextensions.k8s.io", "CustomResourceDefinition"


@dataclass(frozen=True, slots=True)
class DefinedKind:
    """One kind in one version that a definition serves."""

    api_version: str
    kind: str
    namespaced: bool

    @property
    def group(self) -> str:
        """The API group."""
        return self.api_version.rpartition("/")[0]


def is_definition(ref: ObjectRef) -> bool:
    """Tell whether a reference is that of a CustomResourceDefinition."""
    return (ref.group, ref.kind) == (_GROUP, _KIND)


def is_definition_object(obj: Object) -> bool:
    """Tell whether an object is a CustomResourceDefinition."""
    return obj.get("kind") == _KIND and str(obj.get("apiVersion", "")).partition("/")[0] == _GROUP


def defined_kinds(definition: Object) -> Iterator[DefinedKind]:
    """The kinds that a definition adds, one for each version that it serves."""
    spec = map_at(definition, "spec")
    kind, group = map_at(spec, "names").get("kind"), spec.get("group")
    for version in maps_at(spec, "versions"):
        if kind and group and version.get("served", True):
            yield DefinedKind(
                f"{group}/{version.get('name')}", str(kind), spec.get("scope") != "Cluster"
            )


def scopes(objects: Iterable[Object]) -> dict[tuple[str, str], bool]:
    """By (apiVersion, kind), whether a kind that one of `objects` defines lives in a namespace."""
    return {
        (one.api_version, one.kind): one.namespaced
        for obj in objects
        if is_definition_object(obj)
        for one in defined_kinds(obj)
    }


def defined_kind(definition: Object) -> str:
    """The kind that a definition adds; empty where it does not say."""
    return str(map_at(map_at(definition, "spec"), "names").get("kind") or "")
