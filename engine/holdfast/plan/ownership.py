"""Whose a live object is, in words: ours, another release's, Helm's, or nobody's; and whether it is
to stay.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from holdfast.model.manifest import KEEP_ANNOTATION, owner_of

NOBODY = "no release"
"""Whose an object is that neither we nor Helm know."""


def foreign_owner(live: Mapping[str, Any], *, release: str, namespace: str) -> str | None:
    """Who owns `live` instead of `release` in `namespace`; None where it is that release's.

    Helm marks its objects by two annotations (meta.helm.sh/release-name and -namespace).
    """
    owner = owner_of(live)
    if owner == (release, namespace):
        return None
    if owner:
        return f"the release {owner[0]} in the namespace {owner[1]}"
    if helm := helm_owner(live):
        return f"the Helm release {helm[0]} in the namespace {helm[1] or 'unknown'}"
    return NOBODY


def helm_owner(live: Mapping[str, Any]) -> tuple[str, str] | None:
    """The Helm release that an object says it is of, as (name, namespace)."""
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    name = annotations.get("meta.helm.sh/release-name")
    home = annotations.get("meta.helm.sh/release-namespace")
    return (str(name), str(home or "")) if name else None


def asks_to_stay(live: Mapping[str, Any]) -> bool:
    """Whether a live object asks not to be deleted."""
    return policy_of(live) == "keep"


def policy_of(live: Mapping[str, Any]) -> str:
    """What a live object asks for at its removal: `keep`, `delete` or nothing."""
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(KEEP_ANNOTATION) or "")


def is_free(live: Mapping[str, Any], gone: Container[tuple[str, str]]) -> bool:
    """Whether nobody owns `live`, or one of the releases (name, namespace) that are `gone`."""
    owner = owner_of(live)
    return owner in gone if owner else helm_owner(live) is None
