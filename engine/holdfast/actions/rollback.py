"""rollback: a new revision with the content of an older one."""

from __future__ import annotations

from dataclasses import replace

from holdfast.actions.planning import (
    PlanOptions,
    keeping_of,
    no_longer_set,
    plan_revision,
    read_head,
)
from holdfast.actions.recorded import applied_manifests, read_or_bare
from holdfast.actions.succession import to_apply
from holdfast.actions.target import Target
from holdfast.manifests import split_hooks
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Status
from holdfast.releases import history


def prepare_rollback(
    target: Target,
    name: str,
    number: int | None = None,
    *,
    description: str = "",
    plan_options: PlanOptions | None = None,
) -> Plan:
    """Plan to go back to revision `number`; None is the last good one before the current.

    The stored manifests are applied again as they were: nothing is rendered anew. An object whose
    API version the cluster no longer serves goes in the version that took its place; where there
    is none it is left out, where its shape cannot be known it is refused.
    Raises ReleaseNotFound, ReleaseError, ClusterError.
    """
    head = history.check_upgrade(name, read_head(target, name, plan_options))
    wanted = history.rollback_target(head, number)
    old = target.store.read(head, wanted.number)
    current, _ = read_or_bare(target, head, head.current, plan_options)
    served = to_apply(target.cluster, old.objects)
    manifests, hooks = split_hooks(served.manifests)
    revision = replace(
        old,
        manifests=manifests,
        hooks=hooks,
        number=history.next_number(head),
        status=Status.PENDING_ROLLBACK,
        updated=target.clock.now(),
        description=description or f"Rollback to {wanted.number}",
    )
    previous = applied_manifests(target, head, plan_options)
    keeping = keeping_of(target, name, previous, plan_options)
    plan = plan_revision(
        target,
        Operation.ROLLBACK,
        keeping.add_to(revision),
        previous=previous,
        base=head.current,
        as_of=history.as_of(head),
        dropped=no_longer_set(current, revision),
        options=plan_options,
    )
    return served.told(plan)
