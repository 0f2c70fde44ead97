"""Create, replace, patch and apply: every way to change an object, through one pipe.

A write is read (bodies), put together with what is there (patches, apply), completed (admission),
judged (validation) and kept (session). A write that changes nothing keeps everything as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any

from holdfast.embedded.advice import advice
from holdfast.embedded.apply import Door, apply, track
from holdfast.embedded.bodies import (
    check_options,
    decode,
    read_applied,
    read_object,
    read_patch,
    read_patched,
    refuse_options,
    unconvertible,
)
from holdfast.embedded.catalog import Served
from holdfast.embedded.decode import WrongType
from holdfast.embedded.keeping import check_revision, fresh, insert, prepare, replace
from holdfast.embedded.routes import Request, Target
from holdfast.embedded.session import Session, stamp
from holdfast.embedded.status import (
    Causes,
    conflict,
    internal,
    not_found,
    rejected,
    unsupported_media_type,
)
from holdfast.kinds.managers import APPLY, UPDATE, Manager, read_entries
from holdfast.kinds.patches import PatchFailed, json_patch, merge_patch
from holdfast.kinds.strategic import strategic_merge
from holdfast.light import dataclass

Object = dict[str, Any]

APPLY_PATCH = "application/apply-patch+yaml"
MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"

_SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True, slots=True)
class Written:
    """What a write came to: the object, whether it is new, and warnings for the writer."""

    object: Object
    created: bool = False
    warnings: list[str] = field(default_factory=list)


def create(session: Session, request: Request, served: Served, target: Target) -> Written:
    """POST: a new object."""
    check_options(request, "CreateOptions")
    obj, warnings = read_object(request, served, target)
    if obj["metadata"].get("resourceVersion"):
        raise internal("resourceVersion should not be set on objects to be created")
    obj = fresh(served, _named(obj, session.new_uid))
    tracked = track(None, obj, _door(session, request, served, target, UPDATE))
    return _written(served, insert(session, served, tracked), warnings)


def update(session: Session, request: Request, served: Served, target: Target) -> Written:
    """PUT: other content for an object that is there."""
    check_options(request, "UpdateOptions")
    obj, warnings = read_object(request, served, target)
    live = session.find(served, target.namespace, target.name)
    uid = obj["metadata"].get("uid")
    if uid and uid != live["metadata"]["uid"]:
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: "
        raise conflict(served.subject(target.name), why + live["metadata"]["uid"])
    return _change(session, request, served, target, live, obj, warnings)


def patch(session: Session, request: Request, served: Served, target: Target) -> Written:
    """PATCH: part of an object, in one of four ways of saying which."""
    check_options(request, "PatchOptions")
    if request.media_type == APPLY_PATCH:
        return _apply(session, request, served, target)
    if request.flag("force"):
        causes = Causes()
        causes.forbidden("force", "may not be specified for non-apply patch")
        refuse_options("PatchOptions", causes.found)
    patching = patcher(request, served)
    live = session.find(served, target.namespace, target.name)
    obj, warnings = read_patched(request, served, target, patching(live))
    return _change(session, request, served, target, live, obj, warnings)


def patcher(request: Request, served: Served) -> Callable[[Object], Object]:
    """What a patch does to an object, by its media type."""
    if request.media_type == JSON_PATCH:
        operations = read_patch(request, list, "[]handlers.jsonPatchOp")
        return lambda live: _patched(lambda: json_patch(live, operations))
    if request.media_type == STRATEGIC_PATCH and not served.custom:
        partial = read_patch(request, dict, "map[string]interface {}")
        return lambda live: _patched(lambda: strategic_merge(live, partial, served.schema))
    if request.media_type == MERGE_PATCH:
        partial = read_patch(request, dict, "map[string]interface {}")
        return lambda live: merge_patch(live, partial)
    raise unsupported_media_type()


def _patched(patching: Callable[[], Any]) -> Object:
    try:
        patched = patching()
    except PatchFailed:
        raise rejected() from None
    if not isinstance(patched, dict):
        raise rejected()
    return patched


def _apply(session: Session, request: Request, served: Served, target: Target) -> Written:
    if not request.option("fieldManager"):
        causes = Causes()
        causes.required("fieldManager", "is required for apply patch")
        refuse_options("PatchOptions", causes.found)
    applied = read_applied(request, served, target)
    live = session.look(served, target.namespace, target.name)
    if live is None and target.subresource:
        raise not_found(served.subject(target.name))
    if live is None and (uid := applied["metadata"].get("uid")):
        why = f"uid mismatch: the provided object specified uid {uid}, and no existing object"
        raise conflict(served.subject(target.name), f"{why} was found")
    door = _door(session, request, served, target, APPLY)
    merged = apply(live, applied, door, force=request.flag("force"))
    try:
        obj, _ = decode(merged, served, applied=True)
    except WrongType as error:
        raise unconvertible(served, target, error) from None
    if live is None:
        return _written(served, insert(session, served, fresh(served, obj)))
    check_revision(served, live, applied)
    prepared = prepare(session, served, target, live, obj)
    prepared["metadata"]["managedFields"] = obj["metadata"].get("managedFields", [])
    return _written(served, replace(session, served, live, prepared), live=live)


def _written(
    served: Served, obj: Object, warnings: Sequence[str] = (), *, live: Object | None = None
) -> Written:
    """What a write came to; an object that stayed as it was is not commented on again."""
    said = [] if obj is live or served.custom else advice(served.kind, obj)
    return Written(obj, live is None, [*warnings, *said])


def _change(
    session: Session,
    request: Request,
    served: Served,
    target: Target,
    live: Object,
    obj: Object,
    warnings: list[str],
) -> Written:
    check_revision(served, live, obj)
    prepared = prepare(session, served, target, live, obj)
    owned = _as_owned(live, obj, target)
    tracked = track(owned, prepared, _door(session, request, served, target, UPDATE))
    return _written(served, replace(session, served, live, tracked), warnings, live=live)


def _as_owned(live: Object, obj: Object, target: Target) -> Object:
    """`live` with the owners that a writer says its fields have.

    (Kubernetes' documentation of server-side apply, "Clearing managedFields": an update or a patch
    may change them, not through a subresource; one empty entry makes the fields nobody's.)
    """
    given = obj["metadata"].get("managedFields")
    if target.subresource or not given:
        return live
    entries = [] if given == [{}] else given
    return {**live, "metadata": {**live["metadata"], "managedFields": entries}}


def set_replicas(
    session: Session, request: Request, served: Served, target: Target, count: int
) -> Object:
    """Write the one field of the scale subresource.

    A number that is nobody's stays so (kube-apiserver 1.34: an update of an object without owners
    is not tracked, and for the scale subresource that object is the one field).
    """
    live = session.find(served, target.namespace, target.name)
    head, *rest = served.replicas_path
    obj = {**live, head: _with(live.get(head) or {}, rest, count)}
    path = tuple(f"f:{name}" for name in served.replicas_path)
    if not any(path in entry.fields for entry in read_entries(live)):
        return replace(session, served, live, obj)
    tracked = track(live, obj, _door(session, request, served, target, UPDATE))
    return replace(session, served, live, tracked)


def _with(tree: Object, path: list[str], value: Any) -> Object:
    head, *rest = path
    return {**tree, head: _with(tree.get(head) or {}, rest, value) if rest else value}


def _door(
    session: Session, request: Request, served: Served, target: Target, operation: str
) -> Door:
    manager = Manager(request.manager, operation, served.api_version, target.subresource)
    return Door(manager, served.schema, served.has_status, stamp(session.now))


def _named(obj: Object, new_uid: Callable[[], str]) -> Object:
    metadata = obj["metadata"]
    prefix = metadata.get("generateName", "")
    if metadata.get("name") or not prefix:
        return obj
    digest = hashlib.sha256(new_uid().encode()).digest()[:5]
    suffix = "".join(_SUFFIX_LETTERS[byte % len(_SUFFIX_LETTERS)] for byte in digest)
    return {**obj, "metadata": {**metadata, "name": prefix[:58] + suffix}}
