"""Wait until what a plan wanted is ready, and say why it is not.

Lines are only ever appended: one when an object's reason changes, one when it is ready. What
readiness means is told by kinds.readiness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.apply.run import Run
from holdfast.apply.workload import claims_in, has_pods, pods_of
from holdfast.errors import ServerFailed, Unreachable, WaitFailed
from holdfast.kinds.readiness import Readiness, State, assess
from holdfast.kinds.resources import is_built_in
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Change, Plan, Verb


def wait_ready(plan: Plan, run: Run, *, jobs: bool = False) -> Iterator[Event]:
    """Wait for every object the plan wants, changed or not: after an interruption the same plan
    has no changes, and its objects may be far from ready.

    A Job is not waited for unless `jobs`. Raises WaitFailed, naming each object that is not ready
    with its pod's reason, when the time is up, or at once when one has failed for good.
    """
    waiting = {change.ref: "" for change in plan.changes if _waits(change, jobs=jobs)}
    ready: list[str] = []
    for _ in run.pauses():
        for ref, told in tuple(waiting.items()):
            found = _look(ref, run)
            if found.ready:
                del waiting[ref]
                ready.append(str(ref))
                yield run.event(EventKind.READY, _line(ref, found.reason or "ready"), ref)
            elif found.reason != told:
                waiting[ref] = found.reason
                yield run.event(EventKind.WAITING, _line(ref, found.reason), ref)
            if found.state is State.FAILED:
                raise _failed(plan, waiting, ready, "failed")
        if not waiting:
            return
    raise _failed(plan, waiting, ready, f"not ready after {run.timeout:g} s")


def wait_gone(plan: Plan, run: Run) -> Iterator[Event]:
    """Wait until what the plan deleted is gone. Raises WaitFailed when the time is up."""
    waiting = {c.ref: c.uid for c in plan.changes if c.verb is Verb.DELETE}
    told: set[ObjectRef] = set()
    for _ in run.pauses():
        for ref, uid in tuple(waiting.items()):
            live = run.cluster.find(ref)
            if live is None or live["metadata"]["uid"] != (uid or live["metadata"]["uid"]):
                del waiting[ref]
            elif ref not in told:
                told.add(ref)
                yield run.event(EventKind.WAITING, _line(ref, _stays(live)), ref)
        if not waiting:
            return
    reasons = {ref: "is being deleted" for ref in waiting}
    raise _failed(plan, reasons, (), f"not gone after {run.timeout:g} s")


def _waits(change: Change, *, jobs: bool) -> bool:
    """Leave out what is ready by being there, as the desired object alone can tell."""
    desired = change.desired
    if desired is None or (change.ref.kind == "Job" and not jobs):
        return False
    if has_pods(desired) or not is_built_in(change.ref.api_version):
        return True
    return not assess(desired).ready


def _look(ref: ObjectRef, run: Run) -> Readiness:
    try:
        live = run.cluster.find(ref)
        if live is None:
            return Readiness(State.PROGRESSING, "is not there")
        found = assess(live)
        return found if found.ready or not has_pods(live) else _with_pods(live, run)
    except (Unreachable, ServerFailed) as error:
        # A server that is away for a moment does not end a wait of minutes.
        return Readiness(State.PROGRESSING, error.message)


def _with_pods(live: Mapping[str, Any], run: Run) -> Readiness:
    """The same with the pods at hand, and the claims where a pod has not even started."""
    pods = pods_of(run.cluster, live)
    claims: Sequence[Mapping[str, Any]] = ()
    stateful = is_stateful_set(live["apiVersion"], live["kind"])
    if stateful and any((pod.get("status") or {}).get("phase") == "Pending" for pod in pods):
        claims = claims_in(run.cluster, live["metadata"]["namespace"], (live,))
    return assess(live, pods, claims)


def _stays(live: Mapping[str, Any]) -> str:
    finalizers = ", ".join(live["metadata"].get("finalizers") or ())
    return f"is being deleted ({finalizers})" if finalizers else "is being deleted"


def _failed(
    plan: Plan, waiting: Mapping[ObjectRef, str], ready: Sequence[str], what: str
) -> WaitFailed:
    lines = [_line(ref, reason) for ref, reason in waiting.items()]
    look = f"`holdfast status {plan.release}` shows the pods; --timeout gives more time"
    return WaitFailed(
        f"{plan.operation} of release {plan.release}: {what}: {'; '.join(lines)}",
        done=ready,
        failed=lines,
        hint=look + _stuck(waiting),
    )


def _stuck(waiting: Mapping[ObjectRef, str]) -> str:
    """The trap of ordered rollouts (Kubernetes: "Forced rollback" of StatefulSets)."""
    if not any(ref.kind == "StatefulSet" for ref in waiting):
        return ""
    return "; a pod of an earlier revision that cannot get ready blocks the set until it is deleted"


def _line(ref: ObjectRef, reason: str) -> str:
    return f"{ref}: {reason}" if reason else str(ref)
