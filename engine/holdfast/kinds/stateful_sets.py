"""How a StatefulSet calls what is its own: `<set>-<ordinal>`, `<template>-<set>-<ordinal>`.

Source: Kubernetes' documentation, StatefulSets, pod identity and stable storage. Names are all that
tells to which set a claim belongs, for claims have no owner unless the retention policy gives them
one. It must not know what is done with pods and claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def is_stateful_set(api_version: str, kind: str) -> bool:
    """Whether the kind is Kubernetes' own: others (OpenKruise) have one of the same name."""
    return kind == "StatefulSet" and api_version.startswith("apps/")


def ordinal_in(name: str, prefix: str) -> int | None:
    """The number in `<prefix>-<number>`; None for any other name, such as one that ends in 007."""
    text = name.removeprefix(f"{prefix}-")
    plain = text != name and text.isascii() and text.isdecimal() and str(int(text)) == text
    return int(text) if plain else None


def belongs(pod: Mapping[str, Any], uid: str, name: str) -> bool:
    """Whether a pod that a set's selector chose is the set's own.

    Its controller's uid tells; a pod without a controller, as an orphaning deletion leaves it,
    is taken up by the set of its name (Kubernetes' StatefulSet controller adopts it). `uid` is
    empty for a set that is not there.
    """
    owners = pod["metadata"].get("ownerReferences") or ()
    owner = next((row for row in owners if row.get("controller")), None)
    if owner:
        return bool(uid) and owner.get("uid") == uid
    return ordinal_in(str(pod["metadata"]["name"]), name) is not None


def claim_ordinal(claim: str, template: str, owner: str) -> int | None:
    """The ordinal of the claim called `claim`, if the set's claim template made it."""
    return ordinal_in(claim, f"{template}-{owner}")


def claims_of(
    listed: Iterable[dict[str, Any]], owner: str, templates: Iterable[str]
) -> tuple[dict[str, Any], ...]:
    """The claims, of those `listed`, that a set's claim templates made, by ordinal and name."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    names = tuple(templates)
    for claim in listed:
        name = str(claim["metadata"]["name"])
        for template in names:
            number = claim_ordinal(name, template, owner)
            if number is not None:
                found.append((number, name, claim))
    return tuple(claim for *_, claim in sorted(found, key=lambda row: row[:2]))


def claim_templates(workload: Mapping[str, Any] | None) -> Iterator[str]:
    """The names of a StatefulSet's claim templates; none for what is no StatefulSet."""
    spec = (workload or {}).get("spec")
    for template in (spec if isinstance(spec, Mapping) else {}).get("volumeClaimTemplates") or ():
        yield str(template["metadata"]["name"])
