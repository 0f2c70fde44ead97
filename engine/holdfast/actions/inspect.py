"""history, get and diff revision: what the records say; the objects are not looked at."""

from __future__ import annotations

from holdfast.actions.hooks import owned_hooks
from holdfast.actions.planning import owned
from holdfast.actions.target import Target
from holdfast.model.manifest import Manifests
from holdfast.model.release import Head, Revision, RevisionEntry, Unfinished
from holdfast.plan.revisions import RevisionDiff, compare_revisions
from holdfast.releases import history
from holdfast.releases import lock as locks
from holdfast.releases.unfinished import unfinished


def release_history(target: Target, name: str, *, most: int = 0) -> tuple[RevisionEntry, ...]:
    """The revisions of a release, oldest first; the newest `most` of them where it is not 0.

    Raises ReleaseNotFound.
    """
    lines = find_head(target, name).revisions
    return lines[-most:] if most else lines


def left_unfinished(target: Target, name: str) -> Unfinished | None:
    """What was left half done on a release; None where nothing was, or somebody is at it.

    Raises ReleaseNotFound.
    """
    head = find_head(target, name)
    return None if locks.held(head.lock, target.clock.now()) else unfinished(head)


def get_revision(target: Target, name: str, number: int | None = None) -> Revision:
    """A stored revision, whole; None is the newest.

    Raises ReleaseNotFound, ReleaseError (a damaged record).
    """
    head = find_head(target, name)
    entry = history.find_entry(head, number)
    return target.store.read(head, entry.number)


def diff_revisions(
    target: Target, name: str, number: int, other: int | None = None
) -> RevisionDiff:
    """What differs from revision `number` to revision `other`; None is the newest.

    Raises ReleaseNotFound, ReleaseError (a damaged record).
    """
    head = find_head(target, name)
    entries = (history.find_entry(head, number), history.find_entry(head, other))
    before, after = (target.store.read(head, entry.number) for entry in entries)
    return compare_revisions(before, after, previous=_every(before), desired=_every(after))


def _every(revision: Revision) -> Manifests:
    """The revision's objects and its hooks, with their labels."""
    return (*owned(revision), *owned_hooks(revision))


def find_head(target: Target, name: str) -> Head:
    """The release's head. Raises ReleaseNotFound."""
    history.check_name(name)
    return history.check_exists(name, target.store.head(name, target.namespace), target.namespace)
