"""restart: new pods of what is there, without a change of the release and so without a revision.

(Revisions of restarts would push real ones out of the history, and a rollback would lead from one
restart to the other.)
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from holdfast.actions.planning import PlanOptions, read_head
from holdfast.actions.target import Target
from holdfast.actions.workloads import find_workload, see_workload
from holdfast.errors import PlanError, Unauthorized
from holdfast.kinds.nodes import NodeState, node_state, node_story
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.plan import Plan
from holdfast.model.release import Head, Revision
from holdfast.plan.pod_restart import plan_pod_restart
from holdfast.plan.restart import plan_restart, unfinished
from holdfast.plan.scale import SeenWorkload
from holdfast.plan.scale_steps import by_ordinal
from holdfast.plan.stateful import ordinals_of
from holdfast.releases import history

KINDS = ("StatefulSet", "Deployment", "DaemonSet")


def prepare_restart(
    target: Target,
    name: str,
    workload: str = "",
    *,
    ordinal: int | None = None,
    plan_options: PlanOptions | None = None,
) -> Plan:
    """Plan to restart a workload of release `name`: all of its pods, or the one of `ordinal`.

    `workload` (`web` or `statefulset/web`) may be empty where there is only one. A restart that was
    cut off goes on; it is not begun anew. Raises ReleaseNotFound, ReleaseError, PlanError (no such
    workload, no such ordinal), ClusterError.
    """
    doing = f"restart release {name}"
    head = history.check_upgrade(name, read_head(target, name, plan_options))
    current = target.store.read(head, head.current)
    kinds = KINDS if ordinal is None else KINDS[:1]
    manifest = find_workload(target, current, workload, kinds=kinds, doing=doing)
    seen = see_workload(target, manifest, doing=doing)
    if ordinal is not None:
        return _pod_restart(target, manifest, seen, current, ordinal, doing, head.current)
    at = _begun(head, manifest.ref, seen) or _stamp(target.clock.now())
    return plan_restart(manifest, seen, current, at=at, base=head.current)


def _begun(head: Head, ref: ObjectRef, seen: SeenWorkload) -> str:
    """The moment of a restart of this workload that was cut off; empty where there is none."""
    for row in reversed(head.journal):
        if row.step == "restart" and row.detail.get("name") == ref.name:
            at = str(row.detail.get("at") or "")
            same = row.detail.get("kind") == ref.kind and at
            return at if same and unfinished(seen.live, seen.pods, at) else ""
    return ""


def _stamp(now: float) -> str:
    return (
        datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _pod_restart(
    target: Target,
    manifest: Manifest,
    seen: SeenWorkload,
    current: Revision,
    ordinal: int,
    doing: str,
    base: int,
) -> Plan:
    pod = by_ordinal(seen.live, seen.pods).get(ordinal)
    if pod is None:
        raise _no_such(manifest, seen, ordinal, doing)
    node, story = _node_of(target, pod)
    return plan_pod_restart(manifest, seen, current, pod=pod, node=node, story=story, base=base)


def _no_such(manifest: Manifest, seen: SeenWorkload, ordinal: int, doing: str) -> PlanError:
    name, known = manifest.ref.name, ordinals_of(seen.live)
    if ordinal in known:
        return PlanError(
            f"{doing}: {name}-{ordinal} is not there: {manifest.ref} has not made it yet",
            hint="`holdfast status` shows what it waits for",
        )
    there = f"{known[0]} to {known[-1]}" if known else "none"
    return PlanError(
        f"{doing}: {manifest.ref} has no ordinal {ordinal}", hint=f"its ordinals: {there}"
    )


def _node_of(target: Target, pod: dict[str, Any]) -> tuple[NodeState, str]:
    """What is known of the node that runs the pod; one without a node runs nowhere."""
    name = pod["spec"].get("nodeName")
    if not name:
        return NodeState.ALIVE, ""
    try:
        node = target.cluster.find(ObjectRef("v1", "Node", "", name))
    except Unauthorized as error:
        if error.status != 403:
            raise
        return NodeState.UNKNOWN, ""
    return node_state(node), node_story(node) if node else ""
