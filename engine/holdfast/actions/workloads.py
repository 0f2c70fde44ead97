"""The one workload of a release that a user means, and what the cluster knows of it."""

from __future__ import annotations

from collections.abc import Collection

from holdfast.actions.planning import owned
from holdfast.actions.succession import as_served
from holdfast.actions.target import Target
from holdfast.apply.workload import claims_in, pods_of
from holdfast.errors import PlanError
from holdfast.kinds import resources
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.manifest import Manifest
from holdfast.model.release import Revision
from holdfast.plan.scale import SeenWorkload


def find_workload(
    target: Target, revision: Revision, text: str, *, kinds: Collection[str], doing: str
) -> Manifest:
    """The workload that `text` names: `web`, `statefulset/web`, `sts/web`; empty is the only one.

    `doing` begins the error ("scale release web"). Raises PlanError where there is none of these
    `kinds`, or more than one is meant; ClusterError.
    """
    manifests = as_served(target.cluster, owned(revision))
    workloads = [one for one in manifests if one.ref.group == "apps" and one.ref.kind in kinds]
    names = ", ".join(f"{one.ref.kind.lower()}/{one.ref.name}" for one in workloads)
    if not workloads:
        raise PlanError(
            f"{doing}: it has no {' or '.join(kinds)}",
            hint="`holdfast get manifest` shows what it has",
        )
    found = [one for one in workloads if not text or _is_meant(one, text)]
    if not found:
        raise PlanError(f"{doing}: it has no workload {text}", hint=f"it has {names}")
    if len(found) > 1:
        which = f"{text} means several" if text else "it has several workloads"
        raise PlanError(f"{doing}: {which}", hint=f"name one of {names}")
    return found[0]


def _is_meant(manifest: Manifest, text: str) -> bool:
    """Whether `KIND/NAME` or `NAME` is this object; kinds as kubectl takes them."""
    kind, _, name = text.rpartition("/")
    ref = manifest.ref
    row = resources.find(ref.api_version, ref.kind)
    spellings = [ref.kind.lower(), *((row.plural, *row.short_names) if row else ())]
    return name == ref.name and (not kind or kind.lower() in spellings)


def see_workload(target: Target, manifest: Manifest, *, doing: str) -> SeenWorkload:
    """The live workload with its pods, and a StatefulSet's claims.

    Raises PlanError where it is not in the cluster, ClusterError.
    """
    ref = manifest.ref
    live = target.cluster.find(ref)
    if live is None:
        raise PlanError(
            f"{doing}: {ref} is not in the cluster",
            hint="an upgrade, or a rollback to this revision, makes it again",
        )
    live = {**live, "apiVersion": ref.api_version, "kind": ref.kind}
    stateful = is_stateful_set(ref.api_version, ref.kind)
    claims = claims_in(target.cluster, ref.namespace, (live,)) if stateful else ()
    return SeenWorkload(live, pods_of(target.cluster, live), claims)
