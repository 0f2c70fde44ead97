"""Hooks as they run: when, in which order, what a failure does, what becomes of their objects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from tests.unit.apply.support import CONFIG, Shop, manifest, said
from tests.unit.releases.support import Killed

from holdfast.apply.hook_facts import scale_facts
from holdfast.apply.hooks import run_hooks
from holdfast.apply.run import Run
from holdfast.errors import ApplyError, HookFailed, ServerFailed, Unauthorized
from holdfast.kinds.hooks import hooks_of
from holdfast.manifests import stamp
from holdfast.model.event import EventKind
from holdfast.model.hook import When
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Operation

CHANGED = CONFIG.replace('"1"', '"2"')


def job(name: str, when: str, command: str = "true", **more: Any) -> str:
    """A hook that is a Job; `more` are annotations (`weight`, `delete_policy`) or its spec's."""
    notes = {f"holdfast.dev/hook-{key.replace('_', '-')}": text for key, text in more.items()}
    spec = notes.pop("holdfast.dev/hook-spec", {})
    container = {"name": "main", "image": "tool:1", "command": ["sh", "-c", command]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    return yaml.safe_dump(
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": name,
                "namespace": "shop",
                "annotations": {"holdfast.dev/hook": when, **notes},
            },
            "spec": {"backoffLimit": 0, "template": {"spec": pod}, **spec},
        }
    )


def account(name: str, when: str, **more: str) -> str:
    """A hook that only has to be there."""
    obj = yaml.safe_load(job(name, when, **more))
    plain = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": obj["metadata"]}
    return yaml.safe_dump(plain)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def uid(shop: Shop, name: str) -> str:
    return str((shop.find("Job", name, "batch/v1") or {}).get("metadata", {}).get("uid", ""))


def steps(events: Any) -> list[str]:
    """What was done, without what was waited for."""
    kinds = (EventKind.HOOK, EventKind.APPLIED, EventKind.DELETED)
    return [line.replace(" after 0 s", "") for line in said(events, *kinds)]


def test_they_run_one_by_one_around_the_changes(shop: Shop) -> None:
    hooks = [
        job("load", "post-install"),
        job("b", "pre-install"),
        job("a", "pre-install,post-install", weight="10"),
        job("other", "pre-upgrade"),
    ]
    events = shop.install(CONFIG, *hooks)
    told = [line.rpartition(" after ")[0] or line for line in steps(events)]
    assert told == [
        "pre-install hook Job/b started",
        "pre-install hook Job/b succeeded",
        "pre-install hook Job/a started",
        "pre-install hook Job/a succeeded",
        "ConfigMap/web created",
        "post-install hook Job/load started",
        "post-install hook Job/load succeeded",
        "post-install hook Job/a started",
        "post-install hook Job/a succeeded",
    ]
    assert shop.names("Job", "batch/v1") == ["a", "b", "load"]
    assert shop.history() == ["1 deployed: Install complete"]


def test_one_that_fails_before_the_changes_ends_it_with_nothing_changed(shop: Shop) -> None:
    shop.install(CONFIG)
    hooks = [job("migrate", "pre-upgrade", "exit 3"), job("z", "pre-upgrade")]
    with pytest.raises(HookFailed) as caught:
        shop.upgrade(CHANGED, *hooks, account("a", "pre-upgrade"))
    error = caught.value
    assert error.message.startswith("pre-upgrade hook Job/migrate failed after ")
    assert "BackoffLimitExceeded" in error.message and "exit code 3" in error.message
    assert "nothing was changed" in (error.hint or "") and "--no-hooks" in (error.hint or "")
    assert (error.done, error.skipped) == (("ServiceAccount/a",), ("Job/z",))
    (evidence,) = error.evidence
    assert evidence.object.startswith("Pod/migrate-")
    assert "exit code 3" in evidence.logs[0].lines[-1]
    assert (shop.find("ConfigMap", "web") or {})["data"] == {"a": "1"}
    assert [line.partition(":")[0] for line in shop.history()] == ["1 deployed", "2 failed"]
    assert shop.store.head("web", "shop").lock is None


def test_one_that_fails_after_the_changes_makes_the_revision_failed(shop: Shop) -> None:
    shop.install(CONFIG)
    with pytest.raises(HookFailed, match="post-upgrade hook Job/check failed") as caught:
        shop.upgrade(CHANGED, job("check", "post-upgrade", "exit 1"))
    assert "nothing was changed" not in (caught.value.hint or "")
    assert (shop.find("ConfigMap", "web") or {})["data"] == {"a": "2"}
    assert [line.partition(":")[0] for line in shop.history()] == ["1 deployed", "2 failed"]


NEVER = {"suspend": True}


@pytest.mark.parametrize(
    ("more", "options", "hint"),
    [
        ({"timeout": "20s"}, {}, "hook-timeout gives more time"),
        ({}, {"timeout": 20.0}, "--timeout gives more time"),
    ],
)
def test_one_that_never_ends_is_given_up(
    shop: Shop, more: dict[str, str], options: dict[str, float], hint: str
) -> None:
    start = shop.clock.now()
    with pytest.raises(HookFailed, match="pre-install hook Job/slow did not end in 20 s") as caught:
        shop.install(CONFIG, job("slow", "pre-install", spec=NEVER, **more), **options)
    assert hint in (caught.value.hint or "")
    assert 20 <= shop.clock.now() - start < 25
    assert shop.find("ConfigMap", "web") is None


def test_a_pod_that_runs_on_is_told_as_such(shop: Shop) -> None:
    text = yaml.safe_load(job("on", "pre-install", timeout="30s"))
    spec = {**text["spec"]["template"]["spec"], "restartPolicy": "Always"}
    spec["containers"][0].pop("command")
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": text["metadata"], "spec": spec}
    with pytest.raises(
        HookFailed, match=r"did not end in 30 s: it runs on: .*restartPolicy"
    ) as bad:
        shop.install(CONFIG, yaml.safe_dump(pod))
    assert bad.value.evidence[0].logs[0].lines, "the log of what runs on is what to look at"


def test_what_cannot_start_is_given_up_before_its_time(shop: Shop) -> None:
    bad = job("pull", "pre-install").replace("tool:1", "registry.invalid/tool:1")
    start = shop.clock.now()
    with pytest.raises(HookFailed, match="ImagePullBackOff"):
        shop.install(CONFIG, bad)
    assert shop.clock.now() - start < 60


def test_how_often_it_may_crash_its_own_limit_says(shop: Shop) -> None:
    hook = job("a", "pre-install", "exit 3", spec={"backoffLimit": 5})
    with pytest.raises(HookFailed, match="BackoffLimitExceeded") as caught:
        shop.install(CONFIG, hook.replace("Never", "OnFailure"))
    assert "4 restarts" in caught.value.message, "as often as it was seen"


def test_whoever_may_not_list_pods_can_run_hooks(shop: Shop) -> None:
    plan = shop.plan(Operation.INSTALL, CONFIG, job("a", "pre-install"))
    no = Unauthorized("list Pod: forbidden", status=403)
    shop.line.fault = lambda r: no if r.method == "GET" and r.path.endswith("/pods") else None
    events = shop.carry_out(plan)
    assert said(events, EventKind.WARNING) == [
        "not allowed to list Pods: what they would tell of the wait is missing"
    ]
    assert shop.history() == ["1 deployed: Install complete"]


def test_no_time_left_for_a_hook(shop: Shop) -> None:
    plan = shop.plan(Operation.INSTALL, CONFIG, job("late", "post-install"))
    events = shop.start(plan, timeout=5.0)
    with pytest.raises(HookFailed, match="Job/late was not run: no time was left for it"):
        for event in events:
            if event.kind is EventKind.APPLIED:
                shop.clock.time += 6
    assert shop.names("Job", "batch/v1") == []


def test_each_run_makes_it_anew(shop: Shop) -> None:
    hook = job("migrate", "pre-install,pre-upgrade")
    shop.install(CONFIG, hook)
    first = uid(shop, "migrate")
    shop.upgrade(CHANGED, hook)
    assert uid(shop, "migrate") not in ("", first)


def test_what_is_to_go_after_its_success_goes_when_all_are_done(shop: Shop) -> None:
    mine = account("tool", "pre-install", weight="-1", delete_policy="hook-succeeded")
    events = shop.install(CONFIG, mine, job("a", "pre-install", delete_policy="hook-succeeded"))
    assert [line.rpartition(" after ")[0] or line for line in steps(events)] == [
        "pre-install hook ServiceAccount/tool started",
        "pre-install hook ServiceAccount/tool succeeded",
        "pre-install hook Job/a started",
        "pre-install hook Job/a succeeded",
        "Job/a deleted",
        "ServiceAccount/tool deleted",
        "ConfigMap/web created",
    ]
    assert "tool" not in shop.names("ServiceAccount")


def test_what_is_to_go_after_its_failure_goes_with_its_log_told(shop: Shop) -> None:
    bad = job(
        "a", "pre-install", "exit 1", delete_policy="hook-failed", output_log_policy="hook-failed"
    )
    events = []
    with pytest.raises(HookFailed) as caught:
        for event in shop.start(shop.plan(Operation.INSTALL, CONFIG, bad)):
            events.append(event)
    assert shop.names("Job", "batch/v1") == []
    assert any("| simulated: ended at" in line for line in said(events, EventKind.LOG))
    assert "stays to be looked at" not in (caught.value.hint or "")


def test_what_succeeded_before_a_failure_goes_as_its_policy_says(shop: Shop) -> None:
    mine = account("tool", "pre-install", weight="-1", delete_policy="hook-succeeded")
    with pytest.raises(HookFailed):
        shop.install(CONFIG, mine, job("a", "pre-install", "exit 1"))
    assert "tool" not in shop.names("ServiceAccount")
    assert shop.names("Job", "batch/v1") == ["a"]


def test_logs_after_a_success_where_the_policy_says_so(shop: Shop) -> None:
    events = shop.install(CONFIG, job("a", "pre-install", output_log_policy="hook-succeeded"))
    lines = said(events, EventKind.LOG)
    assert lines[0].startswith("a-") and " main | simulated: container main (tool:1)" in lines[0]
    assert said(shop.upgrade(CHANGED, job("b", "pre-upgrade")), EventKind.LOG) == []


def test_a_log_that_cannot_be_read_is_told_and_makes_nothing_fail(shop: Shop) -> None:
    plan = shop.plan(
        Operation.INSTALL, CONFIG, job("a", "pre-install", output_log_policy="hook-succeeded")
    )
    no_kubelet = ServerFailed("read: 502", status=502, detail="dial tcp 10.0.0.7:10250: refused")
    shop.line.fault = lambda request: no_kubelet if request.path.endswith("/log") else None
    events = shop.carry_out(plan)
    (warning,) = said(events, EventKind.WARNING)
    assert warning.startswith("the log of Pod/a-")
    assert "(container main) cannot be read: dial tcp 10.0.0.7:10250: refused" in warning
    assert shop.history() == ["1 deployed: Install complete"]


def test_a_failure_whose_log_cannot_be_read_says_so(shop: Shop) -> None:
    plan = shop.plan(Operation.INSTALL, CONFIG, job("a", "pre-install", "exit 1"))
    gone = ServerFailed("read: 502", status=502, detail="no route to host")
    shop.line.fault = lambda request: gone if request.path.endswith("/log") else None
    with pytest.raises(HookFailed) as caught:
        shop.carry_out(plan)
    assert caught.value.evidence[0].logs[0].problem == "no route to host"


def test_an_earlier_run_that_has_not_ended_is_stopped_first(shop: Shop) -> None:
    hook = job("migrate", "pre-install,pre-upgrade", spec=NEVER, timeout="5s")
    with pytest.raises(HookFailed):
        shop.install(CONFIG, hook)
    running = job("migrate", "pre-install,pre-upgrade")
    events = shop.install(CONFIG, running)
    assert said(events, EventKind.WARNING) == [
        "Job/migrate: an earlier run has not ended; it is stopped and run anew"
    ]


def test_an_object_with_data_that_is_not_to_go_is_updated_where_it_is(shop: Shop) -> None:
    def seed(color: str) -> str:
        notes = yaml.safe_load(job("seed", "pre-install,pre-upgrade", delete_policy="hook-failed"))
        data = {"kind": "ConfigMap", "metadata": notes["metadata"], "data": {"color": color}}
        return str(yaml.safe_dump({"apiVersion": "v1", **data}))

    shop.install(CONFIG, seed("red"))
    before = shop.find("ConfigMap", "seed") or {}
    shop.upgrade(CONFIG, seed("blue"))
    after = shop.find("ConfigMap", "seed") or {}
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert after["data"] == {"color": "blue"}


def test_an_object_that_came_after_the_plan_is_not_replaced(shop: Shop) -> None:
    plan = shop.plan(Operation.INSTALL, CONFIG, job("migrate", "pre-install"))
    foreign = yaml.safe_load(job("migrate", "x"))
    shop.cluster.create({**foreign, "metadata": {"name": "migrate", "namespace": "shop"}})
    theirs = uid(shop, "migrate")
    with pytest.raises(ApplyError, match="is there and is not this release's") as caught:
        shop.carry_out(plan)
    assert not isinstance(caught.value, HookFailed)
    assert uid(shop, "migrate") == theirs
    assert shop.find("ConfigMap", "web") is None


def test_taken_over_it_is_replaced(shop: Shop) -> None:
    foreign = yaml.safe_load(job("migrate", "x"))
    shop.cluster.create({**foreign, "metadata": {"name": "migrate", "namespace": "shop"}})
    theirs = uid(shop, "migrate")
    plan = shop.plan(Operation.INSTALL, CONFIG, job("migrate", "pre-install"), take_ownership=True)
    shop.carry_out(plan)
    assert uid(shop, "migrate") not in ("", theirs)


def test_the_server_says_no_to_a_hook(shop: Shop) -> None:
    plan = shop.plan(Operation.INSTALL, CONFIG, job("a", "pre-install"), job("b", "pre-install"))
    no = ServerFailed("apply Job/a: no more room", status=500)
    shop.line.fault = lambda r: no if r.method == "PATCH" and r.path.endswith("/jobs/a") else None
    with pytest.raises(ApplyError, match="pre-install hook Job/a: apply Job/a: no more") as caught:
        shop.carry_out(plan)
    assert caught.value.skipped == ("Job/b",)
    assert "nothing was changed" in (caught.value.hint or "")


def test_one_that_removes_itself_is_asked_for_by_its_events_or_fails(shop: Shop) -> None:
    hook = job("a", "pre-install", spec={"ttlSecondsAfterFinished": 0})
    with pytest.raises(HookFailed, match="ttlSecondsAfterFinished"):
        shop.install(CONFIG, hook)


def test_an_uninstall_runs_its_hooks_and_takes_their_objects_along(shop: Shop) -> None:
    hooks = [
        account("tool", "pre-install"),
        job("load", "post-install"),
        job("backup", "pre-delete"),
        job("clean", "post-delete"),
        job("check", "test"),
    ]
    shop.install(CONFIG, *hooks)
    events = shop.uninstall()
    assert [line.rpartition(" after ")[0] or line for line in steps(events)] == [
        "pre-delete hook Job/backup started",
        "pre-delete hook Job/backup succeeded",
        "ConfigMap/web deleted",
        "post-delete hook Job/clean started",
        "post-delete hook Job/clean succeeded",
        "Job/load deleted",
        "ServiceAccount/tool deleted",
        "Job/backup deleted",
        "Job/clean deleted",
    ]
    assert shop.names("Job", "batch/v1") == []
    assert "tool" not in shop.names("ServiceAccount")
    assert shop.secrets() == {}


def test_an_uninstall_without_hooks_takes_their_objects_along_all_the_same(shop: Shop) -> None:
    shop.install(CONFIG, job("load", "post-install"), job("backup", "pre-delete", "exit 1"))
    with pytest.raises(HookFailed, match="pre-delete hook Job/backup failed"):
        shop.uninstall()
    assert shop.find("ConfigMap", "web") is not None
    events = shop.carry_out(shop.plan(Operation.UNINSTALL, run_hooks=False))
    assert said(events, EventKind.HOOK) == []
    assert shop.names("Job", "batch/v1") == []


def test_one_that_the_chart_drops_goes_with_the_upgrade(shop: Shop) -> None:
    shop.install(CONFIG, job("load", "post-install"))
    events = shop.upgrade(CONFIG)
    assert steps(events) == ["Job/load deleted"]


def test_an_object_that_becomes_a_hook_is_not_deleted_after_it_ran(shop: Shop) -> None:
    plain = yaml.safe_load(job("load", "x"))
    plain["metadata"]["annotations"] = {}
    shop.install(CONFIG, yaml.safe_dump(plain))
    first = uid(shop, "load")
    shop.upgrade(CONFIG, job("load", "post-upgrade"))
    assert uid(shop, "load") not in ("", first)


def recorded_without_hooks(shop: Shop, *hooks: str) -> None:
    """As the first holdfast did it: what says that it is a hook was an object like any other."""
    plan = shop.plan(
        Operation.INSTALL, CONFIG, *(text.replace("/hook", "/plain") for text in hooks)
    )
    assert plan.revision is not None
    manifests = (*plan.revision.manifests[:1], *map(manifest, hooks))
    shop.carry_out(replace(plan, revision=replace(plan.revision, manifests=manifests)))


def test_a_release_from_before_there_were_hooks_goes_on_with_them(shop: Shop) -> None:
    hook = job("load", "post-upgrade")
    recorded_without_hooks(shop, hook)
    first = uid(shop, "load")
    assert first
    events = shop.upgrade(CONFIG, hook)
    assert "post-upgrade hook Job/load started" in steps(events)
    assert uid(shop, "load") not in ("", first)
    assert "Job/load deleted" not in steps(events), "it was run, and stays"


def test_a_release_from_before_there_were_hooks_is_uninstalled_whole(shop: Shop) -> None:
    recorded_without_hooks(shop, job("load", "post-delete"))
    assert steps(shop.uninstall()) == ["ConfigMap/web deleted", "Job/load deleted"]


def test_what_a_hook_is_told_of_a_scaling(shop: Shop) -> None:
    text = yaml.safe_load(job("member", "pre-scale-up,post-scale-up"))
    container = text["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [
        {"name": "HOLDFAST_ORDINAL", "value": "?"},
        {"name": "PEER", "value": "etcd-$(HOLDFAST_ORDINAL)"},
    ]
    other = job("no", "pre-scale-up", workload="mysql")
    every = stamp(
        (manifest(yaml.safe_dump(text)), manifest(other)), release="web", namespace="shop"
    )
    run = Run(shop.cluster, shop.clock, Journal(), 60.0, shop.clock.now() + 60)
    facts = scale_facts("etcd", ordinal=3, before=3, after=4)
    list(run_hooks(hooks_of(every), When.PRE_SCALE_UP, run, facts))
    assert shop.names("Job", "batch/v1") == ["member"]
    live = shop.find("Job", "member", "batch/v1") or {}
    env = live["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [(one["name"], one["value"]) for one in env] == [
        ("HOLDFAST_HOOK", "pre-scale-up"),
        ("HOLDFAST_WORKLOAD", "etcd"),
        ("HOLDFAST_ORDINAL", "3"),
        ("HOLDFAST_MEMBERS", "4"),
        ("HOLDFAST_MEMBERS_BEFORE", "3"),
        ("PEER", "etcd-$(HOLDFAST_ORDINAL)"),
    ]


class Journal:
    """A lock that is always ours."""

    def keep(self) -> None:
        """Nothing to keep."""

    def note(self, step: str, detail: object) -> None:
        """Nothing to write."""

    def done(self) -> None:
        """Nothing to strike off."""


def test_secrets_do_not_show_in_what_hooks_wrote(shop: Shop) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\n"
    secret += "stringData: {p: hunter2-hunter2}\n"
    hook = job("a", "pre-install", "exit 1", output_log_policy="hook-failed")
    hook = hook.replace("tool:1", "hunter2-hunter2:1")
    events = []
    with pytest.raises(HookFailed) as caught:
        for event in shop.start(shop.plan(Operation.INSTALL, secret, hook)):
            events.append(event)
    assert "hunter2" not in str((events, caught.value.as_dict()))
    assert any("container main ((secret):1)" in line for line in said(events, EventKind.LOG))


def killed(shop: Shop, at: str, *texts: str) -> None:
    """Kill the upgrade to `texts` right after the first request that ends so was answered."""
    plan = shop.plan(Operation.UPGRADE, *texts)
    shop.connect()

    def dies(request: Any) -> BaseException | None:
        if f"{request.method} {request.path}".endswith(at) and "dryRun" not in dict(request.query):
            shop.line.dead = True
            return Killed()
        return None

    shop.line.lost_answer = dies
    with pytest.raises(Killed):
        shop.carry_out(plan)
    shop.connect()
    shop.clock.time += 61


def test_the_journal_says_which_hook_was_running(shop: Shop) -> None:
    hook = job("migrate", "pre-upgrade")
    shop.install(CONFIG)
    killed(shop, "/jobs/migrate", CHANGED, hook)
    (row,) = shop.store.head("web", "shop").journal
    assert (row.step, row.done) == ("pre-upgrade hook Job/migrate", False)
    assert row.detail["hook"] == "pre-upgrade"
    events = shop.upgrade(CHANGED, hook)
    assert said(events, EventKind.WARNING) == [
        "release web: upgrade of revision 2 by ann@host:1, begun 2027-01-15 08:00:00 UTC, "
        "during: pre-upgrade hook Job/migrate, was cut off; going on from there",
    ]


def test_a_hook_that_ended_is_struck_off(shop: Shop) -> None:
    hook = job("migrate", "pre-upgrade")
    shop.install(CONFIG)
    killed(shop, "PATCH /api/v1/namespaces/shop/configmaps/web", CHANGED, hook)
    (row,) = shop.store.head("web", "shop").journal
    assert row.done
    (warning, *_) = said(shop.upgrade(CHANGED, hook), EventKind.WARNING)
    assert "during" not in warning


def state(shop: Shop) -> Any:
    objects = [
        (
            obj["kind"],
            obj["metadata"]["name"],
            obj.get("data"),
            obj.get("status", {}).get("succeeded"),
        )
        for api_version, kind in (("v1", "ConfigMap"), ("batch/v1", "Job"))
        for obj in shop.cluster.list(api_version, kind, "shop")
    ]
    head = shop.store.head("web", "shop")
    return objects, head and (head.latest.status, head.lock, head.journal)


HOOKS = (
    job("a", "pre-upgrade,pre-delete"),
    job("b", "post-upgrade,post-delete", delete_policy="hook-succeeded"),
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("operation", [Operation.UPGRADE, Operation.UNINSTALL])
def test_killed_at_every_request_the_same_verb_comes_to_the_same_end(
    operation: Operation, after: bool
) -> None:
    texts = (CHANGED, *HOOKS) if operation is Operation.UPGRADE else ()
    whole = started(operation)
    plan = whole.plan(operation, *texts)
    whole.connect()
    whole.carry_out(plan)
    requests = len(whole.line.sent)
    expected = state(whole)
    for number in range(1, requests + 1):
        shop = started(operation)
        plan = shop.plan(operation, *texts)
        shop.connect()
        shop.line.kill_at, shop.line.kill_after = number, after
        with pytest.raises(Killed):
            shop.carry_out(plan)
        shop.connect()
        shop.clock.time += 61
        if operation is Operation.UPGRADE or shop.store.head("web", "shop"):
            shop.carry_out(shop.plan(operation, *texts))
        assert state(shop) == expected, f"killed at request {number}"


def started(operation: Operation) -> Shop:
    shop = Shop()
    shop.install(CONFIG, *(HOOKS if operation is Operation.UNINSTALL else ()))
    return shop


def test_a_hook_elsewhere_goes_there(shop: Shop) -> None:
    shop.make_namespace("jobs")
    shop.install(CONFIG, job("a", "pre-install").replace("namespace: shop", "namespace: jobs"))
    assert shop.cluster.find(ObjectRef("batch/v1", "Job", "jobs", "a")) is not None
    shop.uninstall()
    assert shop.cluster.find(ObjectRef("batch/v1", "Job", "jobs", "a")) is None
