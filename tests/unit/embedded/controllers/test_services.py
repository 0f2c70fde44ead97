"""Services: no load balancer, and the slices of those behind them."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded.controllers.cluster import Cluster, stateful_set


def service(name: str = "web", **spec: Any) -> dict[str, Any]:
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"app": "web"}, "ports": ports, **spec},
    }


def running_set(image: str = "example.com/web:1") -> dict[str, Any]:
    made = stateful_set(2, image)
    container = made["spec"]["template"]["spec"]["containers"][0]
    container["ports"] = [{"name": "http", "containerPort": 8080}]
    return made


def test_a_load_balancer_stays_without_an_address() -> None:
    cluster = Cluster()
    cluster.apply(service(type="LoadBalancer"))
    cluster.run()
    assert cluster.one("Service", "web")["status"] == {"loadBalancer": {}}


def test_a_slice_has_the_ready_pods() -> None:
    cluster = Cluster()
    cluster.apply(service(clusterIP="None"))
    cluster.apply(running_set())
    cluster.run_until(lambda: cluster.ready() == ["web-0"])
    (endpoints,) = cluster.all("EndpointSlice")
    assert endpoints["metadata"]["labels"]["kubernetes.io/service-name"] == "web"
    assert endpoints["metadata"]["labels"]["service.kubernetes.io/headless"] == ""
    (first,) = endpoints["endpoints"]
    assert first["addresses"] == [cluster.one("Pod", "web-0")["status"]["podIP"]]
    assert first["hostname"] == "web-0"
    assert first["conditions"] == {"ready": True, "serving": True, "terminating": False}
    assert endpoints["ports"] == [{"name": "http", "protocol": "TCP", "port": 8080}]

    cluster.run_until(lambda: len(cluster.all("EndpointSlice")[0]["endpoints"]) == 2)
    second = cluster.all("EndpointSlice")[0]["endpoints"][1]
    assert second["conditions"]["ready"] is False
    cluster.delete("Service", "web")
    cluster.run()
    assert cluster.names("EndpointSlice") == []


def test_unready_addresses_may_be_published() -> None:
    cluster = Cluster()
    cluster.apply(service(publishNotReadyAddresses=True))
    cluster.apply(running_set())
    cluster.run_until(lambda: bool(cluster.all("EndpointSlice")[0]["endpoints"]))
    (first,) = cluster.all("EndpointSlice")[0]["endpoints"]
    assert first["conditions"]["ready"] is True
    assert first["conditions"]["serving"] is False
