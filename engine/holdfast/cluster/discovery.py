"""Which kinds a server serves: asked once, remembered for this process.

Aggregated discovery (Kubernetes ≥ 1.30 as v2, before as v2beta1: API reference, "Discovery") gives
everything under one root in one answer; a server without it is asked per group version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from holdfast.cluster.paging import Ask
from holdfast.cluster.request import JSON, plain
from holdfast.errors import ClusterError, NotFound
from holdfast.kinds.resources import Resource

_ROOTS = ("/api", "/apis")
_AGGREGATED = ",".join(
    f"{JSON};g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    for version in ("v2", "v2beta1")
)


class Discovery:
    """The kinds of one server, by group version.

    `ask` sends a request and raises ClusterError for an answer that is no success.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._roots: dict[str, dict[str, tuple[Resource, ...] | None]] = {}

    def find(self, api_version: str, kind: str) -> Resource | None:
        """The resource of a kind, or None where the server has none.

        What is not in an answer read earlier is looked for again: a definition may have been
        installed since.
        """
        root = "/apis" if "/" in api_version else "/api"
        known = root in self._roots
        found = self._look(root, api_version, kind)
        if found is None and known:
            self._roots.pop(root, None)
            found = self._look(root, api_version, kind)
        return found

    def group_versions(self) -> tuple[str, ...]:
        """Every group version, core first: `v1`, `apps/v1`, …"""
        return tuple(version for root in _ROOTS for version in self._root(root))

    def resources(self) -> Iterator[Resource]:
        """Every kind of every group version."""
        for root in _ROOTS:
            for version in self._root(root):
                yield from self._kinds(root, version)

    def _look(self, root: str, api_version: str, kind: str) -> Resource | None:
        if api_version not in self._root(root):
            return None
        return next((row for row in self._kinds(root, api_version) if row.kind == kind), None)

    def _root(self, root: str) -> dict[str, tuple[Resource, ...] | None]:
        if root not in self._roots:
            answer = self._ask(
                plain(root, accept=f"{_AGGREGATED},{JSON}"), "ask for the API's kinds"
            )
            self._roots[root] = dict(_group_versions(answer))
        return self._roots[root]

    def _kinds(self, root: str, api_version: str) -> tuple[Resource, ...]:
        kinds = self._root(root)[api_version]
        if kinds is None:
            kinds = self._ask_for(api_version)
            self._root(root)[api_version] = kinds
        return kinds

    def _ask_for(self, api_version: str) -> tuple[Resource, ...]:
        base = Resource(api_version, "", "").base
        try:
            answer = self._ask(plain(base), f"ask for the kinds of {api_version}")
        except NotFound:
            return ()
        return tuple(_listed(api_version, answer))


def _group_versions(answer: dict[str, Any]) -> Iterator[tuple[str, tuple[Resource, ...] | None]]:
    """Group versions with their kinds, or with None where the answer tells names only."""
    match answer.get("kind"):
        case "APIGroupDiscoveryList":
            yield from _aggregated(answer)
        case "APIGroupList":
            for group in _dicts(answer.get("groups")):
                for version in _dicts(group.get("versions")):
                    yield str(version.get("groupVersion", "")), None
        case "APIVersions":
            for name in answer.get("versions") or ():
                yield str(name), None
        case other:
            raise ClusterError(f"ask for the API's kinds: the server answered with {other!r}")


def _aggregated(answer: dict[str, Any]) -> Iterator[tuple[str, tuple[Resource, ...]]]:
    for group in _dicts(answer.get("items")):
        name = str((group.get("metadata") or {}).get("name") or "")
        for version in _dicts(group.get("versions")):
            number = str(version.get("version", ""))
            api_version = f"{name}/{number}" if name else number
            yield api_version, tuple(_discovered(api_version, version))


def _discovered(api_version: str, version: dict[str, Any]) -> Iterator[Resource]:
    for row in _dicts(version.get("resources")):
        kind = row.get("responseKind") or {}
        yield Resource(
            api_version,
            str(kind.get("kind", "")),
            str(row.get("resource", "")),
            row.get("scope") == "Namespaced",
            tuple(row.get("shortNames") or ()),
        )


def _listed(api_version: str, answer: dict[str, Any]) -> Iterator[Resource]:
    for row in _dicts(answer.get("resources")):
        plural = str(row.get("name", ""))
        if "/" not in plural:
            yield Resource(
                api_version,
                str(row.get("kind", "")),
                plural,
                bool(row.get("namespaced")),
                tuple(row.get("shortNames") or ()),
            )


def _dicts(given: Iterable[Any] | None) -> Iterator[dict[str, Any]]:
    return (one for one in given or () if isinstance(one, dict))
