"""abandon: undo an operation that was cut off, stopped or failed.

What was there before comes back: the last good revision, as a rollback to it brings it; the number
of members that a scale came from, one by one; after a first install nothing, as an uninstall leaves
it. Claims are kept, and so is what an install had taken over.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.actions.planning import PlanOptions
from holdfast.actions.recorded import read_or_bare
from holdfast.actions.resume import either_way, read_unfinished
from holdfast.actions.rollback import prepare_rollback
from holdfast.actions.scale import prepare_scale
from holdfast.actions.sparing import spared
from holdfast.actions.target import Target
from holdfast.actions.uninstall import prepare_uninstall
from holdfast.errors import ReleaseError
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Head, Status
from holdfast.model.work import Asked, Work
from holdfast.releases import history


def prepare_abandon(target: Target, name: str, *, plan_options: PlanOptions | None = None) -> Plan:
    """Plan to undo the operation that was left half done on release `name`.

    Raises ReleaseNotFound, ReleaseLocked, ReleaseError (there is nothing to undo, or nothing to go
    back to), ClusterError.
    """
    head, left = read_unfinished(target, name, plan_options)
    options = either_way(plan_options or PlanOptions(), left.work.asked)
    plan = _way_back(target, head, left.work, options)
    plan = replace(plan, unfinished=left)
    if _untouched(target, plan, head, left.work):
        return _not_awaited(plan)
    return plan


def drop_attempt(target: Target, name: str, *, lock_timeout: float = 0.0) -> None:
    """Forget an operation that left nothing to undo; nothing else is changed.

    Raises ReleaseLocked, ReleaseError, ClusterError.
    """
    hold = target.store.acquire(
        name, target.namespace, holder=target.holder, operation="abandon", timeout=lock_timeout
    )
    hold.release(done=True)


def _way_back(target: Target, head: Head, work: Work, options: PlanOptions) -> Plan:
    name, asked = head.release, work.asked
    what = f"{work.operation.capitalize()} of revision {work.revision} abandoned"
    base = head.entry(work.base) if work.base else None
    if not work.revision or work.operation == Operation.RESTART:
        raise ReleaseError(
            f"abandon release {name}: {work}: there is nothing to undo",
            hint=f"`holdfast status {name}` shows how the release is",
        )
    if base and base.chunks:
        said = f"{what}: back to {base.number}"
        if work.operation == Operation.SCALE and asked.replicas_before is not None:
            size, which = asked.replicas_before, asked.workload
            return prepare_scale(target, name, size, which, description=said, plan_options=options)
        return prepare_rollback(target, name, base.number, description=said, plan_options=options)
    if work.base or work.operation not in (Operation.INSTALL, Operation.ADOPT):
        raise _no_way_back(head, work)
    plan = prepare_uninstall(target, name, plan_options=options)
    earlier = any(entry.status is Status.UNINSTALLED for entry in head.revisions)
    mine = Asked(keep_history=earlier, description=what)
    return spared(replace(plan, asked=plan.asked.under(mine)), {*asked.taken})


def _untouched(target: Target, plan: Plan, head: Head, work: Work) -> bool:
    """Whether the operation ended before its first change: in a hook that said no, above all.

    What an upgrade has changed, the way back changes again. After others that did not come to a
    good end the objects may still be on their way.
    """
    between = (entry for entry in head.revisions if work.base < entry.number < work.revision)
    if work.operation != Operation.UPGRADE or plan.operation is not Operation.ROLLBACK:
        return False
    tried, _ = read_or_bare(target, head, work.revision, PlanOptions())
    hooks = {hook.ref.key for hook in tried.hooks}
    return not any(between) and hooks.issuperset(change.ref.key for change in plan.pending)


def _not_awaited(plan: Plan) -> Plan:
    said = "nothing was changed yet: what is not ready was so before, and is not waited for"
    return replace(plan, waits=False, remarks=(*plan.remarks, said))


def _no_way_back(head: Head, work: Work) -> ReleaseError:
    """Nothing is deleted that was there before: what to give up then is the user's to say."""
    name, last = head.release, history.find_entry(head, None)
    hint = f"`holdfast resume {name}` finishes it; `holdfast uninstall {name}` removes all of it"
    why = "there is no good revision to go back to"
    if not last.chunks:
        why = "its objects are gone and its records are being removed"
        hint = f"`holdfast resume {name}` finishes it"
    return ReleaseError(f"abandon release {name}: {work}: {why}", hint=hint)
