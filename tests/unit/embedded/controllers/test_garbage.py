"""Cascades: background, foreground and orphan, over owners of owners."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded.controllers.cluster import Cluster, stateful_set, workload


def running(*made: dict[str, Any]) -> Cluster:
    cluster = Cluster()
    for one in made:
        cluster.apply(one)
    cluster.run()
    cluster.log.clear()
    return cluster


def config_map(name: str, *owners: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default", "ownerReferences": list(owners)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


def owner(name: str, uid: str, kind: str = "ConfigMap", **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "name": name, "uid": uid, **fields}


def test_background_dependents_follow_their_owner() -> None:
    cluster = running(stateful_set(2))
    cluster.delete("StatefulSet", "web", "Background")
    cluster.run()
    assert cluster.log[0] == "-StatefulSet/web"
    assert cluster.names("Pod") == cluster.names("ControllerRevision") == []
    assert len(cluster.names("PersistentVolumeClaim")) == 2


def test_foreground_the_owner_goes_last_through_all_generations() -> None:
    cluster = running(workload("Deployment", replicas=2))
    cluster.delete("Deployment", "web", "Foreground")
    cluster.run()
    kinds = [line.partition("/")[0] for line in cluster.log]
    assert kinds == ["-Pod", "-Pod", "-ReplicaSet", "-Deployment"]


def test_orphaned_dependents_stay() -> None:
    cluster = running(workload("Deployment", replicas=2))
    before = cluster.uids("Pod")
    cluster.delete("Deployment", "web", "Orphan")
    cluster.run()
    assert cluster.names("Deployment") == []
    assert cluster.uids("Pod") == before
    (replica_set,) = cluster.all("ReplicaSet")
    assert "ownerReferences" not in replica_set["metadata"]

    cluster.apply(workload("Deployment", replicas=2))
    cluster.run()
    assert cluster.uids("Pod") == before
    (replica_set,) = cluster.all("ReplicaSet")
    assert replica_set["metadata"]["ownerReferences"][0]["kind"] == "Deployment"


def test_an_owner_recreated_under_its_name_is_another_owner() -> None:
    cluster = running(stateful_set(1))
    before = cluster.uids("Pod")
    cluster.delete("StatefulSet", "web", "Background")
    cluster.apply(stateful_set(1))
    cluster.run()
    assert cluster.ready() == ["web-0"]
    assert cluster.uids("Pod") != before


def test_one_owner_that_stays_is_enough() -> None:
    cluster = running(config_map("first"), config_map("second"))
    uids = cluster.uids("ConfigMap")
    cluster.apply(config_map("child", *(owner(name, uid) for name, uid in uids.items())))
    cluster.delete("ConfigMap", "first")
    cluster.run()
    child = cluster.one("ConfigMap", "child")
    assert [one["name"] for one in child["metadata"]["ownerReferences"]] == ["second"]
    cluster.delete("ConfigMap", "second")
    cluster.run()
    assert cluster.names("ConfigMap") == []


def test_an_owner_of_an_unknown_kind_cannot_be_judged() -> None:
    cluster = running(config_map("child", owner("x", "uid-0", kind="Widget")))
    assert cluster.names("ConfigMap") == ["child"]


def test_custom_owners_are_known_through_their_definition() -> None:
    spec = {"group": "example.com", "names": {"kind": "Widget"}, "versions": [{"name": "v1"}]}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": spec,
    }
    gone = {"apiVersion": "example.com/v1", "kind": "Widget", "name": "x", "uid": "uid-0"}
    assert running(definition, config_map("child", gone)).names("ConfigMap") == []


def test_a_dependent_that_does_not_block_does_not_hold_a_foreground_owner() -> None:
    cluster = running(config_map("parent"))
    uid = cluster.uids("ConfigMap")["parent"]
    held = config_map("child", owner("parent", uid, blockOwnerDeletion=False))
    held["metadata"]["finalizers"] = ["example.com/hold"]
    cluster.apply(held)
    cluster.delete("ConfigMap", "parent", "Foreground")
    cluster.run()
    assert cluster.names("ConfigMap") == ["child"]
