"""How a history changes: a revision begins, settles, is superseded, pruned, found cut off.

Pure: a Head goes in, the next Head comes out; hold.py writes it.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.model.release import Head, JournalEntry, RevisionEntry, Status
from holdfast.releases.history import deployed

_DOING = {
    Status.PENDING_INSTALL: "install",
    Status.PENDING_UPGRADE: "upgrade",
    Status.PENDING_ROLLBACK: "rollback",
    Status.PENDING_SCALE: "scale",
    Status.UNINSTALLING: "uninstall",
}


def begin(head: Head, entry: RevisionEntry) -> Head:
    """Add a revision that is under way; it is the current one from now on."""
    return replace(head, current=entry.number, revisions=(*head.revisions, entry))


def settle(
    head: Head,
    number: int,
    status: Status,
    *,
    description: str,
    now: float,
    interrupted: str = "",
) -> Head:
    """Give revision `number` its outcome; a deployed one supersedes the one before.

    A failed one does not (as in Helm): what was deployed stays so, and is where a rollback goes.
    """
    over = status in (Status.DEPLOYED, Status.UNINSTALLED)
    revisions = tuple(
        replace(entry, status=status, description=description, updated=now, interrupted=interrupted)
        if entry.number == number
        else replace(entry, status=Status.SUPERSEDED)
        if over and entry.status is Status.DEPLOYED
        else entry
        for entry in head.revisions
    )
    return replace(head, revisions=revisions)


def struck_off(journal: tuple[JournalEntry, ...]) -> tuple[JournalEntry, ...]:
    """The journal with every step done."""
    return tuple(replace(row, done=True) for row in journal)


def interrupted(head: Head) -> RevisionEntry | None:
    """The newest revision, where an operation on it was cut off (for whoever has the lock)."""
    entry = head.latest
    return entry if entry and entry.status.pending else None


def recover(head: Head, now: float) -> Head:
    """Settle as failed what was cut off, and forget its journal."""
    entry = interrupted(head)
    if entry is None:
        return replace(head, journal=())
    doing = _DOING[entry.status]
    description = f"{doing.capitalize()} interrupted"
    settled = settle(
        head, entry.number, Status.FAILED, description=description, now=now, interrupted=doing
    )
    return replace(settled, journal=())


def interruption(head: Head) -> str:
    """What was cut off, in one line; empty where nothing was."""
    entry = interrupted(head)
    if entry is None:
        return f"{head.lock.operation} by {head.lock.holder}" if head.lock else ""
    who = f" by {head.lock.holder}" if head.lock else ""
    open_steps = ", ".join(row.step for row in head.journal if not row.done)
    during = f", during: {open_steps}" if open_steps else ""
    return f"{_DOING[entry.status]} of revision {entry.number}{who}{during}"


def prune(head: Head, history_max: int) -> Head:
    """Keep the newest `history_max` revisions (0 keeps all), and the deployed one in any case.

    The newest is never dropped: it is the current one.
    """
    surplus = len(head.revisions) - max(history_max, 1)
    if history_max < 1 or surplus <= 0:
        return head
    last_good = deployed(head)
    droppable = [entry.number for entry in head.revisions[:-1] if entry is not last_good]
    dropped = set(droppable[:surplus])
    kept = tuple(entry for entry in head.revisions if entry.number not in dropped)
    return replace(head, revisions=kept)


def emptied(head: Head, now: float) -> Head:
    """The history of a release that is being forgotten: its last line, without a record."""
    last = (
        replace(entry, status=Status.UNINSTALLED, updated=now, chunks=(), digest="")
        for entry in head.revisions[-1:]
    )
    return replace(head, revisions=tuple(last), journal=())
