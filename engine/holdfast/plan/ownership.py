"""Whose a live object is, in words: ours, another release's, Helm's, or nobody's."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from holdfast.model.manifest import owner_of


def foreign_owner(live: Mapping[str, Any], *, release: str, namespace: str) -> str | None:
    """Who owns `live` instead of `release` in `namespace`; None where it is that release's.

    Helm marks its objects by two annotations (meta.helm.sh/release-name and -namespace).
    """
    owner = owner_of(live)
    if owner == (release, namespace):
        return None
    if owner:
        return f"the release {owner[0]} in the namespace {owner[1]}"
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    if helm := annotations.get("meta.helm.sh/release-name"):
        home = annotations.get("meta.helm.sh/release-namespace") or "unknown"
        return f"the Helm release {helm} in the namespace {home}"
    return "no release"


def is_free(live: Mapping[str, Any], gone: Container[tuple[str, str]]) -> bool:
    """Whether nobody owns `live`, or one of the releases (name, namespace) that are `gone`."""
    owner = owner_of(live)
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    return owner in gone if owner else "meta.helm.sh/release-name" not in annotations


def taken_hint(namespaced: bool) -> str:
    """What to do about the name of an object that somebody else has."""
    if namespaced:
        return "rename it in the chart, or take it into this release with --take-ownership"
    return (
        "its name counts in the whole cluster: put release.namespace and release.name into it, "
        "or take it into this release with --take-ownership"
    )
