"""A run of tests is an operation like any other: under the lock, told as it goes, let go of."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from tests.unit.apply.support import CONFIG, Shop, said
from tests.unit.apply.test_hooks import job, killed

from holdfast.actions.hooks import owned_hooks
from holdfast.apply.tests import run_tests
from holdfast.errors import ReleaseLocked, ServerFailed
from holdfast.kinds.hooks import due, hooks_of
from holdfast.model.event import Event, EventKind
from holdfast.model.hook import When


@pytest.fixture
def shop() -> Shop:
    return Shop()


def start(shop: Shop, *, holder: str = "bob@host:2") -> Generator[Event]:
    head = shop.store.head("web", "shop")
    revision = shop.store.read(head, head.current)
    hooks = due(hooks_of(owned_hooks(revision)), When.TEST)
    return run_tests(
        revision, hooks, cluster=shop.cluster, store=shop.store, clock=shop.clock, holder=holder
    )


def test_the_results_come_last_and_the_release_is_as_it_was(shop: Shop) -> None:
    shop.install(CONFIG, job("a", "test", "exit 2"), job("b", "test"))
    before = shop.history()
    *events, last = start(shop)
    (line, *_, final) = said(events, EventKind.LOG)
    assert line.startswith("a-") and final.endswith("(Error, exit code 2)")
    assert last.kind is EventKind.FINISHED
    assert last.message == "test of release web, revision 1: 1 of 2 failed"
    assert [one.outcome.value for one in last.results] == ["failed", "succeeded"]
    assert "exit code 2" in last.results[0].reason
    assert shop.history() == before
    assert shop.store.head("web", "shop").lock is None


def test_what_is_to_go_after_its_success_goes(shop: Shop) -> None:
    shop.install(CONFIG, job("a", "test", delete_policy="hook-succeeded"), job("b", "test"))
    list(start(shop))
    assert shop.names("Job", "batch/v1") == ["b"]


def test_a_test_that_the_server_refuses_has_failed(shop: Shop) -> None:
    shop.install(CONFIG, job("a", "test"), job("b", "test"))
    tests = start(shop)
    no = ServerFailed("apply Job/a: no more room", status=500)
    shop.line.fault = lambda r: no if r.method == "PATCH" and r.path.endswith("/jobs/a") else None
    *_, last = tests
    assert [(one.outcome.value, one.reason) for one in last.results] == [
        ("failed", "apply Job/a: no more room"),
        ("succeeded", ""),
    ]


def test_while_somebody_changes_the_release_none_runs(shop: Shop) -> None:
    shop.install(CONFIG, job("a", "test"))
    shop.store.acquire("web", "shop", holder="ann@host:1", operation="upgrade")
    with pytest.raises(ReleaseLocked, match="ann@host:1"):
        list(start(shop))
    assert shop.names("Job", "batch/v1") == []


@pytest.mark.parametrize("stop", ["close", "ctrl-c"])
def test_interrupted_it_lets_go_of_the_release(shop: Shop, stop: str) -> None:
    shop.install(CONFIG, job("a", "test"))
    running = start(shop)
    next(running)
    if stop == "close":
        running.close()
    else:
        with pytest.raises(KeyboardInterrupt):
            running.throw(KeyboardInterrupt)
    assert shop.store.head("web", "shop").lock is None


def test_what_was_cut_off_before_it_is_said(shop: Shop) -> None:
    shop.install(CONFIG, job("a", "test"))
    changed = CONFIG.replace('"1"', '"2"')
    killed(shop, "PATCH /api/v1/namespaces/shop/configmaps/web", changed, job("a", "test"))
    (warning,) = said(list(start(shop)), EventKind.WARNING)
    assert warning.startswith(
        "release web: upgrade of revision 2 by ann@host:1, begun 2027-01-15 08:00:00 UTC, "
        "was cut off"
    )
