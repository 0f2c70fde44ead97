"""Hooks told apart from the release's own objects, and refused where an annotation is wrong."""

from __future__ import annotations

from holdfast.kinds.conditions import annotation
from holdfast.kinds.dependencies import DEPENDS_ON, WAVE
from holdfast.kinds.hooks import BadAnnotation, find_hook, split_hooks
from holdfast.manifests.documents import refuse
from holdfast.model.manifest import Manifest, RenderedObject

__all__ = ["check_hook", "split_hooks"]

_NOTES = ("metadata", "annotations")


def check_hook(manifest: Manifest, document: RenderedObject) -> None:
    """Raise ManifestError, at the annotation's line, for one of a hook that cannot be read, and for
    one that would place a hook among the release's own objects.
    """
    try:
        hook = find_hook(manifest)
    except BadAnnotation as error:
        raise refuse(document, (*_NOTES, error.name), error.problem, hint=error.hint) from None
    for name in (WAVE, DEPENDS_ON):
        if hook and annotation(manifest.object, name):
            problem = "is not for hooks: they run by weight, then by name"
            raise refuse(document, (*_NOTES, name), problem, hint="use holdfast.dev/hook-weight")
