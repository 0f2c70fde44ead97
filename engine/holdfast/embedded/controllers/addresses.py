"""Addresses for pods: from content, so that the same pods get the same ones, and never one twice.

Stands for the cluster's network plugin.
"""

from __future__ import annotations

import hashlib

from holdfast.embedded.controllers.nodes import node_address
from holdfast.embedded.controllers.objects import Object, name_of, namespace_of, status_of
from holdfast.embedded.controllers.view import View
from holdfast.model.manifest import ObjectRef

_ROOM = 250 * 250


class Addresses:
    """The addresses in use, counted on as they are given within one pass."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._taken = {status_of(pod).get("podIP", "") for pod in view.pods()}

    def take(self, pod: Object) -> str:
        """An address of 10.244.0.0/16; on the host's network it is the host's."""
        if pod["spec"].get("hostNetwork"):
            node = self._view.get(ObjectRef("v1", "Node", "", pod["spec"]["nodeName"]))
            return node_address(node) if node else ""
        place = spread(f"{namespace_of(pod)}/{name_of(pod)}", _ROOM)
        while (address := f"10.244.{place // 250}.{place % 250 + 2}") in self._taken:
            place = (place + 1) % _ROOM
        self._taken.add(address)
        return address


def spread(text: str, room: int) -> int:
    """A number below `room` that depends on `text` alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % room
