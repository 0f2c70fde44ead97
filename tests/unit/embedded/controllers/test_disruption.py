"""PodDisruptionBudgets: the counts an eviction would ask for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.embedded.controllers.cluster import Cluster, stateful_set, workload


def budget(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, **spec},
    }


def counts(cluster: Cluster) -> tuple[int, int, int, int]:
    status = cluster.one("PodDisruptionBudget", "web")["status"]
    fields = ("expectedPods", "currentHealthy", "desiredHealthy", "disruptionsAllowed")
    expected, healthy, desired, allowed = (status[field] for field in fields)
    return expected, healthy, desired, allowed


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 2}, (3, 3, 2, 1)),
        ({"minAvailable": "50%"}, (3, 3, 2, 1)),
        ({"maxUnavailable": 1}, (3, 3, 2, 1)),
        ({"maxUnavailable": "50%"}, (3, 3, 1, 2)),
        ({"maxUnavailable": 0}, (3, 3, 3, 0)),
    ],
)
def test_counts_of_a_healthy_set(spec: dict[str, Any], expected: tuple[int, ...]) -> None:
    cluster = Cluster()
    cluster.apply(stateful_set(3))
    cluster.apply(budget(**spec))
    cluster.run()
    assert counts(cluster) == expected


def test_a_pod_on_its_way_out_is_not_healthy() -> None:
    cluster = Cluster()
    cluster.apply(stateful_set(3))
    cluster.apply(budget(maxUnavailable=1))
    cluster.run()
    cluster.delete("Pod", "web-1")
    cluster.settle()
    assert counts(cluster) == (3, 2, 2, 0)
    conditions = cluster.one("PodDisruptionBudget", "web")["status"]["conditions"]
    assert [(one["type"], one["status"]) for one in conditions] == [("DisruptionAllowed", "False")]


def test_a_deployments_scale_counts_not_its_replica_sets() -> None:
    cluster = Cluster()
    cluster.apply(workload("Deployment", replicas=2))
    cluster.apply(budget(maxUnavailable=1))
    cluster.run()
    assert counts(cluster) == (2, 2, 1, 1)
