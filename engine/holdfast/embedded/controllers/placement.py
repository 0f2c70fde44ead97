"""Which node a pod goes to, or why to none.

Stands for the scheduler: claims, the pod's nodeSelector, cordoned nodes and taints are judged, and
pods of one owner are spread. Left out: resource requests, affinity, topology constraints, priority.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    controller_of,
    is_terminating,
    labels_of,
    name_of,
    namespace_of,
    status_of,
    uid_of,
)
from holdfast.embedded.controllers.storage import is_delayed
from holdfast.embedded.controllers.taints import repelled_by
from holdfast.embedded.controllers.view import View
from holdfast.light import dataclass
from holdfast.model.manifest import ObjectRef

_MISMATCH = "node(s) didn't match Pod's node affinity/selector"
_CORDONED = "node(s) were unschedulable"
_TAINTED = "node(s) had untolerated taint {{{key}: {value}}}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`node` to go to; else `problem` in the scheduler's words, or nothing of both: wait."""

    node: str = ""
    problem: str = ""


def claim_names(pod: Object) -> Iterator[str]:
    """The claims that a pod's volumes name; an ephemeral volume's is `<pod>-<volume>`."""
    for volume in pod["spec"].get("volumes") or ():
        if claim := volume.get("persistentVolumeClaim"):
            yield claim["claimName"]
        elif "ephemeral" in volume:
            yield f"{name_of(pod)}-{volume['name']}"


class Placement:
    """The nodes and what is on them, counted on as pods are placed within one pass."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._nodes = view.list("v1", "Node")
        self._load: Counter[tuple[str, str]] = Counter()
        for pod in view.pods():
            self.take(pod, pod["spec"].get("nodeName", ""))

    def take(self, pod: Object, node: str) -> None:
        """Count a pod as placed."""
        self._load[node, _owner(pod)] += 1
        self._load[node, ""] += 1

    def judge(self, pod: Object) -> Verdict:
        """Where the pod goes now."""
        problem, waits = self._claims(pod)
        if problem:
            return Verdict(problem=self._unavailable(problem, by_node=False))
        fitting = [node for node in self._nodes if not _misfit(pod, node)]
        if not fitting:
            return Verdict(problem=self._unfit(pod))
        return Verdict() if waits else Verdict(node=min(map(name_of, fitting), key=self._rank(pod)))

    def _rank(self, pod: Object) -> Any:
        owner = _owner(pod)
        return lambda node: (self._load[node, owner], self._load[node, ""], node)

    def _claims(self, pod: Object) -> tuple[str, bool]:
        """What is wrong with the pod's claims, and whether one waits for this very pod."""
        waits = False
        for name in claim_names(pod):
            ref = ObjectRef("v1", "PersistentVolumeClaim", namespace_of(pod), name)
            claim = self._view.get(ref)
            if claim is None:
                return f'persistentvolumeclaim "{name}" not found', False
            if is_terminating(claim):
                return f'persistentvolumeclaim "{name}" is being deleted', False
            if status_of(claim).get("phase") == "Bound":
                continue
            if not is_delayed(self._view, claim):
                return "pod has unbound immediate PersistentVolumeClaims", False
            waits = True
        return "", waits

    def _unfit(self, pod: Object) -> str:
        if not self._nodes:
            return "no nodes available to schedule pods"
        counts = Counter(_misfit(pod, node) for node in self._nodes)
        reasons = sorted(f"{count} {reason}" for reason, count in counts.items())
        return self._unavailable(", ".join(reasons), by_node=True)

    def _unavailable(self, reason: str, *, by_node: bool) -> str:
        """Kubernetes 1.34's words; what no node is to blame for, it ends with `not found`."""
        every = len(self._nodes)
        lead = f"0/{every} nodes are available"
        if not by_node:
            return f"{lead}: {reason}. not found"
        useless = f"{lead}: {every} Preemption is not helpful for scheduling."
        return f"{lead}: {reason}. no new claims to deallocate, preemption: {useless}"


def _owner(pod: Object) -> str:
    return str((controller_of(pod) or {}).get("uid", uid_of(pod)))


def _misfit(pod: Object, node: Object) -> str:
    """Why the pod cannot go there; empty where it can."""
    if node.get("spec", {}).get("unschedulable"):
        return _CORDONED
    if taint := repelled_by(pod, node):
        return _TAINTED.format(key=taint["key"], value=taint.get("value", ""))
    wanted = (pod["spec"].get("nodeSelector") or {}).items()
    return "" if wanted <= labels_of(node).items() else _MISMATCH
