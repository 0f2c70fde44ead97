"""The steps of a scale, and what the chart's rules have against one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.errors import PlanError
from holdfast.kinds.conditions import map_at, number_at
from holdfast.kinds.hooks import BadAnnotation
from holdfast.kinds.members import MemberRules, Objection, member_rules, object_to_step
from holdfast.kinds.pods import pod_ready
from holdfast.kinds.stateful_sets import is_stateful_set, ordinal_in
from holdfast.model.task import Phase, ScaleStep
from holdfast.plan.wording import replicas_of

Object = dict[str, Any]


def find_steps(
    live: Object, pods: Sequence[Object], replicas: int, open_step: ScaleStep | None
) -> tuple[ScaleStep, ...]:
    """The steps from what is live to `replicas`; a workload without ordinals takes one.

    The step that an interruption left open is finished first, whatever is asked for now, once its
    first hooks are through. One that does not fit what is live is none any more.

    So is a step down that was cut off in its first hooks, where its member is to stay after all:
    they may have taken it out of the chart's cluster, and only a step up brings it back.
    """
    here, first = replicas_of(live), tuple[ScaleStep, ...]()
    if open_step and _comes_first(open_step, replicas) and _fits(open_step, here):
        here, first = open_step.after, (open_step,)
    if not has_ordinals(live):
        return (*first, ScaleStep(here, replicas)) if here != replicas else first
    start = first_ordinal(live)
    if here < replicas:
        return (*first, *(ScaleStep(n, n + 1, start + n) for n in range(here, replicas)))
    return (*first, *_down(live, pods, here, replicas))


def _comes_first(step: ScaleStep, replicas: int) -> bool:
    back = step.cut and step.ordinal is not None and step.after < min(step.before, replicas)
    return back or step.begin is not Phase.BEFORE


def _down(live: Object, pods: Sequence[Object], here: int, replicas: int) -> Iterator[ScaleStep]:
    """One member at a time, but for those above one that is not ready and has to go, too.

    An ordered set ends no pod while one below it is not ready and is to stay (kubernetes/kubernetes
    pkg/controller/statefulset): these go together with it.
    """
    start, sick = first_ordinal(live), lowest_unready(live, pods, here)
    while here > replicas:
        after = here - 1
        if is_ordered(live) and sick is not None and replicas <= sick < after:
            after = sick
        yield ScaleStep(here, after, start + here - 1)
        here = after


def lowest_unready(live: Object, pods: Sequence[Object], members: int) -> int | None:
    """The first of so many members, counted from 0, that is not there or not ready."""
    found, start = by_ordinal(live, pods), first_ordinal(live)
    wells = (n + start in found and is_well(found[n + start]) for n in range(members))
    return next((n for n, well in enumerate(wells) if not well), None)


def is_ordered(live: Object) -> bool:
    """Whether a StatefulSet makes and ends its pods one after the other."""
    return map_at(live, "spec").get("podManagementPolicy") != "Parallel"


def is_dropped(live: Object, steps: Sequence[ScaleStep], open_step: ScaleStep | None) -> bool:
    """Whether an open step is not taken after all, though its first hooks may have run."""
    if open_step is None or not _fits(open_step, replicas_of(live)):
        return False
    same_way = [step for step in steps if step.up == open_step.up]
    if open_step.ordinal is None:
        return not same_way
    return not any(open_step.ordinal in step.ordinals for step in same_way)


def _fits(step: ScaleStep, here: int) -> bool:
    return here in (step.before, step.after)


def has_ordinals(live: Object) -> bool:
    """Whether the workload's pods are numbered."""
    return is_stateful_set(str(live.get("apiVersion")), str(live.get("kind")))


def first_ordinal(live: Object) -> int:
    """The lowest ordinal of a StatefulSet (apps/v1 StatefulSetOrdinals)."""
    return number_at(map_at(map_at(live, "spec"), "ordinals"), "start")


def by_ordinal(live: Object, pods: Sequence[Object]) -> dict[int, Object]:
    """The pods of a StatefulSet by their ordinals."""
    name = str(live["metadata"]["name"])
    found = ((ordinal_in(str(pod["metadata"]["name"]), name), pod) for pod in pods)
    return {number: pod for number, pod in found if number is not None}


def is_well(pod: Object) -> bool:
    """Whether a pod is ready and there to stay."""
    return pod_ready(pod) and not pod["metadata"].get("deletionTimestamp")


def step_objection(
    live: Object, pods: Sequence[Object], step: ScaleStep, target: int
) -> Objection | None:
    """What the chart's rules have against a step that has not begun; stopping all is none's.

    Raises PlanError for a rule that cannot be read: somebody has written it into the live object.
    """
    if step.ordinal is None or step.begin is not Phase.BEFORE or target == 0:
        return None
    end = first_ordinal(live) + min(step.before, step.after)
    found = by_ordinal(live, pods).items()
    ready = sum(is_well(pod) for number, pod in found if number < end)
    return object_to_step(rules_of(live), step.before, step.after, ready)


def rules_of(live: Object) -> MemberRules:
    """The rules of a live workload. Raises PlanError for one that cannot be read."""
    try:
        return member_rules(live)
    except BadAnnotation as error:
        name = f"{live['kind']}/{live['metadata']['name']}"
        raise PlanError(f"scale {name}: its annotation {error}", hint=error.hint) from None
