"""What goes with a deleted object, what stays, and what a deletion waits for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.bench import Bench, names, uids
from tests.contract.objects import config_map, deployment, stateful_set

from holdfast.errors import Conflict, NotFound
from holdfast.model.manifest import ObjectRef


def owned(bench: Bench, owner: dict[str, Any], name: str = "owned", **reference: Any) -> None:
    row = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        **reference,
    }
    bench.cluster.create(config_map(bench.namespace, name, ownerReferences=[row]))


def test_a_deleted_object_is_gone(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "settings")
    bench.cluster.create(config_map(bench.namespace))
    bench.cluster.delete(ref)
    assert bench.cluster.find(ref) is None
    with pytest.raises(NotFound):
        bench.cluster.delete(ref)


def test_a_deletion_of_another_uid_conflicts(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "settings")
    made = bench.cluster.create(config_map(bench.namespace))
    with pytest.raises(Conflict, match="the UID in the precondition"):
        bench.cluster.delete(ref, uid="00000000-0000-0000-0000-000000000000")
    bench.cluster.delete(ref, uid=made["metadata"]["uid"])
    assert bench.cluster.find(ref) is None


def test_a_deletion_of_an_old_version_conflicts(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "settings")
    old = bench.cluster.create(config_map(bench.namespace))["metadata"]["resourceVersion"]
    new = bench.cluster.patch(ref, {"data": {"a": "2"}})["metadata"]["resourceVersion"]
    with pytest.raises(Conflict, match="the ResourceVersion in the precondition"):
        bench.cluster.delete(ref, resource_version=old)
    bench.cluster.delete(ref, resource_version=new)
    assert bench.cluster.find(ref) is None


def test_a_finalizer_holds_an_object(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "settings")
    bench.cluster.create(config_map(bench.namespace, finalizers=["example.com/wait"]))
    bench.cluster.delete(ref)
    assert bench.cluster.get(ref)["metadata"]["deletionTimestamp"]
    bench.cluster.patch(ref, {"metadata": {"finalizers": None}})
    assert bench.cluster.find(ref) is None


def test_what_is_owned_goes_after_its_owner(bench: Bench) -> None:
    owner = bench.cluster.create(config_map(bench.namespace, "owner"))
    owned(bench, owner)
    bench.cluster.delete(bench.ref("v1", "ConfigMap", "owner"))
    bench.gone(bench.ref("v1", "ConfigMap", "owned"))


def test_what_another_owns_too_stays(bench: Bench) -> None:
    first, second = (
        bench.cluster.create(config_map(bench.namespace, name)) for name in ("first", "second")
    )
    owned(bench, first, "one")
    rows = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "name": one["metadata"]["name"],
            "uid": one["metadata"]["uid"],
        }
        for one in (first, second)
    ]
    bench.cluster.create(config_map(bench.namespace, "two", ownerReferences=rows))
    bench.cluster.delete(bench.ref("v1", "ConfigMap", "first"))
    bench.gone(bench.ref("v1", "ConfigMap", "one"))
    assert bench.cluster.find(bench.ref("v1", "ConfigMap", "two"))


def test_orphans_lose_their_owner_and_stay(bench: Bench) -> None:
    owner = bench.cluster.create(config_map(bench.namespace, "owner"))
    owned(bench, owner)
    bench.cluster.delete(bench.ref("v1", "ConfigMap", "owner"), propagation="Orphan")
    bench.gone(bench.ref("v1", "ConfigMap", "owner"))
    left = bench.cluster.get(bench.ref("v1", "ConfigMap", "owned"))
    assert not left["metadata"].get("ownerReferences")


def test_in_the_foreground_the_owner_goes_last(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "owner")
    owner = bench.cluster.create(config_map(bench.namespace, "owner"))
    row = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "owner",
        "uid": owner["metadata"]["uid"],
        "blockOwnerDeletion": True,
    }
    held = bench.ref("v1", "ConfigMap", "held")
    bench.cluster.create(
        config_map(bench.namespace, "held", ownerReferences=[row], finalizers=["example.com/wait"])
    )
    bench.cluster.delete(ref, propagation="Foreground")
    marked = bench.cluster.get(ref)["metadata"]
    assert marked["finalizers"] == ["foregroundDeletion"] and marked["deletionTimestamp"]
    bench.eventually(
        lambda: "deletionTimestamp" in bench.cluster.get(held)["metadata"], "held is on its way"
    )
    assert bench.cluster.find(ref)
    bench.cluster.patch(held, {"metadata": {"finalizers": None}})
    bench.gone(ref)


def test_a_deployment_takes_its_pods_along(bench: Bench) -> None:
    bench.cluster.apply(deployment(bench.namespace))
    bench.ready_pods("web", 2)
    bench.cluster.delete(bench.ref("apps/v1", "Deployment", "web"))
    bench.eventually(lambda: not bench.pods("web"), "no pods")
    assert bench.cluster.list("apps/v1", "ReplicaSet", bench.namespace) == ()


def test_a_stateful_set_takes_its_pods_along_and_leaves_the_claims(bench: Bench) -> None:
    bench.cluster.apply(stateful_set(bench.namespace, replicas=2))
    bench.ready_pods("web", 2)
    bench.cluster.delete(bench.ref("apps/v1", "StatefulSet", "web"))
    bench.eventually(lambda: not bench.pods("web"), "no pods")
    claims = bench.cluster.list("v1", "PersistentVolumeClaim", bench.namespace)
    assert names(claims) == ["data-web-0", "data-web-1"]


def test_orphaned_pods_are_adopted_by_the_next_stateful_set(bench: Bench) -> None:
    ref = bench.ref("apps/v1", "StatefulSet", "web")
    bench.cluster.apply(stateful_set(bench.namespace, replicas=2))
    before = uids(bench.ready_pods("web", 2))
    bench.cluster.delete(ref, propagation="Orphan")
    bench.gone(ref)
    assert uids(bench.pods("web")) == before
    made = bench.cluster.apply(stateful_set(bench.namespace, replicas=2))

    def adopted() -> bool:
        owners = [pod["metadata"].get("ownerReferences", []) for pod in bench.pods("web")]
        return all([row["uid"] for row in rows] == [made["metadata"]["uid"]] for rows in owners)

    bench.eventually(adopted, "the pods are adopted")
    assert uids(bench.ready_pods("web", 2)) == before


def test_a_namespace_takes_everything_along(bench: Bench) -> None:
    bench.cluster.create(config_map(bench.namespace))
    bench.cluster.apply(stateful_set(bench.namespace, replicas=1))
    bench.ready_pods("web", 1)
    bench.cluster.delete(ObjectRef("v1", "Namespace", "", bench.namespace))
    bench.gone(ObjectRef("v1", "Namespace", "", bench.namespace))
    for kind in ("ConfigMap", "Pod", "PersistentVolumeClaim"):
        assert bench.cluster.list("v1", kind, bench.namespace) == ()


def test_a_namespace_on_its_way_out_takes_nothing_new(bench: Bench) -> None:
    ref = bench.ref("v1", "ConfigMap", "held")
    bench.cluster.create(config_map(bench.namespace, "held", finalizers=["example.com/wait"]))
    bench.cluster.delete(ObjectRef("v1", "Namespace", "", bench.namespace))
    with pytest.raises(Exception, match="because it is being terminated") as caught:
        bench.cluster.create(config_map(bench.namespace, "late"))
    assert getattr(caught.value, "status", None) == 403
    bench.cluster.patch(ref, {"metadata": {"finalizers": None}})
    bench.gone(ObjectRef("v1", "Namespace", "", bench.namespace))
