"""What holdfast's own annotations may say, held against a document while its lines are known."""

from __future__ import annotations

from holdfast.kinds.definitions import is_definition
from holdfast.manifests.documents import refuse
from holdfast.model.manifest import CRDS, KEEP_ANNOTATION, ObjectRef, RenderedObject

_POLICIES = ("keep", "delete")


def check_place(document: RenderedObject, ref: ObjectRef) -> None:
    """Raise ManifestError for what lies in crds/ and is no definition."""
    if document.where.kind == CRDS and not is_definition(ref):
        problem = "is not for crds/: what lies there is kept when the release goes"
        raise refuse(document, ("kind",), problem, hint="put it into templates/")


def check_policy(document: RenderedObject) -> None:
    """Raise ManifestError for a resource policy that nobody knows.

    Helm passes over an object with an unknown one, at the uninstall and without a word.
    """
    annotations = document.object["metadata"].get("annotations") or {}
    policy = annotations.get(KEEP_ANNOTATION)
    if policy is not None and policy not in _POLICIES:
        path = ("metadata", "annotations", KEEP_ANNOTATION)
        hint = "keep leaves the object at an uninstall; delete is for definitions, which stay else"
        raise refuse(document, path, f"must be {' or '.join(_POLICIES)}, not {policy!r}", hint=hint)
