"""Putting an object in the place of another, or of none: what every write ends in.

What the writer has no say in is kept or given, the result is judged, and only what differs from
what is there is written: a write that changes nothing keeps revision, owners and times.
"""

from __future__ import annotations

import json
from typing import Any

from holdfast.embedded.admission import complete
from holdfast.embedded.catalog import NAMESPACES, Served
from holdfast.embedded.routes import Target
from holdfast.embedded.session import Session
from holdfast.embedded.status import (
    MODIFIED,
    Cause,
    already_exists,
    conflict,
    forbidden,
    internal,
    invalid,
    not_found,
)
from holdfast.embedded.store import Key
from holdfast.embedded.validation import validate_create, validate_update
from holdfast.kinds.defaults import initial_status

Object = dict[str, Any]

_KEPT = (
    "uid resourceVersion generation creationTimestamp deletionTimestamp"
    " deletionGracePeriodSeconds generateName"
).split()


def fresh(served: Served, obj: Object) -> Object:
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


def insert(session: Session, served: Served, obj: Object) -> Object:
    """Keep a new object. Raises StatusError for what the server would not let in."""
    metadata = obj["metadata"]
    name, namespace = metadata.get("name", ""), metadata.get("namespace", "")
    if served.namespaced:
        _check_namespace(session, served, namespace, name)
    obj = complete(served, session.identify(obj), session, live=None)
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


def check_revision(served: Served, live: Object, obj: Object) -> None:
    """Refuse an object that was made from another revision than the live one."""
    wanted = obj["metadata"].get("resourceVersion")
    if not wanted:
        return
    if not str(wanted).isdigit():
        raise internal(f'strconv.ParseUint: parsing "{wanted}": invalid syntax')
    if wanted != live["metadata"]["resourceVersion"]:
        raise conflict(served.subject(live["metadata"]["name"]), MODIFIED)


def prepare(session: Session, served: Served, target: Target, live: Object, obj: Object) -> Object:
    """`obj` as it may replace `live`: what the writer has no say in is as it was."""
    kept = {name: live["metadata"][name] for name in _KEPT if name in live["metadata"]}
    # Another object's uid stays, so that the validation can refuse it.
    kept["uid"] = obj["metadata"].get("uid") or kept["uid"]
    metadata = {name: value for name, value in obj["metadata"].items() if name not in _KEPT}
    metadata.pop("managedFields", None)
    obj = {**obj, "metadata": {**metadata, **kept}}
    if target.subresource == "status":
        others = {name: value for name, value in live.items() if name != "status"}
        others["metadata"] = {**live["metadata"], "uid": kept["uid"]}
        return others | ({"status": obj["status"]} if obj.get("status") is not None else {})
    if served.has_status:
        obj.pop("status", None)
        if "status" in live:
            obj["status"] = live["status"]
    return complete(served, obj, session, live=live)


def replace(session: Session, served: Served, live: Object, obj: Object) -> Object:
    """Keep `obj` for `live`; the answer is what is there then."""
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
    metadata["managedFields"] = sorted(
        json.dumps({key: value for key, value in entry.items() if key != "time"}, sort_keys=True)
        for entry in metadata.get("managedFields") or ()
    )
    return {**obj, "metadata": metadata}


def _judge(served: Served, name: str, causes: list[Cause]) -> None:
    if causes:
        raise invalid(served.subject(name), causes)
