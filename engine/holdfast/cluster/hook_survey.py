"""What is there of a release's hooks, and how the server takes those that are to run.

A hook is made anew each time: only where none is there can the server be asked beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.cluster.client import Cluster
from holdfast.cluster.survey import refusal_of
from holdfast.errors import Conflict, Invalid, NotFound, Unauthorized
from holdfast.model.manifest import Manifest
from holdfast.model.snapshot import ObjectKey, Observed


def survey_hooks(
    cluster: Cluster,
    runs: Iterable[Manifest],
    others: Iterable[Manifest],
    *,
    missing: frozenset[str],
) -> dict[ObjectKey, Observed]:
    """Read what is live of all these, and ask for a dry run of those of `runs` that are not there.

    Objects in the namespaces `missing` are left out. Raises ClusterError where the cluster cannot
    be asked; a no of its validation is in the answer.
    """
    wanted = {manifest.ref.key: manifest for manifest in runs}
    both = {manifest.ref.key: manifest for manifest in others} | wanted
    return {
        key: _observe(cluster, manifest, ask=key in wanted)
        for key, manifest in both.items()
        if manifest.ref.namespace not in missing
    }


def _observe(cluster: Cluster, manifest: Manifest, *, ask: bool) -> Observed:
    live = cluster.find(manifest.ref)
    if live is not None or not ask:
        return Observed(live)
    try:
        return Observed(answer=cluster.apply(manifest.object, dry_run=True))
    except (Conflict, Invalid, NotFound, Unauthorized) as error:
        return Observed(refusal=refusal_of(error))
