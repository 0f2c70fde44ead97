"""How a history changes: a revision begins, settles, is superseded, pruned, found cut off.

Pure: a Head goes in, the next Head comes out; hold.py writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from holdfast.model.release import Head, JournalEntry, RevisionEntry, Status
from holdfast.model.work import Work
from holdfast.releases.history import deployed
from holdfast.releases.unfinished import cut_off, unfinished


def begin(head: Head, entry: RevisionEntry, work: Work) -> Head:
    """Add a revision that is under way; it is the current one from now on.

    Its journal is empty, but for a scale after another one: it begins at the step that was left.
    """
    earlier = head.work.operation if head.work else ""
    journal = head.journal if earlier == work.operation == "scale" else ()
    revisions = (*head.revisions, entry)
    return replace(head, current=entry.number, revisions=revisions, work=work, journal=journal)


def begin_removal(head: Head, work: Work, *, description: str, now: float) -> Head:
    """Mark the current revision as being removed."""
    marked = settle(head, head.current, Status.UNINSTALLING, description=description, now=now)
    return replace(marked, work=work, journal=())


def go_on(head: Head, status: Status, work: Work, *, description: str, now: float) -> Head:
    """Let the current revision be under way again; the journal tells what was done of it."""
    pending = settle(head, head.current, status, description=description, now=now)
    return replace(pending, work=work)


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
    Its work and journal stay, so that it can be gone on with; a good end needs them no more.
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
    settled = replace(head, revisions=revisions)
    return replace(settled, work=None, journal=()) if over else settled


def struck_off(
    journal: Sequence[JournalEntry], noted: Sequence[JournalEntry]
) -> tuple[JournalEntry, ...]:
    """The journal with those steps done that were `noted`; what others left open stays so."""
    return tuple(replace(row, done=True) if row in noted else row for row in journal)


def recover(head: Head, now: float) -> Head:
    """Settle as failed what was cut off; what it was and what it did stays known."""
    entry, found = cut_off(head), unfinished(head)
    if entry is None or found is None:
        return head if found and found.work.revision else replace(head, journal=())
    doing = found.work.operation
    settled = settle(
        head,
        entry.number,
        Status.FAILED,
        description=f"{doing.capitalize()} interrupted",
        now=now,
        interrupted=doing,
    )
    return replace(settled, work=found.work)


def prune(head: Head, history_max: int) -> Head:
    """Keep the newest `history_max` revisions (0 keeps all).

    Kept in any case are the deployed one, the one that the work under way can be taken back to, and
    the newest: it is the current one.
    """
    surplus = len(head.revisions) - max(history_max, 1)
    if history_max < 1 or surplus <= 0:
        return head
    last_good = deployed(head)
    base = head.work.base if head.work else 0
    droppable = [
        entry.number
        for entry in head.revisions[:-1]
        if entry is not last_good and entry.number != base
    ]
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
