"""Get, list and watch: what the store has, in the form that was asked for.

A form is the whole object or its metadata alone (PartialObjectMetadata). Tables are not served:
clients that ask for one take objects as well.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from holdfast.embedded.bodies import option_number
from holdfast.embedded.catalog import Served
from holdfast.embedded.routes import Request, Target
from holdfast.embedded.selectors import Test, field_test, label_test
from holdfast.embedded.session import Session
from holdfast.embedded.status import bad_request, expired, internal
from holdfast.embedded.store import Logged

Object = dict[str, Any]

_META = "meta.k8s.io/v1"


def get(session: Session, request: Request, served: Served, target: Target) -> Object:
    """One object."""
    found = session.find(served, target.namespace, target.name)
    return _partial(found) if wants_metadata(request) else found


def list_objects(session: Session, request: Request, served: Served, target: Target) -> Object:
    """A list, of at most `limit` items, which `continue` goes on with."""
    _check_revision(request)
    chosen = chooser(request, served)
    start = _start(request)
    namespace = target.namespace or None
    found = [one for one in session.all(served, namespace) if _place(one) > start and chosen(one)]
    limit = option_number(request, "limit") or 0
    metadata: dict[str, Any] = {"resourceVersion": str(session.store.revision)}
    if limit and len(found) > limit:
        metadata["continue"] = _token(session.store.revision, found[limit - 1])
        if not (request.option("labelSelector") or request.option("fieldSelector")):
            metadata["remainingItemCount"] = len(found) - limit
        found = found[:limit]
    if wants_metadata(request):
        items = [_partial(one) for one in found]
        return _list("PartialObjectMetadataList", _META, metadata, items)
    items = found if served.custom else [_without_type(one) for one in found]
    return _list(f"{served.kind}List", served.api_version, metadata, items)


def chooser(request: Request, served: Served) -> Test:
    """The test that a request's selectors stand for."""
    labels = label_test(request.option("labelSelector"))
    fields = field_test(request.option("fieldSelector"), served.kind)
    return lambda obj: labels(obj) and fields(obj)


def wants_metadata(request: Request) -> bool:
    """Whether only the metadata is asked for."""
    accepted = request.headers.get("accept", "").replace(" ", "").split(",")[0]
    return "as=PartialObjectMetadata" in accepted


def watch_from(request: Request) -> int | None:
    """The revision that a watch starts after; None is: with what is there now."""
    revision = request.option("resourceVersion")
    if revision in ("", "0"):
        return None
    if not revision.isdigit():
        raise internal(
            f'resourceVersion: Invalid value: "{revision}": strconv.ParseUint: parsing '
            f'"{revision}": invalid syntax'
        )
    return int(revision)


def current_events(
    session: Session, request: Request, served: Served, target: Target
) -> Iterator[Object]:
    """What is there now, as a watch without a start tells it."""
    chosen = chooser(request, served)
    for found in session.all(served, target.namespace or None):
        if chosen(found):
            yield _event("ADDED", found, request)


def events_after(
    session: Session, request: Request, served: Served, target: Target, revision: int
) -> Iterator[Object]:
    """What happened after a revision; an ERROR event where that is no longer known."""
    store = session.store
    if revision < store.compacted:
        gone = expired(revision, store.compacted).as_dict()
        yield {"type": "ERROR", "object": gone}
        return
    chosen = chooser(request, served)
    for logged in store.log(served.resource, target.namespace or None, revision):
        event = _seen_as(session, logged, chosen)
        if event:
            yield _event(event, {**logged.object, "apiVersion": served.api_version}, request)


def _seen_as(session: Session, logged: Logged, chosen: Test) -> str:
    """What a change is to a watcher who sees chosen objects only; empty for nothing at all."""
    before = session.store.before(logged) if logged.event != "ADDED" else None
    was = before is not None and chosen(before)
    known = was or (before is None and logged.event != "ADDED")
    if logged.event == "DELETED":
        return "DELETED" if known else ""
    if not chosen(logged.object):
        return "DELETED" if was else ""
    return "MODIFIED" if known else "ADDED"


def _event(kind: str, obj: Object, request: Request) -> Object:
    return {"type": kind, "object": _partial(obj) if wants_metadata(request) else obj}


def _partial(obj: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": _META, "metadata": obj["metadata"]}


def _list(kind: str, version: str, metadata: Object, items: list[Object]) -> Object:
    return {"kind": kind, "apiVersion": version, "metadata": metadata, "items": items}


def _without_type(obj: Object) -> Object:
    # The items of a built-in list do not say what they are, as they do not on a real server.
    return {name: value for name, value in obj.items() if name not in ("kind", "apiVersion")}


def _place(obj: Object) -> tuple[str, str]:
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def _token(revision: int, last: Object) -> str:
    namespace, name = _place(last)
    text = json.dumps({"v": _META, "rv": revision, "start": f"/{namespace}/{name}"})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _start(request: Request) -> tuple[str, str]:
    token = request.option("continue")
    if not token:
        return ("", "")
    try:
        padded = token + "=" * (-len(token) % 4)
        start = json.loads(base64.urlsafe_b64decode(padded))["start"]
        _, namespace, name = start.split("/")
    except (ValueError, KeyError, TypeError):
        raise bad_request("invalid continue token: continue key is not valid") from None
    return namespace, name


def _check_revision(request: Request) -> None:
    revision = request.option("resourceVersion")
    if revision and not revision.isdigit():
        raise bad_request(
            f'invalid resource version: resourceVersion: Invalid value: "{revision}": '
            f'strconv.ParseUint: parsing "{revision}": invalid syntax'
        )
