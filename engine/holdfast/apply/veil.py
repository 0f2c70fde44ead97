"""What an operation tells, without the release's secrets: servers quote what they refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from holdfast.errors import ApplyError, Evidence, HoldfastError, LogTail, WaitFailed
from holdfast.model.event import Event
from holdfast.model.hook import HookResult, PodLog
from holdfast.model.progress import ObjectRow
from holdfast.model.secrecy import hide

_Log = TypeVar("_Log", LogTail, PodLog)


def veiled(events: Iterator[Event], secrets: Sequence[str]) -> Iterator[Event]:
    """The same events, and the same error at their end, with the `secrets` hidden."""
    try:
        for event in events:
            yield _veiled_event(event, secrets)
    except HoldfastError as error:
        veil_error(error, secrets)
        raise
    finally:
        close = getattr(events, "close", None)
        if close:
            close()


def _veiled_event(event: Event, secrets: Sequence[str]) -> Event:
    """The same event; of the rows of a PROGRESS it is the reasons that quote others' words."""
    progress = event.progress
    if progress is not None:
        rows = tuple(_veiled_row(row, secrets) for row in progress.rows)
        progress = replace(progress, rows=rows)
    results = tuple(_veiled_result(result, secrets) for result in event.results)
    message = hide(event.message, secrets)
    return replace(event, message=message, progress=progress, results=results)


def _veiled_result(result: HookResult, secrets: Sequence[str]) -> HookResult:
    logs = tuple(_veiled_log(log, secrets) for log in result.logs)
    return replace(result, reason=hide(result.reason, secrets), logs=logs)


def _veiled_row(row: ObjectRow, secrets: Sequence[str]) -> ObjectRow:
    pods = tuple(replace(pod, reason=hide(pod.reason, secrets)) for pod in row.pods)
    return replace(row, reason=hide(row.reason, secrets), pods=pods)


def veil_error(error: HoldfastError, secrets: Sequence[str]) -> None:
    """Hide the `secrets` in what an error says, and in what it quotes."""
    error.message = hide(error.message, secrets)
    error.args = (error.message,)
    if error.hint:
        error.hint = hide(error.hint, secrets)
    if isinstance(error, ApplyError):
        error.failed = tuple(hide(line, secrets) for line in error.failed)
    if isinstance(error, WaitFailed):
        error.evidence = tuple(_veiled_evidence(one, secrets) for one in error.evidence)


def _veiled_evidence(found: Evidence, secrets: Sequence[str]) -> Evidence:
    return replace(
        found,
        reason=hide(found.reason, secrets),
        events=tuple(replace(e, message=hide(e.message, secrets)) for e in found.events),
        logs=tuple(_veiled_log(log, secrets) for log in found.logs),
    )


def _veiled_log(log: _Log, secrets: Sequence[str]) -> _Log:
    lines = tuple(hide(line, secrets) for line in log.lines)
    return replace(log, lines=lines, problem=hide(log.problem, secrets))
