"""What a quota does not allow is not made, and told in the controllers' words."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded.controllers.cluster import Cluster, stateful_set, workload


def quota(**hard: str) -> dict[str, Any]:
    metadata = {"name": "small", "namespace": "default"}
    names = {key.replace("_", "/"): value for key, value in hard.items()}
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": metadata,
        "spec": {"hard": names},
    }


def test_a_stateful_set_stops_at_the_quota_and_goes_on_when_it_is_raised() -> None:
    cluster = Cluster()
    cluster.apply(quota(pods="1"))
    cluster.apply(stateful_set(3))
    cluster.run()
    assert cluster.names("Pod") == ["web-0"]
    assert cluster.warnings("web") == [
        'FailedCreate: create Pod web-1 in StatefulSet web failed error: pods "web-1" is '
        "forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1"
    ]
    cluster.apply(quota(pods="3"))
    cluster.run()
    assert cluster.ready() == ["web-0", "web-1", "web-2"]


def test_a_claim_over_the_quota_keeps_its_pod_from_being_made() -> None:
    cluster = Cluster()
    cluster.apply(quota(count_persistentvolumeclaims="1"))
    cluster.apply(stateful_set(2))
    cluster.run()
    assert (cluster.names("Pod"), len(cluster.all("PersistentVolumeClaim"))) == (["web-0"], 1)
    (warning,) = cluster.warnings("web")
    assert "create Claim data-web-1 for Pod web-1 in StatefulSet web failed error: " in warning


def test_a_deployment_says_so_in_a_condition_until_the_quota_is_raised() -> None:
    cluster = Cluster()
    cluster.apply(quota(pods="2"))
    cluster.apply(workload("Deployment", replicas=3))
    cluster.run(5)
    assert len(cluster.names("Pod")) == 2
    (condition,) = failures(cluster)
    assert condition["status"] == "True" and "exceeded quota: small" in condition["message"]
    (name,) = cluster.names("ReplicaSet")
    assert cluster.warnings(name)[0].startswith("FailedCreate: Error creating: pods ")
    cluster.apply(quota(pods="3"))
    cluster.run(5)
    assert (len(cluster.ready()), failures(cluster)) == (3, [])


def failures(cluster: Cluster) -> list[dict[str, str]]:
    conditions = cluster.one("Deployment", "web")["status"]["conditions"]
    return [one for one in conditions if one["type"] == "ReplicaFailure"]
