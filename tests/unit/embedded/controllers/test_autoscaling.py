"""HorizontalPodAutoscalers: they look, and scale nothing."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded.controllers.cluster import Cluster, workload


def scaler() -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"scaleTargetRef": target, "minReplicas": 5, "maxReplicas": 9},
    }


def conditions(cluster: Cluster) -> dict[str, str]:
    found = cluster.one("HorizontalPodAutoscaler", "web")["status"]["conditions"]
    return {one["type"]: one["reason"] for one in found}


def test_it_tells_its_targets_size_and_that_there_are_no_metrics() -> None:
    cluster = Cluster()
    cluster.apply(scaler())
    cluster.run()
    assert conditions(cluster) == {"AbleToScale": "FailedGetScale"}
    cluster.apply(workload("Deployment", replicas=2))
    cluster.run()
    status = cluster.one("HorizontalPodAutoscaler", "web")["status"]
    assert (status["currentReplicas"], status["desiredReplicas"]) == (2, 2)
    assert conditions(cluster)["ScalingActive"] == "FailedGetResourceMetric"
    assert len(cluster.ready()) == 2
