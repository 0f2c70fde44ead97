"""Pods whose node does not answer, or is no more: nobody ends them, however long they are asked to.

Stands for the node lifecycle controller (pods are marked not ready, and after their toleration
deleted), and for the pod collector: it removes what ran on nodes that are gone, and what is to end
on nodes that an administrator has declared out of service.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.embedded.controllers import timings
from holdfast.embedded.controllers.objects import (
    Object,
    condition_of,
    is_terminating,
    ref_of,
    set_condition,
    status_of,
)
from holdfast.embedded.controllers.taints import evicted_at
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Put, Remove, Write
from holdfast.kinds.nodes import NodeState, node_state

_LOST = "NodeLost"


def control_lost_pod(view: View, pod: Object, node: Object | None) -> Iterator[Write]:
    """One step of a pod whose node is not ready; None is a node that is gone."""
    if node is None:
        yield from _collect(view, pod, timings.ORPHAN)
    elif is_terminating(pod) and node_state(node) is NodeState.OUT_OF_SERVICE:
        yield from _collect(view, pod, timings.COLLECT)
    elif is_terminating(pod):
        yield Put(pod)
    elif condition_of(pod, "Ready").get("status") == "True":
        yield view.keep({**pod, "status": set_condition(status_of(pod), "Ready", False, view.now)})
    elif (at := evicted_at(pod, node)) is not None and at <= view.now:
        yield from view.delete(pod)
    else:
        yield Put(pod)


def _collect(view: View, pod: Object, seconds: float) -> Iterator[Write]:
    """Remove it after a while."""
    if status_of(pod).get("reason") != _LOST:
        lost = {**pod, "status": {**status_of(pod), "reason": _LOST}}
        yield view.put_later(lost, seconds)
    elif view.has_come(pod):
        yield Remove(ref_of(pod))
