"""What it takes to restart a workload's pods: all of them by a rollout, or one that is named.

A rolling restart is a change of the pod template that changes nothing else (as `kubectl rollout
restart` does). It is written beside what charts apply, so that no later apply takes it away again:
that would restart everything once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from holdfast.kinds.conditions import map_at, number_at
from holdfast.kinds.members import Objection
from holdfast.kinds.nodes import OUT_OF_SERVICE, NodeState
from holdfast.kinds.pods import pod_reason
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.plan import Change, Effect, Operation, Plan, Verb
from holdfast.model.release import Revision
from holdfast.model.task import Restarting
from holdfast.plan.compare import compare
from holdfast.plan.effects import judge
from holdfast.plan.normalize import digest, digest_of, normalize
from holdfast.plan.ownership import foreign_owner
from holdfast.plan.paths import Shape
from holdfast.plan.scale import SeenWorkload, refused
from holdfast.plan.scale_steps import by_ordinal, first_ordinal, has_ordinals, is_well

Object = dict[str, Any]

RESTARTED_AT = "holdfast.dev/restarted-at"
"""On a pod template, and so on its pods: when a restart was asked for."""


def plan_restart(
    manifest: Manifest, seen: SeenWorkload, revision: Revision, *, at: str, base: int
) -> Plan:
    """Plan to restart all pods of a workload; `at` (RFC 3339) marks those that are new.

    With OnDelete nothing replaces pods, so that they are deleted one by one: those that are not
    ready first, for an ordered set waits for them, then from the highest ordinal down.
    """
    live = seen.live
    change = _marked(manifest, live, at)
    pods = tuple(str(pod["metadata"]["name"]) for pod in _one_by_one(live, seen.pods))
    if pods:
        change = replace(
            change,
            reason=f"OnDelete: deletes {', '.join(pods)}, each when the one before is back",
            ordinals=_ordinals(live, pods),
            effect=Effect.ROLLING_RESTART,
        )
    if live["kind"] == "Deployment" and map_at(live, "spec").get("paused"):
        change = refused(
            change,
            Objection(
                "its rollout is paused, so that no pod would restart",
                f"let it go on first: kubectl rollout resume deployment/{live['metadata']['name']}",
            ),
        )
    task = Restarting(manifest.ref, change.uid, at=at, pods=pods)
    return _plan(revision, base, _owned(change, live, revision), task, live)


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
    change = Change(
        Verb.RECREATE,
        ObjectRef("v1", "Pod", manifest.ref.namespace, name),
        Effect.RECREATE_PODS,
        _pod_reason(manifest, pod, node),
        source=manifest.source,
        ordinals=_ordinals(live, (name,)),
        uid=str(pod["metadata"].get("uid") or ""),
    )
    if node is NodeState.AWAY:
        change = refused(change, _still_there(pod, story))
    task = Restarting(
        manifest.ref,
        str(live["metadata"].get("uid") or ""),
        pods=(name,),
        force=node.is_dead,
    )
    plan = _plan(revision, base, _owned(change, live, revision), task, live)
    return replace(
        plan,
        remarks=tuple(_pod_remarks(pod, node)),
        cautions=tuple(_second_member(live, seen.pods, pod)),
    )


def carries(pod: Mapping[str, Any], at: str) -> bool:
    """Whether a pod was made after the restart of that moment."""
    annotations = map_at(map_at(pod, "metadata"), "annotations")
    return bool(annotations.get(RESTARTED_AT) == at)


def unfinished(live: Object, pods: Sequence[Object], at: str) -> bool:
    """Whether the restart of that moment has begun and has not come to every pod that it is for."""
    template = map_at(map_at(live, "spec"), "template")
    if not carries(template, at):
        return False
    strategy = map_at(map_at(live, "spec"), "updateStrategy")
    held = number_at(map_at(strategy, "rollingUpdate"), "partition") + first_ordinal(live)
    stay = {number: pod for number, pod in by_ordinal(live, pods).items() if number < held}
    late = [pod for pod in pods if not carries(pod, at)]
    return any(pod not in stay.values() for pod in late) if has_ordinals(live) else bool(late)


def _plan(revision: Revision, base: int, change: Change, task: Restarting, live: Object) -> Plan:
    seen = [*task.ref.key, "restart", *task.pods, digest(live)]
    return Plan(
        operation=Operation.RESTART,
        release=revision.release,
        namespace=revision.namespace,
        fingerprint=digest_of(seen),
        base=base,
        changes=(change,),
        revision=revision,
        task=task,
    )


def _owned(change: Change, live: Object, revision: Revision) -> Change:
    owner = foreign_owner(live, release=revision.release, namespace=revision.namespace)
    return (
        refused(change, Objection(f"belongs to {owner}", "restart it there")) if owner else change
    )


def _marked(manifest: Manifest, live: Object, at: str) -> Change:
    before = normalize(live)
    after = _with_mark(before, at)
    fields = compare(before, after, shape=Shape.of(live))
    verdict = judge(before, after, fields, live) if fields else None
    said = verdict.reason if verdict else "goes on with the restart that was cut off"
    return Change(
        Verb.UPDATE,
        manifest.ref,
        verdict.effect if verdict else Effect.ROLLING_RESTART,
        # What changes in the template was asked for: only what comes of it is news.
        said.partition(": ")[2] or said,
        source=manifest.source,
        ordinals=verdict.ordinals if verdict else (),
        fields=fields,
        desired=manifest.object,
        before=before,
        after=after,
        uid=str(live["metadata"].get("uid") or ""),
    )


def _with_mark(obj: Object, at: str) -> Object:
    spec = obj["spec"]
    template = spec["template"]
    metadata = template.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), RESTARTED_AT: at}
    marked = {**template, "metadata": {**metadata, "annotations": annotations}}
    return {**obj, "spec": {**spec, "template": marked}}


def _one_by_one(live: Object, pods: Sequence[Object]) -> Iterator[Object]:
    if map_at(map_at(live, "spec"), "updateStrategy").get("type") != "OnDelete":
        return
    highest_first = list(reversed(pods))
    yield from (pod for pod in highest_first if not is_well(pod))
    yield from (pod for pod in highest_first if is_well(pod))


def _ordinals(live: Object, names: Sequence[str]) -> tuple[int, ...]:
    if not has_ordinals(live):
        return ()
    prefix = f"{live['metadata']['name']}-"
    return tuple(int(name.removeprefix(prefix)) for name in names)


def _pod_reason(manifest: Manifest, pod: Object, node: NodeState) -> str:
    where = map_at(pod, "spec").get("nodeName")
    if node is NodeState.GONE:
        return f"its node {where} is gone: deleted by force; {manifest.ref} makes it again"
    if node is NodeState.OUT_OF_SERVICE:
        return (
            f"its node {where} is out of service: deleted by force; {manifest.ref} makes it again"
        )
    return f"deleted; {manifest.ref} makes it again"


def _still_there(pod: Object, story: str) -> Objection:
    name, node = pod["metadata"]["name"], map_at(pod, "spec").get("nodeName")
    ending = ", and its end was never confirmed" if _ending(pod) else ""
    return Objection(
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
