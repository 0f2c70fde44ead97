"""What a release's history allows: which number is next, what is deployed, where a rollback goes.

Pure questions about a Head; how a history changes is in transitions.py. Where nothing is said, the
rules are Helm's.
"""

from __future__ import annotations

from holdfast.errors import ReleaseError, ReleaseNotFound
from holdfast.model.release import Head, RevisionEntry, Status
from holdfast.releases.names import check_name

__all__ = [
    "applied",
    "as_of",
    "check_exists",
    "check_install",
    "check_name",
    "check_uninstall",
    "check_upgrade",
    "deployed",
    "find_entry",
    "first_cut_off",
    "installed",
    "next_number",
    "rollback_target",
    "values_base",
]

_GOOD = (Status.DEPLOYED, Status.SUPERSEDED)


def next_number(head: Head | None) -> int:
    """The number of the next revision; numbers are never used twice while the history lives."""
    return head.latest.number + 1 if head and head.latest else 1


def as_of(head: Head | None) -> float:
    """When the newest line of the history was last written; 0.0 where there is none.

    Every operation writes that line before it changes anything.
    """
    return head.latest.updated if head and head.latest else 0.0


def deployed(head: Head) -> RevisionEntry | None:
    """The revision that is deployed: the newest that went well and was not superseded since."""
    found = (entry for entry in reversed(head.revisions) if entry.status is Status.DEPLOYED)
    return next(found, None)


def installed(head: Head | None) -> bool:
    """Tell whether `upgrade --install` has something to upgrade, even if it failed."""
    return bool(head and head.latest and head.latest.status is not Status.UNINSTALLED)


def applied(head: Head) -> tuple[RevisionEntry, ...]:
    """The revisions that may have objects in the cluster now, oldest first.

    The deployed one and all that failed after it: a failed upgrade has made some of its objects,
    and has not removed all of those before it. Where nothing is deployed (a first install failed,
    an uninstall was cut off) it is what came after the last that was superseded or uninstalled.
    """
    over = (Status.SUPERSEDED, Status.UNINSTALLED)
    start = deployed(head)
    last = max((entry.number for entry in head.revisions if entry.status in over), default=0)
    first = start.number if start else last + 1
    return tuple(entry for entry in head.revisions if entry.number >= first)


def values_base(head: Head) -> RevisionEntry:
    """The revision whose values an upgrade starts from: the deployed one, else the newest."""
    return deployed(head) or find_entry(head, None)


def find_entry(head: Head, number: int | None) -> RevisionEntry:
    """The entry of revision `number`, None is the newest. Raises ReleaseNotFound."""
    entry = head.latest if number is None else head.entry(number)
    if entry is None:
        raise ReleaseNotFound(
            f"release {head.release}: there is no revision {number}", hint=_revisions(head)
        )
    return entry


def rollback_target(head: Head, number: int | None = None) -> RevisionEntry:
    """Where a rollback goes: to `number`, or to the last good revision before the current one.

    Raises ReleaseNotFound for an unknown number, ReleaseError where there is no earlier good one.
    """
    if number is not None:
        return find_entry(head, number)
    for entry in reversed(head.revisions):
        if entry.number < head.current and entry.status in _GOOD:
            return entry
    raise ReleaseError(
        f"roll back release {head.release}: no good revision before {head.current}",
        hint=_revisions(head),
    )


def check_exists(name: str, head: Head | None, namespace: str = "") -> Head:
    """The head, where the release has any record. Raises ReleaseNotFound."""
    if head and head.revisions:
        return head
    place = namespace or (head.namespace if head else "")
    within = f" in namespace {place}" if place else ""
    raise ReleaseNotFound(
        f"release {name}: there is no such release{within}",
        hint="`holdfast list -A` shows all of them; mind the namespace (-n)",
    )


def check_install(name: str, head: Head | None) -> None:
    """Raise ReleaseError where the name is taken.

    Free are a name without records, one that was uninstalled with its history kept, and a first
    install that was cut off (its lock, while it lives, still refuses).
    """
    if not installed(head) or head is None or head.latest is None:
        return
    if first_cut_off(head):
        return
    raise ReleaseError(
        f"install release {name}: the name is taken: revision {head.latest.number} "
        f"is {head.latest.status}",
        hint=_taken_hint(name, head.latest),
    )


def first_cut_off(head: Head) -> bool:
    """Whether all there is of the release is a first install, or adoption, that was cut off."""
    latest = head.latest
    if latest is None or deployed(head) is not None:
        return False
    return latest.status is Status.PENDING_INSTALL or latest.interrupted in ("install", "adopt")


def _taken_hint(name: str, latest: RevisionEntry) -> str:
    others = f"use `upgrade --install {name}`, `uninstall {name}`, or another name"
    if latest.status is Status.FAILED:
        return f"`resume {name}` goes on with it, `abandon {name}` undoes it; or {others}"
    return others


def check_upgrade(name: str, head: Head | None) -> Head:
    """The head, where there is something to upgrade. Raises ReleaseNotFound, ReleaseError."""
    head = check_exists(name, head)
    if not installed(head):
        raise ReleaseError(
            f"release {name}: it was uninstalled, only its history is left",
            hint=f"use `install {name}` or `upgrade --install {name}`",
        )
    return head


def check_uninstall(name: str, head: Head | None) -> Head:
    """The head, where there is something to remove, if only records. Raises ReleaseNotFound."""
    return check_exists(name, head)


def _revisions(head: Head) -> str:
    known = ", ".join(f"{entry.number} ({entry.status})" for entry in head.revisions)
    return f"there are: {known}" if known else "it has no revisions"
