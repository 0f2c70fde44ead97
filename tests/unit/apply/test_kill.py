"""Killed at any request, the next run comes to the same end as one that was never interrupted."""

from __future__ import annotations

import pytest
from tests.unit.apply.support import CONFIG, SERVICE, Shop
from tests.unit.releases.support import Killed

from holdfast.errors import ReleaseNotFound
from holdfast.model.plan import Operation
from holdfast.model.release import Status
from holdfast.releases import history

CHANGED = CONFIG.replace('"1"', '"2"')
INSTALL = (Operation.INSTALL, (CONFIG, SERVICE))
UPGRADE = (Operation.UPGRADE, (CHANGED,))
UNINSTALL = (Operation.UNINSTALL, ())
BEFORE = {Operation.INSTALL: False, Operation.UPGRADE: True, Operation.UNINSTALL: True}


def start(operation):
    shop = Shop()
    if BEFORE[operation]:
        shop.install(CONFIG, SERVICE)
    return shop


def state(shop):
    """What is there: objects without what the server counts, the release's status, no strays."""
    objects = [
        {key: obj.get(key) for key in ("kind", "data", "spec")}
        for api_version, kind in (("v1", "ConfigMap"), ("v1", "Service"))
        for obj in shop.cluster.list(api_version, kind, "shop")
        if obj["metadata"]["name"] == "web"
    ]
    head = shop.store.head("web", "shop")
    if head is None:
        return objects, None, sorted(shop.secrets())
    needed = {text.partition(":")[0] for entry in head.revisions for text in entry.chunks}
    strays = set(shop.secrets()) - {"holdfast.web", *(f"holdfast.web.{name}" for name in needed)}
    last = history.deployed(head)
    return objects, (last.status, head.latest is last, head.lock, head.journal), strays


def again(shop, operation, texts):
    """What a user does next: the same once more, if there is anything left to do."""
    if operation is Operation.UNINSTALL and shop.store.head("web", "shop") is None:
        return
    try:
        history.check_install("web", shop.store.head("web", "shop"))
        assert operation in (Operation.INSTALL, Operation.UNINSTALL)
    except ReleaseNotFound:
        return
    except Exception:
        operation = Operation.UPGRADE if operation is Operation.INSTALL else operation
    shop.carry_out(shop.plan(operation, *texts))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("operation", "texts"), [INSTALL, UPGRADE, UNINSTALL])
def test_killed_at_every_request_it_ends_the_same(operation, texts, after):
    whole = start(operation)
    plan = whole.plan(operation, *texts)
    whole.connect()
    whole.carry_out(plan)
    requests = len(whole.line.sent)
    assert requests >= 7
    expected = state(whole)
    for number in range(1, requests + 1):
        shop = start(operation)
        plan = shop.plan(operation, *texts)
        shop.connect()
        shop.line.kill_at, shop.line.kill_after = number, after
        with pytest.raises(Killed):
            shop.carry_out(plan)
        shop.connect()
        shop.clock.time += 61
        again(shop, operation, texts)
        assert state(shop) == expected, f"killed at request {number}"


def test_killed_before_its_time_is_up_the_release_is_still_locked():
    shop = start(Operation.UPGRADE)
    plan = shop.plan(Operation.UPGRADE, CHANGED)
    shop.connect()
    shop.line.kill_at = 6
    with pytest.raises(Killed):
        shop.carry_out(plan)
    shop.connect()
    assert shop.store.head("web", "shop").lock.holder == "ann@host:1"
    assert shop.store.head("web", "shop").latest.status is Status.PENDING_UPGRADE
