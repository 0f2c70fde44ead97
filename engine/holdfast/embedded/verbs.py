"""From a request to the verb that answers it: which method on which sort of path does what.

It must not know what a verb does to an object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, TypeAlias

from holdfast.embedded.bodies import read_patch
from holdfast.embedded.catalog import Served
from holdfast.embedded.deletes import delete, delete_collection, wants_dry_run
from holdfast.embedded.discovery import REVIEWS, discover, version
from holdfast.embedded.logs import read_log
from holdfast.embedded.reads import get, list_objects
from holdfast.embedded.routes import Request, Target, target_of
from holdfast.embedded.scale import get_scale, write_scale
from holdfast.embedded.session import Session
from holdfast.embedded.status import StatusError, method_not_allowed, no_such_resource
from holdfast.embedded.writes import Written, create, patch, update
from holdfast.light import dataclass

_JSON, _TEXT, _PLAIN = "application/json", "text/plain; charset=utf-8", "text/plain"
_AGGREGATED = "APIGroupDiscoveryList"
_LARGEST = 3 * 1024 * 1024
_TOO_LARGE = "Request entity too large: limit is"
_HEALTH = ("/healthz", "/livez", "/readyz")
_REVIEW = ("authorization.k8s.io/v1", REVIEWS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request came to: an HTTP status and a document, or text."""

    status: int
    body: Any
    warnings: list[str] = field(default_factory=list)
    media_type: str = _JSON


Verb: TypeAlias = Callable[[Session, Request, Served, Target], Answer]


def answer(session: Session, request: Request) -> Answer:
    """Do what a request asks. Raises StatusError."""
    if len(request.body) > _LARGEST:
        raise StatusError(413, "RequestEntityTooLarge", f"{_TOO_LARGE} {_LARGEST}")
    target = target_of(request.path)
    if target is None:
        return _above(session, request)
    if (target.api_version, target.plural) == _REVIEW:
        return _review(request, target)
    served = session.catalog.by_plural(target.api_version, target.plural)
    if served is None:
        return _unknown(session, request, target)
    return _verb(request, served, target)(session, request, served, target)


def keeps_nothing(request: Request) -> bool:
    """Whether a request is a dry run."""
    return request.dry_run or (request.method == "DELETE" and wants_dry_run(request))


def served_at(session: Session, request: Request) -> tuple[Served, Target]:
    """The kind that a request's path names. Raises StatusError 404."""
    target = target_of(request.path)
    served = session.catalog.by_plural(target.api_version, target.plural) if target else None
    if target is None or served is None or target.subresource:
        raise no_such_resource()
    return served, target


def _above(session: Session, request: Request) -> Answer:
    if request.path in _HEALTH or request.path.startswith(tuple(f"{one}/" for one in _HEALTH)):
        return Answer(200, "ok", media_type=_TEXT)
    found = version() if request.path == "/version" else discover(request, session.catalog)
    if found is None:
        return Answer(404, "404 page not found\n", media_type=_TEXT)
    if request.method != "GET":
        raise method_not_allowed()
    if found.get("kind") == _AGGREGATED:
        return Answer(200, found, media_type=f"{_JSON};g=apidiscovery.k8s.io;v=v2;as={_AGGREGATED}")
    return Answer(200, found)


def _unknown(session: Session, request: Request, target: Target) -> Answer:
    groups = {one.api_version for one in session.catalog.all()}
    if target.api_version in groups:
        raise no_such_resource()
    return Answer(404, "404 page not found\n", media_type=_TEXT)


def _verb(request: Request, served: Served, target: Target) -> Verb:
    if target.subresource:
        if target.subresource not in _subresources(served):
            raise no_such_resource()
        verbs = _ON_ONE_PART.get(target.subresource, _ON_PART)
    else:
        verbs = _ON_OBJECT if target.name else _ON_COLLECTION
    across = served.namespaced and not target.namespace
    verb = verbs.get(request.method)
    if verb is None or (across and request.method != "GET"):
        raise method_not_allowed()
    if across and target.name:
        raise no_such_resource()
    return verb


def _subresources(served: Served) -> tuple[str, ...]:
    return (*served.subresources, *(("finalize",) if served.kind == "Namespace" else ()))


def _get(session: Session, request: Request, served: Served, target: Target) -> Answer:
    return Answer(200, get(session, request, served, target))


def _list(session: Session, request: Request, served: Served, target: Target) -> Answer:
    return Answer(200, list_objects(session, request, served, target))


def _create(session: Session, request: Request, served: Served, target: Target) -> Answer:
    return _written(request, create(session, request, served, target))


def _update(session: Session, request: Request, served: Served, target: Target) -> Answer:
    return _written(request, update(session, request, served, target))


def _patch(session: Session, request: Request, served: Served, target: Target) -> Answer:
    return _written(request, patch(session, request, served, target))


def _written(request: Request, written: Written) -> Answer:
    obj = written.object
    if request.dry_run and written.created:
        metadata = dict(obj["metadata"])
        metadata.pop("resourceVersion", None)
        obj = {**obj, "metadata": metadata}
    return Answer(201 if written.created else 200, obj, written.warnings)


def _delete(session: Session, request: Request, served: Served, target: Target) -> Answer:
    return Answer(200, delete(session, request, served, target))


def _delete_all(session: Session, request: Request, served: Served, target: Target) -> Answer:
    found = delete_collection(session, request, served, target)
    metadata = {"resourceVersion": str(session.store.revision)}
    listed = {"kind": f"{served.kind}List", "apiVersion": served.api_version}
    return Answer(200, {**listed, "metadata": metadata, "items": found})


def _get_scale(session: Session, request: Request, served: Served, target: Target) -> Answer:
    return Answer(200, get_scale(session, served, target))


def _write_scale(session: Session, request: Request, served: Served, target: Target) -> Answer:
    return Answer(200, write_scale(session, request, served, target))


def _log(session: Session, request: Request, served: Served, target: Target) -> Answer:
    pod = session.find(served, target.namespace, target.name)
    return Answer(200, read_log(pod, request), media_type=_PLAIN)


def _review(request: Request, target: Target) -> Answer:
    """May I? Whoever can reach an embedded cluster may do everything in it."""
    if request.method != "POST" or target.name:
        raise method_not_allowed()
    review = read_patch(request, dict, "v1.SelfSubjectAccessReview")
    kind = {"kind": "SelfSubjectAccessReview", "apiVersion": target.api_version}
    allowed = {"metadata": {}, "spec": review.get("spec", {}), "status": {"allowed": True}}
    return Answer(201, kind | allowed)


_ON_COLLECTION: Mapping[str, Verb] = {"GET": _list, "POST": _create, "DELETE": _delete_all}
_ON_OBJECT: Mapping[str, Verb] = {
    "GET": _get,
    "PUT": _update,
    "PATCH": _patch,
    "DELETE": _delete,
}
_ON_PART: Mapping[str, Verb] = {"GET": _get, "PUT": _update, "PATCH": _patch}
_ON_ONE_PART: Mapping[str, Mapping[str, Verb]] = {
    "log": {"GET": _log},
    "scale": {"GET": _get_scale, "PUT": _write_scale, "PATCH": _write_scale},
}
