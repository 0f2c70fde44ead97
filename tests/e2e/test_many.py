"""50 operations at once on one release: one runs, the others wait their turn or name the holder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, SERVICE, client, data, history, ref, write_chart

MANY = 50


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_chart(tmp_path, config=CONFIG, service=SERVICE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:many.db")
    run_command("install", "web", "web").must()


def crowd(count: int, *arguments: str) -> list[tuple[int, str]]:
    """Exit code and talk of each of `count` processes that begin at the same moment."""
    folder = Path("crowd")
    folder.mkdir()
    launcher = str(Path(__file__).parent / "crowd.py")
    subprocess.run([sys.executable, launcher, str(count), str(folder), *arguments], check=True)
    return [
        (int((folder / f"{n}.code").read_text()), (folder / f"{n}.err").read_text())
        for n in range(count)
    ]


def test_fifty_upgrades_at_once_without_waiting() -> None:
    ended = crowd(MANY, "upgrade", "web", "web", "--set", "color=c{n}")
    assert not [said for _, said in ended if "Traceback" in said]
    winners = [said for code, said in ended if code == 0]
    losers = [said for code, said in ended if code == 1]
    assert winners and len(winners) + len(losers) == MANY
    for said in losers:
        assert said.count("error: ") == 1 and "hint: " in said, said
        assert re.search(r"lock release web: \S+@\S+:\d+ has held it for upgrade since ", said), (
            said
        )
    check_history(len(winners))


def test_fifty_upgrades_at_once_that_wait_their_turn() -> None:
    ended = crowd(MANY, "upgrade", "web", "web", "--set", "color=c{n}", "--lock-timeout", "10m")
    assert [code for code, _ in ended] == [0] * MANY, [said for code, said in ended if code]
    check_history(MANY)
    again = [said for _, said in ended if "planning again" in said]
    assert again, "who planned at the same moment as others plans once more"


def check_history(done: int) -> None:
    """Each that ran made one revision, over the one before it; the last one is what is there."""
    lines = history("web")
    assert lines[-1] == (1 + done, "deployed")
    assert {status for _, status in lines[:-1]} <= {"superseded"}
    assert [number for number, _ in lines] == list(range(max(1, done - 8), done + 2))
    with client() as cluster:
        live = cluster.get(ref("ConfigMap", "web"))
    assert live["data"]["color"] == data("get", "values", "web")["color"]
    assert data("status", "web")["unfinished"] is None
