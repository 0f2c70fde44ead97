"""A release's scale hooks: those that a scale runs, and those that other verbs pass over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from holdfast.actions.hooks import owned_hooks, plan_hooks
from holdfast.actions.target import Target
from holdfast.apply.scaling import moments_of
from holdfast.kinds.hooks import hooks_of
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.hook import Hook
from holdfast.model.manifest import Manifests, ObjectRef
from holdfast.model.plan import Plan, Verb
from holdfast.model.release import Revision
from holdfast.model.task import ScaleStep

_MOMENTS = frozenset((*moments_of(up=True), *moments_of(up=False)))


def with_scale_hooks(
    target: Target,
    plan: Plan,
    current: Revision,
    ref: ObjectRef,
    steps: tuple[ScaleStep, ...],
    *,
    run: bool,
) -> Plan:
    """The plan with the hooks of `current` that its steps run, each once for each moment.

    Raises ManifestError (a hook that a later holdfast has stored), ClusterError.
    """
    moments = {moment for step in steps for moment in moments_of(up=step.up)}
    mine = tuple(hook.manifest for hook in hooks_of(owned_hooks(current)) if _is_for(hook, ref))
    found = plan_hooks(
        target.cluster, plan, desired=(), hooks=mine, earlier=(), missing=frozenset(), run=run
    )
    return replace(found, hooks=tuple(one for one in found.hooks if one.when in moments))


def hooks_passed_over(plan: Plan, hooks: Manifests) -> Iterator[str]:
    """A line for each workload to which another verb gives another size, without its scale hooks.

    Raises ManifestError (a hook that a later holdfast has stored).
    """
    scaling = [hook for hook in hooks_of(hooks) if _MOMENTS.intersection(hook.when)]
    for change in plan.changes if scaling else ():
        sizes = next((one for one in change.fields if one.path == ("spec", "replicas")), None)
        if sizes is None or change.verb is not Verb.UPDATE:
            continue
        if any(_is_for(hook, change.ref) for hook in scaling):
            yield (
                f"{change.ref}: {sizes.before} → {sizes.after} replicas without the chart's scale "
                "hooks; `holdfast scale` runs them"
            )


def _is_for(hook: Hook, ref: ObjectRef) -> bool:
    """A hook that names no workload is for StatefulSets: others have no members."""
    named = hook.workload == ref.name
    return named or (not hook.workload and is_stateful_set(ref.api_version, ref.kind))
