"""The two labels that say which release an object belongs to.

They stand in the object's own metadata only: in a pod template they would restart every pod of an
object that changes hands, and in a selector they could never be changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from holdfast.model.manifest import (
    NAMESPACE_LABEL,
    RELEASE_LABEL,
    Manifest,
    Manifests,
    owner_of,
)

__all__ = ["owner_of", "release_selector", "stamp"]


def stamp(manifests: Manifests, *, release: str, namespace: str) -> Manifests:
    """The same manifests with the ownership labels of `release` in `namespace` added."""
    labels = {RELEASE_LABEL: release, NAMESPACE_LABEL: namespace}
    return tuple(_stamped(manifest, labels) for manifest in manifests)


def release_selector(release: str, namespace: str) -> str:
    """The label selector of the objects that `release` in `namespace` owns."""
    return f"{RELEASE_LABEL}={release},{NAMESPACE_LABEL}={namespace}"


def _stamped(manifest: Manifest, labels: dict[str, str]) -> Manifest:
    metadata: dict[str, Any] = dict(manifest.object["metadata"])
    metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
    return replace(manifest, object={**manifest.object, "metadata": metadata})
