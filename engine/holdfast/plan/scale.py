"""What it takes to bring a workload to another number of replicas: one ordinal at a time.

Decided from what is live, for others scale too. Refused is what the chart's own rules, an
autoscaler or the server do not allow; what is only dangerous has to be agreed to (`cautions`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from holdfast.kinds.members import Objection, object_to_number
from holdfast.light import dataclass
from holdfast.model.manifest import Manifest, ObjectRef
from holdfast.model.plan import Change, Effect, Operation, Plan, Verb
from holdfast.model.release import Revision
from holdfast.model.snapshot import Refusal
from holdfast.model.task import ScaleStep, Scaling
from holdfast.plan.compare import compare
from holdfast.plan.effects import judge
from holdfast.plan.normalize import digest, digest_of, normalize
from holdfast.plan.ownership import foreign_owner
from holdfast.plan.paths import Shape
from holdfast.plan.refusals import explain_refusal
from holdfast.plan.scale_risks import (
    claims_taken_up,
    left_claims,
    open_rollout,
    unready_members,
)
from holdfast.plan.scale_steps import find_steps, is_dropped, rules_of, step_objection
from holdfast.plan.secrecy import Secrecy, release_texts, secrecy_of
from holdfast.plan.wording import replicas_of

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SeenWorkload:
    """What was seen of a workload: itself, its pods and claims by ordinal, who else scales it, and
    the server's no to a dry run.
    """

    live: Object
    pods: Sequence[Object] = ()
    claims: Sequence[Object] = ()
    autoscaler: ObjectRef | None = None
    refusal: Refusal | None = None


def plan_scale(
    manifest: Manifest,
    replicas: int,
    seen: SeenWorkload,
    revision: Revision,
    *,
    base: int,
    open_step: ScaleStep | None = None,
    remarks: Sequence[str] = (),
) -> Plan:
    """Plan to bring the workload of `manifest` to `replicas`, and to write `revision` down.

    `open_step` is the one that an interruption left open. Raises PlanError (a rule that cannot
    be read).
    """
    live, secrecy = seen.live, secrecy_in(manifest, revision)
    steps = find_steps(live, seen.pods, replicas, open_step)
    change = _change(manifest, replicas, live, secrecy)
    owner = foreign_owner(live, release=revision.release, namespace=revision.namespace)
    if owner:
        change = change.refused(f"belongs to {owner}", "scale it there")
    elif objection := _objection(manifest, seen, replicas, steps):
        reason, hint = secrecy.clean(objection.reason), secrecy.clean(objection.hint)
        change = change.refused(reason, hint)
    unready = tuple(map(secrecy.clean, unready_members(live, seen.pods, replicas)))
    loses = replicas < replicas_of(live)
    return Plan(
        operation=Operation.SCALE,
        release=revision.release,
        namespace=revision.namespace,
        fingerprint=digest_of([*manifest.ref.key, "scale", replicas, digest(live)]),
        base=base,
        changes=(change,),
        revision=revision,
        claims=tuple(left_claims(live, seen.claims, replicas)),
        remarks=(
            *_resumed(steps, open_step),
            *_together(manifest, steps),
            *claims_taken_up(live, seen.claims, replicas),
            *remarks,
        ),
        cautions=(
            *_dropped(live, steps, open_step),
            *((*open_rollout(live), *unready) if loses else ()),
        ),
        task=Scaling(manifest.ref, change.uid, steps, unready=bool(unready)),
    )


def secrecy_in(manifest: Manifest, revision: Revision) -> Secrecy:
    """What to hide of a workload, live and as it will be."""
    return secrecy_of(manifest, release_texts(revision, (*revision.manifests, *revision.hooks)))


def _objection(
    manifest: Manifest, seen: SeenWorkload, replicas: int, steps: Sequence[ScaleStep]
) -> Objection | None:
    if not steps:
        return None
    # At 0 an autoscaler is off, and on again from there (Kubernetes: HorizontalPodAutoscaler,
    # implicit maintenance-mode deactivation).
    if (scaler := seen.autoscaler) and replicas and replicas_of(seen.live):
        hint = f"change minReplicas and maxReplicas of {scaler}; 0 replicas switch it off"
        return Objection(f"{scaler} sets its replicas", hint)
    if seen.refusal:
        answer = explain_refusal(manifest.ref, seen.refusal, (), seen.live)
        return Objection(answer.reason, answer.hint)
    unlawful = object_to_number(rules_of(seen.live), replicas)
    return unlawful or step_objection(seen.live, seen.pods, steps[0], replicas)


def _change(manifest: Manifest, replicas: int, live: Object, secrecy: Secrecy) -> Change:
    before = normalize(live)
    after = {**before, "spec": {**before["spec"], "replicas": replicas}}
    change = Change(
        Verb.NONE,
        manifest.ref,
        Effect.NONE,
        f"has {replicas} replicas already",
        source=manifest.source,
        desired=manifest.object,
        before=before,
        after=after,
        uid=str(live["metadata"].get("uid") or ""),
        sensitive=frozenset(secrecy.find(before)),
    )
    fields = compare(before, after, shape=Shape.of(live))
    if not fields:
        return change
    verdict = judge(before, after, fields, live)
    return replace(
        change,
        verb=Verb.UPDATE,
        effect=verdict.effect,
        reason=verdict.reason,
        ordinals=verdict.ordinals,
        fields=fields,
    )


def _together(manifest: Manifest, steps: Sequence[ScaleStep]) -> Iterator[str]:
    for step in steps:
        if len(step.ordinals) > 1:
            names = [f"{manifest.ref.name}-{number}" for number in step.ordinals]
            yield (
                f"{', '.join(names)} go in one step: an ordered set ends no pod above one that is "
                f"not ready, and {names[-1]} is not"
            )


def _dropped(
    live: Object, steps: Sequence[ScaleStep], open_step: ScaleStep | None
) -> Iterator[str]:
    if open_step and is_dropped(live, steps, open_step):
        way = "up" if open_step.up else "down"
        yield (
            f"the pre-scale-{way} hooks of ordinal {open_step.ordinal} may have done their work "
            "already, and that step is not taken now: see to it that the members agree"
        )


def _resumed(steps: Sequence[ScaleStep], open_step: ScaleStep | None) -> Iterator[str]:
    if open_step and open_step in steps:
        which = "" if open_step.ordinal is None else f" (ordinal {open_step.ordinal})"
        yield f"finishes first what was cut off: {open_step.before} → {open_step.after}{which}"
