"""A revision's hooks, as the verbs that plan need them."""

from __future__ import annotations

from holdfast.cluster.client import Cluster
from holdfast.cluster.hook_survey import survey_hooks
from holdfast.manifests import split_hooks, stamp
from holdfast.model.manifest import Manifests
from holdfast.model.plan import Operation, Plan
from holdfast.model.release import Revision
from holdfast.model.snapshot import Snapshot
from holdfast.plan.hooks import HookCase, running, unwanted, with_hooks


def owned_hooks(revision: Revision) -> Manifests:
    """The revision's hooks with the labels that say whose they are."""
    return stamp(revision.hooks, release=revision.release, namespace=revision.namespace)


def split_earlier(previous: Manifests, hooks: Manifests) -> tuple[Manifests, Manifests]:
    """What earlier revisions applied as their own objects, and their hooks.

    An object that has become one of `hooks` is left out: it is replaced when that one runs.
    """
    own, earlier = split_hooks(previous)
    now = {manifest.ref.key for manifest in hooks}
    return tuple(manifest for manifest in own if manifest.ref.key not in now), earlier


def plan_hooks(
    cluster: Cluster,
    plan: Plan,
    *,
    desired: Manifests,
    hooks: Manifests,
    earlier: Manifests,
    missing: frozenset[str],
    run: bool,
    take_ownership: bool = False,
) -> Plan:
    """The plan with its hooks, from what the cluster says of them; `missing` are namespaces.

    Raises ManifestError (a hook that a later holdfast has stored), ClusterError.
    """
    every = plan.operation is Operation.UNINSTALL
    runs = [hook.manifest for _, hook in running(hooks, plan.operation)] if run else []
    others = (*hooks, *earlier) if every else unwanted(earlier, (*desired, *hooks))
    seen = survey_hooks(cluster, runs, others, missing=missing)
    snapshot = Snapshot(objects=seen, missing_namespaces=missing)
    return with_hooks(plan, desired, HookCase(hooks, earlier, snapshot, run, take_ownership))
