"""DaemonSets: a pod per node, replaced one by one."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded.controllers.cluster import Cluster, template, workload


def status(cluster: Cluster) -> dict[str, Any]:
    found: dict[str, Any] = cluster.one("DaemonSet", "web")["status"]
    return found


def test_every_node_has_its_pod() -> None:
    cluster = Cluster(nodes=3)
    cluster.apply(workload("DaemonSet"))
    cluster.run()
    nodes = [pod["spec"]["nodeName"] for pod in cluster.all("Pod")]
    assert sorted(nodes) == ["node-0", "node-1", "node-2"]
    assert len(cluster.ready()) == 3
    for field in ("desiredNumberScheduled", "numberReady", "updatedNumberScheduled"):
        assert status(cluster)[field] == 3


def test_only_nodes_with_the_labels() -> None:
    cluster = Cluster(nodes=2)
    cluster.change("Node", "node-1", "metadata", "labels", to={"disk": "fast"})
    made = workload("DaemonSet")
    made["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "fast"}
    cluster.apply(made)
    cluster.run()
    assert [pod["spec"]["nodeName"] for pod in cluster.all("Pod")] == ["node-1"]
    cluster.change("Node", "node-1", "metadata", "labels", to={})
    cluster.run()
    assert cluster.names("Pod") == []


def test_an_update_replaces_one_pod_after_the_other() -> None:
    cluster = Cluster(nodes=3)
    cluster.apply(workload("DaemonSet"))
    cluster.run()
    cluster.change("DaemonSet", "web", "spec", "template", to=template("example.com/web:2"))
    for _ in cluster.moments():
        assert len(cluster.ready()) >= 2
    images = {pod["spec"]["containers"][0]["image"] for pod in cluster.all("Pod")}
    assert images == {"example.com/web:2"}
    assert status(cluster)["updatedNumberScheduled"] == 3
    assert len(cluster.names("ControllerRevision")) == 2
