"""Waiting says what it waits for, once per reason, and what was ready when."""

from __future__ import annotations

import pytest
from tests.unit.apply.support import BAD_IMAGE, CONFIG, JOB, SET, Shop, said

from holdfast.errors import Unreachable, WaitFailed
from holdfast.model.event import EventKind
from holdfast.model.plan import Operation


@pytest.fixture
def shop():
    return Shop()


def test_each_reason_is_told_once_and_then_that_it_is_ready(shop):
    events = shop.install(CONFIG, SET)
    waiting = said(events, EventKind.WAITING)
    assert waiting
    assert len(waiting) == len(set(waiting))
    assert all(line.startswith("StatefulSet/web: ") for line in waiting)
    assert said(events, EventKind.READY) == ["StatefulSet/web: 3 of 3 pods ready"]


def test_an_unchanged_object_that_is_not_ready_is_waited_for_too(shop):
    shop.install(SET, wait=False)
    plan = shop.plan(Operation.UPGRADE, SET)
    assert not plan.pending
    assert said(shop.carry_out(plan), EventKind.READY) == ["StatefulSet/web: 3 of 3 pods ready"]


def test_the_time_is_for_the_whole_operation(shop):
    start = shop.clock.now()
    with pytest.raises(WaitFailed, match="not ready after 7 s") as caught:
        shop.install(CONFIG, SET.replace(*BAD_IMAGE), timeout=7.0)
    assert shop.clock.now() == start + 7
    assert caught.value.failed[0].startswith("StatefulSet/web: 0 of 3 pods ready; web-0: ")


def test_a_job_is_waited_for_only_where_that_is_asked_for(shop):
    events = shop.install(JOB)
    assert said(events, EventKind.READY) == []
    with pytest.raises(WaitFailed, match="Job/load: 0 of 1 completions"):
        shop.upgrade(JOB, wait_for_jobs=True, timeout=5.0)


def test_a_server_that_is_away_for_a_moment_does_not_end_the_wait(shop):
    plan = shop.plan(Operation.INSTALL, SET)
    left = [Unreachable("read StatefulSet/web: no answer")] * 9
    shop.line.fault = lambda r: (
        left.pop() if left and r.method == "GET" and "statefulsets" in r.path else None
    )
    events = shop.carry_out(plan)
    assert "StatefulSet/web: read StatefulSet/web: no answer" in said(events, EventKind.WAITING)
    assert events[-1].kind is EventKind.FINISHED


SNAPSHOTS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: volumesnapshots.snapshot.storage.k8s.io}
spec:
  group: snapshot.storage.k8s.io
  scope: Namespaced
  names: {plural: volumesnapshots, singular: volumesnapshot, kind: VolumeSnapshot}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
SNAPSHOT = """
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: daily, namespace: shop}
"""


def test_a_custom_resource_is_waited_for_though_its_group_ends_in_k8s_io(shop):
    shop.install(SNAPSHOTS)
    events = shop.upgrade(SNAPSHOTS, SNAPSHOT)
    assert "VolumeSnapshot/daily: ready" in said(events, EventKind.READY)
