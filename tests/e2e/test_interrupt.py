"""Ctrl-C at any request, and kill -9: the next command says what happened and goes on."""

from __future__ import annotations

import getpass
import re
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Result, run_command
from tests.e2e.charts import STUCK, client, data, history, small_chart
from tests.e2e.own_time import OwnTime
from tests.e2e.processes import read_until, start

from holdfast.cluster.transports.direct import DirectTransport

CHANGE = ("--set", "color=red", "--set", "replicas=2")
VERBS = {
    "install": ("install", "web", "web"),
    "upgrade": ("upgrade", "web", "web", *CHANGE),
    "rollback": ("rollback", "web", "1"),
    "uninstall": ("uninstall", "web"),
}
BEFORE = {
    "install": (),
    "upgrade": (VERBS["install"],),
    "rollback": (VERBS["install"], VERBS["upgrade"]),
    "uninstall": (VERBS["install"],),
}


@dataclass
class Line:
    """Counts the requests of one command, and presses Ctrl-C at one of them."""

    stop_at: int = 0
    after: bool = False
    count: int = 0

    def put(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand between the client and the embedded cluster."""
        send = DirectTransport.send

        def counted(transport: DirectTransport, request: Any, *, timeout: float) -> Any:
            self.count += 1
            stop = self.count == self.stop_at
            if stop and not self.after:
                raise KeyboardInterrupt
            answer = send(transport, request, timeout=timeout)
            if stop:
                raise KeyboardInterrupt
            return answer

        monkeypatch.setattr(DirectTransport, "send", counted)

    def next(self, stop_at: int = 0, *, after: bool = False) -> None:
        """Count anew."""
        self.stop_at, self.after, self.count = stop_at, after, 0


class Scene:
    """One database file, brought back to the state before the verb as often as needed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        small_chart(folder)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HOLDFAST_CLUSTER", "local:now.db")
        self.line = Line()
        self.line.put(monkeypatch)
        self.start = 0.0

    def prepare(self, verb: str) -> None:
        """Do what comes before the verb, and remember that state."""
        for before in BEFORE[verb]:
            run_command(*before).must()
        run_command("list").must()
        for path in Path().glob("now.db*"):
            shutil.copy(path, "before" + path.name.removeprefix("now"))

    def reset(self) -> None:
        """Back to before the verb."""
        for path in Path().glob("now.db*"):
            path.unlink()
        for path in Path().glob("before.db*"):
            shutil.copy(path, "now" + path.name.removeprefix("before"))

    def run(self, verb: str, stop_at: int = 0, *, after: bool = False) -> Result:
        """Run the verb, pressing Ctrl-C at a request."""
        self.line.next(stop_at, after=after)
        result = run_command(*VERBS[verb])
        self.line.next()
        return result


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> Scene:
    return Scene(tmp_path, monkeypatch)


def settled() -> dict[str, Any]:
    """What the cluster holds in the end, without what is different each time."""
    with client() as cluster:
        found = {
            f"{kind}/{obj['metadata']['name']}": obj.get("data") or _wish(obj.get("spec"))
            for api_version, kind in (
                ("v1", "ConfigMap"),
                ("v1", "Service"),
                ("v1", "PersistentVolumeClaim"),
                ("apps/v1", "StatefulSet"),
            )
            for obj in cluster.list(api_version, kind, "default")
        }
        pods = [pod["metadata"]["name"] for pod in cluster.list("v1", "Pod", "default")]
        secrets = cluster.list("v1", "Secret", "default")
    return {**found, "pods": pods, "records": bool(secrets)}


def _wish(spec: dict[str, Any]) -> str:
    return re.sub(r"pvc-[-0-9a-f]+", "pvc", str(spec))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("verb", VERBS)
def test_interrupted_at_any_request_the_same_verb_goes_on(
    verb: str, after: bool, scene: Scene
) -> None:
    scene.prepare(verb)
    earlier = history("web") if BEFORE[verb] else []
    values = run_command("get", "values", "web", "--revision", "1")
    scene.line.next()
    run_command(*VERBS[verb]).must()
    requests = scene.line.count
    assert requests > 20
    expected = settled()

    for number in range(1, requests + 1):
        scene.reset()
        at = f"{verb}: Ctrl-C {'after' if after else 'before'} request {number} of {requests}"
        result = scene.run(verb, number, after=after)

        assert result.code == 1, at
        assert "Traceback" not in result.err, at
        assert result.err.count("error: ") == 1, f"{at}\n{result.err}"
        assert "interrupted" in result.err, at
        assert result.err.count("hint: ") == 1, f"{at}\n{result.err}"
        check_record(verb, earlier, values, at)
        again = run_command(*VERBS[verb])
        if verb == "uninstall" and "no such release" in again.err:
            assert data("list") == [], at
        elif verb == "install" and "revision 1 is deployed" in again.err:
            assert number == requests, at
        else:
            assert again.code == 0, f"{at}\n{result.err}\n{again.err}"
        assert settled() == expected, at


def check_record(verb: str, earlier: list[tuple[int, str]], values: Result, at: str) -> None:
    """After Ctrl-C: reading works, nobody holds the lock, and what was recorded is still there."""
    listed = data("list")
    if not listed:
        assert verb in ("install", "uninstall"), at
        return
    status = run_command("status", "web").must()
    assert "LOCKED" not in status.out, at
    lines = data("history", "web")
    assert (listed[0]["revision"], listed[0]["status"]) == (
        lines[-1]["revision"],
        lines[-1]["status"],
    ), at
    assert not lines[-1]["status"].startswith(("pending-", "uninstalling")), at
    if lines[-1]["status"] == "failed":
        assert "interrupted" in lines[-1]["description"], at
        assert "interrupted" in status.out, at
    if verb == "uninstall":
        return
    kept = [(row["revision"], row["status"]) for row in lines][: len(earlier)]
    if lines[-1]["status"] != "deployed" or len(lines) == len(earlier):
        assert kept == earlier, at
    if earlier:
        assert run_command("get", "values", "web", "--revision", "1").out == values.out, at


@pytest.fixture
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small release that is there. (Embedded: pods that kwok simulates never fail to start.)"""
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")
    run_command("install", "web", "web").must()


@pytest.mark.usefixtures("_shop")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_while_waiting_is_recorded_at_once(how: signal.Signals) -> None:
    with start(*STUCK) as process:
        read_until(process, "ErrImagePull")
        process.send_signal(how)
        said = process.communicate()[1]
    assert process.returncode == 1
    assert said.count("error: ") == 1 and "Traceback" not in said
    assert "error: upgrade of release web: interrupted" in said
    assert "hint: run it again to go on from there, or `holdfast rollback web` to go back" in said
    assert history("web") == [(1, "deployed"), (2, "failed")]
    assert "DESCRIPTION: Upgrade interrupted" in run_command("status", "web").must().out
    run_command("rollback", "web", "--timeout", "60s").must()
    assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]


@pytest.mark.usefixtures("_shop")
def test_a_stop_is_no_failure_that_is_rolled_back() -> None:
    with start(*STUCK, "--rollback-on-failure") as process:
        read_until(process, "ErrImagePull")
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1]
    assert process.returncode == 1
    assert "interrupted" in said and "rolled back" not in said
    assert history("web") == [(1, "deployed"), (2, "failed")]


@pytest.mark.usefixtures("_shop")
def test_killed_while_waiting_the_lock_runs_out_and_the_next_command_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with start(*STUCK) as process:
        read_until(process, "ErrImagePull")
        process.kill()
    holder = f":{process.pid}"
    assert history("web") == [(1, "deployed"), (2, "pending-upgrade")]
    assert f"LOCKED: upgrade by {getpass.getuser()}@" in run_command("status", "web").must().out
    refused = run_command("rollback", "web").must(1)
    assert holder in refused.err and "the lock ends by itself in" in refused.err

    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 61)
    waiting = run_command("status", "web").must().out
    assert "LOCKED" not in waiting
    assert f"INTERRUPTED: upgrade of revision 2 by {getpass.getuser()}@" in waiting
    assert run_command("list").must().out.count("pending-upgrade") == 1
    rolled = run_command("rollback", "web", "--timeout", "60s").must()
    assert "upgrade of revision 2 by " in rolled.err and "was cut off" in rolled.err
    assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]
    assert data("history", "web")[1]["description"] == "Upgrade interrupted"
