"""A scale or a restart whose process ends in the middle: what is left, and how it goes on."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.charts import client, data, history, small_chart
from tests.e2e.processes import read_until, start

from holdfast.model.manifest import ObjectRef


@pytest.fixture(autouse=True)
def _scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release of two pods on nodes that take no third one."""
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")
    run_command("install", "web", "web", "--set", "replicas=2").must()
    cordon(True)


def cordon(closed: bool) -> None:
    with client() as kubectl:
        for node in kubectl.list("v1", "Node"):
            place = ObjectRef("v1", "Node", "", node["metadata"]["name"])
            kubectl.patch(place, {"spec": {"unschedulable": closed}})


def test_killed_the_lock_runs_out_and_the_same_again_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with start("scale", "web", "4") as process:
        read_until(process, "nodes are available")
        process.kill()
    assert history("web") == [
        (1, "deployed"),
        (2, "pending-scale"),
    ]
    assert [row["name"] for row in data("list", "--status", "pending-scale")] == ["web"]
    refused = run_command("scale", "web", "4").must(1)
    assert f":{process.pid}" in refused.err and "scale" in refused.err
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 61)
    assert "INTERRUPTED: scale of revision 2 by " in run_command("status", "web").must().out
    cordon(False)
    said = run_command("scale", "web", "4").must().err
    assert "finishes first what was cut off: 2 → 3 (ordinal 2)" in said
    assert "web-2 is ready" in said and "web-3 is ready" in said
    assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]
    assert data("get", "values", "web")["replicas"] == 4


@pytest.mark.parametrize("verb", [("scale", "web", "3"), ("restart", "web")])
def test_stopped_it_lets_go_at_once_and_the_same_again_goes_on(verb: tuple[str, ...]) -> None:
    with start(*verb) as process:
        read_until(process, "nodes are available")
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1]
    assert process.returncode == 1 and "Traceback" not in said
    assert f"error: {verb[0]} of release web: interrupted" in said
    assert "hint: `holdfast resume web`, or the same command again, goes on from there" in said
    cordon(False)
    run_command(*verb, "--timeout", "60s").must()
    status = data("status", "web")
    assert status["lock"] is None and {one["ready"] for one in status["ordinals"]} == {True}


@pytest.mark.parametrize(("verb", "members"), [("resume", 4), ("abandon", 2)])
def test_a_scale_is_finished_or_undone_one_by_one(
    verb: str, members: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start("scale", "web", "4") as process:
        read_until(process, "nodes are available")
        process.kill()
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 61)
    cordon(False)
    said = run_command(verb, "web").must().err
    assert "scale of revision 2 by " in said and "was cut off" in said
    assert "  was at: scale StatefulSet/web" in said
    assert len(data("status", "web")["ordinals"]) == members
    assert data("get", "values", "web")["replicas"] == members
    lines = data("history", "web")
    if verb == "resume":
        assert history("web") == [(1, "superseded"), (2, "deployed")]
        assert lines[1]["description"] == "Scale StatefulSet/web 2 → 4"
    else:
        assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]
        assert lines[2]["description"] == "Scale of revision 2 abandoned: back to 1"


def stopped_restart() -> str:
    """Ctrl-C amidst a restart; the moment that it wrote into the pod template."""
    with start("restart", "web") as process:
        read_until(process, "nodes are available")
        process.send_signal(signal.SIGINT)
        process.communicate()
    return restarted_at()


def restarted_at() -> str:
    with client() as kubectl:
        live = kubectl.get(ObjectRef("apps/v1", "StatefulSet", "default", "web"))
    return str(live["spec"]["template"]["metadata"]["annotations"]["holdfast.dev/restarted-at"])


def test_a_restart_is_gone_on_with_and_not_begun_anew() -> None:
    at = stopped_restart()
    status = run_command("status", "web").must().out
    assert "INTERRUPTED: restart, begun " in status
    assert "`holdfast resume web` goes on with it, `holdfast abandon web` forgets it" in status
    cordon(False)
    resumed = run_command("resume", "web", "--timeout", "60s").must()
    assert "restart, begun " in resumed.err
    assert restarted_at() == at
    assert history("web") == [(1, "deployed")]
    assert data("status", "web")["unfinished"] is None


def test_a_restart_that_is_abandoned_is_forgotten() -> None:
    stopped_restart()
    cordon(False)
    run_command("abandon", "web").must()
    assert data("status", "web")["unfinished"] is None
    assert run_command("resume", "web").must(1).err.count("nothing was interrupted") == 1


def test_a_restart_leaves_an_unfinished_operation_to_be_resumed() -> None:
    broken = ("--set", "color=red", "--set", "image=registry.invalid/nginx:1")
    assert run_command("upgrade", "web", "web", *broken, "--timeout", "1s").code == 4
    stopped_restart()
    left = data("status", "web")["unfinished"]
    assert (left["operation"], left["revision"]) == ("upgrade", 2)
    cordon(False)
    run_command("abandon", "web", "--timeout", "60s").must()
    assert history("web")[-1] == (3, "deployed")
