"""history and get: what the records say, without a look at the objects themselves."""

from __future__ import annotations

from holdfast.actions.target import Target
from holdfast.model.release import Head, Revision, RevisionEntry
from holdfast.releases import history


def release_history(target: Target, name: str, *, most: int = 0) -> tuple[RevisionEntry, ...]:
    """The revisions of a release, oldest first; the newest `most` of them where it is not 0.

    Raises ReleaseNotFound.
    """
    lines = find_head(target, name).revisions
    return lines[-most:] if most else lines


def get_revision(target: Target, name: str, number: int | None = None) -> Revision:
    """A stored revision, whole; None is the newest.

    Raises ReleaseNotFound, ReleaseError (a damaged record).
    """
    head = find_head(target, name)
    entry = history.find_entry(head, number)
    return target.store.read(head, entry.number)


def find_head(target: Target, name: str) -> Head:
    """The release's head. Raises ReleaseNotFound."""
    history.check_name(name)
    return history.check_exists(name, target.store.head(name, target.namespace), target.namespace)
