"""A scale that is killed, stopped or disturbed at any moment: what the next one makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.unit.apply.support import SERVICE, SET, Shop, said
from tests.unit.releases.support import Killed

from holdfast.actions.restart import prepare_restart
from holdfast.actions.scale import prepare_scale
from holdfast.actions.target import Target
from holdfast.errors import ApplyError, HoldfastError, ReleaseError
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Plan

WEB = ObjectRef("apps/v1", "StatefulSet", "shop", "web")
HOOK = """
apiVersion: batch/v1
kind: Job
metadata:
  name: member
  namespace: shop
  annotations:
    holdfast.dev/hook: pre-scale-up,post-scale-up,pre-scale-down,post-scale-down
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "tool:1"}]
"""


class Works(Shop):
    """The shop, scaled and restarted as the actions do."""

    def target(self, holder: str = "ann@host:1") -> Target:
        return Target(self.cluster, self.store, "shop", holder, self.clock)

    def scale(self, replicas: int) -> list[Event]:
        return list(self.start(prepare_scale(self.target(), "web", replicas)))

    def restart(self, **given: Any) -> list[Event]:
        return list(self.start(prepare_restart(self.target(), "web", **given)))

    def wanted(self) -> int:
        return int(self.cluster.get(WEB)["spec"]["replicas"])

    def uids(self) -> dict[str, str]:
        pods = self.cluster.list("v1", "Pod", "shop", label_selector="app=web")
        return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in pods}

    def hooks_run(self) -> list[tuple[str, str]]:
        """Moment and ordinal of every hook that was made, in order."""
        made = []
        for request in self.line.sent:
            if request.method == "PATCH" and request.path.endswith("/jobs/member"):
                made.append(facts_in(request))
        return [one for one in made if one]


def facts_in(request: Any) -> tuple[str, str] | None:
    import json

    if ("dryRun", "All") in request.query:
        return None
    spec = json.loads(request.body)["spec"]["template"]["spec"]
    facts = {row["name"]: row["value"] for row in spec["containers"][0]["env"]}
    return facts["HOLDFAST_HOOK"], facts["HOLDFAST_ORDINAL"]


def works(*texts: str, replicas: int = 3) -> Works:
    shop = Works()
    text = SET.replace("replicas: 3", f"replicas: {replicas}")
    shop.install(SERVICE, text, *texts)
    shop.connect()
    return shop


def state(shop: Works) -> tuple[Any, ...]:
    head = shop.store.head("web", "shop")
    assert head is not None and head.latest is not None
    revision = shop.store.read(head, head.current)
    recorded = [one.object["spec"]["replicas"] for one in revision.manifests if one.ref == WEB]
    pods = sorted(shop.uids())
    return shop.wanted(), recorded, pods, shop.claims(), head.latest.status, head.lock, head.journal


@pytest.mark.parametrize(("replicas", "to"), [(1, 3), (3, 1)], ids=["up", "down"])
def test_killed_after_every_write_the_same_again_comes_to_the_same_end(
    replicas: int, to: int
) -> None:
    whole = works(HOOK, replicas=replicas)
    plan = prepare_scale(whole.target(), "web", to)
    whole.connect()
    list(whole.start(plan))
    expected, hooks = state(whole), whole.hooks_run()
    writes = [n for n, one in enumerate(whole.line.sent, 1) if one.method != "GET"]
    assert len(writes) > 30 and len(hooks) == 4
    for number in writes:
        shop = works(HOOK, replicas=replicas)
        plan = prepare_scale(shop.target(), "web", to)
        shop.connect()
        shop.line.kill_at, shop.line.kill_after = number, True
        with pytest.raises(Killed):
            list(shop.start(plan))
        ran = shop.hooks_run()
        shop.connect()
        shop.clock.sleep(61)
        again = prepare_scale(shop.target(), "web", to)
        if again.revision is not None:
            list(shop.start(again))
        assert state(shop) == expected, f"killed at request {number}"
        ran += shop.hooks_run()
        assert without_repeats(ran) == hooks, f"killed at request {number}: {ran}"
        assert len(ran) <= len(hooks) + 1, f"killed at request {number}: {ran}"


def test_killed_around_a_hook_in_the_middle_of_a_step_it_runs_again() -> None:
    hook = HOOK.replace("post-scale-up,pre-scale-down", "on-scale-up,pre-scale-down")
    whole = works(hook, replicas=1)
    plan = prepare_scale(whole.target(), "web", 2)
    whole.connect()
    list(whole.start(plan))
    hooks = whole.hooks_run()
    assert hooks == [("pre-scale-up", "1"), ("on-scale-up", "1")]
    for number in [n for n, one in enumerate(whole.line.sent, 1) if one.method != "GET"]:
        shop = works(hook, replicas=1)
        plan = prepare_scale(shop.target(), "web", 2)
        shop.connect()
        shop.line.kill_at, shop.line.kill_after = number, True
        with pytest.raises(Killed):
            list(shop.start(plan))
        ran = shop.hooks_run()
        shop.connect()
        shop.clock.sleep(61)
        again = prepare_scale(shop.target(), "web", 2)
        if again.revision is not None:
            list(shop.start(again))
        assert without_repeats([*ran, *shop.hooks_run()]) == hooks, f"killed at request {number}"
        assert shop.wanted() == 2


def without_repeats(ran: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A hook that was cut off is run again, right then."""
    return [one for index, one in enumerate(ran) if index == 0 or one != ran[index - 1]]


def test_what_was_begun_is_finished_before_it_goes_the_other_way() -> None:
    shop = works(HOOK, replicas=1)
    running = shop.start(prepare_scale(shop.target(), "web", 3))
    for event in running:
        if event.message == "StatefulSet/web: 1 → 2 replicas, starting web-1":
            break
    running.close()
    assert shop.hooks_run() == [("pre-scale-up", "1")]
    shop.connect()
    shop.scale(1)
    assert shop.hooks_run() == [
        ("post-scale-up", "1"),
        ("pre-scale-down", "1"),
        ("post-scale-down", "1"),
    ]
    assert (shop.wanted(), sorted(shop.uids())) == (1, ["web-0"])


def test_who_stops_it_leaves_a_release_that_says_so_and_goes_on() -> None:
    shop = works(replicas=1)
    running = shop.start(prepare_scale(shop.target(), "web", 3))
    for event in running:
        if event.message == "StatefulSet/web: 2 → 3 replicas, starting web-2":
            break
    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt)
    assert shop.history()[-1] == "2 failed: Scale interrupted"
    assert (shop.wanted(), len(shop.uids())) == (3, 3)
    told = said(shop.scale(3), EventKind.SCALED)
    assert told == ["StatefulSet/web: 2 → 3 replicas, starting web-2", "web-2 is ready"]


def test_somebody_else_scales_meanwhile() -> None:
    shop = works(replicas=1)
    plan = prepare_scale(shop.target(), "web", 3)
    shop.cluster.scale(WEB, 4)
    with pytest.raises(ApplyError, match="somebody else has scaled it to 4 meanwhile") as stopped:
        list(shop.start(plan))
    assert stopped.value.failed == ("StatefulSet/web 1 → 2",)
    assert shop.wanted() == 4
    assert shop.history()[-1].startswith("2 failed: Scale failed: scale StatefulSet/web")


def test_a_set_that_was_made_anew_is_not_scaled_by_an_old_plan() -> None:
    shop = works(replicas=1)
    plan = prepare_scale(shop.target(), "web", 3)
    obj = shop.cluster.get(WEB)
    shop.cluster.delete(WEB)
    while shop.cluster.find(WEB):
        shop.clock.sleep(1)
    metadata = {key: obj["metadata"][key] for key in ("name", "namespace", "labels")}
    shop.cluster.create({**obj, "metadata": metadata})
    with pytest.raises(ApplyError, match="it was made anew since it was planned"):
        list(shop.start(plan))
    assert shop.wanted() == 1


QUORUM = SET.replace(
    "metadata: {name: web, namespace: shop}",
    "metadata: {name: web, namespace: shop, annotations: {holdfast.dev/quorum: majority}}",
).replace("  serviceName:", "  podManagementPolicy: Parallel\n  serviceName:")


def test_the_quorum_is_looked_at_again_before_each_step() -> None:
    shop = Works()
    shop.install(SERVICE, QUORUM.replace("replicas: 3", "replicas: 5"))
    running = shop.start(prepare_scale(shop.target(), "web", 3))
    told = []
    with pytest.raises(ApplyError, match="only 1 of the 3 members that stay are ready") as stopped:
        for event in running:
            told.append(event.message)
            if event.message == "web-4 is gone":
                make_unready(shop, "web-0")
    assert stopped.value.done == ("StatefulSet/web 5 → 4",)
    assert shop.wanted() == 4


def make_unready(shop: Works, name: str) -> None:
    pod = ObjectRef("v1", "Pod", "shop", name)
    node = ObjectRef("v1", "Node", "", shop.cluster.get(pod)["spec"]["nodeName"])
    told = shop.cluster.get(node)["status"]["conditions"]
    silent = [{**one, "status": "Unknown"} for one in told]
    shop.cluster.patch(node, {"status": {"conditions": silent}}, subresource="status")


def test_a_failed_upgrade_has_to_be_mended_first() -> None:
    shop = works()
    with pytest.raises(HoldfastError):
        bad = SET.replace("nginx:1.27", "registry.invalid/nginx:1")
        shop.upgrade(SERVICE, bad, timeout=5.0)
    with pytest.raises(ReleaseError, match="revision 2 is failed") as refused:
        prepare_scale(shop.target(), "web", 4)
    assert "holdfast rollback web" in str(refused.value.hint)


def test_a_restart_that_was_cut_off_goes_on_and_is_not_begun_anew() -> None:
    shop = works()
    before = shop.uids()
    first = cut_off(shop, lambda event: event.kind is EventKind.APPLIED)
    while len({*shop.uids().values()} - {*before.values()}) < 1:
        shop.clock.sleep(0.05)
    some = {name: uid for name, uid in shop.uids().items() if uid not in before.values()}
    second = prepare_restart(shop.target(), "web")
    assert at_of(second) == at_of(first)
    list(shop.start(second))
    after = shop.uids()
    assert not set(after.values()) & set(before.values())
    assert {name: after[name] for name in some} == some, "what was new stayed"
    shop.clock.sleep(60)
    assert at_of(prepare_restart(shop.target(), "web")) != at_of(first)


def test_on_delete_a_restart_that_was_cut_off_leaves_what_is_new() -> None:
    shop = Works()
    text = SET.replace("  serviceName:", "  updateStrategy: {type: OnDelete}\n  serviceName:")
    shop.install(SERVICE, text)
    cut_off(shop, lambda event: event.message == "web-2 is back")
    new = shop.uids()["web-2"]
    told = said(shop.restart(), EventKind.DELETED)
    assert [line.split()[0] for line in told] == ["Pod/web-1", "Pod/web-0"]
    assert shop.uids()["web-2"] == new


def cut_off(shop: Works, when: Callable[[Event], bool]) -> Plan:
    plan = prepare_restart(shop.target(), "web")
    running: Iterator[Event] = shop.start(plan)
    next(event for event in running if when(event))
    running.close()  # type: ignore[attr-defined]
    return plan


def at_of(plan: Plan) -> str:
    return str(getattr(plan.task, "at", ""))


def test_restarts_leave_no_trace_in_the_history() -> None:
    shop = works()
    shop.restart()
    shop.restart(ordinal=0)
    head = shop.store.head("web", "shop")
    assert shop.history() == ["1 deployed: Install complete"]
    assert head is not None and (head.lock, head.journal) == (None, ())
