"""A hook that did not succeed, as the error that a person reads: why, and how to go on."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.apply.hook_run import Ran, title_of
from holdfast.apply.run import Run
from holdfast.errors import ApplyError, ClusterError, HookFailed
from holdfast.model.hook import Hook, Outcome, Policy, When


def failed(ran: Ran, done: Sequence[Hook], rest: Sequence[Hook], run: Run) -> HookFailed:
    """One that was made, and failed or did not end in time."""
    hook, result = ran.hook, ran.result
    said = f"{title_of(hook, result.when)} {told(ran)}"
    error = HookFailed(
        said,
        done=[str(one.ref) for one in done],
        failed=[said],
        skipped=[str(one.ref) for one in rest],
        hint="; ".join(_hints(ran, run)),
    )
    error.evidence, error.advice = ran.evidence, _more_time(ran, run)
    return error


def stopped(
    error: ClusterError | ApplyError,
    hook: Hook,
    when: When,
    done: Sequence[Hook],
    rest: Sequence[Hook],
) -> ApplyError:
    """One that could not even be made."""
    said = f"{title_of(hook, when)}: {error.message}"
    return ApplyError(
        said,
        done=[str(one.ref) for one in done],
        failed=[said],
        skipped=[str(one.ref) for one in rest],
        hint=error.hint,
    )


def told(ran: Ran) -> str:
    """`failed after 3 s: exit code 1 (Error)`."""
    result = ran.result
    seconds = result.ended - result.started
    words = {
        Outcome.FAILED: f"failed after {seconds:.0f} s",
        Outcome.TIMED_OUT: f"did not end in {seconds:.0f} s",
        Outcome.NOT_RUN: "was not run",
    }
    return ": ".join(filter(None, [words[result.outcome], result.reason]))


def _hints(ran: Ran, run: Run) -> list[str]:
    hook, result = ran.hook, ran.result
    hints = []
    if advice := _more_time(ran, run):
        hints.append(advice)
    if result.outcome is not Outcome.NOT_RUN and Policy.FAILED not in hook.deletes:
        hints.append(f"{hook.ref} stays to be looked at, and is replaced when it runs again")
    return [*hints, "--no-hooks leaves hooks out"]


def _more_time(ran: Ran, run: Run) -> str:
    outcome = ran.result.outcome
    if outcome is Outcome.FAILED:
        return ""
    own = outcome is Outcome.TIMED_OUT and not run.over
    more = "its annotation holdfast.dev/hook-timeout" if own else "--timeout"
    return f"{more} gives more time"
