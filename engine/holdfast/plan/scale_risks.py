"""What is dangerous about taking members away, and what becomes of the claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.kinds.conditions import map_at, number_at
from holdfast.kinds.pods import pod_reason
from holdfast.kinds.stateful_sets import claim_ordinal, claim_templates
from holdfast.plan.scale_steps import by_ordinal, first_ordinal, has_ordinals, is_well
from holdfast.plan.wording import replicas_of

Object = dict[str, Any]


def open_rollout(live: Object) -> Iterator[str]:
    """A rollout that is not over: scaling down takes away what it has come to, or what it has not.

    An OnDelete set never tells that one is over.
    """
    spec, status = map_at(live, "spec"), map_at(live, "status")
    name = f"{live['kind']}/{live['metadata']['name']}"
    if not has_ordinals(live):
        if spec.get("paused"):
            yield f"{name}: its rollout is paused"
        elif number_at(status, "updatedReplicas") < number_at(status, "replicas"):
            yield f"{name}: a rollout is under way"
        return
    strategy = map_at(spec, "updateStrategy")
    over = status.get("currentRevision") == status.get("updateRevision")
    if over or strategy.get("type") == "OnDelete":
        return
    partition = number_at(map_at(strategy, "rollingUpdate"), "partition")
    held = f"held back at the partition {partition}" if partition else "under way"
    yield f"{name}: a rollout is {held}"


def unready_members(live: Object, pods: Sequence[Object], replicas: int) -> Iterator[str]:
    """The members that are to stay at `replicas` and are not ready."""
    if not has_ordinals(live):
        return
    name, start, found = live["metadata"]["name"], first_ordinal(live), by_ordinal(live, pods)
    for number in range(start, start + min(replicas, replicas_of(live))):
        pod = found.get(number)
        if pod is None:
            yield f"{name}-{number} is to stay and is not there"
        elif not is_well(pod):
            yield f"{name}-{number} is to stay and is not ready: {pod_reason(pod)}"


def left_claims(live: Object, claims: Sequence[Object], replicas: int) -> Iterator[Object]:
    """The claims of the members that go, where they outlive them."""
    policy = map_at(map_at(live, "spec"), "persistentVolumeClaimRetentionPolicy")
    if policy.get("whenScaled") == "Delete":
        return
    start, here = first_ordinal(live), replicas_of(live)
    for number, claim in _numbered(live, claims):
        if start + replicas <= number < start + here:
            yield claim


def claims_taken_up(live: Object, claims: Sequence[Object], replicas: int) -> Iterator[str]:
    """The claims of earlier members that new ones find: what is in them is there again."""
    start, here = first_ordinal(live), replicas_of(live)
    for number, claim in _numbered(live, claims):
        if start + here <= number < start + replicas:
            pod = f"{live['metadata']['name']}-{number}"
            yield f"{pod} takes up claim {claim['metadata']['name']} again, with what is in it"


def _numbered(live: Object, claims: Sequence[Object]) -> Iterator[tuple[int, Object]]:
    owner = str(live["metadata"]["name"])
    for claim in claims:
        for template in claim_templates(live):
            number = claim_ordinal(claim["metadata"]["name"], template, owner)
            if number is not None:
                yield number, claim
