"""What the server puts into an object from what the cluster has: addresses, ports, a class.

Stands for the API server's allocators and its mutating admission plugins (DefaultStorageClass,
ServiceAccount, Priority, protection finalizers). Unlike defaults, these values depend on other
objects, or are given once and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from holdfast.embedded.catalog import Served
from holdfast.embedded.formats import NODE_PORTS

Object: TypeAlias = dict[str, Any]

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_CLAIM_PROTECTION = "kubernetes.io/pvc-protection"
_NODE_PORT_TYPES = ("NodePort", "LoadBalancer")
_NOT_READY = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


class Cluster(Protocol):
    """What admission may ask of the cluster."""

    @property
    def now(self) -> float:
        """The current time in seconds since the epoch."""

    def list(
        self, api_version: str, kind: str, namespace: str | None = None
    ) -> tuple[dict[str, Any], ...]:
        """All objects of a kind."""


_Rule: TypeAlias = Callable[[Object, Object | None, Cluster], Object]


def complete(served: Served, obj: Object, cluster: Cluster, *, live: Object | None) -> Object:
    """`obj` with what the cluster gives it; `live` is what it replaces, None for a new object."""
    rule = _RULES.get(served.kind) if not served.custom else None
    return rule(obj, live, cluster) if rule else obj


def _namespace(obj: Object, live: Object | None, cluster: Cluster) -> Object:
    if live is not None:
        return obj
    return {**obj, "spec": {**(obj.get("spec") or {}), "finalizers": ["kubernetes"]}}


def _claim(obj: Object, live: Object | None, cluster: Cluster) -> Object:
    if live is not None:
        return obj
    metadata = obj["metadata"]
    finalizers = list(dict.fromkeys([*(metadata.get("finalizers") or ()), _CLAIM_PROTECTION]))
    obj = {**obj, "metadata": {**metadata, "finalizers": finalizers}}
    if "storageClassName" in obj["spec"]:
        return obj
    for found in cluster.list("storage.k8s.io/v1", "StorageClass"):
        metadata = found["metadata"]
        if (metadata.get("annotations") or {}).get(DEFAULT_CLASS) == "true":
            return {**obj, "spec": {**obj["spec"], "storageClassName": metadata["name"]}}
    return obj


def _pod(obj: Object, live: Object | None, cluster: Cluster) -> Object:
    if live is not None:
        return obj
    spec = dict(obj["spec"])
    account = spec.setdefault("serviceAccountName", "default")
    spec.setdefault("serviceAccount", account)
    spec.setdefault("priority", 0)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
    tolerations = list(spec.get("tolerations") or ())
    known = {one.get("key") for one in tolerations}
    tolerations += [
        {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for key in _NOT_READY
        if key not in known
    ]
    return {**obj, "spec": {**spec, "tolerations": tolerations}}


def _job(obj: Object, live: Object | None, cluster: Cluster) -> Object:
    """The selector and labels that tie a Job's pods to it (Kubernetes: Job.spec.manualSelector)."""
    spec = obj["spec"]
    if live is not None or spec.get("manualSelector") or spec.get("selector"):
        return obj
    uid, name = obj["metadata"]["uid"], obj["metadata"].get("name", "")
    labels = {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    }
    template = spec["template"]
    metadata = template.get("metadata") or {}
    metadata = {**metadata, "labels": {**(metadata.get("labels") or {}), **labels}}
    selector = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    spec = {**spec, "selector": selector, "template": {**template, "metadata": metadata}}
    own = obj["metadata"]
    own = own if own.get("labels") else {**own, "labels": metadata["labels"]}
    return {**obj, "metadata": own, "spec": spec}


def _service(obj: Object, live: Object | None, cluster: Cluster) -> Object:
    spec = dict(obj["spec"])
    before = (live or {}).get("spec") or {}
    if spec.get("type") == "ExternalName":
        _drop(spec, ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"))
        return {**obj, "spec": spec}
    _give_address(spec, before, cluster)
    _give_ports(spec, before, cluster)
    return {**obj, "spec": spec}


def _give_address(spec: Object, before: Mapping[str, Any], cluster: Cluster) -> None:
    address = spec.get("clusterIP") or before.get("clusterIP")
    if not address:
        address = next(_free_addresses(cluster))
    if address != before.get("clusterIP"):
        spec.pop("clusterIPs", None)
    spec["clusterIP"] = address
    if not spec.get("clusterIPs"):
        spec["clusterIPs"] = [address]
    # A headless service without a selector has both families, for its endpoints may have either.
    both = address == "None" and not spec.get("selector")
    spec.setdefault("ipFamilies", ["IPv4", "IPv6"] if both else ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "RequireDualStack" if both else "SingleStack")


def _free_addresses(cluster: Cluster) -> Iterator[str]:
    taken = {one["spec"].get("clusterIP") for one in cluster.list("v1", "Service")}
    for number in range(1, 2**16 - 1):
        address = f"10.96.{number >> 8}.{number & 255}"
        if address not in taken:
            yield address


def _give_ports(spec: Object, before: Mapping[str, Any], cluster: Cluster) -> None:
    known = {_port_key(port): port.get("nodePort") for port in before.get("ports") or ()}
    wanted = spec.get("type") in _NODE_PORT_TYPES
    free = _free_ports(cluster) if wanted else iter(())
    ports = []
    for port in spec.get("ports") or ():
        old = known.get(_port_key(port))
        if wanted and not port.get("nodePort"):
            port = {**port, "nodePort": old or next(free)}
        elif not wanted and port.get("nodePort") == old:
            port = {name: value for name, value in port.items() if name != "nodePort"}
        ports.append(port)
    if ports:
        spec["ports"] = ports
    if not wanted:
        _drop(spec, ("externalTrafficPolicy", "healthCheckNodePort"))
    if spec.get("type") != "LoadBalancer":
        _drop(spec, ("allocateLoadBalancerNodePorts", "loadBalancerClass"))


def _free_ports(cluster: Cluster) -> Iterator[int]:
    services = cluster.list("v1", "Service")
    taken = {port.get("nodePort") for one in services for port in one["spec"].get("ports") or ()}
    return (port for port in NODE_PORTS if port not in taken)


def _port_key(port: Mapping[str, Any]) -> tuple[Any, Any]:
    return port.get("port"), port.get("protocol", "TCP")


def _drop(spec: Object, names: tuple[str, ...]) -> None:
    for name in names:
        spec.pop(name, None)


def _definition(obj: Object, live: Object | None, cluster: Cluster) -> Object:
    """A CustomResourceDefinition is served at once; its conditions say so."""
    spec = obj["spec"]
    before = (live or {}).get("status") or {}
    told = {one["type"]: one for one in before.get("conditions") or ()}
    conditions = [
        told.get(kind) or {"type": kind, "status": "True", "reason": reason, "message": message}
        for kind, reason, message in (
            ("NamesAccepted", "NoConflicts", "no conflicts found"),
            ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        )
    ]
    stored = [one.get("name") for one in spec.get("versions") or () if one.get("storage")]
    status = {
        "conditions": conditions,
        "acceptedNames": spec.get("names") or {},
        "storedVersions": stored,
    }
    return {**obj, "status": status}


_RULES: Mapping[str, _Rule] = {
    "CustomResourceDefinition": _definition,
    "Job": _job,
    "Namespace": _namespace,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "Service": _service,
}
