"""Tell the API server: the status of pods, and Events about them."""

import itertools
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from tests.controlplane.api import Api

from .machine import Machine
from .place import Object
from .run import now

# What asking raises when the API server is not there, or goes in the middle of an answer.
AWAY = (OSError, HTTPException)
_STRATEGIC = "application/strategic-merge-patch+json"
_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Reporter:
    """`unsaid` holds, by pod, what the API server was away for."""

    api: Api
    unsaid: dict[str, tuple[Object, dict[str, Any], Machine]] = field(default_factory=dict)

    def report(self, pod: Object, status: dict[str, Any], machine: Machine) -> None:
        """Write a pod's status, unless its node is off. It may have gone: that is no harm."""
        uid = pod["metadata"]["uid"]
        self.unsaid.pop(uid, None)
        if not machine.on:
            return
        body = {"metadata": {"uid": uid}, "status": status}
        try:
            code, answer = self.api.ask("PATCH", f"{_path(pod)}/status", body, kind=_STRATEGIC)
        except AWAY:
            code, answer = 503, b""
        if code >= 500 or code == 429:
            self.unsaid[uid] = pod, status, machine
        elif code not in (200, 404, 409):
            raise RuntimeError(f"{_path(pod)}/status: {code} {answer[:500]!r}")

    def report_again(self) -> None:
        """Write what could not be written."""
        for pod, status, machine in list(self.unsaid.values()):
            self.report(pod, status, machine)

    def refuse(self, pod: Object, fields: list[str], machine: Machine) -> None:
        """Let a pod fail that asks for what is not done here."""
        message = f"the test kubelet does not do: {', '.join(fields)}"
        status = {"phase": "Failed", "reason": "Unsupported", "message": message}
        self.report(pod, status, machine)

    def delete(self, pod: Object) -> bool:
        """Take a pod away. Returns whether it is gone, or another one is in its place."""
        body = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}}
        try:
            return self.api.ask("DELETE", _path(pod), body)[0] in (200, 404, 409)
        except AWAY:
            return False

    def warn(self, pod: Object, reason: str, message: str) -> None:
        """Record a warning about a pod; it is lost if nobody takes it."""
        metadata = pod["metadata"]
        involved = {
            "apiVersion": "v1",
            "kind": "Pod",
            **{key: metadata[key] for key in ("name", "namespace", "uid")},
        }
        event = {
            "metadata": {"name": f"{metadata['name']}.{metadata['uid'][:8]}.{next(_NUMBERS)}"},
            "involvedObject": involved,
            "type": "Warning",
            "reason": reason,
            "message": message[:1024],
            "source": {"component": "kubelet", "host": pod["spec"]["nodeName"]},
            "firstTimestamp": now(),
            "lastTimestamp": now(),
            "count": 1,
        }
        try:
            self.api.ask("POST", f"/api/v1/namespaces/{metadata['namespace']}/events", event)
        except AWAY:
            return


def _path(pod: Object) -> str:
    metadata = pod["metadata"]
    return f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
