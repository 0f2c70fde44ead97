"""A scale, one member at a time: hooks, the number, the wait, hooks again; the next member then.

Hooks of `on-scale-up` run in the middle of the wait: when the pod has started, before it is ready.

Each phase of a step is in the journal before it begins, and its end, so that whoever goes on after
an interruption knows where. The number itself may be set twice; a hook that was cut off, or failed,
is run again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.apply.claims import settle_claims
from holdfast.apply.hook_facts import scale_facts
from holdfast.apply.hooks import run_hooks
from holdfast.apply.members import Until, until_come, until_gone, until_started
from holdfast.apply.run import Run
from holdfast.apply.waiter import watch
from holdfast.apply.workload import claims_in, pods_of
from holdfast.errors import ApplyError
from holdfast.model.event import Event, EventKind
from holdfast.model.hook import When
from holdfast.model.plan import Plan, PlannedHook
from holdfast.model.task import Phase, ScaleStep, Scaling
from holdfast.plan.scale_risks import left_claims
from holdfast.plan.scale_steps import first_ordinal, has_ordinals, is_ordered, step_objection
from holdfast.plan.wording import replicas_of

Object = dict[str, Any]
SCALE, SCALED = "scale", "scaled"
"""What the journal calls a phase of a step, and the end of a step."""
_PHASES = tuple(Phase)
_UP = {
    Phase.BEFORE: When.PRE_SCALE_UP,
    Phase.COUNT: When.ON_SCALE_UP,
    Phase.AFTER: When.POST_SCALE_UP,
}
_DOWN = {Phase.BEFORE: When.PRE_SCALE_DOWN, Phase.AFTER: When.POST_SCALE_DOWN}


def carry_scaling(plan: Plan, task: Scaling, run: Run) -> Iterator[Event]:
    """Take each step of the scale, and list the claims that remain.

    Raises ApplyError (a rule of the chart does not allow the next step, somebody else scales, a
    hook failed; what was done is told), WaitFailed, ClusterError.
    """
    before: Object | None = None
    for number, step in enumerate(task.steps):
        live = _live(task, run)
        before = before or live
        done = [_told(task, one) for one in task.steps[:number]]
        _check(task, step, live, run, done)
        for phase in _PHASES[_PHASES.index(step.begin) :]:
            yield from _carry(phase, plan, task, step, live, run)
        _note(SCALED, task, step, Phase.AFTER, run)
        run.guard.done()
    if before is not None and task.target < replicas_of(before) and has_ordinals(before):
        yield from _claims(before, task, run)


def _live(task: Scaling, run: Run) -> Object:
    live = run.cluster.get(task.ref)
    if live["metadata"]["uid"] != task.uid:
        raise ApplyError(
            f"scale {task.ref}: it was made anew since it was planned", failed=(str(task.ref),)
        )
    return {**live, "apiVersion": task.ref.api_version, "kind": task.ref.kind}


def _check(task: Scaling, step: ScaleStep, live: Object, run: Run, done: Sequence[str]) -> None:
    """Look once more right before a step: minutes may have passed since the plan."""
    here = replicas_of(live)
    if here not in (step.before, step.after):
        raise ApplyError(
            f"scale {task.ref}: somebody else has scaled it to {here} meanwhile",
            done=done,
            failed=(_told(task, step),),
            hint="who is it? `kubectl get --show-managed-fields` tells; then run this again",
        )
    pods = pods_of(run.cluster, live) if step.ordinal is not None else ()
    if objection := step_objection(live, pods, step, task.target):
        raise ApplyError(
            f"scale {task.ref} {step.before} → {step.after}: {objection.reason}",
            done=done,
            failed=(_told(task, step),),
            hint=objection.hint,
        )


def _carry(
    phase: Phase, plan: Plan, task: Scaling, step: ScaleStep, live: Object, run: Run
) -> Iterator[Event]:
    hooks = _hooks_of(phase, plan, step)
    if phase is not Phase.COUNT:
        if hooks:
            _note(SCALE, task, step, phase, run)
            yield from _run(hooks, task, step, run)
        return
    _note(SCALE, task, step, phase, run)
    run.guard.keep()
    run.cluster.scale(task.ref, step.after)
    yield run.event(EventKind.SCALED, _begun(task, step), task.ref)
    if hooks:
        yield from watch(plan, [_until_started(task, step, live)], run)
        yield from _run(hooks, task, step, run)
    yield from watch(plan, [_until(task, step, live)], run)
    for pod in _pods(task, step):
        word = "is ready" if step.up else "is gone"
        yield run.event(EventKind.SCALED, f"{pod} {word}", task.ref)


def moments_of(*, up: bool) -> tuple[When, ...]:
    """When hooks run in one step of a scale, in their order."""
    return tuple((_UP if up else _DOWN).values())


def _hooks_of(phase: Phase, plan: Plan, step: ScaleStep) -> list[PlannedHook]:
    when = (_UP if step.up else _DOWN).get(phase)
    return [one for one in plan.hooks if one.when is when]


def _run(hooks: Sequence[PlannedHook], task: Scaling, step: ScaleStep, run: Run) -> Iterator[Event]:
    for facts in _facts(task, step):
        yield from run_hooks([one.hook for one in hooks], hooks[0].when, run, facts)


def _facts(task: Scaling, step: ScaleStep) -> Iterator[dict[str, str]]:
    """What the hooks are told, once for each member that comes or goes."""
    name, way = task.ref.name, 1 if step.up else -1
    if not step.ordinals:
        yield scale_facts(name, ordinal=None, before=step.before, after=step.after)
    for n, ordinal in enumerate(step.ordinals):
        members = step.before + n * way
        yield scale_facts(name, ordinal=ordinal, before=members, after=members + way)


def _note(word: str, task: Scaling, step: ScaleStep, phase: Phase, run: Run) -> None:
    detail = {"before": step.before, "after": step.after, "ordinal": step.ordinal}
    run.guard.note(word, {**task.ref.as_dict(), **detail, "phase": phase.value})


def _until(task: Scaling, step: ScaleStep, live: Object) -> Until:
    pods, ordered = _pods(task, step), is_ordered(live)
    if step.up:
        return until_come(task.ref, pods[0] if pods else "", ordered=ordered)
    first, members = first_ordinal(live), min(step.after, task.target)
    # An ordered set ends nobody while a member that stays is not ready, accepted or not.
    stay = range(first, first + (0 if task.unready and not ordered else members))
    return until_gone(task.ref, pods, [f"{task.ref.name}-{number}" for number in stay])


def _until_started(task: Scaling, step: ScaleStep, live: Object) -> Until:
    pods = _pods(task, step)
    return until_started(task.ref, pods[0] if pods else "", ordered=is_ordered(live))


def _claims(before: Object, task: Scaling, run: Run) -> Iterator[Event]:
    namespace = before["metadata"]["namespace"]
    found = claims_in(run.cluster, namespace, (before,))
    yield from settle_claims(tuple(left_claims(before, found, task.target)), (), run)


def _pods(task: Scaling, step: ScaleStep) -> list[str]:
    return [f"{task.ref.name}-{number}" for number in step.ordinals]


def _begun(task: Scaling, step: ScaleStep) -> str:
    does = "starting" if step.up else "stopping"
    which = f", {does} {', '.join(_pods(task, step))}" if step.ordinals else ""
    return f"{task.ref}: {step.before} → {step.after} replicas{which}"


def _told(task: Scaling, step: ScaleStep) -> str:
    return f"{task.ref} {step.before} → {step.after}"
