"""What a plan says of hooks: which ones run and when, why one cannot, whose objects go."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.plan.support import CONFIG, PASSWORD, live, manifest, manifests, plan_of, rows

from holdfast.model.manifest import KEEP_ANNOTATION, Manifests
from holdfast.model.plan import Operation, Plan
from holdfast.model.snapshot import Observed, Refusal, Snapshot
from holdfast.plan.body import hook_body
from holdfast.plan.hooks import HookCase, with_hooks
from holdfast.plan.report import report
from holdfast.plan.table import summary_line

MIGRATE = """
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  namespace: prod
  annotations: {holdfast.dev/hook: "pre-install,pre-upgrade,pre-delete"}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: "migrate:1"}]
"""
CHECK = MIGRATE.replace("migrate", "check").replace(
    "pre-install,pre-upgrade,pre-delete", "post-upgrade"
)
TOKEN = PASSWORD.replace(
    "prod}", 'prod, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-weight: "-1"}}'
).replace("name: web", "name: token")


def hooked(
    hooks: str = "",
    there: dict[str, Any] | None = None,
    *,
    earlier: str | None = None,
    desired: str = "",
    operation: Operation = Operation.UPGRADE,
    refusal: Refusal | None = None,
    missing: tuple[str, ...] = (),
    **given: Any,
) -> Plan:
    """The plan to `hooks` after `earlier` ones (the same unless told), with one object live."""
    mine = manifests(hooks)
    before: Manifests = mine if earlier is None else manifests(earlier)
    seen = {one.ref.key: Observed(refusal=refusal) for one in mine}
    if there:
        seen[manifest_key(there)] = Observed(live=there)
    snapshot = Snapshot(objects=seen, missing_namespaces=frozenset(missing))
    plan = plan_of(desired, operation=operation)
    case = HookCase(mine, before, snapshot, **given)
    return with_hooks(plan, manifests(desired), case)


def manifest_key(obj: dict[str, Any]) -> tuple[str, str, str, str]:
    group = obj["apiVersion"].rpartition("/")[0]
    return (group, obj["kind"], obj["metadata"]["namespace"], obj["metadata"]["name"])


def test_they_stand_in_the_table_where_they_run() -> None:
    plan = hooked(f"{CHECK}\n---\n{MIGRATE}\n---\n{TOKEN}", desired=CONFIG)
    assert rows(plan) == [
        "run | Secret/token | hook | pre-upgrade hook, weight -1",
        "run | Job/migrate | hook | pre-upgrade hook",
        "create | ConfigMap/web | create | not in the cluster",
        "run | Job/check | hook | post-upgrade hook",
    ]
    assert summary_line(plan) == "1 to create, 3 hooks to run"


def test_an_operation_runs_its_own_hooks_only() -> None:
    rollback = hooked(f"{MIGRATE}\n---\n{CHECK}", operation=Operation.ROLLBACK)
    assert rollback.hooks == ()
    assert summary_line(rollback) == "no changes"
    install = hooked(f"{MIGRATE}\n---\n{CHECK}", operation=Operation.INSTALL)
    assert [str(one.when) for one in install.hooks] == ["pre-install"]


def test_without_hooks_none_runs() -> None:
    assert hooked(MIGRATE, run=False).hooks == ()


def test_one_that_ran_before_is_replaced() -> None:
    slow = MIGRATE.replace('delete"}', 'delete", holdfast.dev/hook-timeout: 5m}')
    assert rows(hooked(slow, live(slow))) == [
        "run | Job/migrate | hook | pre-upgrade hook, 300 s at most, "
        "replaces that of an earlier run"
    ]


@pytest.mark.parametrize(
    ("owner", "words"),
    [({"release": "other"}, "the release other in the namespace prod"), ({}, "")],
)
def test_somebody_elses_object_is_not_replaced_unless_asked(
    owner: dict[str, str], words: str
) -> None:
    there = live(MIGRATE, **owner)
    if not owner:
        del there["metadata"]["labels"]
    plan = hooked(MIGRATE, there)
    (refused,) = plan.refused
    assert refused.reason.startswith(f"pre-upgrade hook: exists already and belongs to {words}")
    assert "--take-ownership" in (refused.hint or "")
    assert rows(plan)[0].startswith("refused | Job/migrate | hook | pre-upgrade hook: exists")
    assert summary_line(plan) == "no changes, 1 hook refused"
    taken = hooked(MIGRATE, there, take_ownership=True)
    assert not taken.refused
    assert taken.hooks[0].hook.replaces == "u-1"


def test_what_a_hook_run_by_helm_left_is_replaced_once_it_has_ended() -> None:
    left = live(MIGRATE.replace("holdfast.dev/hook", "helm.sh/hook"))
    del left["metadata"]["labels"]
    assert hooked(MIGRATE, left).refused, "it may be at work"
    left["status"] = {"conditions": [{"type": "Complete", "status": "True"}]}
    plan = hooked(MIGRATE, left)
    assert rows(plan) == ["run | Job/migrate | hook | pre-upgrade hook, replaces one of no release"]
    assert plan.hooks[0].hook.replaces == "u-1"


def test_what_an_earlier_run_left_is_replaced_or_where_it_holds_data_updated() -> None:
    policy = "helm.sh/hook-delete-policy: hook-failed"
    ends = MIGRATE.replace('delete"}', f'delete", {policy}}}')
    assert "replaces that of an earlier run" in rows(hooked(ends, live(ends)))[0]
    holds = TOKEN.replace('"-1"}', f'"-1", {policy}}}')
    assert "updates that of an earlier run" in rows(hooked(holds, live(holds)))[0]
    assert "replaces that of an earlier run" in rows(hooked(TOKEN, live(TOKEN)))[0]


def test_what_the_server_refuses_is_refused_before_anything_runs() -> None:
    no = Refusal(422, "Invalid", 'Job.batch "migrate" is invalid: spec.template: Required value')
    (refused,) = hooked(MIGRATE, refusal=no).refused
    assert refused.reason == ("pre-upgrade hook: the server refuses: spec.template: Required value")
    unknown = Refusal(404, "NotFound", "the server could not find the requested resource")
    assert not hooked(MIGRATE, refusal=unknown).refused, "an earlier step may make the kind"


def test_a_namespace_that_nobody_makes() -> None:
    (refused,) = hooked(MIGRATE, missing=("prod",)).refused
    assert refused.reason == "pre-upgrade hook: the namespace prod does not exist"
    assert refused.hint == "let --create-namespace make it"
    elsewhere = MIGRATE.replace("namespace: prod", "namespace: jobs")
    made = "apiVersion: v1\nkind: Namespace\nmetadata: {name: jobs}\n"
    assert hooked(elsewhere, missing=("jobs",)).refused
    assert not hooked(elsewhere, missing=("jobs",), desired=made).refused


def test_one_that_is_no_longer_in_the_chart_goes() -> None:
    plan = hooked("", live(MIGRATE), earlier=MIGRATE)
    assert rows(plan) == ["delete | Job/migrate | delete | its hook is no longer in the chart"]
    assert [str(one.ref) for one in plan.pending] == ["Job/migrate"]
    assert hooked("", earlier=MIGRATE).pending == (), "it is gone already"
    own = MIGRATE.replace("holdfast.dev/hook", "example.com/no-hook")
    assert rows(hooked("", live(MIGRATE), earlier=MIGRATE, desired=own)) == [
        "create | Job/migrate | create | not in the cluster"
    ], "it is an object of the release's own now"


def test_one_that_is_somebody_elses_by_now_or_asks_to_be_kept_stays() -> None:
    other = live(MIGRATE, release="other")
    assert hooked("", other, earlier=MIGRATE).pending == ()
    asking = live(MIGRATE)
    asking["metadata"]["annotations"][KEEP_ANNOTATION] = "keep"
    (change,) = hooked("", asking, earlier=MIGRATE).changes
    assert (change.verb, change.reason) == ("none", f"kept: {KEEP_ANNOTATION}: keep")


def test_at_an_uninstall_they_go_last() -> None:
    plan = hooked(MIGRATE, live(CHECK), earlier=CHECK, operation=Operation.UNINSTALL)
    assert rows(plan) == [
        "run | Job/migrate | hook | pre-delete hook",
        "delete | Job/check | delete | a hook of the release",
    ]
    assert plan.changes == ()
    assert plan.summary["delete"] == 1
    assert summary_line(plan) == "1 to delete, 1 hook to run"


def text(plan: Plan) -> str:
    return "\n".join(line.text for one in plan.hooks for line in hook_body(one))


def test_its_diff_is_against_the_hook_that_ran_before() -> None:
    assert text(hooked(MIGRATE)) == ""
    newer = MIGRATE.replace("migrate:1", "migrate:2")
    shown = text(hooked(newer, live(MIGRATE), earlier=MIGRATE))
    assert shown.startswith("Job/migrate: pre-upgrade hook\n")
    assert "- image: migrate:1" in shown.replace("        ", "") and "migrate:2" in shown
    assert "+ kind: Job" in text(hooked(MIGRATE, earlier=""))


def test_secrets_in_hooks_are_masked() -> None:
    shown = text(hooked(TOKEN, earlier=""))
    assert "password: (secret, 7 bytes)" in shown
    assert "aHVudGVyMg==" not in shown
    (row,) = report(hooked(TOKEN, earlier=""))["hooks"]
    assert "aHVudGVyMg==" not in str(row)


def test_the_json_of_a_hook() -> None:
    newer = manifest(MIGRATE.replace("migrate:1", "migrate:2"), line=4)
    case = HookCase((newer,), manifests(MIGRATE), Snapshot())
    (row,) = report(with_hooks(plan_of(), (), case))["hooks"]
    fields = row.pop("fields")
    assert [(one["path"], one["before"], one["after"]) for one in fields] == [
        ("spec.template.spec.containers[name=migrate].image", "migrate:1", "migrate:2")
    ]
    assert row == {
        "verb": "run",
        "when": "pre-upgrade",
        "object": {
            "api_version": "batch/v1",
            "kind": "Job",
            "namespace": "prod",
            "name": "migrate",
        },
        "weight": 0,
        "timeout": None,
        "delete_policy": ["before-hook-creation"],
        "reason": "pre-upgrade hook",
        "source": {"template": "web/templates/job.yaml.j2", "line": 4},
        "hint": None,
        "changed_by": [],
    }


def test_the_fingerprint_moves_with_the_hooks() -> None:
    plain = plan_of().fingerprint
    same = hooked(MIGRATE).fingerprint
    assert hooked().fingerprint == plain != same == hooked(MIGRATE).fingerprint
    assert hooked(MIGRATE.replace("migrate:1", "migrate:2")).fingerprint != same
    assert hooked(MIGRATE, live(MIGRATE)).fingerprint != same
