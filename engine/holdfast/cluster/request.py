"""Kubernetes REST requests as data. Pure: what is sent is decided here, how it travels is not.

URL layout and parameters are those of the Kubernetes API conventions and of the API reference's
"common parameters" (fieldManager, fieldValidation, dryRun, force, propagationPolicy).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, urlencode

from holdfast.errors import Invalid
from holdfast.kinds.resources import Resource
from holdfast.light import dataclass
from holdfast.model.manifest import FIELD_MANAGER

JSON = "application/json"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
APPLY_PATCH = "application/apply-patch+yaml"
PATCH_TYPES = {
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
_SAME_TWICE = (APPLY_PATCH, PATCH_TYPES["merge"], PATCH_TYPES["strategic"])

PatchType: TypeAlias = Literal["merge", "json", "strategic"]
Propagation: TypeAlias = Literal["Background", "Foreground", "Orphan"]
Query: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, without a server. `path` is percent-encoded; `query` is not yet.

    `recognised` tells that whoever sends it knows its effect again where it is there already.
    """

    method: str
    path: str
    query: Query = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    recognised: bool = False

    @property
    def target(self) -> str:
        """Path and query as they stand in a request line."""
        return f"{self.path}?{urlencode(self.query, quote_via=quote)}" if self.query else self.path

    @property
    def repeatable(self) -> bool:
        """Tells that sending it twice does no more than sending it once.

        GET, PUT and DELETE are so by RFC 9110 (9.2.2), and so are all patches but the JSON patch,
        and all that is only tried.
        """
        if self.method in ("GET", "PUT", "DELETE") or self.recognised:
            return True
        if ("dryRun", "All") in self.query:
            return True
        return self.headers.get("Content-Type") in _SAME_TWICE


def path_of(resource: Resource, namespace: str = "", name: str = "", subresource: str = "") -> str:
    """The URL path of an object, or of the collection where `name` is empty.

    Raises Invalid for a name that would change the path's meaning.
    """
    parts = [resource.base]
    if resource.namespaced and namespace:
        parts += ["namespaces", _segment(namespace)]
    parts.append(resource.plural)
    parts += [_segment(part) for part in (name, subresource) if part]
    return "/".join(parts)


def _object(resource: Resource, namespace: str, name: str, subresource: str = "") -> str:
    # Without a name this would be the collection, and a deletion one of everything in it.
    if not name:
        raise Invalid(
            f"build a request: a {resource.kind} has no metadata.name",
            status=400,
            reason="BadRequest",
        )
    return path_of(resource, namespace, name, subresource)


def plain(path: str, *, accept: str = JSON) -> Request:
    """A GET of a path that is no object: /version, discovery."""
    return Request("GET", path, headers={"Accept": accept})


def get(resource: Resource, namespace: str, name: str) -> Request:
    """Read one object."""
    return Request("GET", _object(resource, namespace, name), headers={"Accept": JSON})


def listing(
    resource: Resource,
    namespace: str = "",
    *,
    label_selector: str = "",
    field_selector: str = "",
    limit: int = 0,
    continued: str = "",
    metadata_only: bool = False,
) -> Request:
    """Read a page of a collection; an empty `namespace` is all of them, `limit` 0 is no limit."""
    query = _present(
        ("labelSelector", label_selector),
        ("fieldSelector", field_selector),
        ("limit", str(limit) if limit else ""),
        ("continue", continued),
    )
    accept = METADATA_LIST if metadata_only else JSON
    return Request("GET", path_of(resource, namespace), query, {"Accept": accept})


def watch(
    resource: Resource,
    namespace: str = "",
    *,
    label_selector: str = "",
    field_selector: str = "",
    resource_version: str = "",
    seconds: int = 30,
) -> Request:
    """Follow a collection for `seconds`; without a version it starts with what is there."""
    query = _present(
        ("watch", "true"),
        ("labelSelector", label_selector),
        ("fieldSelector", field_selector),
        ("resourceVersion", resource_version),
        ("timeoutSeconds", str(max(1, seconds))),
    )
    return Request("GET", path_of(resource, namespace), query, {"Accept": JSON})


def logs(
    resource: Resource,
    namespace: str,
    name: str,
    *,
    container: str = "",
    previous: bool = False,
    tail: int | None = None,
    follow: bool = False,
    timestamps: bool = False,
    since: str = "",
) -> Request:
    """Read what a container of a pod has written (API reference: read log of the specified Pod)."""
    query = _present(
        ("container", container),
        ("previous", "true" if previous else ""),
        ("tailLines", "" if tail is None else str(tail)),
        ("follow", "true" if follow else ""),
        ("timestamps", "true" if timestamps else ""),
        ("sinceTime", since),
    )
    # The log itself is plain text; what is wrong comes as a Status. kubectl asks in the same words.
    path = _object(resource, namespace, name, "log")
    return Request("GET", path, query, {"Accept": f"{JSON}, */*"})


def create(
    resource: Resource,
    namespace: str,
    obj: Any,
    *,
    dry_run: bool = False,
    recognised: bool = False,
    manager: str = FIELD_MANAGER,
) -> Request:
    """Make an object that must not be there yet; `recognised` as in Request."""
    sent = _write("POST", path_of(resource, namespace), obj, JSON, _manager(manager, dry_run))
    return replace(sent, recognised=recognised)


def update(
    resource: Resource,
    namespace: str,
    name: str,
    obj: Any,
    *,
    dry_run: bool = False,
    manager: str = FIELD_MANAGER,
) -> Request:
    """Replace an object; with metadata.resourceVersion only that very version of it."""
    return _write("PUT", _object(resource, namespace, name), obj, JSON, _manager(manager, dry_run))


def apply(
    resource: Resource,
    namespace: str,
    name: str,
    obj: Any,
    *,
    force: bool = False,
    dry_run: bool = False,
    manager: str = FIELD_MANAGER,
) -> Request:
    """Server-side apply. JSON is sent: it is YAML too."""
    query = (
        (*_manager(manager, dry_run), ("force", "true")) if force else _manager(manager, dry_run)
    )
    return _write("PATCH", _object(resource, namespace, name), obj, APPLY_PATCH, query)


def patch(
    resource: Resource,
    namespace: str,
    name: str,
    body: Any,
    *,
    type: PatchType = "merge",
    subresource: str = "",
    dry_run: bool = False,
    manager: str = FIELD_MANAGER,
) -> Request:
    """Change part of an object: JSON merge patch (RFC 7396), JSON patch (RFC 6902), strategic."""
    path = _object(resource, namespace, name, subresource)
    return _write("PATCH", path, body, PATCH_TYPES[type], _manager(manager, dry_run))


def delete(
    resource: Resource,
    namespace: str,
    name: str,
    *,
    propagation: Propagation = "Background",
    uid: str = "",
    resource_version: str = "",
    grace_seconds: int | None = None,
    dry_run: bool = False,
) -> Request:
    """Remove an object; `uid` and `resource_version` must be the live ones where given."""
    conditions = dict(_present(("uid", uid), ("resourceVersion", resource_version)))
    options: dict[str, Any] = {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "propagationPolicy": propagation,
    }
    if conditions:
        options["preconditions"] = conditions
    if grace_seconds is not None:
        options["gracePeriodSeconds"] = grace_seconds
    if dry_run:
        options["dryRun"] = ["All"]
    return _write("DELETE", _object(resource, namespace, name), options, JSON, ())


def _write(method: str, path: str, body: Any, content: str, query: Query) -> Request:
    data = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    return Request(method, path, query, {"Accept": JSON, "Content-Type": content}, data)


def _manager(manager: str, dry_run: bool) -> Query:
    return _present(
        ("fieldManager", manager),
        ("fieldValidation", "Strict"),
        ("dryRun", "All" if dry_run else ""),
    )


def _present(*pairs: tuple[str, str]) -> Query:
    return tuple(pair for pair in pairs if pair[1])


def _segment(text: str) -> str:
    # Software between here and the server resolves dot segments (RFC 3986, 5.2.4), so that a
    # deletion of the object `..` would become one of its namespace.
    if text in (".", ".."):
        raise Invalid(f"build a request: {text!r} is no name", status=400, reason="BadRequest")
    return quote(text, safe="")
