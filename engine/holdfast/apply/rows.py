"""A look as a row of the progress that screens show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from holdfast.apply.look import Look
from holdfast.kinds.conditions import map_at
from holdfast.kinds.pods import claim_names, pod_ready, pod_reason, restarts_of
from holdfast.kinds.rollouts import revision_of
from holdfast.kinds.stateful_sets import is_stateful_set, ordinal_in
from holdfast.kinds.troubles import Cause, Trouble
from holdfast.model.progress import ObjectRow, PodRow

Object = Mapping[str, Any]


def row_of(look: Look) -> ObjectRow:
    """The object with its pods. Its own status alone is its reason: the pods tell theirs."""
    reason = look.alone.reason if look.pods and look.ref.kind != "Pod" else look.found.reason
    phases = {
        str(claim["metadata"]["name"]): str(map_at(claim, "status").get("phase") or "Pending")
        for claim in look.claims
    }
    pods = look.pods if look.live and look.ref.kind != "Pod" else ()
    ill = {trouble.uid: trouble for trouble in look.troubles}
    rows = tuple(
        _ill(_pod(pod, look.live or {}, phases), ill.get(pod["metadata"]["uid"])) for pod in pods
    )
    return ObjectRow(look.ref, str(look.found.state), reason, rows)


def _pod(pod: Object, workload: Object, phases: Mapping[str, str]) -> PodRow:
    name, owner = str(pod["metadata"]["name"]), str(workload["metadata"]["name"])
    ended = map_at(pod, "status").get("phase") == "Succeeded"
    stateful = is_stateful_set(str(workload["apiVersion"]), str(workload["kind"]))
    return PodRow(
        name=name,
        ordinal=ordinal_in(name, owner) if stateful else None,
        revision=revision_of(pod).removeprefix(f"{owner}-"),
        ready=pod_ready(pod) or ended,
        restarts=restarts_of(pod),
        reason=pod_reason(pod) or ("completed" if ended else ""),
        claims=tuple((claim, _phase(claim, pod, phases)) for claim in claim_names(pod)),
    )


def _ill(row: PodRow, trouble: Trouble | None) -> PodRow:
    """With the trouble's own words; a claim without a volume is none yet, for most get one soon."""
    if trouble is None:
        return row
    return replace(row, reason=trouble.reason, trouble=trouble.cause is not Cause.CLAIM)


def _phase(claim: str, pod: Object, phases: Mapping[str, str]) -> str:
    """A pod that runs has its claims bound, so that nobody has to ask."""
    runs = map_at(pod, "status").get("phase") == "Running"
    return phases.get(claim, "Bound" if runs else "?")
