"""Ctrl-C at any request, and kill -9: the next command says what happened and goes on."""

from __future__ import annotations

import getpass
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from tests.conftest import Result, run_command
from tests.e2e.cases import WAYS, Case
from tests.e2e.charts import STUCK, data, history, small_chart
from tests.e2e.line import Fault, Line, ctrl_c, ctrl_c_after
from tests.e2e.own_time import OwnTime
from tests.e2e.processes import read_until, start
from tests.e2e.scene import Operation

INSTALL = ("install", "web", "web")
UPGRADE = ("upgrade", "web", "web", "--set", "color=red", "--set", "replicas=2")
OPERATIONS = {
    "install": Operation(INSTALL),
    "upgrade": Operation(UPGRADE, before=(INSTALL,)),
    "rollback": Operation(("rollback", "web", "1"), before=(INSTALL, UPGRADE)),
    "uninstall": Operation(("uninstall", "web"), before=(INSTALL,)),
}


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> Line:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:now.db")
    return Line(monkeypatch)


@pytest.mark.parametrize(
    ("fault", "way"), [(ctrl_c, "again"), *((ctrl_c_after, way) for way in WAYS)]
)
@pytest.mark.parametrize("name", OPERATIONS)
def test_stopped_at_any_request(name: str, fault: Fault, way: str, line: Line) -> None:
    case = Case(line, OPERATIONS[name])
    total = len(case.sent)
    assert total > 20
    for number in range(1, total + 1):
        case.reset(f"{name}: {fault.__name__} at request {number} of {total}")
        result = case.cut(number, fault)
        if result is None or result.code == 0:
            continue
        check_said(result, case.at)
        check_record(case)
        case.check_told(f"{getpass.getuser()}@{socket.gethostname()}:{os.getpid()}")
        case.end(way)


def check_said(result: Result, at: str) -> None:
    assert result.code == 1, at
    assert "Traceback" not in result.err, at
    assert result.err.count("error: ") == 1, f"{at}\n{result.err}"
    assert "interrupted" in result.err, at
    assert result.err.count("hint: ") == 1, f"{at}\n{result.err}"


def check_record(case: Case) -> None:
    """Nobody holds the lock, the end is on record, and so is all that was there before."""
    if not data("list"):
        assert case.earlier == [] or case.later == [], case.at
        return
    assert data("status", "web")["lock"] is None, case.at
    lines = data("history", "web")
    assert not lines[-1]["status"].startswith(("pending-", "uninstalling")), case.at
    if lines[-1]["status"] == "failed":
        assert "interrupted" in lines[-1]["description"], case.at
    kept = [(row["revision"], row["status"]) for row in lines][: len(case.earlier)]
    if len(lines) == len(case.earlier) + 1 and lines[-1]["status"] != "deployed":
        assert kept == case.earlier, case.at
    if case.earlier and case.later:
        run_command("get", "values", "web", "--revision", "1").must()


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
    assert "hint: `holdfast resume web`, or the same command again, goes on from there" in said
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
