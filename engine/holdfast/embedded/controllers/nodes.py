"""Nodes: an address, room for pods, and readiness.

Stands for what a kubelet tells of its node when it registers, and for the taints that follow a
node's readiness. No kubelet is there to fail: a node fails when somebody writes so into its status,
and is well again when he takes that back. Left out: heartbeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    condition_of,
    is_terminating,
    name_of,
    set_condition,
    status_of,
)
from holdfast.embedded.controllers.taints import evicted_at, with_condition_taints
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Put, Write

_SIMULATED = "the node is simulated"
_ROOM = {"cpu": "64", "memory": "256Gi", "ephemeral-storage": "1Ti", "pods": "500"}


def control_nodes(view: View) -> Iterator[Write]:
    """Make bare nodes ready, and taint those that are not."""
    for number, node in enumerate(view.list("v1", "Node")):
        status = {**_registration(node, number), **status_of(node)}
        if not condition_of(node, "Ready"):
            status = set_condition(
                status, "Ready", True, view.now, reason="KubeletReady", message=_SIMULATED
            )
        found = with_condition_taints({**node, "status": status}, view.now)
        yield Put(found, None if is_alive(found) else _next_eviction(view, found))


def is_alive(node: Object | None) -> bool:
    """Whether a node is there and ready."""
    return node is not None and condition_of(node, "Ready").get("status") == "True"


def _next_eviction(view: View, node: Object) -> float | None:
    """When the next of a lost node's pods has tolerated it for long enough."""
    pods = [pod for pod in view.pods() if pod["spec"].get("nodeName") == name_of(node)]
    moments = [evicted_at(pod, node) for pod in pods if not is_terminating(pod)]
    return min((at for at in moments if at is not None and at > view.now), default=None)


def node_address(node: Object) -> str:
    """The node's internal address, which its pods have as hostIP."""
    addresses = status_of(node).get("addresses") or ()
    return next((a["address"] for a in addresses if a["type"] == "InternalIP"), "")


def _registration(node: Object, number: int) -> dict[str, Any]:
    return {
        "addresses": [
            {"type": "InternalIP", "address": f"192.168.{number // 250}.{number % 250 + 1}"},
            {"type": "Hostname", "address": name_of(node)},
        ],
        "capacity": dict(_ROOM),
        "allocatable": dict(_ROOM),
    }
