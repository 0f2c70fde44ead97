"""A holder that was paused until its lock ran out changes nothing when it comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.charts import STUCK, client, history, ref, small_chart
from tests.e2e.processes import read_until, start_halted

RED = ("upgrade", "web", "web", "--set", "color=red")
GREEN = ("upgrade", "web", "web", "--set", "color=green", "--timeout", "60s")
# The writes of an upgrade to the head and its record, and what each comes to for who was away.
LOCK, CHUNK, PENDING, LAST = 1, 2, 3, 6


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")
    run_command("install", "web", "web").must()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The clocks of this process, and of those started, are a minute ahead once this is called."""
    now = time.time

    def pass_a_minute() -> None:
        Path("offset").write_text("61")
        monkeypatch.setattr(time, "time", lambda: now() + 61)

    return pass_a_minute

    return pass_a_minute


def color() -> str:
    with client() as cluster:
        return str(cluster.get(ref("ConfigMap", "web"))["data"]["color"])


@contextmanager
def halted(number: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process that stops at that change; killed in the end, whatever happens."""
    process = start_halted("STOP", number, *arguments)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def come_back(process: subprocess.Popen[str]) -> str:
    """Let a paused process go on; what it says until it ends."""
    process.send_signal(signal.SIGCONT)
    return process.communicate()[1]


@pytest.mark.parametrize("number", [PENDING, LAST], ids=["pending", "last"])
def test_paused_before_it_writes_its_record(number: int, later: Callable[[], None]) -> None:
    with halted(number, *RED) as process:
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        later()
        run_command(*GREEN).must()
        lines = history("web")
        said = come_back(process)
    assert process.returncode == 1, said
    assert "lost the lock; nothing more was changed; the release is at revision " in said, said
    assert said.count("error: ") == 1
    assert (color(), history("web")) == ("green", lines)


def test_paused_before_it_takes_the_lock_it_plans_again() -> None:
    with halted(LOCK, *RED) as process:
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        run_command(*GREEN).must()
        said = come_back(process)
    assert process.returncode == 0, said
    assert "planned against revision 1, the release is at 2; planning again" in said
    assert (color(), history("web")[-1]) == ("red", (3, "deployed"))


def test_paused_while_it_waits(later: Callable[[], None]) -> None:
    with halted(0, *STUCK) as process:
        read_until(process, "ErrImagePull")
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        later()
        run_command("abandon", "web", "--timeout", "60s").must()
        lines = history("web")
        said = come_back(process)
    assert process.returncode == 1, said
    assert "lost the lock" in said and "Traceback" not in said
    assert history("web") == lines == [(1, "superseded"), (2, "failed"), (3, "deployed")]


def test_while_a_holder_lives_nobody_resumes_or_abandons() -> None:
    with halted(0, *STUCK) as process:
        read_until(process, "ErrImagePull")
        for verb in ("resume", "abandon"):
            refused = run_command(verb, "web").must(1)
            assert f":{process.pid} has held it for upgrade since" in refused.err
            assert run_command(verb, "web", "--dry-run").code == 1
        process.send_signal(signal.SIGINT)
        process.communicate()
    run_command("abandon", "web", "--timeout", "60s").must()
