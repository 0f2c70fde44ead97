"""Between stages: what is waited for, how often it is told, and what a failure leaves."""

from __future__ import annotations

import pytest
from tests.unit.apply.support import CONFIG, SERVICE, SET, Shop, said
from tests.unit.apply.test_waiter import SNAPSHOT, SNAPSHOTS

from holdfast.errors import ApplyError, ServerFailed, Unreachable, WaitFailed
from holdfast.model.event import EventKind
from holdfast.model.plan import Operation

LATE = CONFIG.replace("{name: web,", '{name: web, annotations: {holdfast.dev/wave: "1"},')
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec:
  storageClassName: nobody-has-it
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
"""


@pytest.fixture
def shop():
    return Shop()


def test_what_was_ready_between_two_waves_is_not_told_again_at_the_end(shop):
    events = shop.install(SET, LATE)
    assert said(events, EventKind.READY) == ["StatefulSet/web: 3 of 3 pods ready"]
    applied = [event.message for event in events if event.kind is not EventKind.WAITING]
    assert applied.index("StatefulSet/web: 3 of 3 pods ready") < applied.index(
        "ConfigMap/web created"
    )


def test_a_claim_does_not_hold_up_the_wave_that_may_bring_its_consumer(shop):
    events = shop.install(CLAIM, LATE, wait=False)
    assert "ConfigMap/web created" in said(events)


def test_a_wave_that_never_comes_says_what_was_done_and_what_was_not(shop):
    with pytest.raises(WaitFailed, match=r"; wave 1 was not begun") as caught:
        shop.install(SET.replace("nginx:1.27", "registry.invalid/nginx:1"), LATE, timeout=5.0)
    assert caught.value.done == ("StatefulSet/web",)
    assert caught.value.failed[0].startswith("StatefulSet/web: 0 of 3 pods ready")
    assert caught.value.skipped == ("ConfigMap/web",)


def test_a_definition_that_cannot_be_seen_ends_it_before_all_else(shop):
    plan = shop.plan(Operation.INSTALL, SNAPSHOTS, SNAPSHOT, SERVICE)
    shop.line.fault = lambda request: (
        Unreachable("no answer")
        if request.method == "GET" and "customresourcedefinitions" in request.path
        else None
    )
    with pytest.raises(WaitFailed, match="no answer") as caught:
        shop.carry_out(plan, timeout=5.0)
    name = "CustomResourceDefinition/volumesnapshots.snapshot.storage.k8s.io"
    assert caught.value.done == (name,)
    assert caught.value.skipped == ("Service/web", "VolumeSnapshot/daily")
    assert shop.names("Service") == []


def test_a_kind_is_waited_for_until_the_server_tells_of_it(shop):
    plan = shop.plan(Operation.INSTALL, SNAPSHOTS, SNAPSHOT)
    left = [ServerFailed("not yet", status=503)] * 3
    shop.line.fault = lambda request: (
        left.pop() if left and request.method == "GET" and request.path == "/apis" else None
    )
    events = shop.carry_out(plan)
    assert not left and "VolumeSnapshot/daily created" in said(events)


def test_definitions_that_fail_leave_everything_else_undone(shop):
    plan = shop.plan(Operation.INSTALL, SNAPSHOTS, SERVICE)
    shop.line.fault = lambda request: (
        ServerFailed("out of order", status=500)
        if request.method == "PATCH" and "customresourcedefinitions" in request.path
        else None
    )
    with pytest.raises(ApplyError, match="out of order") as caught:
        shop.carry_out(plan)
    assert caught.value.done == () and caught.value.skipped == ("Service/web",)
    assert shop.names("Service") == []
