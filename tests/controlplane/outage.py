"""A node whose machine is switched off: nobody answers for it, and what it runs is never ended.

On the real control plane the played kubelet keeps away from what has the annotation OFF; the
embedded cluster believes a node's status anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.errors import NotFound
from holdfast.model.manifest import ObjectRef

OFF = "example.com/off"
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
SILENCE = "Kubelet stopped posting node status."


def node_ref(name: str) -> ObjectRef:
    return ObjectRef("v1", "Node", "", name)


@contextmanager
def switched_off(cluster: Cluster, name: str) -> Iterator[None]:
    """The node is off meanwhile; it is there and well afterwards, whatever was done to it."""
    node = cluster.get(node_ref(name))
    off = {"metadata": {"annotations": {OFF: "true"}}}
    cluster.patch(node_ref(name), off)
    for pod in _pods(cluster, name):
        cluster.patch(pod, off)
    _tell(cluster, node_ref(name), "Unknown", "NodeStatusUnknown", SILENCE)
    # As the node controller does, where it is the one who finds the kubelet silent.
    for pod in _pods(cluster, name):
        _tell(cluster, pod, "False", "NodeNotReady", "")
    try:
        yield
    finally:
        _mend(cluster, node)


def take_out_of_service(cluster: Cluster, name: str) -> None:
    """What an administrator does who knows that the machine is off."""
    taint = {"key": OUT_OF_SERVICE, "value": "nodeshutdown", "effect": "NoExecute"}
    taints = cluster.get(node_ref(name))["spec"].get("taints", [])
    cluster.patch(node_ref(name), {"spec": {"taints": [*taints, taint]}})


def ready(node: dict[str, Any]) -> str:
    """The status of a node's Ready condition."""
    conditions = node["status"]["conditions"]
    return str(next(one["status"] for one in conditions if one["type"] == "Ready"))


def taint_keys(node: dict[str, Any]) -> set[str]:
    return {one["key"] for one in node["spec"].get("taints", ())}


def _pods(cluster: Cluster, node: str) -> Iterator[ObjectRef]:
    for pod in cluster.list("v1", "Pod", field_selector=f"spec.nodeName={node}"):
        metadata = pod["metadata"]
        yield ObjectRef("v1", "Pod", metadata["namespace"], metadata["name"])


def _tell(cluster: Cluster, ref: ObjectRef, status: str, reason: str, message: str) -> None:
    """Write the Ready condition of a node or a pod, as its kubelet or the node controller does."""
    told = cluster.get(ref)["status"].get("conditions", ())
    new = {"type": "Ready", "status": status, "reason": reason, "message": message}
    conditions = [{**one, **new} if one["type"] == "Ready" else one for one in told]
    cluster.patch(ref, {"status": {"conditions": conditions}}, subresource="status")


def _mend(cluster: Cluster, node: dict[str, Any]) -> None:
    name, on = node["metadata"]["name"], {"annotations": {OFF: None}}
    found = cluster.find(node_ref(name))
    if found is None:
        metadata = {key: node["metadata"][key] for key in ("name", "labels")}
        cluster.create({"apiVersion": "v1", "kind": "Node", "metadata": metadata})
    else:
        kept = [one for one in found["spec"].get("taints", ()) if one["key"] != OUT_OF_SERVICE]
        cluster.patch(node_ref(name), {"metadata": on, "spec": {"taints": kept or None}})
        _tell(cluster, node_ref(name), "True", "KubeletReady", "kubelet is posting ready status")
    for pod in _pods(cluster, name):
        with suppress(NotFound):
            cluster.patch(pod, {"metadata": on})
