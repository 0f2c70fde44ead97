"""The objects of a release found by their labels, for when its record cannot be read.

It asks for every kind that the server has: dozens of requests, and so only then.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.actions.target import Target
from holdfast.cluster.client import Object
from holdfast.errors import ClusterError, Where
from holdfast.kinds.resources import Resource
from holdfast.manifests import release_selector
from holdfast.model.manifest import Manifest, Manifests, ObjectRef

_NOT_LISTED = (403, 404, 405)
"""Kinds that may not be listed, or cannot be."""
_COPIES = ("Endpoints", "EndpointSlice")
"""Kinds whose controllers copy a Service's labels (Kubernetes: EndpointSlice docs, "Mirroring")."""


def find_owned(target: Target, release: str) -> Manifests:
    """Every object that carries the labels of the release.

    Raises ClusterError where the server cannot be asked.
    """
    rows = {(row.group, row.plural): row for row in _newest_first(target)}
    return tuple(
        _manifest(row, obj, release) for row in rows.values() for obj in _list(target, row, release)
    )


def _newest_first(target: Target) -> Iterator[Resource]:
    # The server names the version it prefers first; the last one of a key stays in a dict.
    return reversed([row for row in target.cluster.resources() if row.kind not in _COPIES])


def _list(target: Target, row: Resource, release: str) -> Iterator[Object]:
    labels = release_selector(release, target.namespace)
    for namespace in (None, target.namespace):
        try:
            found = target.cluster.list(row.api_version, row.kind, namespace, label_selector=labels)
        except ClusterError as error:
            if error.status not in _NOT_LISTED:
                raise
            continue
        # What another object owns comes and goes with that one.
        yield from (obj for obj in found if not obj["metadata"].get("ownerReferences"))
        return


def _manifest(row: Resource, obj: Object, release: str) -> Manifest:
    metadata = obj["metadata"]
    ref = ObjectRef(row.api_version, row.kind, metadata.get("namespace", ""), metadata["name"])
    return Manifest(ref, obj, Where(f"release {release}, found by its labels", kind="release"))
