"""Claims and volumes: binding, classes, growth, protection, reclaiming."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.embedded.controllers.cluster import Cluster, claim, pod, storage_class


def phase(cluster: Cluster, name: str = "data") -> str:
    return str(cluster.one("PersistentVolumeClaim", name)["status"]["phase"])


def volume(name: str, size: str, **spec: Any) -> dict[str, Any]:
    capacity = {"storage": size}
    spec = {"capacity": capacity, "accessModes": ["ReadWriteOnce"], **spec}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": spec,
    }


def user(name: str = "data") -> dict[str, Any]:
    return pod(volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": name}}])


def test_the_default_class_fills_and_binds() -> None:
    cluster = Cluster()
    cluster.apply(claim())
    cluster.run()
    found = cluster.one("PersistentVolumeClaim", "data")
    assert found["spec"]["storageClassName"] == "standard"
    assert found["status"] == {
        "phase": "Bound",
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "1Gi"},
    }
    made = cluster.one("PersistentVolume", found["spec"]["volumeName"])
    assert made["spec"]["claimRef"]["uid"] == found["metadata"]["uid"]
    assert made["status"]["phase"] == "Bound"


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("", "FailedBinding: no persistent volumes available for this claim"),
        ("fast", 'ProvisioningFailed: storageclass.storage.k8s.io "fast" not found'),
    ],
)
def test_without_a_class_a_claim_stays_pending(name: str, event: str) -> None:
    cluster = Cluster()
    cluster.apply(claim(storageClassName=name))
    cluster.run()
    assert phase(cluster) == "Pending"
    (told,) = cluster.warnings("data")
    assert told.startswith(event)


def test_a_class_may_wait_for_a_pod() -> None:
    cluster = Cluster()
    cluster.apply(storage_class("late", volumeBindingMode="WaitForFirstConsumer"))
    cluster.apply(claim(storageClassName="late"))
    cluster.run()
    assert phase(cluster) == "Pending"
    cluster.apply(user())
    cluster.run()
    assert phase(cluster) == "Bound"
    assert cluster.ready() == ["one"]
    assert cluster.warnings("one") == []


def test_a_claim_takes_the_smallest_volume_that_fits() -> None:
    cluster = Cluster()
    for name, size in (("small", "1Gi"), ("large", "9Gi"), ("right", "3Gi")):
        cluster.apply(volume(name, size))
    cluster.apply(claim(storageClassName="", size="2Gi"))
    cluster.run()
    found = cluster.one("PersistentVolumeClaim", "data")
    assert found["spec"]["volumeName"] == "right"
    assert found["status"]["capacity"] == {"storage": "3Gi"}
    phases = [one["status"]["phase"] for one in cluster.all("PersistentVolume")]
    assert phases == ["Available", "Bound", "Available"]


@pytest.mark.parametrize(("expandable", "capacity"), [(True, "2Gi"), (False, "1Gi")])
def test_growth(expandable: bool, capacity: str) -> None:
    cluster = Cluster(expandable=expandable)
    cluster.apply(claim())
    cluster.run()
    larger = {"requests": {"storage": "2Gi"}}
    cluster.change("PersistentVolumeClaim", "data", "spec", "resources", to=larger)
    cluster.settle()
    found = cluster.one("PersistentVolumeClaim", "data")
    assert found["status"]["capacity"] == {"storage": "1Gi"}
    cluster.run()
    found = cluster.one("PersistentVolumeClaim", "data")
    assert found["status"]["capacity"] == {"storage": capacity}
    (made,) = cluster.all("PersistentVolume")
    assert made["spec"]["capacity"] == {"storage": capacity}


def test_a_claim_in_use_goes_with_its_last_pod() -> None:
    cluster = Cluster()
    cluster.apply(claim())
    cluster.apply(user())
    cluster.run()
    cluster.delete("PersistentVolumeClaim", "data")
    cluster.run()
    assert "deletionTimestamp" in cluster.one("PersistentVolumeClaim", "data")["metadata"]
    cluster.delete("Pod", "one")
    cluster.run()
    assert cluster.names("PersistentVolumeClaim") == []
    assert cluster.names("PersistentVolume") == []


def test_a_retained_volume_is_released() -> None:
    cluster = Cluster()
    cluster.apply(storage_class("kept", reclaimPolicy="Retain"))
    cluster.apply(claim(storageClassName="kept"))
    cluster.run()
    cluster.delete("PersistentVolumeClaim", "data")
    cluster.run()
    (kept,) = cluster.all("PersistentVolume")
    assert kept["status"]["phase"] == "Released"
    cluster.delete("PersistentVolume", kept["metadata"]["name"])
    cluster.run()
    assert cluster.names("PersistentVolume") == []


def test_a_bound_volume_outlives_its_deletion_until_the_claim_is_gone() -> None:
    cluster = Cluster()
    cluster.apply(claim())
    cluster.run()
    (name,) = cluster.names("PersistentVolume")
    cluster.delete("PersistentVolume", name)
    cluster.run()
    assert cluster.names("PersistentVolume") == [name]
    cluster.delete("PersistentVolumeClaim", "data")
    cluster.run()
    assert cluster.names("PersistentVolume") == []
