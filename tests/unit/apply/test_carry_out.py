"""The life of a release: what is recorded, what is told, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.apply.support import BAD_IMAGE, CONFIG, SERVICE, SET, Shop, said

from holdfast.errors import (
    ApplyError,
    Invalid,
    PlanError,
    ReleaseError,
    ReleaseLocked,
    Unreachable,
    WaitFailed,
)
from holdfast.model.event import EventKind
from holdfast.model.plan import Operation
from holdfast.model.release import Status
from holdfast.releases import history


@pytest.fixture
def shop():
    return Shop()


def test_install_tells_what_it_does_and_ends_with_the_revision(shop):
    events = shop.install(CONFIG, SERVICE)
    assert said(events) == [
        "install of release web to revision 1",
        "ConfigMap/web created",
        "Service/web created",
        "install of release web to revision 1: deployed",
    ]
    last = events[-1]
    assert last.kind is EventKind.FINISHED
    assert last.revision.status is Status.DEPLOYED
    assert shop.history() == ["1 deployed: Install complete"]
    assert shop.store.head("web", "shop").lock is None


def test_upgrade_supersedes_and_prunes_last(shop):
    shop.install(CONFIG, SERVICE)
    events = shop.upgrade(CONFIG.replace('"1"', '"2"'), description="new value")
    assert said(events, EventKind.APPLIED, EventKind.DELETED) == [
        "ConfigMap/web updated",
        "Service/web deleted",
    ]
    assert shop.find("ConfigMap", "web")["data"] == {"a": "2"}
    assert shop.find("Service", "web") is None
    assert shop.history() == ["1 superseded: Install complete", "2 deployed: new value"]


def test_the_record_is_there_before_the_first_change(shop):
    shop.install(CONFIG)
    plan = shop.plan(Operation.UPGRADE, CONFIG, SERVICE)
    shop.connect()
    shop.carry_out(plan)
    writes = shop.line.writes()
    assert writes[0] == "PUT holdfast.web"  # the lock
    assert writes[1] == "POST secrets"  # the chunk
    assert writes[2:] == ["PUT holdfast.web", "PATCH web", "PUT holdfast.web"]


def test_the_namespace_comes_first_where_it_is_asked_for(shop):
    plan = shop.plan(Operation.INSTALL, CONFIG, create_namespace=True)
    shop.cluster.delete(namespace_ref())
    while shop.cluster.find(namespace_ref()):
        shop.clock.sleep(1)
    shop.connect()
    events = shop.carry_out(plan)
    assert said(events)[:2] == ["Namespace/shop created", "install of release web to revision 1"]
    assert shop.line.writes()[0] == "POST namespaces"


def namespace_ref():
    from holdfast.model.manifest import ObjectRef

    return ObjectRef("v1", "Namespace", "", "shop")


def test_a_server_that_says_no_ends_it_with_the_tale(shop):
    plan = shop.plan(Operation.INSTALL, CONFIG, SERVICE, CONFIG.replace("name: web", "name: zoo"))
    shop.line.fault = lambda r: (
        Invalid("apply Service/web: no such port", status=422)
        if r.method == "PATCH" and "services" in r.path
        else None
    )
    with pytest.raises(ApplyError, match="no such port") as caught:
        shop.carry_out(plan)
    assert caught.value.failed == ("Service/web",)
    assert "ConfigMap/web" in (*caught.value.done, *caught.value.skipped)
    assert shop.history() == ["1 failed: Install failed: apply Service/web: no such port"]
    assert shop.store.head("web", "shop").lock is None


def test_a_failed_upgrade_leaves_the_deployed_one_deployed(shop):
    shop.install(CONFIG)
    shop.line.fault = lambda r: Unreachable("no answer") if "configmaps" in r.path else None
    plan_failed(shop)
    assert shop.history() == [
        "1 deployed: Install complete",
        "2 failed: Upgrade failed: no answer",
    ]


def plan_failed(shop):
    fault, shop.line.fault = shop.line.fault, lambda request: None
    plan = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'))
    shop.line.fault = fault
    with pytest.raises(ApplyError):
        shop.carry_out(plan)


def test_a_failure_that_cannot_be_recorded_says_so_and_is_settled_by_the_next(shop):
    shop.install(CONFIG)
    plan = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'))

    def away_after_the_pending_record(request):
        begun = len(shop.line.writes()) > before + 3
        return Unreachable("no answer") if begun else None

    before = len(shop.line.writes())
    shop.line.fault = away_after_the_pending_record
    with pytest.raises(ApplyError) as caught:
        shop.carry_out(plan)
    assert "the failure could not be recorded" in caught.value.hint
    shop.line.fault = lambda request: None
    shop.clock.time += 61
    events = shop.upgrade(CONFIG)
    assert said(events, EventKind.WARNING) == [
        "release web: upgrade of revision 2 by ann@host:1, begun 2027-01-15 08:00:00 UTC, "
        "was cut off; going on from there"
    ]
    assert [line.partition(":")[0] for line in shop.history()] == [
        "1 superseded",
        "2 failed",
        "3 deployed",
    ]


def test_a_plan_made_against_another_revision_is_refused(shop):
    shop.install(CONFIG)
    old = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'))
    shop.upgrade(CONFIG.replace('"1"', '"3"'))
    with pytest.raises(PlanError, match="planned against revision 1, the release is at 2"):
        shop.carry_out(old)
    assert shop.find("ConfigMap", "web")["data"] == {"a": "3"}
    assert len(shop.history()) == 2
    assert shop.store.head("web", "shop").lock is None


def test_a_plan_that_another_operation_overtook_is_made_again(shop):
    shop.install(CONFIG)
    old = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'))
    shop.upgrade(CONFIG.replace('"1"', '"3"'))
    locks = []

    def replan():
        locks.append(shop.store.head("web", "shop").lock.holder)
        return shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'))

    events = shop.carry_out(old, replan=replan)
    assert said(events)[0] == (
        "upgrade of release web: planned against revision 1, the release is at 2; planning again"
    )
    assert locks == ["ann@host:1"], "planned while nobody else can come first"
    assert shop.find("ConfigMap", "web")["data"] == {"a": "2"}
    assert shop.history()[-1] == "3 deployed: Upgrade complete"


def test_a_plan_made_before_the_same_revision_was_touched_is_out_of_date(shop):
    """As by an uninstall that was killed: the number is the same, the objects are not."""
    shop.install(CONFIG)
    head = shop.store.head("web", "shop")
    plan = replace(
        shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"')), as_of=history.as_of(head)
    )
    shop.clock.time += 5
    gone = shop.start(shop.plan(Operation.UNINSTALL))
    next(gone)
    gone.close()
    with pytest.raises(PlanError, match="against revision 1, which was changed at 2027-01-15"):
        shop.carry_out(plan)
    assert shop.store.head("web", "shop").lock is None


def test_a_plan_that_cannot_be_made_again_leaves_nothing_behind(shop):
    shop.install(CONFIG)
    old = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'))
    shop.upgrade(CONFIG.replace('"1"', '"3"'))

    def refuse():
        raise PlanError("no more")

    with pytest.raises(PlanError, match="no more"):
        shop.carry_out(old, replan=refuse)
    assert shop.store.head("web", "shop").lock is None
    assert len(shop.history()) == 2


def test_a_plan_with_refused_changes_is_not_begun(shop):
    shop.cluster.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "namespace": "shop"}}
    )
    plan = shop.plan(Operation.INSTALL, CONFIG)
    shop.connect()
    with pytest.raises(PlanError, match="ConfigMap/web: exists already") as caught:
        shop.carry_out(plan)
    assert "--take-ownership" in caught.value.message
    assert shop.line.writes() == []


def test_a_release_in_other_hands_is_refused_or_waited_for(shop):
    shop.install(CONFIG)
    shop.store.acquire("web", "shop", holder="bob@host:2", operation="upgrade")
    with pytest.raises(ReleaseLocked, match="bob@host:2 has held it"):
        shop.upgrade(CONFIG)
    events = shop.upgrade(CONFIG, lock_timeout=90.0)
    assert said(events, EventKind.WARNING) == [
        "release web: upgrade by bob@host:2, begun 2027-01-15 08:00:00 UTC, "
        "was cut off; going on from there"
    ]


def test_whoever_lost_the_lock_changes_nothing_more(shop):
    shop.install(CONFIG)
    plan = shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"'))
    paused = shop.start(plan)
    assert next(paused).kind is EventKind.STARTED
    shop.clock.time += 61
    shop.carry_out(shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"3"')), holder="bob@host:2")
    before = shop.history(), len(shop.line.writes())
    with pytest.raises(ReleaseError, match="lost the lock"):
        list(paused)
    assert shop.find("ConfigMap", "web")["data"] == {"a": "3"}
    assert shop.history() == before[0]
    attempts = shop.line.writes()[before[1] :]
    assert attempts == ["PUT holdfast.web"]  # refused by the server


@pytest.mark.parametrize("stop", ["close", "ctrl-c"])
def test_an_interrupted_operation_is_recorded_as_such(shop, stop):
    shop.install(CONFIG)
    running = shop.start(shop.plan(Operation.UPGRADE, CONFIG.replace('"1"', '"2"')))
    next(running)
    if stop == "close":
        running.close()
    else:
        with pytest.raises(KeyboardInterrupt):
            running.throw(KeyboardInterrupt)
    assert shop.history()[-1] == "2 failed: Upgrade interrupted"
    assert shop.store.head("web", "shop").lock is None


def test_what_never_gets_ready_fails_the_release_with_the_pods_reason(shop):
    with pytest.raises(WaitFailed, match="StatefulSet/web: 0 of 3 pods ready; web-0: ") as caught:
        shop.install(SET.replace(*BAD_IMAGE), timeout=20.0)
    assert "ImagePull" in caught.value.message
    assert shop.history()[0].startswith("1 failed: Install failed: install of release web: not re")


def test_without_wait_it_is_deployed_at_once(shop):
    shop.install(SET.replace(*BAD_IMAGE), wait=False)
    assert shop.history() == ["1 deployed: Install complete"]


def test_history_is_pruned_as_asked(shop):
    shop.install(CONFIG)
    for number in range(2, 6):
        shop.upgrade(CONFIG.replace('"1"', f'"{number}"'), history_max=2)
    assert [line.split()[0] for line in shop.history()] == ["4", "5"]


def test_uninstall_removes_objects_then_records(shop):
    shop.install(CONFIG, SERVICE)
    events = shop.uninstall()
    assert said(events) == [
        "uninstall of release web",
        "Service/web deleted",
        "ConfigMap/web deleted",
        "uninstall of release web: uninstalled",
    ]
    assert events[-1].revision.status is Status.UNINSTALLED
    assert shop.secrets() == {}
    assert shop.line.writes()[-1] == "DELETE holdfast.web"


def test_uninstall_may_keep_the_history_and_install_goes_on_from_it(shop):
    shop.install(CONFIG)
    shop.uninstall(keep_history=True)
    assert shop.find("ConfigMap", "web") is None
    assert shop.history() == ["1 uninstalled: Uninstall complete"]
    shop.install(CONFIG)
    assert shop.history() == ["1 uninstalled: Uninstall complete", "2 deployed: Install complete"]


def test_an_object_that_asks_to_be_kept_is_kept_and_told(shop):
    asking = CONFIG.replace(
        "namespace: shop}",
        "namespace: shop, annotations: {holdfast.dev/resource-policy: keep}}",
    )
    shop.install(asking)
    events = shop.uninstall()
    assert said(events, EventKind.KEPT) == [
        "ConfigMap/web kept: holdfast.dev/resource-policy: keep"
    ]
    assert shop.find("ConfigMap", "web") is not None
