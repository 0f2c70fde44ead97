"""Which owners of definitions are no longer there: their names stay on what an uninstall keeps."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.actions.target import Target
from holdfast.errors import Unauthorized
from holdfast.kinds.definitions import is_definition
from holdfast.model.manifest import Manifests, owner_of
from holdfast.model.snapshot import Snapshot
from holdfast.releases import history


def gone_releases(
    target: Target, desired: Manifests, snapshot: Snapshot, release: str
) -> frozenset[tuple[str, str]]:
    """The releases (name, namespace) that live definitions name as their owners and that are gone.

    A namespace that we may not look into counts as if the release were there. Raises ClusterError.
    """
    others = set(_owners(desired, snapshot)) - {(release, target.namespace)}
    return frozenset(owner for owner in others if _is_gone(target, owner))


def _owners(desired: Manifests, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for manifest in desired:
        if is_definition(manifest.ref):
            owner = owner_of(snapshot.of(manifest.ref).live or {})
            if owner:
                yield owner


def _is_gone(target: Target, owner: tuple[str, str]) -> bool:
    try:
        return not history.installed(target.store.head(*owner))
    except Unauthorized:
        return False
