"""The end of an operation, good or bad, as it is recorded."""

from __future__ import annotations

from dataclasses import replace

from holdfast.errors import HoldfastError
from holdfast.model.event import Event, EventKind
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Revision, RevisionEntry, Status
from holdfast.model.work import Asked
from holdfast.releases.history import find_entry
from holdfast.releases.hold import Hold
from holdfast.releases.records import as_recorded, bare

REASON_LIMIT = 400
"""Characters of a failure's reason that the history keeps."""


def finish(plan: Plan, hold: Hold) -> Event:
    """Record that all went well, and let go of the release."""
    number, asked = hold.head.current, hold.head.work.asked if hold.head.work else Asked()
    said = asked.description or f"{plan.operation.value.capitalize()} complete"
    if plan.operation is Operation.RESTART:
        hold.release(done=True)
        entry = find_entry(hold.head, number)
    elif plan.operation is not Operation.UNINSTALL:
        entry = hold.settle(
            number, Status.DEPLOYED, description=said, history_max=asked.revisions_kept
        )
    elif asked.keep_history:
        entry = hold.settle(number, Status.UNINSTALLED, description=said)
    else:
        entry = replace(hold.forget(), description=said)
    message = f"{title(plan)}: {entry.status}"
    return Event(EventKind.FINISHED, message, entry.updated, revision=_recorded(plan, hold, entry))


def give_up(plan: Plan, hold: Hold, error: BaseException) -> None:
    """Record the failure, if the cluster lets us; the first error is the one that is told."""
    if hold.lost:
        return
    try:
        number = hold.head.current
        entry = hold.head.entry(number)
        if entry is None or not entry.status.pending:
            hold.release()
            return
        hold.settle(
            number,
            Status.FAILED,
            description=_reason(plan, error),
            interrupted=plan.operation.value if _stopped(error) else "",
        )
        _add_hint(
            error,
            f"`holdfast resume {plan.release}` goes on from there, "
            f"`holdfast abandon {plan.release}` undoes it",
        )
    except HoldfastError as second:
        _add_hint(
            error,
            f"the failure could not be recorded ({second.message}): "
            "the release stays locked for a minute, then the next operation settles it",
        )


def title(plan: Plan) -> str:
    """What is being done, as events begin: `upgrade of release web to revision 2`."""
    if not plan.operation.records or plan.revision is None:
        return f"{plan.operation} of release {plan.release}"
    return f"{plan.operation} of release {plan.release} to revision {plan.revision.number}"


def _add_hint(error: BaseException, hint: str) -> None:
    if isinstance(error, HoldfastError):
        error.hint = f"{error.hint}; {hint}" if error.hint else hint


def _recorded(plan: Plan, hold: Hold, entry: RevisionEntry) -> Revision:
    return as_recorded(plan.revision, entry) if plan.revision else bare(hold.head, entry)


def _reason(plan: Plan, error: BaseException) -> str:
    word = plan.operation.value.capitalize()
    if isinstance(error, HoldfastError):
        return f"{word} failed: {' '.join(error.message.split())}"[:REASON_LIMIT]
    if _stopped(error):
        return f"{word} interrupted"
    return f"{word} failed: {type(error).__name__}"


def _stopped(error: BaseException) -> bool:
    """By the user: with Ctrl-C, or by who looks on and has seen enough."""
    return isinstance(error, KeyboardInterrupt | GeneratorExit)
