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
from holdfast.model.manifest import Manifest
from holdfast.model.plan import Change, Effect, Operation, Plan, Verb
from holdfast.model.release import Revision
from holdfast.model.task import Restarting
from holdfast.plan.compare import compare
from holdfast.plan.effects import judge
from holdfast.plan.normalize import digest, digest_of, normalize
from holdfast.plan.ownership import foreign_owner
from holdfast.plan.paths import Shape
from holdfast.plan.scale import SeenWorkload, secrecy_in
from holdfast.plan.scale_steps import by_ordinal, first_ordinal, has_ordinals, is_well
from holdfast.plan.secrecy import Secrecy

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
    change = _marked(manifest, live, at, secrecy_in(manifest, revision))
    pods = tuple(str(pod["metadata"]["name"]) for pod in _one_by_one(live, seen.pods))
    if pods:
        change = replace(
            change,
            reason=f"OnDelete: deletes {', '.join(pods)}, each when the one before is back",
            ordinals=ordinals_in(live, pods),
            effect=Effect.ROLLING_RESTART,
        )
    if live["kind"] == "Deployment" and map_at(live, "spec").get("paused"):
        change = change.refused(
            "its rollout is paused, so that no pod would restart",
            f"let it go on first: kubectl rollout resume deployment/{live['metadata']['name']}",
        )
    task = Restarting(manifest.ref, change.uid, at=at, pods=pods)
    return make_plan(revision, base, owned_by_it(change, live, revision), task, live)


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


def make_plan(
    revision: Revision, base: int, change: Change, task: Restarting, live: Object
) -> Plan:
    """The plan of a restart: nothing is recorded, so that `revision` is the one that is there."""
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


def owned_by_it(change: Change, live: Object, revision: Revision) -> Change:
    """The change, refused where the workload is somebody else's by now."""
    owner = foreign_owner(live, release=revision.release, namespace=revision.namespace)
    return change.refused(f"belongs to {owner}", "restart it there") if owner else change


def _marked(manifest: Manifest, live: Object, at: str, secrecy: Secrecy) -> Change:
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
        sensitive=frozenset(secrecy.find(after)),
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


def ordinals_in(live: Object, names: Sequence[str]) -> tuple[int, ...]:
    """The ordinals of the pods of these names."""
    if not has_ordinals(live):
        return ()
    prefix = f"{live['metadata']['name']}-"
    return tuple(int(name.removeprefix(prefix)) for name in names)
