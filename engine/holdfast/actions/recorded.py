"""What is on record of a release's earlier revisions, damaged records or not."""

from __future__ import annotations

from holdfast.actions.hooks import owned_hooks
from holdfast.actions.planning import PlanOptions, owned
from holdfast.actions.salvage import find_owned
from holdfast.actions.succession import as_served
from holdfast.actions.target import Target
from holdfast.errors import RecordDamaged
from holdfast.model.manifest import Manifest, Manifests
from holdfast.model.release import Head, Revision
from holdfast.model.snapshot import ObjectKey
from holdfast.releases import history
from holdfast.releases.records import bare


def applied_manifests(target: Target, head: Head, options: PlanOptions | None = None) -> Manifests:
    """Every object that the release may have in the cluster now, with its labels; hooks too.

    That is what the deployed revision rendered, and what each later one did: a revision that failed
    half way has created some of its objects, and has not removed all of the earlier ones. Objects
    that were recorded in a version that is gone are named in the one that serves them now. Where a
    record is damaged the objects are found by their labels; without `options` RecordDamaged is
    raised.
    """
    found: dict[ObjectKey, Manifest] = {}
    damaged = False
    for entry in history.applied(head):
        revision, whole = read_or_bare(target, head, entry.number, options)
        damaged = damaged or not whole
        every = (*owned(revision), *owned_hooks(revision))
        mine = as_served(target.cluster, every)
        found.update((manifest.ref.key, manifest) for manifest in mine)
    if damaged:
        found = {one.ref.key: one for one in find_owned(target, head.release)} | found
    return tuple(found.values())


def read_or_bare(
    target: Target, head: Head, number: int, options: PlanOptions | None
) -> tuple[Revision, bool]:
    """A revision, and whether its record is whole; else it is told, and the revision is bare."""
    try:
        return target.store.read(head, number), True
    except RecordDamaged as error:
        if options is None:
            raise
        options.on_damage(error)
        return bare(head, history.find_entry(head, number)), False
