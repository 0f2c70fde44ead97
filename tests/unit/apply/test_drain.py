"""A StatefulSet stops in order, and its claims outlive it whatever its policy says."""

from __future__ import annotations

import pytest
from tests.unit.apply.support import BAD_IMAGE, CONFIG, SET, Shop, said
from tests.unit.releases.support import Killed

from holdfast.errors import PlanError
from holdfast.model.event import EventKind
from holdfast.model.plan import Operation

CLAIMS = ["data-web-0", "data-web-1", "data-web-2"]
DELETING = SET.replace(
    "  replicas: 3",
    "  replicas: 3\n"
    "  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Delete}",
)


@pytest.fixture
def shop():
    return Shop()


def test_pods_stop_from_the_highest_ordinal_and_claims_are_kept_and_listed(shop):
    shop.install(SET)
    assert shop.pods() == ["web-0", "web-1", "web-2"]
    events = shop.uninstall()
    assert said(events, EventKind.SCALED) == [
        "StatefulSet/web: stopping 3 pods in order",
        "web-2 stopped",
        "web-1 stopped",
        "web-0 stopped",
    ]
    kept = said(events, EventKind.KEPT)
    assert [line.split()[1] for line in kept] == CLAIMS
    assert kept[0].startswith("claim data-web-0 kept: 1Gi, ")
    assert (shop.pods(), shop.claims(), shop.secrets()) == ([], CLAIMS, {})


def test_a_policy_that_would_delete_the_claims_is_changed_first(shop):
    shop.install(DELETING)
    assert shop.find("PersistentVolumeClaim", "data-web-0")["metadata"]["ownerReferences"]
    events = shop.uninstall()
    for _ in range(10):
        shop.clock.sleep(1)
        assert shop.claims() == CLAIMS
    assert len(said(events, EventKind.KEPT)) == 3


def test_a_claim_that_the_set_still_owns_is_freed_of_it(shop):
    """As one of an ordinal beyond the replicas, which the set's controller does not look at."""
    shop.install(SET)
    owner = shop.find("StatefulSet", "web", "apps/v1")["metadata"]
    other = shop.find("PersistentVolumeClaim", "data-web-0")
    metadata = {
        "name": "data-web-9",
        "namespace": "shop",
        "ownerReferences": [
            {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": owner["uid"]}
        ],
    }
    spec = {key: other["spec"][key] for key in ("accessModes", "resources")}
    shop.cluster.create({**other, "metadata": metadata, "spec": spec, "status": {}})
    shop.uninstall()
    shop.clock.sleep(10)
    assert shop.claims() == [*CLAIMS, "data-web-9"]


def test_pruning_a_stateful_set_drains_it_too(shop):
    shop.install(DELETING, CONFIG)
    events = shop.upgrade(CONFIG)
    assert len(said(events, EventKind.KEPT)) == 3
    shop.clock.sleep(10)
    assert (shop.pods(), shop.claims()) == ([], CLAIMS)


def test_claims_are_deleted_by_name_only(shop):
    shop.install(SET)
    events = shop.uninstall(delete_claims=["data-web-1"])
    assert "claim data-web-1 deleted, as asked for" in said(events, EventKind.DELETED)
    assert len(said(events, EventKind.KEPT)) == 2
    shop.clock.sleep(1)
    assert shop.claims() == ["data-web-0", "data-web-2"]


def test_an_unknown_claim_is_an_error_before_anything_is_done(shop):
    shop.install(SET)
    plan = shop.plan(Operation.UNINSTALL)
    shop.connect()
    with pytest.raises(PlanError, match="no claim of it is called data-web-7") as caught:
        shop.carry_out(plan, delete_claims=["data-web-0", "data-web-7"])
    assert caught.value.hint == "its claims: data-web-0, data-web-1, data-web-2"
    assert shop.line.writes() == []


def stuck(shop):
    """web-2 cannot stop: something else has a finalizer on it."""
    patch = {"metadata": {"finalizers": ["example.com/stuck"]}}
    shop.cluster.patch(pod(shop, "web-2"), patch)


def pod(shop, name):
    from holdfast.model.manifest import ObjectRef

    return ObjectRef("v1", "Pod", "shop", name)


def test_when_a_pod_blocks_the_order_the_pods_are_deleted_after_the_timeout(shop):
    shop.install(SET)
    stuck(shop)
    released = []

    def let_go_later():
        if not released and shop.clock.now() > start + 40:
            released.append(True)
            shop.cluster.patch(pod(shop, "web-2"), {"metadata": {"finalizers": None}})

    start = shop.clock.now()
    shop.clock.meanwhile = let_go_later
    events = shop.uninstall(timeout=30.0)
    (warning,) = said(events, EventKind.WARNING)
    assert warning == (
        "StatefulSet/web: web-2 (is being deleted) blocks the ordered way; "
        "deleting 3 pods from the highest ordinal on"
    )
    deleted = [line for line in said(events, EventKind.DELETED) if line.startswith("Pod/")]
    assert deleted == ["Pod/web-2 deleted", "Pod/web-1 deleted", "Pod/web-0 deleted"]
    assert (shop.pods(), shop.claims()) == ([], CLAIMS)


def test_unready_pods_of_a_failed_release_are_removed_too(shop):
    shop.install(SET.replace(*BAD_IMAGE), wait=False)
    shop.clock.sleep(5)
    shop.uninstall(timeout=30.0)
    assert shop.pods() == []
    assert shop.secrets() == {}


def test_killed_at_every_request_of_an_uninstall_no_claim_is_lost():
    whole = Shop()
    whole.install(DELETING)
    plan = whole.plan(Operation.UNINSTALL)
    whole.connect()
    whole.carry_out(plan, delete_claims=["data-web-2"])
    requests = len(whole.line.sent)
    for number in range(1, requests + 1):
        shop = Shop()
        shop.install(DELETING)
        plan = shop.plan(Operation.UNINSTALL)
        shop.connect()
        shop.line.kill_at, shop.line.kill_after = number, True
        with pytest.raises(Killed):
            shop.carry_out(plan, delete_claims=["data-web-2"])
        shop.connect()
        shop.clock.sleep(61)
        if shop.store.head("web", "shop"):
            named = [name for name in ("data-web-2",) if name in shop.claims()]
            shop.uninstall(delete_claims=named)
        shop.clock.sleep(1)
        assert shop.pods() == [], f"killed at request {number}"
        assert shop.claims() == CLAIMS[:2], f"killed at request {number}"
        assert shop.secrets() == {}, f"killed at request {number}"
