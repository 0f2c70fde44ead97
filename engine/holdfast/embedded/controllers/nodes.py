"""Nodes: an address, room for pods, and readiness.

Stands for what a kubelet tells of its node when it registers. Left out: heartbeats, taints and
nodes that fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers.objects import Object, name_of, set_condition, status_of
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Write

_ROOM = {"cpu": "64", "memory": "256Gi", "ephemeral-storage": "1Ti", "pods": "500"}


def control_nodes(view: View) -> Iterator[Write]:
    """Make bare nodes ready."""
    for number, node in enumerate(view.list("v1", "Node")):
        status = {**_registration(node, number), **status_of(node)}
        status = set_condition(
            status, "Ready", True, view.now, reason="KubeletReady", message="the node is simulated"
        )
        yield view.keep({**node, "status": status})


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
