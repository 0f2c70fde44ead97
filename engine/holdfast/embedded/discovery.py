"""Discovery: what is served, told to clients that ask before they do anything else.

Three forms: the lists of groups, the resources of one group version, and both at once (aggregated
discovery v2). All are read off the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from holdfast.embedded.catalog import Catalog, Served
from holdfast.embedded.routes import Request, segments
from holdfast.embedded.status import no_such_resource
from holdfast.kinds.fields import kube_version

Object = dict[str, Any]

_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
_SUB_VERBS = ["get", "patch", "update"]
_SCALE = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
_AUTHORIZATION = "authorization.k8s.io"
REVIEWS = "selfsubjectaccessreviews"


def version() -> Object:
    """/version."""
    number = kube_version()
    major, minor, _ = number.split(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": f"v{number}",
        "gitCommit": "",
        "gitTreeState": "",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "",
        "platform": "embedded/simulated",
    }


def discover(request: Request, catalog: Catalog) -> Object | None:
    """The answer to a path above the resources, or None for another path."""
    parts = segments(request.path)
    if not parts or parts[0] not in ("api", "apis") or len(parts) > 3:
        return None
    core = parts[0] == "api"
    served = [one for one in catalog.all() if bool(one.group) != core]
    if len(parts) == 1:
        if "as=APIGroupDiscoveryList" in request.headers.get("accept", ""):
            return _aggregated(served, core)
        return _versions(served) if core else _groups(served)
    if core:
        return _resources(served, parts[1]) if len(parts) == 2 else None
    if len(parts) == 2:
        return _group(parts[1], served)
    return _resources(served, f"{parts[1]}/{parts[2]}")


def _versions(served: Iterable[Served]) -> Object:
    return {
        "kind": "APIVersions",
        "versions": sorted({one.version for one in served}),
        "serverAddressByClientCIDRs": [],
    }


def _groups(served: list[Served]) -> Object:
    names = dict.fromkeys([*(one.group for one in served), _AUTHORIZATION])
    groups = [_group(name, served) for name in names]
    for group in groups:
        del group["kind"], group["apiVersion"]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def _group(name: str, served: Iterable[Served]) -> Object:
    versions = list(dict.fromkeys(one.version for one in served if one.group == name))
    if name == _AUTHORIZATION:
        versions = ["v1"]
    if not versions:
        raise no_such_resource()
    listed = [{"groupVersion": f"{name}/{one}", "version": one} for one in versions]
    return {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": name,
        "versions": listed,
        "preferredVersion": listed[0],
    }


def _resources(served: Iterable[Served], api_version: str) -> Object:
    listed = []
    for one in served:
        if one.api_version == api_version:
            listed += [_resource(one), *(_subresource(one, name) for name in one.subresources)]
    if api_version == f"{_AUTHORIZATION}/v1":
        listed = [_review()]
    if not listed:
        raise no_such_resource()
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": api_version,
        "resources": sorted(listed, key=lambda one: str(one["name"])),
    }


def _resource(one: Served) -> Object:
    found: Object = {
        "name": one.plural,
        "singularName": one.singular,
        "namespaced": one.namespaced,
        "kind": one.kind,
        "verbs": _VERBS,
    }
    return found | _names(one)


def _names(one: Served) -> Object:
    found: Object = {}
    if one.short_names:
        found["shortNames"] = list(one.short_names)
    if one.categories:
        found["categories"] = list(one.categories)
    return found


def _subresource(one: Served, name: str) -> Object:
    found: Object = {
        "name": f"{one.plural}/{name}",
        "singularName": "",
        "namespaced": one.namespaced,
        "kind": one.kind,
        "verbs": _sub_verbs(name),
    }
    return found | _SCALE if name == "scale" else found


def _sub_verbs(name: str) -> list[str]:
    return ["get"] if name == "log" else _SUB_VERBS


def _review() -> Object:
    return {
        "name": REVIEWS,
        "singularName": "selfsubjectaccessreview",
        "namespaced": False,
        "kind": "SelfSubjectAccessReview",
        "verbs": ["create"],
    }


def _aggregated(served: Iterable[Served], core: bool) -> Object:
    groups: dict[str, dict[str, list[Object]]] = {}
    for one in served:
        versions = groups.setdefault(one.group, {})
        versions.setdefault(one.version, []).append(_discovered(one))
    items = [
        {
            "metadata": {} if core else {"name": name},
            "versions": [
                {"version": version, "resources": resources, "freshness": "Current"}
                for version, resources in versions.items()
            ],
        }
        for name, versions in groups.items()
    ]
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    }


def _discovered(one: Served) -> Object:
    kind = {"group": one.group, "version": one.version, "kind": one.kind}
    found: Object = {
        "resource": one.plural,
        "responseKind": kind,
        "scope": "Namespaced" if one.namespaced else "Cluster",
        "singularResource": one.singular,
        "verbs": _VERBS,
    }
    found |= _names(one)
    if one.subresources:
        found["subresources"] = [
            {
                "subresource": name,
                "responseKind": _SCALE if name == "scale" else kind,
                "verbs": _sub_verbs(name),
            }
            for name in one.subresources
        ]
    return found
