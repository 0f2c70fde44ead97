"""The trap of ordered rollouts (kubernetes/kubernetes#67250): recognised, said, and mended."""

from __future__ import annotations

import pytest
from tests.unit.apply.support import BAD_IMAGE, SET, Shop, said
from tests.unit.apply.test_fail_fast import pods_with

from holdfast.errors import Unauthorized, WaitFailed
from holdfast.model.event import EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Operation

STUCK = pods_with(readinessProbe={"exec": {"command": ["false"]}})


@pytest.fixture
def shop() -> Shop:
    return Shop()


def uids(shop: Shop, kind: str) -> dict[str, str]:
    found = shop.cluster.list("v1", kind, "shop")
    return {obj["metadata"]["name"]: obj["metadata"]["uid"] for obj in found}


def test_going_back_deletes_the_one_pod_that_blocks_and_no_other(shop: Shop) -> None:
    shop.install(SET)
    with pytest.raises(WaitFailed):
        shop.upgrade(SET.replace(*BAD_IMAGE))
    pods, claims = uids(shop, "Pod"), uids(shop, "PersistentVolumeClaim")
    events = shop.upgrade(SET)
    (warning,) = said(events, EventKind.WARNING)
    assert warning.startswith(
        "StatefulSet/web: web-2 of an earlier revision is not ready (ImagePullBackOff: "
    )
    assert warning.endswith("blocks the ordered rollout (kubernetes/kubernetes#67250)")
    assert said(events, EventKind.DELETED) == [
        "Pod/web-2 deleted, to come back from the new revision; its claims stay"
    ]
    assert said(events, EventKind.READY) == ["StatefulSet/web: 3 of 3 pods ready"]
    after = uids(shop, "Pod")
    assert [name for name in pods if after[name] != pods[name]] == ["web-2"]
    assert uids(shop, "PersistentVolumeClaim") == claims


def test_a_claim_that_the_pod_owns_does_not_go_with_it(shop: Shop) -> None:
    """As one does whose ordinal was to go (whenScaled: Delete), and then is wanted again."""
    shop.install(SET)
    with pytest.raises(WaitFailed):
        shop.upgrade(SET.replace(*BAD_IMAGE))
    pod = uids(shop, "Pod")["web-2"]
    before = uids(shop, "PersistentVolumeClaim")
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "web-2", "uid": pod}
    claim = ObjectRef("v1", "PersistentVolumeClaim", "shop", "data-web-2")
    shop.cluster.patch(claim, {"metadata": {"ownerReferences": [owner]}})
    shop.upgrade(SET)
    shop.clock.sleep(30)
    assert uids(shop, "PersistentVolumeClaim") == before
    assert uids(shop, "Pod")["web-2"] != pod


def test_a_first_revision_that_never_ran_is_mended_by_the_next(shop: Shop) -> None:
    with pytest.raises(WaitFailed):
        shop.install(SET.replace(*BAD_IMAGE))
    start = shop.clock.now()
    events = shop.upgrade(SET)
    assert said(events, EventKind.READY) == ["StatefulSet/web: 3 of 3 pods ready"]
    assert shop.clock.now() - start < 20


def test_a_pod_that_only_never_gets_ready_is_given_longer(shop: Shop) -> None:
    shop.install(STUCK, wait=False)
    shop.clock.sleep(5)
    start = shop.clock.now()
    events = shop.upgrade(SET)
    assert 60 <= shop.clock.now() - start < 70
    assert (
        "web-0 of an earlier revision is not ready (running, not ready yet)"
        in said(events, EventKind.WARNING)[0]
    )


def test_a_pod_that_gets_ready_by_itself_is_left_alone(shop: Shop) -> None:
    slow = pods_with(readinessProbe={"tcpSocket": {"port": 80}, "initialDelaySeconds": 1000})
    shop.install(slow, wait=False)
    events = shop.upgrade(SET)
    assert said(events, EventKind.WARNING) == []
    assert said(events, EventKind.READY) == ["StatefulSet/web: 3 of 3 pods ready"]


def test_where_pods_may_not_be_deleted_that_is_said_and_the_wait_goes_on(shop: Shop) -> None:
    shop.install(SET.replace(*BAD_IMAGE), wait=False)
    shop.clock.sleep(5)
    shop.line.fault = lambda r: (
        Unauthorized("delete Pod/web-0: pods is forbidden", status=403)
        if r.method == "DELETE" and "pods" in r.path
        else None
    )
    told: list[str] = []
    with pytest.raises(WaitFailed, match="not ready after 30 s"):
        for event in shop.start(shop.plan(Operation.UPGRADE, SET), timeout=30.0):
            told += [event.message] if event.kind is EventKind.WARNING else []
    assert told[1] == (
        "Pod/web-0 has to be deleted, which did not work: delete Pod/web-0: pods is forbidden"
    )
    assert len(told) == 4, "it is tried again after a while"
    shop.line.fault = lambda r: None
    assert shop.history()[-1].startswith("2 failed")
