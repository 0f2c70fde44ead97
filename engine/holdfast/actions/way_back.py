"""carry_out with a way back: what fails after it has begun is undone, and both stories are told.

An upgrade goes back to the last good revision, an install is uninstalled again. Ctrl-C is no
failure: it leaves everything as it is, to be gone on with.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

from holdfast.actions.planning import PlanOptions
from holdfast.actions.rollback import prepare_rollback
from holdfast.actions.sparing import THERE_BEFORE, spared
from holdfast.actions.target import Target
from holdfast.actions.uninstall import prepare_uninstall
from holdfast.apply.carry_out import carry_out
from holdfast.apply.opening import taken_over
from holdfast.errors import ApplyError, ClusterError, HoldfastError, PlanError, WaitFailed
from holdfast.model.event import Event, EventKind
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Status
from holdfast.plan.losses import loss_lines

LOCK_TIMEOUT = 90.0
"""Seconds to wait for our own lock where the failure was not recorded: it runs out by then."""


def carry_out_or_go_back(
    plan: Plan,
    target: Target,
    *,
    plan_options: PlanOptions | None = None,
    consent: bool = False,
    **options: Any,
) -> Generator[Event]:
    """Do what a plan says, as `carry_out` with these `options`; if that fails, go back.

    The way back has the same `timeout` once more. Where it would delete data it is only gone with
    `consent`. Raises what `carry_out` raises; what was raised after the operation began says in its
    message what has become of the release.
    """
    begun, made = False, [plan]
    if options.get("replan"):
        options = {**options, "replan": partial(_again, options["replan"], made)}
    try:
        with closing(_run(plan, target, options)) as events:
            for event in events:
                begun = begun or event.kind is EventKind.STARTED
                yield event
        return
    except (ApplyError, ClusterError) as error:
        if not begun:
            raise
        failure: HoldfastError = error
    plan = made[-1]
    try:
        back = _prepare(plan, target, plan_options or PlanOptions(), consent=consent)
        yield Event(EventKind.WARNING, f"{failure.message}; {_doing(back)}", target.clock.now())
        kept = yield from _go(back, target, options)
        if plan.create_namespace:
            kept.append(f"Namespace/{plan.namespace}")
    except HoldfastError as second:
        raise _both(failure, second) from second
    raise _undone(failure, back, kept)


def _again(replan: Callable[[], Plan], made: list[Plan]) -> Plan:
    made.append(replan())
    return made[-1]


def _run(plan: Plan, target: Target, options: dict[str, Any]) -> Generator[Event]:
    return carry_out(
        plan,
        cluster=target.cluster,
        store=target.store,
        clock=target.clock,
        holder=target.holder,
        **options,
    )


def _prepare(plan: Plan, target: Target, options: PlanOptions, *, consent: bool) -> Plan:
    options = replace(options, lock_timeout=LOCK_TIMEOUT)
    if plan.operation is Operation.INSTALL:
        back = prepare_uninstall(target, plan.release, plan_options=options)
        return spared(back, {ref.key for ref in taken_over(plan)})
    failed = plan.revision.number if plan.revision else 0
    said = f"Rollback after the upgrade to revision {failed} failed"
    back = prepare_rollback(target, plan.release, description=said, plan_options=options)
    losses = loss_lines(back)
    if losses and not consent:
        raise PlanError(
            f"it would delete data: {'; '.join(losses)}",
            hint=f"`holdfast rollback {plan.release} --yes` does it",
        )
    return back


def _go(back: Plan, target: Target, options: dict[str, Any]) -> Generator[Event, None, list[str]]:
    """Carry out the way back; what is kept, claims above all, in words."""
    shared = ("wait_for_jobs", "timeout", "history_max")
    given = {name: options[name] for name in shared if name in options}
    if back.operation is Operation.UNINSTALL:
        # Records that somebody chose to keep are not ours to remove.
        head = target.store.head(back.release, back.namespace)
        known = head.revisions if head else ()
        given["keep_history"] = any(entry.status is Status.UNINSTALLED for entry in known)
    kept = [str(change.ref) for change in back.changes if change.reason == THERE_BEFORE]
    with closing(_run(back, target, {**given, "lock_timeout": LOCK_TIMEOUT})) as events:
        for event in events:
            if event.kind is EventKind.KEPT and event.ref:
                claim = event.ref.kind == "PersistentVolumeClaim"
                kept.append(f"claim {event.ref.name}" if claim else str(event.ref))
            if event.kind is not EventKind.FINISHED:
                yield event
    return kept


def _doing(back: Plan) -> str:
    if back.operation is Operation.UNINSTALL:
        return "uninstalling what it made"
    return "going back to the last good revision"


def _undone(failure: HoldfastError, back: Plan, kept: list[str]) -> HoldfastError:
    """The first story with its end: everything is as before."""
    if back.operation is Operation.UNINSTALL:
        stays = f"; kept: {', '.join(kept)}" if kept else ""
        end, then = f"what it made was uninstalled again{stays}", "install"
    else:
        number = back.revision.number if back.revision else 0
        end, then = f"rolled back: revision {number} is deployed", "upgrade"
    failure.message = f"{failure.message}; {end}"
    advice = failure.advice if isinstance(failure, WaitFailed) else ""
    failure.hint = "; ".join(filter(None, [advice, f"mend the cause and {then} again"]))
    return failure


def _both(failure: HoldfastError, second: HoldfastError) -> HoldfastError:
    """Both failed: the first kind of error, for it is what happened to the release first."""
    failure.message = f"{failure.message}; going back failed, too: {second.message}"
    failure.hint = second.hint or failure.hint
    return failure
