"""The nodes as the API server knows them."""

from typing import Any

from tests.controlplane.api import Api
from tests.controlplane.objects import ZONES

from .log_server import ADDRESS
from .logs import timestamp
from .run import now

CAPACITY = {"cpu": "8", "memory": "16Gi", "ephemeral-storage": "100Gi", "pods": "110"}
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


def node(name: str) -> dict[str, Any]:
    """Describe a node in one of the zones, in turn."""
    number = int(name.rpartition("-")[2])
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/zone": ZONES[number % len(ZONES)],
    }
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}


def report(api: Api, name: str, port: int) -> None:
    """Say that a node is well, how much it has, and where its kubelet listens."""
    moment = now()
    ready = {
        "type": "Ready",
        "status": "True",
        "reason": "KubeletReady",
        "message": "the test kubelet is running",
        "lastHeartbeatTime": moment,
        "lastTransitionTime": moment,
    }
    status = {
        "capacity": CAPACITY,
        "allocatable": CAPACITY,
        "conditions": [ready],
        "addresses": [
            {"type": "InternalIP", "address": ADDRESS},
            {"type": "Hostname", "address": name},
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
    }
    api.merge(f"/api/v1/nodes/{name}/status", {"status": status})


def renew(api: Api, name: str) -> None:
    """Renew a node's lease, by which the control plane sees that it lives."""
    moment = timestamp()[:26] + "Z"
    spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": moment}
    body = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": name},
        "spec": spec,
    }
    try:
        if api.ask("POST", _LEASES, body)[0] == 409:
            kind = "application/merge-patch+json"
            api.ask("PATCH", f"{_LEASES}/{name}", {"spec": spec}, kind=kind)
    except OSError:
        return  # asked again soon
