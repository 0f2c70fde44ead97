"""One hook from its making to its end, and what it leaves."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from holdfast.apply.evidence import gather
from holdfast.apply.hook_end import End, wait_end
from holdfast.apply.hook_facts import MOMENT
from holdfast.apply.hook_logs import log_events, logs_of
from holdfast.apply.hook_objects import make, remove, still_running
from holdfast.apply.look import Look
from holdfast.apply.run import Run
from holdfast.errors import Evidence
from holdfast.kinds.hooks import runs_to_an_end
from holdfast.light import dataclass
from holdfast.model.event import Event, EventKind
from holdfast.model.hook import Hook, HookResult, Outcome, Policy, When


@dataclass(frozen=True, slots=True)
class Ran:
    """A hook that was run, what became of it, and what its pods left to read if it failed."""

    hook: Hook
    result: HookResult
    evidence: tuple[Evidence, ...] = ()


def run_hook(
    hook: Hook, when: When, run: Run, facts: Mapping[str, str], *, logs: bool = False
) -> Generator[Event, None, Ran]:
    """Run one hook; that it fails is its result. With `logs` the result has all that it wrote.

    Raises ApplyError or ClusterError where it could not be made, ReleaseError.
    """
    began, title = run.clock.now(), title_of(hook, when)
    if run.over:
        reason = f"no time was left for it: the operation has {run.timeout:g} s"
        return Ran(hook, HookResult(hook.ref, when, Outcome.NOT_RUN, reason, began, began))
    deadline = min(run.deadline, began + hook.timeout) if hook.timeout else run.deadline
    told = {MOMENT: when.value, **facts} if facts else facts
    uid = "" if facts else still_running(hook, when, run)
    run.guard.note(*step_of(hook, when))
    if not uid:
        uid = yield from make(hook, when, run, deadline, told)
    yield run.event(EventKind.HOOK, f"{title} started", hook.ref)
    end = End(Outcome.SUCCEEDED)
    if runs_to_an_end(hook.ref):
        end = yield from wait_end(hook.ref, uid, title, run, deadline)
    if end.outcome is Outcome.SUCCEEDED:
        run.guard.done()
    return (yield from _leave(hook, when, end, began, run, logs=logs))


def step_of(hook: Hook, when: When) -> tuple[str, dict[str, str]]:
    """What the journal says of a hook: the step, and its detail."""
    return title_of(hook, when), {"hook": when.value, **hook.ref.as_dict()}


def title_of(hook: Hook, when: When) -> str:
    """`pre-upgrade hook Job/migrate`."""
    return f"{when} hook {hook.ref}"


def _leave(
    hook: Hook, when: When, end: End, began: float, run: Run, *, logs: bool
) -> Generator[Event, None, Ran]:
    """Read what has to be read, then remove what goes when it has failed."""
    well = end.outcome is Outcome.SUCCEEDED
    shows = (Policy.SUCCEEDED if well else Policy.FAILED) in hook.logs
    written = logs_of(end.look, run) if logs or shows else ()
    evidence = (
        ()
        if well or end.look is None
        else gather([end.look], run, first=_newest(end.look), every=True)
    )
    ended = run.clock.now()
    if well:
        said = f"{title_of(hook, when)} succeeded after {ended - began:.0f} s"
        yield run.event(EventKind.HOOK, said, hook.ref)
    if shows:
        yield from log_events(written, run)
    if not well and Policy.FAILED in hook.deletes:
        yield from remove(hook.ref, hook.owner, run)
    result = HookResult(hook.ref, when, end.outcome, end.reason, began, ended, written)
    return Ran(hook, result, evidence)


def _newest(look: Look) -> str:
    """Of a Job's pods the last one tells most."""
    made = [(str(pod["metadata"].get("creationTimestamp")), pod) for pod in look.pods]
    return str(max(made, key=lambda one: one[0])[1]["metadata"]["name"]) if made else ""
