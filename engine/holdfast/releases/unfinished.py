"""What an operation left half done: found in the head, by whoever has, or may have, the lock.

Pure. A head that an earlier holdfast wrote has no work in it; its status and lock tell the same.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.model.release import Head, Lock, RevisionEntry, Status, Unfinished
from holdfast.model.work import Work
from holdfast.releases.history import deployed
from holdfast.releases.lock import when

DOING = {
    Status.PENDING_INSTALL: "install",
    Status.PENDING_UPGRADE: "upgrade",
    Status.PENDING_ROLLBACK: "rollback",
    Status.PENDING_SCALE: "scale",
    Status.UNINSTALLING: "uninstall",
}
"""The verb that a pending status speaks of, where nothing tells it more exactly."""


def cut_off(head: Head) -> RevisionEntry | None:
    """The newest revision, where nobody has written down how the operation on it ended."""
    entry = head.latest
    return entry if entry and entry.status.pending else None


def unfinished(head: Head) -> Unfinished | None:
    """The operation that has not come to a good end; None where there is none."""
    entry, work = head.latest, _work(head)
    if work is None:
        return None
    if entry is None or not work.revision:
        return Unfinished(work, cut_off=True)
    stopped = _is_cut_off(work, entry)
    reason = "" if stopped else entry.description
    return Unfinished(work, cut_off=stopped, reason=reason, journal=head.journal)


def _is_cut_off(work: Work, entry: RevisionEntry) -> bool:
    if work.operation == "restart" or entry.status is Status.UNINSTALLED:
        return True  # it makes no revision; or only the records of one are still there
    return entry.status.pending or bool(entry.interrupted)


def line_of(found: Unfinished) -> str:
    """Which operation of whom, since when, and the step that it was at."""
    at = ", ".join(row.step for row in found.journal if not row.done)
    during = f", during: {at}" if at else ""
    return f"{found.work}, begun {when(found.work.began)}{during}"


def interruption(head: Head) -> str:
    """What was cut off and has not been settled since, in one line; empty where nothing was."""
    found, lock = unfinished(head), head.lock
    if found and cut_off(head):
        return line_of(found)
    return line_of(Unfinished(_before_it_began(lock), cut_off=True)) if lock else ""


def base_of(head: Head) -> int:
    """The number of the last good revision; an operation on the way does not change it.

    An uninstall that was cut off has left no revision deployed: its work knows which one was.
    """
    good = deployed(head)
    if good:
        return good.number
    return head.work.base if head.work else 0


def _work(head: Head) -> Work | None:
    if head.work:
        return head.work
    entry, lock = head.latest, head.lock
    verb = DOING.get(entry.status, entry.interrupted) if entry else ""
    if entry and verb:
        base = entry.number if verb == "uninstall" and entry.chunks else base_of(head)
        whose = lock if lock and entry.status.pending else Lock("", "", entry.updated, 0.0)
        return Work(verb, entry.number, whose.holder, whose.acquired, base)
    if entry and any(row.step.startswith("restart") for row in head.journal):
        return _restart(head)
    return _before_it_began(lock) if lock else None


def _restart(head: Head) -> Work:
    """A restart makes no revision: what it leaves is its journal, and its lock for a while."""
    began = next((row.detail["at"] for row in head.journal if row.detail.get("at")), "")
    moment = datetime.fromisoformat(began).timestamp() if began else head.revisions[-1].updated
    lock = head.lock or Lock("", "restart", moment, 0.0)
    return Work("restart", head.current, lock.holder, lock.acquired, head.current)


def _before_it_began(lock: Lock) -> Work:
    return Work(lock.operation, 0, lock.holder, lock.acquired)
