"""uninstall: nothing is desired any more; claims are kept unless they are named."""

from __future__ import annotations

from holdfast.actions.hooks import owned_hooks, plan_hooks, split_earlier
from holdfast.actions.planning import PlanOptions, applied_manifests, read_head
from holdfast.actions.target import Target
from holdfast.cluster.survey import survey
from holdfast.model.plan import Operation, Plan
from holdfast.plan import build_plan
from holdfast.releases import history


def prepare_uninstall(
    target: Target, name: str, *, plan_options: PlanOptions | None = None
) -> Plan:
    """Plan the removal of release `name`; where only its history is left no hook runs again.

    Raises ReleaseNotFound, ReleaseError, ClusterError.
    """
    head = history.check_uninstall(name, read_head(target, name, plan_options))
    revision = target.store.read(head, head.current)
    hooks = owned_hooks(revision)
    previous, earlier = split_earlier(applied_manifests(target, head), hooks)
    snapshot = survey(target.cluster, (), previous, namespace=target.namespace)
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
        plan,
        desired=(),
        hooks=hooks,
        earlier=earlier,
        missing=snapshot.missing_namespaces,
        run=history.installed(head) and (plan_options is None or plan_options.hooks),
    )
