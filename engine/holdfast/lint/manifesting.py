"""Rendered documents → Manifests without a cluster: what every rule over objects starts from."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast import manifests
from holdfast.kinds import resources
from holdfast.model.manifest import Manifests, Rendered
from holdfast.model.values import Values


def parse_manifests(rendered: Sequence[Rendered], final: Values, namespace: str) -> Manifests:
    """The Kubernetes objects of a render. Raises ManifestError."""
    return manifests.parse(rendered, final, namespace=namespace, namespaced=_namespaced)


def _namespaced(api_version: str, kind: str) -> bool | None:
    row = resources.find(api_version, kind)
    return row.namespaced if row else None
