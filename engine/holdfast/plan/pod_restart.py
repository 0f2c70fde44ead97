"""What it takes to restart the one pod that is named, and why that may have to be refused.

A pod is deleted by force only where nothing can run it any more (kinds.nodes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from holdfast.kinds.conditions import map_at
from holdfast.kinds.nodes import OUT_OF_SERVICE, NodeState
from holdfast.kinds.pods import pod_reason
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.plan import Change, Effect, Plan, Verb
from holdfast.model.release import Revision
from holdfast.model.task import Restarting
from holdfast.plan.restart import make_plan, ordinals_in, owned_by_it
from holdfast.plan.scale import SeenWorkload, secrecy_in
from holdfast.plan.scale_steps import by_ordinal, is_well

Object = dict[str, Any]


def plan_pod_restart(
    manifest: Manifest,
    seen: SeenWorkload,
    revision: Revision,
    *,
    pod: Object,
    node: NodeState,
    story: str,
    base: int,
) -> Plan:
    """Plan to delete one pod of a StatefulSet, which makes it again.

    Refused while a node that does not answer may still run it: a second pod of its name would work
    on the same data. `story` is what that node tells of itself.
    """
    live, name = seen.live, str(pod["metadata"]["name"])
    secrecy = secrecy_in(manifest, revision)
    change = Change(
        Verb.RECREATE,
        ObjectRef("v1", "Pod", manifest.ref.namespace, name),
        Effect.RECREATE_PODS,
        _pod_reason(manifest, pod, node),
        source=manifest.source,
        ordinals=ordinals_in(live, (name,)),
        uid=str(pod["metadata"].get("uid") or ""),
    )
    if node is NodeState.AWAY:
        change = change.refused(*_still_there(pod, story))
    task = Restarting(
        manifest.ref,
        str(live["metadata"].get("uid") or ""),
        pods=(name,),
        force=node.is_dead,
    )
    plan = make_plan(revision, base, owned_by_it(change, live, revision), task, live)
    return replace(
        plan,
        remarks=tuple(_pod_remarks(pod, node)),
        cautions=tuple(map(secrecy.clean, _second_member(live, seen.pods, pod))),
    )


def _pod_reason(manifest: Manifest, pod: Object, node: NodeState) -> str:
    where = map_at(pod, "spec").get("nodeName")
    if node is NodeState.GONE:
        return f"its node {where} is gone: deleted by force; {manifest.ref} makes it again"
    if node is NodeState.OUT_OF_SERVICE:
        return (
            f"its node {where} is out of service: deleted by force; {manifest.ref} makes it again"
        )
    return f"deleted; {manifest.ref} makes it again"


def _still_there(pod: Object, story: str) -> tuple[str, str]:
    """Why the pod is not made again, and what to do."""
    name, node = pod["metadata"]["name"], map_at(pod, "spec").get("nodeName")
    ending = ", and its end was never confirmed" if _ending(pod) else ""
    return (
        f"node {node} does not answer ({story}){ending}: {name} may still run there, and a second "
        f"{name} would write to the same data",
        f"when {node} answers again this solves itself. Only if the machine is surely off: "
        f"`kubectl taint nodes {node} {OUT_OF_SERVICE}=nodeshutdown:NoExecute`, or "
        f"`kubectl delete node {node}`, then run this again",
    )


def _pod_remarks(pod: Object, node: NodeState) -> Iterator[str]:
    name, where = pod["metadata"]["name"], map_at(pod, "spec").get("nodeName")
    if node is NodeState.UNKNOWN:
        yield f"node {where} may not be read here: {name} is deleted, and never by force"
    if _ending(pod) and node in (NodeState.ALIVE, NodeState.UNKNOWN):
        held = ", ".join(pod["metadata"].get("finalizers") or ())
        why = f"held by {held}" if held else f"node {where} has to confirm its end"
        yield f"{name} is being deleted already: {why}"


def _second_member(live: Object, pods: Sequence[Object], pod: Object) -> Iterator[str]:
    """The others that are not ready, where the one to be restarted is."""
    if not is_well(pod):
        return
    for number, other in sorted(by_ordinal(live, pods).items()):
        if other is not pod and not is_well(other):
            name = f"{live['metadata']['name']}-{number}"
            yield f"{name} is not ready ({pod_reason(other)}): a second member goes for a while"


def _ending(pod: Object) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))
