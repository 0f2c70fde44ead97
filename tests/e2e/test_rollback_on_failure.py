"""--rollback-on-failure: what fails is undone, both stories are told, and the record is true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Result, run_command
from tests.e2e.charts import CONFIG, SERVICE, SET, client, data, history, write_chart
from tests.e2e.test_failures import CRASHING, EXTRA

from holdfast.model.manifest import ObjectRef

FLAG = "--rollback-on-failure"


@pytest.fixture(autouse=True)
def _quick(cluster: str, request: pytest.FixtureRequest) -> None:
    """Waiting takes no time where pods are simulated."""
    if cluster == "embedded":
        request.getfixturevalue("own_time")


@pytest.fixture
def chart(tmp_path: Path) -> str:
    """A StatefulSet whose pods can be told to crash."""
    text = SET.replace("  volumeClaimTemplates:\n", EXTRA)
    values = "replicas: 2\nimage: nginx:1.28\ncolor: blue\ncommand: null\nprobe: ''\n"
    return write_chart(tmp_path, values=values, config=CONFIG, service=SERVICE, set=text)


@pytest.fixture
def at(namespace: str) -> tuple[str, ...]:
    return ("-n", namespace)


def message(result: Result) -> str:
    """The error that ends it."""
    return f"\n{result.err}".split("\nerror: ")[1].splitlines()[0]


def names(kind: str, namespace: str, api_version: str = "v1") -> list[str]:
    with client() as kubectl:
        found = kubectl.list(api_version, kind, namespace)
    return [one["metadata"]["name"] for one in found if one["metadata"]["name"].startswith("web")]


def test_a_failed_upgrade_goes_back_to_the_last_good_revision(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str
) -> None:
    run_command("install", "web", chart, "--create-namespace", *at).must()
    run_command("upgrade", "web", chart, "--set", "color=green", *at).must()
    change = ("--set", "color=red", *CRASHING, "--timeout", "120s")
    failed = run_command("upgrade", "web", chart, *change, FLAG, *at).must(4)
    first, _, second = message(failed).partition("; rolled back: ")
    assert first.startswith("upgrade of release web: failed: StatefulSet/web: ")
    assert "web-1: CrashLoopBackOff: exit code 3 (Error)" in first
    assert second == "revision 4 is deployed"
    assert "warning: upgrade of release web: failed: " in failed.err
    assert "; going back to the last good revision" in failed.err
    assert "started  rollback of release web to revision 4" in failed.err
    assert "hint: its log says why; " in failed.err
    assert "mend the cause and upgrade again" in failed.err

    lines = data("history", "web", *at)
    assert [row["status"] for row in lines] == ["superseded"] * 2 + ["failed", "deployed"]
    assert lines[2]["description"].startswith("Upgrade failed: upgrade of release web: failed: ")
    assert lines[3]["description"] == "Rollback after the upgrade to revision 3 failed"
    with client() as kubectl:
        config = kubectl.get(ObjectRef("v1", "ConfigMap", namespace, "web"))
    assert config["data"]["color"] == "green"
    assert [pod["ready"] for pod in data("status", "web", *at)["ordinals"]] == [True, True]


def test_a_failed_install_is_uninstalled_and_its_claims_are_kept(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str
) -> None:
    install = ("install", "web", chart, "--create-namespace", *CRASHING, FLAG, *at)
    failed = run_command(*install).must(4)
    assert message(failed).endswith(
        f"; what it made was uninstalled again; kept: claim data-web-0, Namespace/{namespace}"
    )
    assert "started  uninstall of release web" in failed.err
    assert "kept     claim data-web-0 kept: 1Gi" in failed.err
    assert "mend the cause and install again" in failed.err
    assert data("list", *at) == []
    found = {kind: names(kind, namespace) for kind in ("ConfigMap", "Service", "Pod")}
    assert found == {"ConfigMap": [], "Service": [], "Pod": []}
    run_command("install", "web", chart, *at).must()


def test_a_failed_install_by_upgrade_is_uninstalled_too_and_says_so_to_machines(
    cluster: str, chart: str, at: tuple[str, ...]
) -> None:
    upgrade = ("upgrade", "--install", "web", chart, "--create-namespace", *CRASHING, FLAG, *at)
    error = json.loads(run_command(*upgrade, "-o", "json").must(4).out)
    assert error["code"] == "wait_failed"
    assert "; what it made was uninstalled again" in error["message"]
    assert error["evidence"][0]["object"] == "Pod/web-0"
    assert data("list", *at) == []


def test_what_an_install_took_over_is_not_removed_with_it(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str
) -> None:
    run_command("install", "other", chart, "--create-namespace", "--set", "replicas=0", *at).must()
    with client() as kubectl:
        metadata = {"name": "web", "namespace": namespace}
        kubectl.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    install = ("install", "web", chart, *CRASHING, FLAG, "--take-ownership", *at)
    failed = run_command(*install).must(4)
    assert "; kept: ConfigMap/web, claim data-web-0" in message(failed)
    assert names("ConfigMap", namespace) == ["web"]
    assert names("Service", namespace) == []


def test_without_a_good_revision_it_is_left_as_it_is(
    cluster: str, chart: str, at: tuple[str, ...]
) -> None:
    run_command("install", "web", chart, "--create-namespace", *CRASHING, *at).must(4)
    again = ("upgrade", "web", chart, "--set", "color=red", FLAG, *at)
    failed = run_command(*again).must(4)
    assert "; going back failed, too: roll back release web: no good revision before 2" in message(
        failed
    )
    assert history("web", *at) == [(1, "failed"), (2, "failed")]


def test_what_is_refused_before_anything_was_done_is_only_told(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str
) -> None:
    run_command("install", "web", chart, "--create-namespace", *at).must()
    with client() as kubectl:
        config = ObjectRef("v1", "ConfigMap", namespace, "web")
        kubectl.patch(config, {"data": {"color": "theirs"}})
    refused = run_command("upgrade", "web", chart, "--set", "color=red", FLAG, *at).must(1)
    assert "refused: " in message(refused) and "rolled back" not in refused.err
    assert history("web", *at) == [(1, "deployed")]


def test_going_back_does_not_delete_data_unasked(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str
) -> None:
    policy = "  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n  template:\n"
    path = Path(chart) / "templates/set.yaml.j2"
    path.write_text(path.read_text().replace("  template:\n", policy, 1))
    run_command("install", "web", chart, "--create-namespace", *at).must()
    grow = ("upgrade", "web", chart, "--set", "replicas=3", *CRASHING, FLAG, *at)
    failed = run_command(*grow).must(4)
    assert "going back failed, too: it would delete data: " in message(failed)
    assert "hint: `holdfast rollback web --yes` does it" in failed.err
    assert [status for _, status in history("web", *at)] == ["deployed", "failed"]


def test_it_has_to_wait(cluster: str, chart: str, at: tuple[str, ...]) -> None:
    refused = run_command("upgrade", "web", chart, FLAG, "--no-wait", *at).must(2)
    assert "--rollback-on-failure has to wait" in refused.err
