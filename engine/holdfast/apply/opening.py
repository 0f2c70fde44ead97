"""The beginning of an operation: whether the plan still holds, and its first record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from holdfast.apply.claims import check_named
from holdfast.apply.generated import check_generated
from holdfast.apply.patience import check_patience
from holdfast.apply.run import Run
from holdfast.cluster.client import Cluster
from holdfast.errors import PlanError
from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef, owner_of
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Head, Status
from holdfast.model.work import Asked
from holdfast.releases.history import as_of
from holdfast.releases.hold import Hold
from holdfast.releases.labels import check_labels
from holdfast.releases.lock import when

_PENDING = {
    Operation.ADOPT: Status.PENDING_INSTALL,
    Operation.INSTALL: Status.PENDING_INSTALL,
    Operation.UPGRADE: Status.PENDING_UPGRADE,
    Operation.ROLLBACK: Status.PENDING_ROLLBACK,
    Operation.SCALE: Status.PENDING_SCALE,
    Operation.UNINSTALL: Status.UNINSTALLING,
}


@dataclass(frozen=True, slots=True)
class Options:
    """How an operation is carried out: whether it waits, for Jobs too, and what was asked for."""

    wait: bool
    jobs: bool
    asked: Asked


def check(plan: Plan, options: Options, cluster: Cluster) -> None:
    """Raise PlanError or ReleaseError for what should not be begun; nothing has been changed."""
    if plan.refused:
        lines = [f"{c.ref}: {c.reason}" + (f" ({c.hint})" if c.hint else "") for c in plan.refused]
        raise PlanError(
            f"{plan.operation} of release {plan.release}: refused: {'; '.join(lines)}",
            hint="nothing was changed",
        )
    if plan.revision:
        check_labels(plan.revision.labels)
    check_generated(plan)
    check_patience(plan)
    check_named(options.asked.delete_claims, plan, cluster)


def out_of_date(plan: Plan, head: Head) -> PlanError | None:
    """What is wrong with a plan that was made against another state of the release, if it was."""
    if head.current != plan.base or not _fits(plan, head):
        found = f"the release is at {head.current}"
    elif plan.as_of not in (0.0, as_of(head)):
        found = f"which was changed at {when(as_of(head))}"
    else:
        return None
    doing = f"{plan.operation} of release {plan.release}"
    return PlanError(
        f"{doing}: planned against revision {plan.base}, {found}",
        hint="nothing was changed; another operation came first: plan again, by running the "
        "command again",
    )


def taken_over(plan: Plan) -> Iterator[ObjectRef]:
    """The objects that were there before a first revision, and were somebody else's."""
    if plan.operation not in (Operation.INSTALL, Operation.ADOPT):
        return
    for change in plan.changes:
        if change.before and owner_of(change.before) != (plan.release, plan.namespace):
            yield change.ref


def _fits(plan: Plan, head: Head) -> bool:
    number = plan.revision.number if plan.revision else 0
    if not plan.operation.records:
        return True
    return number == head.current if plan.resumes else number > head.current


def write_begin(plan: Plan, asked: Asked, hold: Hold, run: Run) -> Asked:
    """Record that the operation has begun; what was asked for that holds for it.

    Raises PlanError where the plan is out of date, before anything is written.
    """
    # It may have been made before the lock was ours, or since: what was cut off is settled then.
    if (late := out_of_date(plan, hold.found)) and out_of_date(plan, hold.head):
        raise late
    word = plan.operation.value.capitalize()
    if plan.operation is Operation.RESTART:
        return asked
    if plan.resumes:
        return hold.go_on(_PENDING[plan.operation], asked, description=f"{word} resumed").asked
    if plan.operation is Operation.UNINSTALL:
        hold.begin_removal(description=f"{word} under way", asked=asked)
        return asked
    if plan.revision is None:
        raise PlanError(f"{plan.operation} of release {plan.release}: the plan has no revision")
    asked = replace(
        asked,
        description=asked.description or plan.revision.description,
        taken=tuple(ref.key for ref in taken_over(plan)),
    )
    now, said = run.clock.now(), f"{word} under way"
    status = _PENDING[plan.operation]
    revision = replace(plan.revision, status=status, updated=now, description=said)
    hold.begin(revision, history_max=asked.revisions_kept, asked=asked)
    return asked
