"""What the tests find in a fresh control plane: nodes to place pods on, a class for claims."""

from typing import Any

NODES, ZONES = 6, "abc"
STORAGE_CLASS = "standard"


def nodes() -> list[dict[str, Any]]:
    """Describe bare nodes, spread over zones; kwok gives them capacity and makes them ready."""
    return [_node(f"node-{number}", ZONES[number % len(ZONES)]) for number in range(NODES)]


def _node(name: str, zone: str) -> dict[str, Any]:
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/zone": zone,
    }
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}


def storage_class() -> dict[str, Any]:
    """Describe the default class: its provisioner is part of the controller manager."""
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": STORAGE_CLASS, "annotations": default},
        "provisioner": "kubernetes.io/host-path",
        "allowVolumeExpansion": True,
    }
