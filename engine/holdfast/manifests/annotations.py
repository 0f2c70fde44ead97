"""What holdfast's own annotations may say, held against a document while its lines are known."""

from __future__ import annotations

from holdfast.kinds.definitions import is_definition
from holdfast.kinds.wait_rules import FAIL_ON, GRAMMAR, WAIT_FOR, rules_in
from holdfast.manifests.documents import refuse
from holdfast.model.manifest import CRDS, KEEP_ANNOTATION, ObjectRef, RenderedObject

_POLICIES = ("keep", "delete")


def check_place(document: RenderedObject, ref: ObjectRef) -> None:
    """Raise ManifestError for what lies in crds/ and is no definition."""
    if document.where.kind == CRDS and not is_definition(ref):
        problem = "is not for crds/: what lies there is kept when the release goes"
        raise refuse(document, ("kind",), problem, hint="put it into templates/")


def check_rules(document: RenderedObject) -> None:
    """Raise ManifestError for a rule of readiness that cannot be read."""
    annotations = document.object["metadata"].get("annotations") or {}
    for name in (WAIT_FOR, FAIL_ON):
        try:
            rules_in(annotations.get(name, ""))
        except ValueError as error:
            path = ("metadata", "annotations", name)
            raise refuse(document, path, f"cannot be read: {error}", hint=GRAMMAR) from None


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
