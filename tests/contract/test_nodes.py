"""A node that does not answer: what becomes of its pods, and who may end them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.contract.bench import Bench, is_ready, uids
from tests.contract.objects import stateful_set
from tests.controlplane.outage import (
    node_ref,
    ready,
    switched_off,
    taint_keys,
    take_out_of_service,
)


@pytest.fixture
def stuck(bench: Bench) -> Iterator[tuple[str, str]]:
    """A pod of a StatefulSet whose node is off; its name and its node's."""
    bench.cluster.apply(stateful_set(bench.namespace, replicas=1))
    (pod,) = bench.ready_pods("web", 1)
    node = pod["spec"]["nodeName"]
    with switched_off(bench.cluster, node):
        yield pod["metadata"]["name"], node


def test_it_is_tainted_and_its_pods_are_not_ready(bench: Bench, stuck: tuple[str, str]) -> None:
    _, node = stuck

    def tainted() -> bool:
        taints = bench.cluster.get(node_ref(node))["spec"].get("taints", ())
        found = {(one["key"], one["effect"]) for one in taints}
        return found == {
            ("node.kubernetes.io/unreachable", "NoSchedule"),
            ("node.kubernetes.io/unreachable", "NoExecute"),
        }

    bench.eventually(tainted, "the node is tainted")
    bench.eventually(lambda: not any(map(is_ready, bench.pods("web"))), "the pod is not ready")


def test_its_pods_stay_until_they_are_deleted_by_force(
    bench: Bench, stuck: tuple[str, str]
) -> None:
    name, node = stuck
    ref = bench.ref("v1", "Pod", name)
    uid = bench.cluster.get(ref)["metadata"]["uid"]
    bench.cluster.delete(ref)
    for _ in range(20):
        bench.server.pause()
    assert bench.cluster.get(ref)["metadata"]["uid"] == uid
    bench.eventually(lambda: taint_keys(bench.cluster.get(node_ref(node))), "it is tainted")
    bench.cluster.delete(ref, grace_seconds=0, uid=uid)
    (pod,) = bench.ready_pods("web", 1)
    assert pod["metadata"]["uid"] != uid and pod["spec"]["nodeName"] != node


def test_out_of_service_its_pods_are_collected(bench: Bench, stuck: tuple[str, str]) -> None:
    name, node = stuck
    uid = bench.cluster.get(bench.ref("v1", "Pod", name))["metadata"]["uid"]
    take_out_of_service(bench.cluster, node)
    bench.eventually(lambda: uid not in uids(bench.pods("web")).values(), "it is gone")
    (pod,) = bench.ready_pods("web", 1)
    assert pod["spec"]["nodeName"] != node


def test_it_answers_again_and_ends_what_it_was_told_to(
    bench: Bench, stuck: tuple[str, str]
) -> None:
    name, node = stuck
    ref = bench.ref("v1", "Pod", name)
    uid = bench.cluster.get(ref)["metadata"]["uid"]
    with switched_off(bench.cluster, node):
        bench.cluster.delete(ref)
    bench.eventually(lambda: ready(bench.cluster.get(node_ref(node))) == "True", "it is well")
    bench.eventually(lambda: not taint_keys(bench.cluster.get(node_ref(node))), "no taints")
    (pod,) = bench.ready_pods("web", 1)
    assert pod["metadata"]["uid"] != uid
