"""Taints and tolerations: which pods a node keeps away, or sends away, and when.

Source: Kubernetes' documentation of taints and tolerations; core/v1 Taint and Toleration. It must
not know what is done about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.embedded.controllers.objects import Object, condition_of, moment, stamp

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
_OF_CONDITIONS = {"True": "", "False": NOT_READY, "Unknown": UNREACHABLE}

Taint = Mapping[str, Any]


def taints_of(node: Object) -> tuple[dict[str, Any], ...]:
    """spec.taints."""
    return tuple((node.get("spec") or {}).get("taints") or ())


def with_condition_taints(node: Object, now: float) -> Object:
    """The node with the taints that its Ready condition asks for, as the node controllers keep
    them; those of an administrator stay.
    """
    wanted = _OF_CONDITIONS.get(condition_of(node, "Ready").get("status", ""), "")
    before = taints_of(node)
    kept = [one for one in before if one["key"] not in (NOT_READY, UNREACHABLE)]
    there = {(one["key"], one["effect"]): one for one in before}
    for effect in ("NoSchedule", "NoExecute") if wanted else ():
        new = {"key": wanted, "effect": effect, "timeAdded": stamp(now)}
        kept.append(there.get((wanted, effect), new))
    if kept == list(before):
        return node
    spec = {key: value for key, value in (node.get("spec") or {}).items() if key != "taints"}
    return {**node, "spec": {**spec, **({"taints": kept} if kept else {})}}


def repelled_by(pod: Object, node: Object) -> Taint | None:
    """The first taint of the node for whose sake the pod is not placed there."""
    hard = (one for one in taints_of(node) if one["effect"] in ("NoSchedule", "NoExecute"))
    return next((one for one in hard if not any(_tolerations(pod, one))), None)


def evicted_at(pod: Object, node: Object) -> float | None:
    """When the node's taints send the pod away (0: at once); None is never."""
    moments = [_evicted_by(pod, one) for one in taints_of(node) if one["effect"] == "NoExecute"]
    return min((at for at in moments if at is not None), default=None)


def _evicted_by(pod: Object, taint: Taint) -> float | None:
    tolerations = list(_tolerations(pod, taint))
    seconds = [one["tolerationSeconds"] for one in tolerations if "tolerationSeconds" in one]
    if not tolerations:
        return 0.0
    since = taint.get("timeAdded")
    return moment(since) + min(seconds) if seconds and since else None


def _tolerations(pod: Object, taint: Taint) -> Iterator[Mapping[str, Any]]:
    for one in pod["spec"].get("tolerations") or ():
        if one.get("effect") not in (None, "", taint["effect"]):
            continue
        exists = one.get("operator") == "Exists"
        key = one.get("key") or ""
        if (exists and not key) or (
            key == taint["key"] and (exists or one.get("value", "") == taint.get("value", ""))
        ):
            yield one
