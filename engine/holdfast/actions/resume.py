"""resume: finish an operation that was cut off, stopped or failed, from its record.

The revision on record is what is wanted: nothing is rendered or generated anew. What was done
already shows in the cluster, where a repeated apply changes nothing; what may not be done twice is
in the journal.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.actions.planning import PlanOptions, plan_revision, read_head
from holdfast.actions.recorded import applied_manifests
from holdfast.actions.restart import prepare_restart
from holdfast.actions.scale import prepare_scale
from holdfast.actions.target import Target
from holdfast.actions.uninstall import prepare_uninstall
from holdfast.errors import ReleaseError
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Head, Unfinished
from holdfast.model.work import Asked
from holdfast.plan.policies import read_conflict_rule
from holdfast.plan.recreate import read_recreation
from holdfast.releases import history
from holdfast.releases import lock as locks
from holdfast.releases.unfinished import line_of, unfinished

_RULE = "--on-conflict "


def find_unfinished(
    target: Target, name: str, *, plan_options: PlanOptions | None = None
) -> Unfinished:
    """What was left half done on release `name`.

    Raises ReleaseNotFound, ReleaseLocked (somebody is at it), ReleaseError where nothing was.
    """
    return read_unfinished(target, name, plan_options)[1]


def prepare_resume(target: Target, name: str, *, plan_options: PlanOptions | None = None) -> Plan:
    """Plan the rest of the operation that was left half done on release `name`.

    Raises ReleaseNotFound, ReleaseLocked, ReleaseError (there is nothing to finish, or its record
    is damaged), ClusterError.
    """
    options = plan_options or PlanOptions()
    head, left = read_unfinished(target, name, options)
    if not left.work.revision:
        raise ReleaseError(
            f"resume release {name}: {line_of(left)}, was cut off before it had recorded what "
            "it was to do; it left nothing half done",
            hint="run that command again",
        )
    plan = _rest(target, head, left, as_asked(options, left.work.asked))
    return replace(plan, unfinished=left, resumes=left.work.operation != Operation.RESTART)


def read_unfinished(
    target: Target, name: str, options: PlanOptions | None
) -> tuple[Head, Unfinished]:
    """The release's head, and what was left half done; raises as `find_unfinished`."""
    head = read_head(target, name, options)
    now = target.clock.now()
    if head and head.lock and locks.held(head.lock, now) and head.lock.holder != target.holder:
        raise locks.locked_error(head, head.lock, now)
    left = unfinished(head) if head else None
    if head and left:
        return head, left
    head = history.check_exists(name, head, target.namespace)
    latest = history.find_entry(head, None)
    raise ReleaseError(
        f"release {name}: nothing was interrupted: revision {latest.number} is {latest.status}",
        hint=f"`holdfast history {name}` shows what was done",
    )


def as_asked(options: PlanOptions, asked: Asked) -> PlanOptions:
    """The options with what the operation's own user allowed."""
    rules = (read_conflict_rule(text.removeprefix(_RULE)) for text in asked.conflict_rules)
    return replace(
        either_way(options, asked),
        take_ownership=options.take_ownership or asked.take_ownership,
        force_conflicts=options.force_conflicts or asked.force_conflicts,
        conflict_rules=(*rules, *options.conflict_rules),
    )


def either_way(options: PlanOptions, asked: Asked) -> PlanOptions:
    """The options with what holds for going on as for going back.

    What was made anew on the way there has to be made anew once more.
    """
    return replace(
        options,
        recreations=(*map(read_recreation, asked.recreations), *options.recreations),
        hooks=options.hooks and not asked.no_hooks,
    )


def _rest(target: Target, head: Head, left: Unfinished, options: PlanOptions) -> Plan:
    name, asked = head.release, left.work.asked
    if left.work.operation == Operation.UNINSTALL:
        return prepare_uninstall(target, name, plan_options=options)
    if left.work.operation == Operation.RESTART:
        return prepare_restart(target, name, _restarted(head, left), plan_options=options)
    revision = target.store.read(head, head.current)
    if left.work.operation == Operation.SCALE and asked.replicas is not None:
        plan = prepare_scale(target, name, asked.replicas, asked.workload, plan_options=options)
        return replace(plan, revision=revision)
    return plan_revision(
        target,
        Operation(left.work.operation),
        revision,
        previous=applied_manifests(target, head, options),
        base=head.current,
        as_of=history.as_of(head),
        options=options,
    )


def _restarted(head: Head, left: Unfinished) -> str:
    """The workload that was restarted as a whole. Raises ReleaseError for one pod of it."""
    rows = [row for row in left.journal if row.step == "restart"]
    if rows:
        return f"{rows[-1].detail['kind']}/{rows[-1].detail['name']}"
    raise ReleaseError(
        f"resume release {head.release}: {line_of(left)}: one pod was restarted, and its "
        "controller makes it again",
        hint=f"`holdfast status {head.release}` shows whether it is back; if not, restart it again",
    )
