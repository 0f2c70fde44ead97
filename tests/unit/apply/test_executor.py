"""Single changes: what is sent for each verb, and that nothing is done to another object."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.apply.support import CONFIG, SERVICE, SET, Shop, said

from holdfast.errors import ApplyError, WaitFailed
from holdfast.model.event import EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Effect, Operation, Verb

LARGER = SET.replace("1Gi", "2Gi")


@pytest.fixture
def shop():
    return Shop()


def recreating(shop, text, effect):
    """A plan that makes its one object anew, whatever it would do by itself."""
    plan = shop.plan(Operation.UPGRADE, text)
    changes = tuple(
        replace(c, verb=Verb.RECREATE, effect=effect) if c.desired else c for c in plan.changes
    )
    return replace(plan, changes=changes)


def uids(shop, kind):
    found = shop.cluster.list("v1", kind, "shop")
    return {obj["metadata"]["name"]: obj["metadata"]["uid"] for obj in found}


def test_a_set_is_made_anew_around_its_running_pods(shop):
    shop.install(SET)
    before = shop.find("StatefulSet", "web", "apps/v1")["metadata"]["uid"]
    pods, claims = uids(shop, "Pod"), uids(shop, "PersistentVolumeClaim")
    events = shop.carry_out(recreating(shop, LARGER, Effect.RECREATE_KEEP_PODS))
    assert said(events, EventKind.DELETED, EventKind.APPLIED) == [
        "StatefulSet/web deleted, to be made anew",
        "StatefulSet/web created anew",
    ]
    live = shop.find("StatefulSet", "web", "apps/v1")
    assert live["metadata"]["uid"] != before
    template = live["spec"]["volumeClaimTemplates"][0]
    assert template["spec"]["resources"]["requests"] == {"storage": "2Gi"}
    assert (uids(shop, "Pod"), uids(shop, "PersistentVolumeClaim")) == (pods, claims)


def test_a_set_is_made_anew_with_its_pods_and_keeps_its_claims(shop):
    deleting = "  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n  replicas: 3"
    shop.install(SET.replace("  replicas: 3", deleting))
    pods, claims = uids(shop, "Pod"), uids(shop, "PersistentVolumeClaim")
    shop.carry_out(recreating(shop, LARGER, Effect.RECREATE_PODS))
    assert uids(shop, "PersistentVolumeClaim") == claims
    assert uids(shop, "Pod").keys() == pods.keys()
    assert not set(uids(shop, "Pod").values()) & set(pods.values())


def test_a_recreation_whose_object_is_gone_is_a_creation(shop):
    shop.install(CONFIG)
    plan = recreating(shop, CONFIG, Effect.RECREATE_PODS)
    shop.cluster.delete(plan.changes[0].ref)
    events = shop.carry_out(plan)
    assert said(events, EventKind.DELETED, EventKind.APPLIED) == ["ConfigMap/web created anew"]


def test_an_update_carries_the_uid_it_was_planned_for_as_its_precondition(shop):
    shop.install(CONFIG)
    uid = shop.find("ConfigMap", "web")["metadata"]["uid"]
    plan = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'), SERVICE)
    shop.connect()
    shop.carry_out(plan)
    applied = [json.loads(r.body)["metadata"] for r in shop.line.sent if r.method == "PATCH"]
    assert [metadata.get("uid") for metadata in applied] == [uid, None]


def test_an_object_that_is_another_one_by_now_is_not_deleted(shop):
    shop.install(CONFIG, SERVICE)
    plan = shop.plan(Operation.UPGRADE, SERVICE)
    swap(shop, plan.changes[-1].ref)
    with pytest.raises(ApplyError):
        shop.carry_out(plan)
    assert shop.find("ConfigMap", "web") is not None


def swap(shop, ref):
    """Somebody deletes the object and makes one of their own, in which no field is contested."""
    shop.cluster.delete(ref)
    metadata = {"name": ref.name, "namespace": ref.namespace}
    shop.cluster.create({"apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata})


def test_an_object_that_is_gone_already_is_as_good_as_deleted(shop):
    shop.install(CONFIG, SERVICE)
    plan = shop.plan(Operation.UPGRADE, SERVICE)
    shop.cluster.delete(plan.changes[-1].ref)
    events = shop.carry_out(plan)
    assert said(events, EventKind.DELETED) == ["ConfigMap/web was gone already"]


def test_force_is_used_where_the_plan_says_so(shop):
    shop.install(CONFIG)
    taken = {"data": {"a": "theirs"}}
    plan = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'))
    shop.cluster.patch(plan.changes[0].ref, taken)
    with pytest.raises(ApplyError) as caught:
        shop.carry_out(plan)
    assert "plan again" in caught.value.hint
    forced = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'), force_conflicts=True)
    shop.carry_out(forced)
    assert shop.find("ConfigMap", "web")["data"] == {"a": "2"}


def test_what_is_being_deleted_is_made_anew_once_it_is_gone(shop):
    """As an interrupted deletion leaves it: an apply alone would be lost with the object."""
    held = CONFIG.replace("namespace: shop}", "namespace: shop, finalizers: [example.com/held]}")
    shop.install(held)
    ref = ObjectRef("v1", "ConfigMap", "shop", "web")
    shop.cluster.delete(ref)
    plan = shop.plan(Operation.UPGRADE, held.replace('"1"', '"2"'))
    shop.clock.meanwhile = lambda: shop.cluster.patch(ref, {"metadata": {"finalizers": None}})
    events = shop.carry_out(plan)
    assert said(events, EventKind.WAITING, EventKind.APPLIED) == [
        "ConfigMap/web: is being deleted",
        "ConfigMap/web updated",
    ]
    live = shop.find("ConfigMap", "web")
    assert live["data"] == {"a": "2"} and "deletionTimestamp" not in live["metadata"]


def test_what_does_not_go_ends_it_with_the_reason(shop):
    held = CONFIG.replace("namespace: shop}", "namespace: shop, finalizers: [example.com/held]}")
    shop.install(held)
    shop.cluster.delete(ObjectRef("v1", "ConfigMap", "shop", "web"))
    with pytest.raises(WaitFailed, match="apply ConfigMap/web: it was deleted and is not gone"):
        shop.upgrade(held.replace('"1"', '"2"'), timeout=5.0)
