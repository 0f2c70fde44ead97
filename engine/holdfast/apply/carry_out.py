"""A plan from the lock to the record: the one way by which a release changes.

The order is what makes it safe to be killed at any moment: lock, pending record, changes, wait,
outcome. Whatever ends it early is written into the record as far as the cluster can be reached;
where it cannot, the lock runs out and the next operation settles what was left.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from holdfast.apply.claims import check_named, left_claims, settle_claims
from holdfast.apply.executor import create_namespace, establish, execute
from holdfast.apply.generated import check_generated, keeps_claims, settle_generated
from holdfast.apply.hooks import remove_hooks, run_planned
from holdfast.apply.patience import check_patience
from holdfast.apply.run import Run
from holdfast.apply.stages import told_once
from holdfast.apply.tasks import perform
from holdfast.apply.veil import veiled
from holdfast.apply.waiter import wait_gone, wait_ready
from holdfast.cluster.client import Cluster
from holdfast.errors import HoldfastError, PlanError
from holdfast.model.clock import Clock
from holdfast.model.event import Event, EventKind
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Revision, RevisionEntry, Status
from holdfast.plan.secrecy import release_texts
from holdfast.releases.history import find_entry
from holdfast.releases.hold import Hold
from holdfast.releases.labels import check_labels
from holdfast.releases.records import as_recorded, bare
from holdfast.releases.store import Store

REASON_LIMIT = 400
"""Characters of a failure's reason that the history keeps."""

_PENDING = {
    Operation.ADOPT: Status.PENDING_INSTALL,
    Operation.INSTALL: Status.PENDING_INSTALL,
    Operation.UPGRADE: Status.PENDING_UPGRADE,
    Operation.ROLLBACK: Status.PENDING_ROLLBACK,
    Operation.SCALE: Status.PENDING_SCALE,
}


@dataclass(frozen=True, slots=True)
class _Options:
    wait: bool
    jobs: bool
    history_max: int
    keep_history: bool
    delete_claims: tuple[str, ...]
    description: str


def carry_out(
    plan: Plan,
    *,
    cluster: Cluster,
    store: Store,
    clock: Clock,
    holder: str,
    wait: bool = True,
    wait_for_jobs: bool = False,
    timeout: float = 600.0,
    history_max: int = 10,
    keep_history: bool = False,
    delete_claims: Sequence[str] = (),
    description: str = "",
    lock_timeout: float = 0.0,
) -> Generator[Event]:
    """Do what a plan says, telling of each thing as it happens; FINISHED comes last.

    `timeout` (seconds) is for the whole operation, `lock_timeout` for another's lock before it.
    `history_max` is the number of revisions kept, 0 is all. An uninstall with `keep_history` keeps
    the records; `delete_claims` names the claims that go with it, all others are kept.

    Raises before anything was changed: PlanError (refused changes, a plan made against another
    revision, an unknown claim), ReleaseLocked, ReleaseError (labels, a damaged head). Raises after,
    with the revision recorded as failed: ApplyError, WaitFailed, HookFailed, ReleaseError (the lock
    was lost: nothing is recorded, it is another's now), ClusterError. KeyboardInterrupt and closing
    the iterator record the revision as failed: "interrupted".
    """
    options = _Options(
        wait, wait_for_jobs, history_max, keep_history, tuple(delete_claims), description
    )
    _check(plan, options, cluster)
    run = Run(cluster, clock, _Unlocked(), timeout, clock.now() + timeout)
    if plan.create_namespace:
        yield from create_namespace(plan.namespace, run)
    hold = store.acquire(
        plan.release,
        plan.namespace,
        holder=holder,
        operation=plan.operation.value,
        timeout=lock_timeout,
    )
    try:
        run = replace(run, guard=hold, deadline=clock.now() + timeout)
        yield from veiled(told_once(_operate(plan, options, hold, run)), _secrets(plan))
        finished = _finish(plan, options, hold)
    except BaseException as error:
        _give_up(plan, hold, error)
        raise
    yield finished


class _Unlocked:
    """What guards the time before the lock: nothing, and nothing of the release is touched yet."""

    def keep(self) -> None:
        """There is no lock to keep."""

    def note(self, step: str, detail: object) -> None:
        """There is no journal to write to."""

    def done(self) -> None:
        """There is no journal to strike anything off."""


def _check(plan: Plan, options: _Options, cluster: Cluster) -> None:
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
    check_named(options.delete_claims, plan, cluster)


def _secrets(plan: Plan) -> tuple[str, ...]:
    return release_texts(plan.revision, plan.revision.manifests) if plan.revision else ()


def _operate(plan: Plan, options: _Options, hold: Hold, run: Run) -> Generator[Event]:
    if hold.interrupted:
        said = f"release {plan.release}: {hold.interrupted} was cut off; going on from there"
        yield run.event(EventKind.WARNING, said)
    _check_base(plan, hold)
    removing = plan.operation is Operation.UNINSTALL
    if removing:
        hold.mark(Status.UNINSTALLING, description="Uninstall under way")
    elif plan.operation.records:
        hold.begin(_pending(plan, run), history_max=options.history_max)
    yield run.event(EventKind.STARTED, _title(plan))
    if plan.task:
        yield from perform(plan, plan.task, run, wait=options.wait)
        return
    yield from establish(plan, run)
    yield from run_planned(plan, run, before=True)
    yield from execute(plan, run)
    if options.wait and removing:
        yield from wait_gone(plan, run.with_last_look())
    elif options.wait:
        yield from wait_ready(plan, run, jobs=options.jobs)
    yield from run_planned(plan, run, before=False)
    yield from remove_hooks(plan, run)
    claims = left_claims(plan, run.cluster)
    yield from settle_claims(claims, options.delete_claims, run)
    left = [claim for claim in claims if claim["metadata"]["name"] not in options.delete_claims]
    yield from settle_generated(plan, claims_left=bool(left) or keeps_claims(plan), run=run)


def _check_base(plan: Plan, hold: Hold) -> None:
    current = hold.head.current
    wanted = plan.revision.number if plan.revision else 0
    fits = not plan.operation.records or wanted > current
    if current == plan.base and fits:
        return
    raise PlanError(
        f"{plan.operation} of release {plan.release}: planned against revision {plan.base}, "
        f"the release is at {current}; nothing was changed",
        hint="another operation came first: plan again, by running the command again",
    )


def _pending(plan: Plan, run: Run) -> Revision:
    if plan.revision is None:
        raise PlanError(f"{plan.operation} of release {plan.release}: the plan has no revision")
    return replace(
        plan.revision,
        status=_PENDING[plan.operation],
        updated=run.clock.now(),
        description=f"{plan.operation.value.capitalize()} under way",
    )


def _finish(plan: Plan, options: _Options, hold: Hold) -> Event:
    number = hold.head.current
    said = options.description or _outcome(plan)
    if plan.operation is Operation.RESTART:
        hold.release()
        entry = find_entry(hold.head, number)
    elif plan.operation is not Operation.UNINSTALL:
        entry = hold.settle(
            number, Status.DEPLOYED, description=said, history_max=options.history_max
        )
    elif options.keep_history:
        entry = hold.settle(number, Status.UNINSTALLED, description=said)
    else:
        entry = replace(hold.forget(), description=said)
    message = f"{_title(plan)}: {entry.status}"
    return Event(EventKind.FINISHED, message, entry.updated, revision=_recorded(plan, hold, entry))


def _recorded(plan: Plan, hold: Hold, entry: RevisionEntry) -> Revision:
    return as_recorded(plan.revision, entry) if plan.revision else bare(hold.head, entry)


def _give_up(plan: Plan, hold: Hold, error: BaseException) -> None:
    """Record the failure, if the cluster lets us; the first error is the one that is told."""
    if hold.lost:
        return
    try:
        number = hold.head.current
        entry = hold.head.entry(number)
        if entry is None or not entry.status.pending:
            hold.release(unfinished=plan.operation is Operation.RESTART)
        else:
            hold.settle(
                number,
                Status.FAILED,
                description=_reason(plan, error),
                interrupted=plan.operation.value if _stopped(error) else "",
            )
    except HoldfastError as second:
        if isinstance(error, HoldfastError):
            so_far = f"{error.hint}; " if error.hint else ""
            error.hint = (
                f"{so_far}the failure could not be recorded ({second.message}): "
                "the release stays locked for a minute, then the next operation settles it"
            )


def _reason(plan: Plan, error: BaseException) -> str:
    word = plan.operation.value.capitalize()
    if isinstance(error, HoldfastError):
        return f"{word} failed: {' '.join(error.message.split())}"[:REASON_LIMIT]
    if _stopped(error):
        return f"{word} interrupted"
    return f"{word} failed: {type(error).__name__}"


def _stopped(error: BaseException) -> bool:
    """By the user: with Ctrl-C, or by who looks on and has seen enough."""
    return isinstance(error, KeyboardInterrupt | GeneratorExit)


def _outcome(plan: Plan) -> str:
    own = plan.revision.description if plan.revision else ""
    complete = f"{plan.operation.value.capitalize()} complete"
    return complete if plan.operation is Operation.UNINSTALL else own or complete


def _title(plan: Plan) -> str:
    if not plan.operation.records or plan.revision is None:
        return f"{plan.operation} of release {plan.release}"
    return f"{plan.operation} of release {plan.release} to revision {plan.revision.number}"
