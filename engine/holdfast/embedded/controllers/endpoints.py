"""EndpointSlices: the addresses behind every Service that selects pods.

Stands for the EndpointSlice controller, with one slice per Service however many pods there are.
Left out: the older Endpoints objects, IPv6, topology hints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    digest,
    is_terminating,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    status_of,
    uid_of,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import is_ready, phase_of
from holdfast.embedded.state import Put, Write
from holdfast.kinds.selectors import selector_of
from holdfast.model.manifest import ObjectRef

_MANAGER = "endpointslice-controller.k8s.io"


def control_endpoints(view: View) -> Iterator[Write]:
    """Keep one slice per Service with a selector."""
    for service in view.list("v1", "Service"):
        if service["spec"].get("selector") and not is_terminating(service):
            yield Put(_slice(view, service))


def _slice(view: View, service: Object) -> Object:
    namespace, name = (
        namespace_of(service),
        f"{name_of(service)}-{digest(name_of(service), length=5)}",
    )
    known = view.get(ObjectRef("discovery.k8s.io/v1", "EndpointSlice", namespace, name))
    pods = _backends(view, service)
    labels = {
        **labels_of(service),
        "kubernetes.io/service-name": name_of(service),
        "endpointslice.kubernetes.io/managed-by": _MANAGER,
    }
    if service["spec"].get("clusterIP") == "None":
        labels["service.kubernetes.io/headless"] = ""
    metadata = {
        **(known["metadata"] if known else {"name": name, "namespace": namespace}),
        "labels": labels,
        "ownerReferences": [owner_reference(service)],
    }
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata,
        "addressType": "IPv4",
        "endpoints": [_endpoint(service, pod) for pod in pods],
        "ports": [_port(port, pods) for port in service["spec"].get("ports") or ()],
    }


def _backends(view: View, service: Object) -> list[Object]:
    selector = selector_of({"matchLabels": service["spec"]["selector"]})
    return [
        pod
        for pod in view.pods(namespace_of(service))
        if selector.matches(labels_of(pod))
        and status_of(pod).get("podIP")
        and phase_of(pod) == "Running"
    ]


def _endpoint(service: Object, pod: Object) -> dict[str, Any]:
    spec, serving = pod["spec"], is_ready(pod)
    always = bool(service["spec"].get("publishNotReadyAddresses"))
    ready = always or (serving and not is_terminating(pod))
    endpoint: dict[str, Any] = {
        "addresses": [status_of(pod)["podIP"]],
        "conditions": {"ready": ready, "serving": serving, "terminating": is_terminating(pod)},
        "nodeName": spec["nodeName"],
        "targetRef": {
            "kind": "Pod",
            "namespace": namespace_of(pod),
            "name": name_of(pod),
            "uid": uid_of(pod),
        },
    }
    if spec.get("hostname") and spec.get("subdomain") == name_of(service):
        endpoint["hostname"] = spec["hostname"]
    return endpoint


def _port(port: Mapping[str, Any], pods: list[Object]) -> dict[str, Any]:
    target = port.get("targetPort") or port["port"]
    number = _named_port(target, pods) if isinstance(target, str) else target
    made = {"name": port.get("name", ""), "protocol": port.get("protocol", "TCP")}
    return {**made, "port": number} if number is not None else made


def _named_port(name: str, pods: list[Object]) -> int | None:
    """The number behind a port's name, as the first pod that has it says."""
    return next(
        (
            int(port["containerPort"])
            for pod in pods
            for container in pod["spec"]["containers"]
            for port in container.get("ports") or ()
            if port.get("name") == name
        ),
        None,
    )
