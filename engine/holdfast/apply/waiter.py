"""Wait until what a plan wanted is ready, show how far it is, and say why it is not.

What readiness means is told by kinds.readiness, what is wrong by kinds.troubles, how long it may be
wrong by patience.py. Lines are only ever appended: one when an object's reason changes, one when it
is ready; with each look comes the whole as rows, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.apply.failures import failed, in_vain
from holdfast.apply.rows import row_of
from holdfast.apply.run import Run
from holdfast.apply.sight import Sight
from holdfast.apply.watched import Watched, line
from holdfast.apply.workload import has_pods
from holdfast.errors import WaitFailed
from holdfast.kinds.readiness import assess
from holdfast.kinds.resources import is_built_in
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Change, Plan, Verb
from holdfast.model.progress import ObjectRow, Progress


def wait_ready(plan: Plan, run: Run, *, jobs: bool = False) -> Iterator[Event]:
    """Wait for every object the plan wants, changed or not: after an interruption the same plan
    has no changes, and its objects may be far from ready.

    A Job is not waited for unless `jobs`. Raises WaitFailed, with each object's reason and what its
    pods left to read, when the time is up, or before that where something has failed for good or
    has been in the same trouble for longer than patience.py gives it.
    """
    sight = Sight()
    waits = (change.ref for change in plan.changes if _waits(change, jobs=jobs))
    yield from watch(plan, [Watched(ref, sight) for ref in waits], run)


def watch(plan: Plan, watched: Sequence[Watched], run: Run) -> Iterator[Event]:
    """Wait until each of `watched` is ready. Raises WaitFailed, as `wait_ready` does."""
    if not watched:
        return
    late = list(watched)
    for _ in run.pauses():
        for one in late:
            one.look(run)
        yield _progress(plan, [row_of(one.last) for one in watched if one.last], run)
        for one in late:
            yield from one.tell(run)
        late = [one for one in late if not one.ready]
        for one in late:
            trouble = one.outlasted(run, company=any(other.on_its_way for other in late))
            if trouble or one.lost:
                raise failed(plan, watched, one, trouble, run)
        if not late:
            return
    raise in_vain(plan, watched, run)


def wait_gone(plan: Plan, run: Run) -> Iterator[Event]:
    """Wait until what the plan deleted is gone. Raises WaitFailed when the time is up."""
    waiting = {c.ref: c.uid for c in plan.changes if c.verb is Verb.DELETE}
    told: set[ObjectRef] = set()
    for _ in run.pauses():
        there: dict[ObjectRef, str] = {}
        for ref, uid in tuple(waiting.items()):
            live = run.cluster.find(ref)
            if live is None or live["metadata"]["uid"] != (uid or live["metadata"]["uid"]):
                del waiting[ref]
            else:
                there[ref] = _stays(live)
        if not waiting:
            return
        rows = [ObjectRow(ref, "progressing", reason) for ref, reason in there.items()]
        yield _progress(plan, rows, run)
        for ref in there.keys() - told:
            yield run.event(EventKind.WAITING, line(ref, there[ref]), ref)
        told |= there.keys()
    lines = [line(ref, "is being deleted") for ref in waiting]
    raise WaitFailed(
        f"{plan.operation} of release {plan.release}: not gone after {run.timeout:g} s: "
        + "; ".join(lines),
        failed=lines,
        hint=f"`holdfast status {plan.release}` shows the pods; --timeout gives more time",
    )


def _waits(change: Change, *, jobs: bool) -> bool:
    """Leave out what is ready by being there, as the desired object alone can tell."""
    desired = change.desired
    if desired is None or (change.ref.kind == "Job" and not jobs):
        return False
    if has_pods(desired) or not is_built_in(change.ref.api_version):
        return True
    return not assess(desired).ready


def _progress(plan: Plan, rows: Sequence[ObjectRow], run: Run) -> Event:
    title = f"{plan.operation} of release {plan.release}"
    elapsed = run.clock.now() - (run.deadline - run.timeout)
    found = Progress(title, elapsed, run.timeout, tuple(rows))
    message = f"{title}: {found.ready} of {len(rows)} ready after {elapsed:.0f} s"
    return Event(EventKind.PROGRESS, message, run.clock.now(), progress=found)


def _stays(live: Mapping[str, Any]) -> str:
    finalizers = ", ".join(live["metadata"].get("finalizers") or ())
    return f"is being deleted ({finalizers})" if finalizers else "is being deleted"
