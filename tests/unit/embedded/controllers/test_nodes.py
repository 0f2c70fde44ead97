"""Nodes that fail, and taints: which pods go, when, and which nobody is there to end."""

from __future__ import annotations

import pytest
from tests.unit.embedded.controllers.cluster import Cluster, pod, stateful_set, workload

UNREACHABLE = "node.kubernetes.io/unreachable"


def tell(cluster: Cluster, node: str, status: str) -> None:
    """What a node's kubelet, or the controller that misses it, writes."""
    condition = {"type": "Ready", "status": status, "lastTransitionTime": "2023-11-14T22:13:20Z"}
    cluster.change("Node", node, "status", "conditions", to=[condition])
    cluster.settle()


def taints(cluster: Cluster, node: str = "node-0") -> list[tuple[str, str]]:
    found = cluster.one("Node", node).get("spec", {}).get("taints", ())
    return [(one["key"], one["effect"]) for one in found]


def taint(cluster: Cluster, node: str, key: str, effect: str, value: str = "") -> None:
    own = {"key": key, "effect": effect, **({"value": value} if value else {})}
    before = cluster.one("Node", node).get("spec", {}).get("taints", [])
    cluster.change("Node", node, "spec", "taints", to=[*before, own])


def on_node(cluster: Cluster, name: str = "one") -> str:
    return str(cluster.one("Pod", name)["spec"].get("nodeName", ""))


@pytest.mark.parametrize(
    ("status", "key"), [("Unknown", UNREACHABLE), ("False", "node.kubernetes.io/not-ready")]
)
def test_a_node_that_is_not_ready_is_tainted_until_it_is(status: str, key: str) -> None:
    cluster = Cluster()
    taint(cluster, "node-0", "example.com/own", "NoSchedule")
    tell(cluster, "node-0", status)
    own = ("example.com/own", "NoSchedule")
    assert taints(cluster) == [own, (key, "NoSchedule"), (key, "NoExecute")]
    tell(cluster, "node-0", "True")
    assert taints(cluster) == [own]


def tolerating(seconds: int) -> dict[str, object]:
    return {
        "key": UNREACHABLE,
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": seconds,
    }


def test_its_pods_are_deleted_after_their_toleration_and_do_not_end() -> None:
    cluster = Cluster()
    cluster.apply(pod(tolerations=[tolerating(30)]))
    cluster.run()
    tell(cluster, on_node(cluster), "Unknown")
    assert cluster.ready() == []
    began = cluster.now
    cluster.run_until(lambda: "deletionTimestamp" in cluster.one("Pod", "one")["metadata"])
    assert cluster.now - began == pytest.approx(30, abs=1)
    cluster.run(3600)
    assert cluster.names("Pod") == ["one"]


def test_a_node_that_answers_again_ends_what_it_was_told_to_and_runs_on_the_rest() -> None:
    cluster = Cluster(nodes=1)
    for name in ("one", "two"):
        cluster.apply(pod(name, tolerations=[tolerating(300)]))
    cluster.run()
    tell(cluster, "node-0", "Unknown")
    cluster.delete("Pod", "one")
    cluster.run(20)
    assert cluster.names("Pod") == ["one", "two"]
    tell(cluster, "node-0", "True")
    cluster.run()
    assert (cluster.names("Pod"), cluster.ready()) == (["two"], ["two"])


def test_a_stateful_set_does_not_replace_a_pod_that_does_not_end() -> None:
    cluster = Cluster()
    cluster.apply(stateful_set(2))
    cluster.run()
    before = cluster.uids("Pod")
    tell(cluster, on_node(cluster, "web-1"), "Unknown")
    cluster.delete("Pod", "web-1")
    cluster.run(3600)
    assert cluster.uids("Pod") == before


def test_the_pods_of_a_node_that_is_gone_are_collected_after_a_while() -> None:
    cluster = Cluster()
    cluster.apply(pod())
    cluster.run()
    cluster.delete("Node", on_node(cluster))
    began = cluster.now
    cluster.run_until(lambda: cluster.names("Pod") == [], 3600)
    assert cluster.now - began == pytest.approx(40, abs=1)


def test_out_of_service_means_that_nobody_waits_for_a_node_that_is_away() -> None:
    cluster = Cluster()
    cluster.apply(stateful_set(1))
    cluster.run()
    node = on_node(cluster, "web-0")
    taint(cluster, node, "node.kubernetes.io/out-of-service", "NoSchedule", "nodeshutdown")
    cluster.delete("Pod", "web-0")
    before = cluster.uids("Pod")
    tell(cluster, node, "Unknown")
    cluster.run()
    assert cluster.uids("Pod") != before
    assert cluster.ready() == ["web-0"] and on_node(cluster, "web-0") != node


def test_untolerated_taints_keep_pods_away_and_send_them_away() -> None:
    cluster = Cluster(nodes=1)
    taint(cluster, "node-0", "example.com/gpu", "NoSchedule", "yes")
    cluster.apply(pod("one"))
    same = {"key": "example.com/gpu", "operator": "Equal", "value": "yes"}
    cluster.apply(pod("two", tolerations=[same]))
    cluster.run()
    assert cluster.ready() == ["two"]
    (warning,) = cluster.warnings("one")
    assert "1 node(s) had untolerated taint {example.com/gpu: yes}" in warning
    taint(cluster, "node-0", "example.com/down", "NoExecute")
    cluster.run()
    assert cluster.names("Pod") == ["one"]


def test_a_deployment_replaces_pods_that_are_sent_away() -> None:
    cluster = Cluster()
    cluster.apply(workload("Deployment", replicas=2))
    cluster.run()
    taint(cluster, "node-0", "example.com/down", "NoExecute")
    cluster.run()
    assert len(cluster.ready()) == 2
    assert {one["spec"]["nodeName"] for one in cluster.all("Pod")} == {"node-1"}
