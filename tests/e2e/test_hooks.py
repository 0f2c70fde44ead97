"""Hooks through the command, on every cluster there is: run, shown, failing, tested, gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.controlplane.control_plane import ControlPlane
from tests.e2e.charts import CONFIG, client, data, history, write_chart

from holdfast.errors import NotFound
from holdfast.model.manifest import ObjectRef

VALUES = "color: blue\nmigrate: exit 0\nimage: tool:1\n"
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{{{ release.name }}}}-{name}
  annotations:
    holdfast.dev/hook: {when}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: {{{{ values.image }}}}
          command: [sh, -c, {{{{ {command} }}}}]
"""
ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ release.name }}-hooks
  annotations: {helm.sh/hook: "pre-install", helm.sh/hook-weight: "-10"}
"""
TEST = """\
apiVersion: v1
kind: Pod
metadata:
  name: {{ release.name }}-test
  annotations: {helm.sh/hook: test, helm.sh/hook-delete-policy: before-hook-creation}
spec:
  restartPolicy: Never
  containers:
    - {name: curl, image: "curl:8", command: [sh, -c, {{ values.migrate }}]}
"""


def job(name: str, when: str, command: str = "'exit 0'") -> str:
    return JOB.format(name=name, when=when, command=command)


@pytest.fixture
def chart(tmp_path: Path) -> str:
    """Its migration ends as `migrate` says, and so does its test."""
    return write_chart(
        tmp_path,
        values=VALUES,
        config=CONFIG,
        account=ACCOUNT,
        migrate=job("migrate", "pre-install,pre-upgrade,pre-rollback", "values.migrate"),
        warm=job("warm", "post-install"),
        backup=job("backup", "pre-delete"),
        clean=job("clean", "post-delete"),
        test=TEST,
    )


def jobs(namespace: str) -> list[str]:
    with client() as cluster:
        return sorted(one["metadata"]["name"] for one in cluster.list("batch/v1", "Job", namespace))


def color(namespace: str) -> str:
    with client() as cluster:
        config = cluster.get(ObjectRef("v1", "ConfigMap", namespace, "web"))
        return str(config["data"]["color"])


def ran(text: str) -> list[str]:
    """The hooks that came to a good end, in their order."""
    lines = [line.split(" hook     ")[-1] for line in text.splitlines()]
    return [line.partition(" succeeded")[0] for line in lines if " succeeded after " in line]


def test_a_release_with_hooks_from_install_to_uninstall(
    cluster: str, namespace: str, chart: str
) -> None:
    at = ("-n", namespace)
    installed = run_command("install", "web", chart, "--create-namespace", *at).must()
    assert ran(installed.err) == [
        "pre-install hook ServiceAccount/web-hooks",
        "pre-install hook Job/web-migrate",
        "post-install hook Job/web-warm",
    ]
    assert jobs(namespace) == ["web-migrate", "web-warm"]
    shown = run_command("get", "hooks", "web", *at).must().out
    assert shown.count("# Source: web/templates/") == 6
    assert "kind: ConfigMap" not in shown
    assert "kind: Job" not in run_command("get", "manifest", "web", *at).must().out

    upgrade = ("web", chart, "--set", "color=green", *at)
    planned = run_command("diff", "upgrade", *upgrade).must().out
    assert "run      Job/web-migrate   hook       pre-upgrade hook, replaces that of" in planned
    assert "1 to update, 1 hook to run" in planned
    assert ran(run_command("upgrade", *upgrade).must().err) == ["pre-upgrade hook Job/web-migrate"]
    assert color(namespace) == "green"

    back = run_command("rollback", "web", *at).must()
    assert ran(back.err) == ["pre-rollback hook Job/web-migrate"]

    removed = run_command("uninstall", "web", *at).must()
    assert ran(removed.err) == ["pre-delete hook Job/web-backup", "post-delete hook Job/web-clean"]
    assert jobs(namespace) == []
    with client() as api, pytest.raises(NotFound):
        api.get(ObjectRef("v1", "ServiceAccount", namespace, "web-hooks"))


def test_one_that_fails_before_the_changes(cluster: str, namespace: str, chart: str) -> None:
    at = ("-n", namespace)
    run_command("install", "web", chart, "--create-namespace", *at).must()
    upgrade = ("upgrade", "web", chart, "--set", "color=green", "--set", "migrate=exit 3", *at)
    failed = run_command(*upgrade, "-o", "json").must(4)
    error = json.loads(failed.out)
    assert error["code"] == "hook_failed"
    assert "pre-upgrade hook Job/web-migrate failed after " in error["message"]
    assert "exit code 3" in error["message"]
    assert error["evidence"][0]["object"].startswith("Pod/web-migrate-")
    assert error["evidence"][0]["logs"][0]["container"] == "main"
    assert "nothing was changed" in failed.err
    assert color(namespace) == "blue"
    assert history("web", *at) == [(1, "deployed"), (2, "failed")]

    passed_over = run_command(*upgrade, "--no-hooks").must()
    assert ran(passed_over.err) == []
    assert color(namespace) == "green"


def test_one_that_never_ends(cluster: str, namespace: str, tmp_path: Path) -> None:
    hook = job("slow", "post-install").replace(
        "annotations:", "annotations:\n    holdfast.dev/hook-timeout: 6s"
    )
    path = write_chart(tmp_path, values=VALUES, config=CONFIG, slow=hook)
    at = ("-n", namespace)
    bad = "image=registry.invalid/tool:1"
    failed = run_command("install", "web", path, "--create-namespace", "--set", bad, *at).must(4)
    assert "post-install hook Job/web-slow did not end in 6 s: " in failed.err
    assert "ImagePullBackOff" in failed.err
    assert "holdfast.dev/hook-timeout gives more time" in failed.err
    assert history("web", *at) == [(1, "failed")]
    assert color(namespace) == "blue", "what came before it was made"
    run_command("uninstall", "web", *at).must()
    assert jobs(namespace) == []


def test_the_tests_of_a_release(cluster: str, namespace: str, chart: str) -> None:
    at = ("-n", namespace)
    run_command("install", "web", chart, "--create-namespace", *at).must()
    passed = run_command("test", "web", "--logs", *at).must()
    assert passed.out.split()[:5] == ["TEST", "RESULT", "SECONDS", "REASON", "Pod/web-test"]
    assert "succeeded" in passed.out
    assert "LOG of Pod/web-test, container curl:" in passed.out

    run_command("upgrade", "web", chart, "--set", "migrate=exit 3", "--no-hooks", *at).must()
    failed = run_command("test", "web", "-o", "json", *at).must(4)
    (found,) = json.loads(failed.out)["tests"]
    assert (found["object"]["name"], found["result"]) == ("web-test", "failed")
    assert "exit code 3" in found["reason"]
    assert "test hook Pod/web-test failed after " in failed.err
    assert data("status", "web", *at)["status"] == "deployed", "a test changes no revision"
    assert data("status", "web", *at)["lock"] is None


_REAL = pytest.param("real", marks=[pytest.mark.real, pytest.mark.xdist_group("real")])


@pytest.mark.parametrize("cluster", [_REAL], indirect=True)
def test_what_a_real_kubelet_says_of_a_hook(
    cluster: str, namespace: str, chart: str, control_plane: ControlPlane
) -> None:
    at = ("-n", namespace)
    control_plane.logs.write(["connecting", "no such table: users"])
    bad = ("--set", "migrate=exit 1", "--create-namespace")
    failed = run_command("install", "web", chart, *bad, *at).must(4)
    assert "  log of main:\n    | connecting\n    | no such table: users\n" in failed.err
    run_command("upgrade", "web", chart, "--set", "migrate=exit 0", *at).must()
    tested = run_command("test", "web", "--logs", *at).must()
    assert tested.out.endswith("container curl:\nconnecting\nno such table: users\n")


def results(namespace: str) -> dict[str, str]:
    hooks = data("status", "web", "-n", namespace)["hooks"]
    assert all(bool(hook["ended"]) == (hook["result"] in ("succeeded", "failed")) for hook in hooks)
    return {hook["name"].removeprefix("web-"): hook["result"] for hook in hooks}


def test_the_status_tells_the_last_result_of_each_hook(
    cluster: str, namespace: str, chart: str
) -> None:
    at = ("-n", namespace)
    run_command("install", "web", chart, "--create-namespace", *at).must()
    assert results(namespace) == {
        "hooks": "made",
        "backup": "missing",
        "clean": "missing",
        "migrate": "succeeded",
        "test": "missing",
        "warm": "succeeded",
    }
    run_command("test", "web", *at).must()
    assert results(namespace)["test"] == "succeeded"
    run_command("upgrade", "web", chart, "--set", "migrate=exit 3", *at).must(4)
    assert results(namespace)["migrate"] == "failed"
    (row,) = [
        line.split()
        for line in run_command("status", "web", *at).must().out.splitlines()
        if line.startswith("Job/web-migrate")
    ]
    assert row[2] == "failed"
    assert "BackoffLimitExceeded:" in row


def test_the_hook_that_an_operation_was_at_is_named_once(
    cluster: str, namespace: str, chart: str
) -> None:
    at = ("-n", namespace)
    run_command("install", "web", chart, "--create-namespace", *at).must()
    run_command("upgrade", "web", chart, "--set", "migrate=exit 3", *at).must(4)
    said = run_command("resume", "web", "--dry-run", *at).must().err
    assert "  was at: pre-upgrade hook Job/web-migrate\n" in said
