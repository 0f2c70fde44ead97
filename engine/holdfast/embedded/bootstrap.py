"""What a new cluster holds before anybody asked for anything.

It must not know how objects are completed and kept.
"""

from __future__ import annotations

from typing import Any

from holdfast.embedded.admission import DEFAULT_CLASS
from holdfast.embedded.session import Session, stamp
from holdfast.embedded.state import Put

NAMESPACES = ("default", "kube-system", "kube-public")
"""They are never deleted either."""
NODES = ("node-1", "node-2")
STORAGE_CLASS = "standard"
PROVISIONER = "holdfast.dev/simulated"


def fill(session: Session) -> None:
    """Create the namespaces, a default StorageClass, the API's own Service and the nodes."""
    for obj in (*_namespaces(), _storage_class(), *_nodes(stamp(session.now)), _service()):
        session.carry_out(Put(obj))


def _namespaces() -> list[dict[str, Any]]:
    return [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name},
            "status": {"phase": "Active"},
        }
        for name in NAMESPACES
    ]


def _storage_class() -> dict[str, Any]:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": STORAGE_CLASS, "annotations": {DEFAULT_CLASS: "true"}},
        "provisioner": PROVISIONER,
        "allowVolumeExpansion": True,
        "volumeBindingMode": "Immediate",
    }


def _nodes(since: str) -> list[dict[str, Any]]:
    ready = {
        "type": "Ready",
        "status": "True",
        "lastTransitionTime": since,
        "reason": "KubeletReady",
        "message": "the node is simulated",
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": name,
                "labels": {
                    "kubernetes.io/arch": "amd64",
                    "kubernetes.io/hostname": name,
                    "kubernetes.io/os": "linux",
                },
            },
            "status": {"conditions": [ready]},
        }
        for name in NODES
    ]


def _service() -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        },
        "spec": {
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
            "clusterIP": "10.96.0.1",
        },
        "status": {"loadBalancer": {}},
    }
