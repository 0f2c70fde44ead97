"""Hooks told apart from the release's own objects, and refused where an annotation is wrong."""

from __future__ import annotations

from holdfast.kinds.hooks import BadAnnotation, find_hook, split_hooks
from holdfast.manifests.documents import refuse
from holdfast.model.manifest import Manifest, RenderedObject

__all__ = ["check_hook", "split_hooks"]


def check_hook(manifest: Manifest, document: RenderedObject) -> None:
    """Raise ManifestError, at the annotation's line, for one of a hook that cannot be read."""
    try:
        find_hook(manifest)
    except BadAnnotation as error:
        path = ("metadata", "annotations", error.name)
        raise refuse(document, path, error.problem, hint=error.hint) from None
