"""Create, replace, patch and apply: every way to change an object, through one pipe.

A write is read (bodies), put together with what is there (patches, apply), completed (admission),
judged (validation) and kept (session). A write that changes nothing keeps everything as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from holdfast.embedded.admission import complete
from holdfast.embedded.apply import Door, apply, track
from holdfast.embedded.bodies import (
    check_options,
    decode,
    read_applied,
    read_object,
    read_patch,
    read_patched,
    refuse_options,
)
from holdfast.embedded.catalog import NAMESPACES, Served
from holdfast.embedded.decode import WrongType
from holdfast.embedded.managers import APPLY, UPDATE, Manager
from holdfast.embedded.patches import PatchFailed, json_patch, merge_patch
from holdfast.embedded.routes import Request, Target
from holdfast.embedded.session import Session, stamp
from holdfast.embedded.status import (
    MODIFIED,
    Cause,
    Causes,
    already_exists,
    conflict,
    forbidden,
    internal,
    invalid,
    not_found,
    rejected,
    unsupported_media_type,
)
from holdfast.embedded.store import Key
from holdfast.embedded.strategic import strategic_merge
from holdfast.embedded.validation import validate_create, validate_update
from holdfast.kinds.defaults import initial_status

Object = dict[str, Any]

APPLY_PATCH = "application/apply-patch+yaml"
MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"

_SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_KEPT = (
    "uid resourceVersion generation creationTimestamp deletionTimestamp"
    " deletionGracePeriodSeconds generateName"
).split()


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
    obj = _fresh(served, _named(obj, session.new_uid))
    tracked = track(None, obj, _door(session, request, served, target, UPDATE))
    return Written(_insert(session, served, tracked), True, warnings)


def update(session: Session, request: Request, served: Served, target: Target) -> Written:
    """PUT: other content for an object that is there."""
    check_options(request, "UpdateOptions")
    obj, warnings = read_object(request, served, target)
    live = session.find(served, target.namespace, target.name)
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
        return lambda live: _json_patched(live, operations)
    if request.media_type == STRATEGIC_PATCH and not served.custom:
        partial = read_patch(request, dict, "map[string]interface {}")
        return lambda live: strategic_merge(live, partial, served.schema)
    if request.media_type == MERGE_PATCH:
        partial = read_patch(request, dict, "map[string]interface {}")
        return lambda live: merge_patch(live, partial)  # type: ignore[no-any-return]
    raise unsupported_media_type()


def _json_patched(live: Object, operations: Any) -> Object:
    try:
        patched = json_patch(live, operations)
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
    door = _door(session, request, served, target, APPLY)
    merged = apply(live, applied, door, force=request.flag("force"))
    try:
        obj, _ = decode(merged, served)
    except WrongType as error:
        raise internal(f"failed to convert the applied object: {error}") from None
    if live is None:
        return Written(_insert(session, served, _fresh(served, obj)), True)
    _check_revision(served, live, applied)
    prepared = _prepared(session, served, target, live, obj)
    prepared["metadata"]["managedFields"] = obj["metadata"].get("managedFields", [])
    return Written(_replace(session, served, live, prepared))


def _change(
    session: Session,
    request: Request,
    served: Served,
    target: Target,
    live: Object,
    obj: Object,
    warnings: list[str],
) -> Written:
    _check_revision(served, live, obj)
    uid = obj["metadata"].get("uid")
    if uid and uid != live["metadata"].get("uid"):
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: "
        raise conflict(served.subject(target.name), why + str(live["metadata"].get("uid")))
    prepared = _prepared(session, served, target, live, obj)
    tracked = track(live, prepared, _door(session, request, served, target, UPDATE))
    return Written(_replace(session, served, live, tracked), warnings=warnings)


def set_replicas(
    session: Session, request: Request, served: Served, target: Target, count: int
) -> Object:
    """Write the one field of the scale subresource."""
    live = session.find(served, target.namespace, target.name)
    head, *rest = served.replicas_path
    obj = {**live, head: _with(live.get(head) or {}, rest, count)}
    tracked = track(live, obj, _door(session, request, served, target, UPDATE))
    return _replace(session, served, live, tracked)


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


def _fresh(served: Served, obj: Object) -> Object:
    """A new object without what only the server gives."""
    given = ("uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "selfLink")
    aside = {*given, "generation", "deletionGracePeriodSeconds"}
    metadata = {name: value for name, value in obj["metadata"].items() if name not in aside}
    obj = {**obj, "metadata": metadata}
    if served.has_status:
        obj.pop("status", None)
        status = None if served.custom else initial_status(served.api_version, served.kind)
        if status is not None:
            obj["status"] = status
    return obj


def _insert(session: Session, served: Served, obj: Object) -> Object:
    metadata = obj["metadata"]
    name, namespace = metadata.get("name", ""), metadata.get("namespace", "")
    if served.namespaced:
        _check_namespace(session, served, namespace, name)
    obj = complete(served, obj, session, live=None)
    _judge(served, name, validate_create(served, obj))
    if session.look(served, namespace, name) is not None:
        raise already_exists(served.subject(name))
    return session.insert(served, obj)


def _check_namespace(session: Session, served: Served, namespace: str, name: str) -> None:
    space = session.store.get(Key(NAMESPACES, "", namespace))
    subject = served.subject(name)
    if space is None:
        spaces = session.catalog.by_plural("v1", "namespaces")
        assert spaces is not None
        raise not_found(spaces.subject(namespace))
    if "deletionTimestamp" in space["metadata"]:
        why = f"namespace {namespace} is being terminated"
        cause = Cause("metadata.namespace", "NamespaceTerminating", why)
        start = f"unable to create new content in namespace {namespace}"
        raise forbidden(subject, f"{start} because it is being terminated", [cause])


def _check_revision(served: Served, live: Object, obj: Object) -> None:
    wanted = obj["metadata"].get("resourceVersion")
    if not wanted:
        return
    if not str(wanted).isdigit():
        raise internal(f'strconv.ParseUint: parsing "{wanted}": invalid syntax')
    if wanted != live["metadata"]["resourceVersion"]:
        raise conflict(served.subject(live["metadata"]["name"]), MODIFIED)


def _prepared(
    session: Session, served: Served, target: Target, live: Object, obj: Object
) -> Object:
    """`obj` as it may replace `live`: what the writer has no say in is as it was."""
    kept = {name: live["metadata"][name] for name in _KEPT if name in live["metadata"]}
    metadata = {name: value for name, value in obj["metadata"].items() if name not in _KEPT}
    metadata.pop("managedFields", None)
    obj = {**obj, "metadata": {**metadata, **kept}}
    if target.subresource == "status":
        obj = {**live, "metadata": obj["metadata"], "status": obj.get("status")}
        if obj["status"] is None:
            del obj["status"]
        return obj
    if served.has_status:
        obj.pop("status", None)
        if "status" in live:
            obj["status"] = live["status"]
    return complete(served, obj, session, live=live)


def _replace(session: Session, served: Served, live: Object, obj: Object) -> Object:
    if not obj["metadata"].get("managedFields"):
        obj["metadata"].pop("managedFields", None)
    if _without_times(obj) == _without_times(live):
        return live
    _judge(served, live["metadata"]["name"], validate_update(served, live, obj))
    _check_growth(session, served, live, obj)
    return session.replace(served, live, obj)


def _check_growth(session: Session, served: Served, live: Object, obj: Object) -> None:
    """Claims grow only where their class allows it (the PersistentVolumeClaimResize plugin)."""
    if served.kind != "PersistentVolumeClaim" or _requests(live) == _requests(obj):
        return
    if (live.get("status") or {}).get("phase") != "Bound":
        return
    name = obj["spec"].get("storageClassName")
    classes = session.list("storage.k8s.io/v1", "StorageClass")
    found = next((one for one in classes if one["metadata"]["name"] == name), {})
    if not found.get("allowVolumeExpansion"):
        raise forbidden(
            served.subject(live["metadata"]["name"]),
            "only dynamically provisioned pvc can be resized and the storageclass that provisions "
            "the pvc must support resize",
        )


def _requests(claim: Object) -> Any:
    return (claim["spec"].get("resources") or {}).get("requests")


def _without_times(obj: Object) -> Object:
    metadata = dict(obj["metadata"])
    entries = [
        {key: value for key, value in entry.items() if key != "time"}
        for entry in metadata.get("managedFields") or ()
    ]
    metadata["managedFields"] = sorted(entries, key=lambda one: str(sorted(one.items(), key=str)))
    return {**obj, "metadata": metadata}


def _judge(served: Served, name: str, causes: list[Cause]) -> None:
    if causes:
        raise invalid(served.subject(name), causes)
