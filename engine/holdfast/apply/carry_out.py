"""A plan from the lock to the record: the one way by which a release changes.

The order is what makes it safe to be killed at any moment: lock, pending record, changes, wait,
outcome. Whatever ends it early is written into the record as far as the cluster can be reached;
where it cannot, the lock runs out and the next operation settles what was left.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from holdfast.apply.claims import left_claims, settle_claims
from holdfast.apply.executor import create_namespace, establish, execute
from holdfast.apply.generated import keeps_claims, settle_generated
from holdfast.apply.hooks import remove_hooks, run_planned
from holdfast.apply.opening import Options, check, out_of_date, write_begin
from holdfast.apply.outcome import finish, give_up, title
from holdfast.apply.run import Run
from holdfast.apply.stages import told_once
from holdfast.apply.tasks import perform
from holdfast.apply.veil import veiled
from holdfast.apply.waiter import wait_gone, wait_ready
from holdfast.cluster.client import Cluster
from holdfast.model.clock import Clock
from holdfast.model.event import Event, EventKind
from holdfast.model.plan import Operation, Plan
from holdfast.model.work import Asked
from holdfast.plan.secrecy import plan_texts
from holdfast.releases.hold import Hold
from holdfast.releases.store import Store


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
    history_max: int | None = None,
    keep_history: bool = False,
    delete_claims: Sequence[str] = (),
    description: str = "",
    lock_timeout: float = 0.0,
    replan: Callable[[], Plan] | None = None,
) -> Generator[Event]:
    """Do what a plan says, telling of each thing as it happens; FINISHED comes last.

    `timeout` (seconds) is for the whole operation, `lock_timeout` for another's lock before it.
    `history_max` is the number of revisions kept, 0 is all, None is 10 (or what an operation that
    is resumed was told). An uninstall with `keep_history` keeps the records; `delete_claims` names
    the claims that go with it, all others are kept. A plan that is out of date by the time that the
    lock is ours is made again with `replan`, which must not wait for that lock.

    Raises before anything was changed: PlanError (refused changes, a plan made against another
    revision, an unknown claim), ReleaseLocked, ReleaseError (labels, a damaged head). Raises after,
    with the revision recorded as failed: ApplyError, WaitFailed, HookFailed, ReleaseError (the lock
    was lost: nothing is recorded, it is another's now), ClusterError. KeyboardInterrupt and closing
    the iterator record the revision as failed: "interrupted".
    """
    given = Asked(
        keep_history=keep_history,
        delete_claims=tuple(delete_claims),
        history_max=history_max,
        description=description,
    )
    options = Options(wait, wait_for_jobs, plan.asked.under(given))
    check(plan, options, cluster)
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
        if replan and (late := out_of_date(plan, hold.found)):
            yield run.event(EventKind.WARNING, f"{late.message}; planning again")
            plan = replan()
            check(plan, options, cluster)
            hold.keep()
        run = replace(run, guard=hold, deadline=clock.now() + timeout)
        yield from veiled(told_once(_operate(plan, options, hold, run)), plan_texts(plan))
        finished = finish(plan, hold)
    except BaseException as error:
        give_up(plan, hold, error)
        raise
    yield finished


class _Unlocked:
    """What guards the time before the lock: nothing, and nothing of the release is touched yet."""

    def keep(self) -> None:
        """There is no lock to keep."""

    def note(self, step: str, detail: object) -> None:
        """There is no journal to write to."""

    def passed(self, step: str, detail: object) -> bool:
        """There is no journal to read."""
        return False

    def done(self) -> None:
        """There is no journal to strike anything off."""


def _operate(plan: Plan, options: Options, hold: Hold, run: Run) -> Generator[Event]:
    if hold.interrupted and not plan.unfinished:
        said = f"release {plan.release}: {hold.interrupted}, was cut off; going on from there"
        yield run.event(EventKind.WARNING, said)
    asked = write_begin(plan, options.asked, hold, run)
    run = replace(run, revision=hold.head.current, resumes=plan.resumes)
    yield run.event(EventKind.STARTED, title(plan))
    if plan.task:
        yield from perform(plan, plan.task, run, wait=options.wait)
        return
    yield from establish(plan, run)
    yield from run_planned(plan, run, before=True)
    yield from execute(plan, run)
    if options.wait and plan.operation is Operation.UNINSTALL:
        yield from wait_gone(plan, run.with_last_look())
    elif options.wait and plan.waits:
        yield from wait_ready(plan, run, jobs=options.jobs)
    yield from run_planned(plan, run, before=False)
    yield from remove_hooks(plan, run)
    claims = left_claims(plan, run.cluster)
    yield from settle_claims(claims, asked.delete_claims, run)
    left = [claim for claim in claims if claim["metadata"]["name"] not in asked.delete_claims]
    yield from settle_generated(plan, claims_left=bool(left) or keeps_claims(plan), run=run)
