"""Run the hooks of a moment: one at a time, each made anew, waited for, and told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

from holdfast.apply.hook_facts import WORKLOAD
from holdfast.apply.hook_failures import failed, stopped
from holdfast.apply.hook_objects import remove
from holdfast.apply.hook_run import run_hook, step_of, title_of
from holdfast.apply.run import Run
from holdfast.errors import ApplyError, ClusterError
from holdfast.kinds.definitions import is_definition
from holdfast.kinds.hooks import due
from holdfast.model.event import Event, EventKind
from holdfast.model.hook import Hook, Policy, When
from holdfast.model.plan import Operation, Plan

_NOTHING: Mapping[str, str] = MappingProxyType({})


def run_planned(plan: Plan, run: Run, *, before: bool) -> Iterator[Event]:
    """Run the plan's hooks that come before its changes, or those after. Raises as `run_hooks`."""
    moments = dict.fromkeys(one.when for one in plan.hooks if one.when.before is before)
    try:
        for when in moments:
            yield from run_hooks([one.hook for one in plan.hooks if one.when is when], when, run)
    except ApplyError as error:
        if before:
            error.hint = "; ".join(filter(None, [_untouched(plan), error.hint]))
        raise


def _untouched(plan: Plan) -> str:
    """Definitions are made before everything else, hooks too: these may need them."""
    wanted = (change for change in plan.pending if change.desired is not None)
    made = any(is_definition(change.ref) for change in wanted)
    return f"nothing {'but definitions ' if made else ''}was changed"


def run_hooks(
    hooks: Sequence[Hook], when: When, run: Run, facts: Mapping[str, str] = _NOTHING
) -> Iterator[Event]:
    """Run those of `hooks` that are for the moment `when`, by weight and then by name.

    `facts` go into their pods as environment variables; where they name a workload (hook_facts.py),
    hooks for another one are left out. Each is noted in the journal before it is made, and is not
    run again where the operation that is gone on with has run it. One that fails ends it. Those
    that are to go when they have succeeded go after the last one: until then others may need them.

    Raises HookFailed, with what the failed hook's pods left to read; ApplyError where the cluster
    did not let a hook be made; ReleaseError where the lock was lost.
    """
    todo = due(hooks, when, facts.get(WORKLOAD, ""))
    for index, hook in enumerate(todo):
        done, rest = todo[:index], todo[index + 1 :]
        if not facts and run.guard.passed(*step_of(hook, when)):
            yield run.event(EventKind.HOOK, f"{title_of(hook, when)} has run already", hook.ref)
            continue
        try:
            ran = yield from run_hook(hook, when, run, facts)
        except (ClusterError, ApplyError) as error:
            yield from _clear_quietly(done, run)
            raise stopped(error, hook, when, done, rest) from error
        if not ran.result.well:
            yield from _clear_quietly(done, run)
            raise failed(ran, done, rest, run)
    yield from clear(todo, run)


def remove_hooks(plan: Plan, run: Run) -> Iterator[Event]:
    """At the end of an uninstall: delete what the release's hooks have made, then and before."""
    if plan.operation is not Operation.UNINSTALL:
        return
    left = [*(change.ref for change in plan.leaving), *(one.hook.ref for one in plan.hooks)]
    for ref in dict.fromkeys(left):
        yield from remove(ref, (plan.release, plan.namespace), run)


def clear(done: Sequence[Hook], run: Run) -> Iterator[Event]:
    """Delete what is to go after its success, the last one first."""
    for hook in reversed(done):
        if Policy.SUCCEEDED in hook.deletes:
            yield from remove(hook.ref, hook.owner, run)


def _clear_quietly(done: Sequence[Hook], run: Run) -> Iterator[Event]:
    """The same where another failure is about to be told."""
    with suppress(ClusterError):
        yield from clear(done, run)
