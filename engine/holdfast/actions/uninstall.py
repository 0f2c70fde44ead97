"""uninstall: nothing is desired any more; claims are kept unless they are named."""

from __future__ import annotations

from dataclasses import replace

from holdfast.actions.hooks import owned_hooks, plan_hooks, split_earlier
from holdfast.actions.planning import PlanOptions, asked_of, read_head
from holdfast.actions.recorded import applied_manifests, read_or_bare
from holdfast.actions.target import Target
from holdfast.cluster.survey import survey
from holdfast.manifests import release_selector
from holdfast.model.plan import Operation, Plan
from holdfast.plan.build import build_plan
from holdfast.releases import history


def prepare_uninstall(
    target: Target, name: str, *, plan_options: PlanOptions | None = None
) -> Plan:
    """Plan the removal of release `name`; where only its history is left no hook runs again.

    Raises ReleaseNotFound, ReleaseError, ClusterError.
    """
    head = history.check_uninstall(name, read_head(target, name, plan_options))
    revision, _ = read_or_bare(target, head, head.current, plan_options)
    hooks = owned_hooks(revision)
    recorded = applied_manifests(target, head, plan_options)
    previous, earlier = split_earlier(recorded, hooks)
    snapshot = survey(
        target.cluster,
        (),
        previous,
        namespace=target.namespace,
        selector=release_selector(name, target.namespace),
    )
    plan = build_plan(
        operation=Operation.UNINSTALL,
        release=name,
        namespace=target.namespace,
        desired=(),
        previous=previous,
        snapshot=snapshot,
        revision=revision,
        base=head.current,
    )
    return plan_hooks(
        target.cluster,
        replace(plan, as_of=history.as_of(head), asked=asked_of(plan_options or PlanOptions())),
        desired=(),
        hooks=hooks,
        earlier=earlier,
        missing=snapshot.missing_namespaces,
        run=history.installed(head) and (plan_options is None or plan_options.hooks),
    )
