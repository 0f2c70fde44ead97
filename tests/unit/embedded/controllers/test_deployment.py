"""Deployments and their ReplicaSets: rollout, recreation, rollback, progress."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded.controllers.cluster import Cluster, template, workload


def running(replicas: int = 4, **spec: Any) -> Cluster:
    cluster = Cluster()
    cluster.apply(workload("Deployment", replicas=replicas, **spec))
    cluster.run()
    assert len(cluster.ready()) == replicas
    return cluster


def set_image(cluster: Cluster, image: str) -> None:
    cluster.change("Deployment", "web", "spec", "template", to=template(image))


def images(cluster: Cluster) -> set[str]:
    return {pod["spec"]["containers"][0]["image"] for pod in cluster.all("Pod")}


def status(cluster: Cluster) -> dict[str, Any]:
    found: dict[str, Any] = cluster.one("Deployment", "web")["status"]
    return found


def condition(cluster: Cluster, kind: str) -> tuple[str, str]:
    (found,) = [one for one in status(cluster)["conditions"] if one["type"] == kind]
    return found["status"], found["reason"]


def test_a_deployment_has_a_replica_set_per_template() -> None:
    cluster = running()
    (replica_set,) = cluster.all("ReplicaSet")
    content = replica_set["metadata"]["labels"]["pod-template-hash"]
    assert replica_set["metadata"]["name"] == f"web-{content}"
    assert all(name.startswith(f"web-{content}-") for name in cluster.names("Pod"))
    counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    assert [status(cluster)[field] for field in counts] == [4, 4, 4, 4]
    assert "unavailableReplicas" not in status(cluster)
    assert condition(cluster, "Available") == ("True", "MinimumReplicasAvailable")
    assert condition(cluster, "Progressing") == ("True", "NewReplicaSetAvailable")


def test_a_rollout_keeps_within_surge_and_unavailability() -> None:
    cluster = running(4)
    set_image(cluster, "example.com/web:2")
    for _ in cluster.moments():
        alive = [pod for pod in cluster.all("Pod") if "deletionTimestamp" not in pod["metadata"]]
        assert len(alive) <= 5
        assert len(cluster.ready()) >= 3
    assert images(cluster) == {"example.com/web:2"}
    assert len(cluster.names("Pod")) == 4
    assert condition(cluster, "Progressing") == ("True", "NewReplicaSetAvailable")


def test_a_broken_rollout_stops_and_a_rollback_mends_it() -> None:
    cluster = running(4)
    set_image(cluster, "registry.invalid/web:2")
    cluster.run()
    assert len(cluster.ready()) == 3
    assert condition(cluster, "Progressing") == ("True", "ReplicaSetUpdated")
    cluster.run(seconds=700)
    assert condition(cluster, "Progressing") == ("False", "ProgressDeadlineExceeded")

    set_image(cluster, "example.com/web:1")
    cluster.run()
    assert images(cluster) == {"example.com/web:1"}
    assert len(cluster.ready()) == 4
    revision = "deployment.kubernetes.io/revision"
    found = cluster.one("Deployment", "web")
    assert found["metadata"]["annotations"][revision] == "3"
    numbers = {one["metadata"]["annotations"][revision] for one in cluster.all("ReplicaSet")}
    assert numbers == {"2", "3"}


def test_recreate_lets_no_two_templates_run_together() -> None:
    cluster = running(2, strategy={"type": "Recreate"})
    set_image(cluster, "example.com/web:2")
    for _ in cluster.moments():
        assert len(images(cluster)) <= 1
    assert images(cluster) == {"example.com/web:2"}
    assert len(cluster.ready()) == 2


def test_a_paused_deployment_waits() -> None:
    cluster = running(1)
    cluster.change("Deployment", "web", "spec", "paused", to=True)
    set_image(cluster, "example.com/web:2")
    cluster.run()
    assert images(cluster) == {"example.com/web:1"}
    cluster.change("Deployment", "web", "spec", "replicas", to=2)
    cluster.run()
    assert images(cluster) == {"example.com/web:1"}
    assert len(cluster.ready()) == 2
    assert condition(cluster, "Progressing") == ("Unknown", "DeploymentPaused")
    cluster.change("Deployment", "web", "spec", "paused", to=False)
    cluster.run()
    assert images(cluster) == {"example.com/web:2"}


def test_scaling_and_a_lost_pod() -> None:
    cluster = running(3)
    cluster.change("Deployment", "web", "spec", "replicas", to=1)
    cluster.run()
    assert len(cluster.ready()) == 1
    cluster.delete("Pod", cluster.names("Pod")[0])
    cluster.run()
    assert len(cluster.ready()) == 1
    cluster.change("Deployment", "web", "spec", "replicas", to=0)
    cluster.run()
    assert cluster.names("Pod") == []


def test_old_replica_sets_are_forgotten() -> None:
    cluster = running(1, revisionHistoryLimit=1)
    for version in (2, 3, 4):
        set_image(cluster, f"example.com/web:{version}")
        cluster.run()
    assert len(cluster.names("ReplicaSet")) == 2
