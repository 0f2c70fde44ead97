"""Pods: placing, starting, the reasons why not, and ending."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.embedded.controllers.cluster import (
    START,
    Cluster,
    claim_spec,
    is_ready,
    pod,
    storage_class,
)


def condition(cluster: Cluster, name: str, kind: str) -> dict[str, Any]:
    found = cluster.one("Pod", name)["status"]["conditions"]
    return next(one for one in found if one["type"] == kind)


def waiting(cluster: Cluster, name: str = "one") -> dict[str, str]:
    status: dict[str, Any] = cluster.one("Pod", name)["status"]["containerStatuses"][0]
    return dict(status["state"]["waiting"])


def config_map(name: str, **data: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def with_claim(name: str) -> dict[str, Any]:
    return pod(volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": name}}])


def with_container(**fields: Any) -> dict[str, Any]:
    made = pod()
    made["spec"]["containers"][0] |= fields
    return made


def test_a_pod_goes_from_pending_to_ready() -> None:
    cluster = Cluster()
    cluster.apply(pod())
    cluster.settle()
    seen = []
    for _ in cluster.moments():
        status = cluster.one("Pod", "one")["status"]
        seen.append((status["phase"], "containerStatuses" in status, "podIP" in status))
    assert seen == [
        ("Pending", False, False),
        ("Pending", True, False),
        ("Running", True, True),
    ]
    found = cluster.one("Pod", "one")
    assert is_ready(found)
    assert found["spec"]["nodeName"] == "node-0"
    assert found["status"]["podIP"].startswith("10.244.")
    assert found["status"]["hostIP"] == "192.168.0.1"
    kinds = {one["type"] for one in found["status"]["conditions"] if one["status"] == "True"}
    assert kinds >= {"PodScheduled", "Initialized", "ContainersReady", "Ready"}


def test_readiness_takes_the_probes_delay_scaled() -> None:
    cluster = Cluster()
    cluster.apply(with_container(readinessProbe={"initialDelaySeconds": 30}))
    cluster.run()
    assert is_ready(cluster.one("Pod", "one"))
    assert cluster.now == pytest.approx(START + 0.5)


def test_pods_are_spread_and_have_addresses_of_their_own() -> None:
    cluster = Cluster(nodes=2)
    for number in range(4):
        cluster.apply(pod(f"pod-{number}"))
    cluster.run()
    nodes = [one["spec"]["nodeName"] for one in cluster.all("Pod")]
    assert sorted(nodes) == ["node-0", "node-0", "node-1", "node-1"]
    assert len({one["status"]["podIP"] for one in cluster.all("Pod")}) == 4


def test_a_claim_without_a_volume_is_told_of() -> None:
    cluster = Cluster()
    cluster.apply(with_claim("data"))
    cluster.run()
    told = condition(cluster, "one", "PodScheduled")
    assert (told["status"], told["reason"]) == ("False", "Unschedulable")
    lead = "0/2 nodes are available"
    missing = f'{lead}: persistentvolumeclaim "data" not found. not found'
    assert told["message"] == missing

    none = {"name": "data", "namespace": "default"}
    spec = claim_spec(storageClassName="missing")
    kind = "PersistentVolumeClaim"
    cluster.apply({"apiVersion": "v1", "kind": kind, "metadata": none, "spec": spec})
    cluster.run()
    unbound = f"{lead}: pod has unbound immediate PersistentVolumeClaims. not found"
    assert condition(cluster, "one", "PodScheduled")["message"] == unbound
    told_of = [f"FailedScheduling: {text}" for text in (missing, unbound)]
    assert sorted(cluster.warnings("one")) == sorted(told_of)

    cluster.apply(storage_class("missing"))
    cluster.run()
    assert is_ready(cluster.one("Pod", "one"))


def test_no_node_has_the_labels() -> None:
    cluster = Cluster()
    cluster.apply(pod(nodeSelector={"disk": "fast"}))
    cluster.run()
    assert condition(cluster, "one", "PodScheduled")["message"] == (
        "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. "
        "no new claims to deallocate, preemption: "
        "0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    cluster.change("Node", "node-1", "metadata", "labels", to={"disk": "fast"})
    cluster.run()
    assert cluster.one("Pod", "one")["spec"]["nodeName"] == "node-1"


def test_an_image_from_nowhere_is_tried_then_backed_off() -> None:
    cluster = Cluster()
    cluster.apply(pod(image="registry.invalid:5000/web:1"))
    reasons = []
    for _ in cluster.moments():
        if "containerStatuses" in cluster.one("Pod", "one").get("status", {}):
            reasons.append(waiting(cluster)["reason"])
    assert reasons == ["ContainerCreating", "ErrImagePull", "ImagePullBackOff"]
    assert '"registry.invalid:5000/web:1"' in waiting(cluster)["message"]
    assert cluster.one("Pod", "one")["status"]["phase"] == "Pending"
    assert [text.split(":")[0] for text in cluster.warnings("one")].count("BackOff") == 1

    containers = [{"name": "main", "image": "example.com/web:1"}]
    cluster.change("Pod", "one", "spec", "containers", to=containers)
    cluster.run()
    assert is_ready(cluster.one("Pod", "one"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"envFrom": [{"configMapRef": {"name": "gone"}}]}, 'configmap "gone" not found'),
        ({"envFrom": [{"secretRef": {"name": "gone"}}]}, 'secret "gone" not found'),
        (
            {"env": [{"valueFrom": {"configMapKeyRef": {"name": "settings", "key": "k"}}}]},
            "couldn't find key k in ConfigMap default/settings",
        ),
    ],
)
def test_missing_configuration_is_told_of(fields: dict[str, Any], message: str) -> None:
    cluster = Cluster()
    cluster.apply(config_map("settings", other="x"))
    cluster.apply(with_container(**fields))
    cluster.run()
    assert waiting(cluster) == {"reason": "CreateContainerConfigError", "message": message}
    assert cluster.warnings("one") == [f"Failed: Error: {message}"]


def test_configuration_that_comes_later_mends_the_pod() -> None:
    cluster = Cluster()
    cluster.apply(pod(volumes=[{"name": "conf", "configMap": {"name": "settings"}}]))
    cluster.run()
    assert waiting(cluster) == {"reason": "ContainerCreating"}
    told = 'MountVolume.SetUp failed for volume "conf" : configmap "settings" not found'
    assert cluster.warnings("one") == [f"FailedMount: {told}"]
    cluster.apply(config_map("settings"))
    cluster.run()
    assert is_ready(cluster.one("Pod", "one"))


def test_optional_configuration_may_be_missing() -> None:
    cluster = Cluster()
    volume = {"name": "conf", "secret": {"secretName": "gone", "optional": True}}
    made = with_container(envFrom=[{"configMapRef": {"name": "gone", "optional": True}}])
    made["spec"]["volumes"] = [volume]
    cluster.apply(made)
    cluster.run()
    assert is_ready(cluster.one("Pod", "one"))


def test_init_containers_come_first() -> None:
    cluster = Cluster()
    cluster.apply(pod(initContainers=[{"name": "init", "image": "registry.invalid/init:1"}]))
    cluster.run()
    assert waiting(cluster)["reason"] == "PodInitializing"
    (init,) = cluster.one("Pod", "one")["status"]["initContainerStatuses"]
    assert init["state"]["waiting"]["reason"] == "ImagePullBackOff"


def test_a_pod_that_is_to_end_succeeds() -> None:
    cluster = Cluster()
    cluster.apply(pod(restartPolicy="Never"))
    cluster.run()
    status = cluster.one("Pod", "one")["status"]
    assert status["phase"] == "Succeeded"
    assert status["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 0


def test_a_deleted_pod_ends_after_a_while() -> None:
    cluster = Cluster()
    cluster.apply(pod())
    cluster.run()
    cluster.delete("Pod", "one")
    cluster.settle()
    assert cluster.names("Pod") == ["one"]
    cluster.run()
    assert cluster.names("Pod") == []


def test_a_pod_without_a_node_ends_at_once() -> None:
    cluster = Cluster(nodes=0)
    cluster.apply(pod())
    cluster.run()
    told = condition(cluster, "one", "PodScheduled")["message"]
    assert told == "no nodes available to schedule pods"
    cluster.delete("Pod", "one")
    cluster.settle()
    assert cluster.names("Pod") == []


def test_events_are_forgotten_after_an_hour() -> None:
    cluster = Cluster(nodes=0)
    cluster.apply(pod())
    cluster.run()
    assert cluster.warnings("one") == ["FailedScheduling: no nodes available to schedule pods"]
    cluster.run(seconds=3700)
    assert cluster.warnings("one") == []
