"""The whole: pure, the same for whoever looks, and at rest when nothing is to do."""

from __future__ import annotations

from tests.unit.embedded.controllers.cluster import (
    Cluster,
    pod,
    stateful_set,
    template,
    workload,
)

from holdfast.embedded.controllers import reconcile


def life(*, in_one_go: bool) -> str:
    """A set's life with other things beside it."""
    cluster = Cluster(nodes=3)
    cluster.apply(stateful_set(3))
    cluster.apply(pod(image="registry.invalid/a:1"))
    other = workload("Deployment", replicas=3)
    other["metadata"]["name"] = "other"
    other["spec"]["selector"] = {"matchLabels": {"app": "other"}}
    other["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    cluster.apply(other)
    cluster.run() if in_one_go else [cluster.settle() for _ in cluster.moments()]
    cluster.change("StatefulSet", "web", "spec", "template", to=template("example.com/web:2"))
    cluster.change("StatefulSet", "web", "spec", "replicas", to=2)
    cluster.run() if in_one_go else [cluster.settle() for _ in cluster.moments()]
    return cluster.dump()


def test_the_same_things_happen_however_often_one_looks() -> None:
    assert life(in_one_go=True) == life(in_one_go=False)


def test_one_pass_writes_an_object_once_and_asks_twice_alike() -> None:
    cluster = Cluster()
    cluster.apply(stateful_set(3, podManagementPolicy="Parallel"))
    writes = reconcile(cluster, cluster.now)
    assert writes == reconcile(cluster, cluster.now)
    assert cluster.names("Pod") == []
    cluster.run()
    assert reconcile(cluster, cluster.now) == ()


def test_nodes_become_ready_with_room() -> None:
    cluster = Cluster(nodes=1)
    cluster.run()
    status = cluster.one("Node", "node-0")["status"]
    assert [(one["type"], one["status"]) for one in status["conditions"]] == [("Ready", "True")]
    assert status["allocatable"]["pods"] == "500"
