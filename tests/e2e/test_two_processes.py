"""Two processes at once on one embedded cluster: nothing is lost, and one is told of the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.charts import STUCK, data, history, small_chart
from tests.e2e.processes import read_until, start


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:both.db")


def test_two_installs_at_once_both_succeed() -> None:
    names = ("ant", "bee", "cat")
    processes = [start("install", name, "web") for name in names]
    for process in processes:
        said = process.communicate()[1]
        assert process.returncode == 0, said
    assert [(row["name"], row["status"]) for row in data("list")] == [
        (name, "deployed") for name in names
    ]
    for name in names:
        status = data("status", name)
        assert {item["state"] for item in status["objects"]} == {"ready"}
        assert [claim["name"] for claim in status["claims"]] == [f"data-{name}-0"]


def test_of_two_installs_of_one_name_one_is_refused() -> None:
    processes = [start("install", "web", "web") for _ in range(2)]
    said = [process.communicate()[1] for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 1], said
    loser = next(text for text, p in zip(said, processes, strict=True) if p.returncode)
    told = ("has held it for install", "the name is taken", "the release is at 1")
    assert any(words in loser for words in told), loser
    assert loser.count("error: ") == 1 and "hint: " in loser
    assert history("web") == [(1, "deployed")]


def test_a_second_upgrade_names_the_holder_or_waits_its_turn() -> None:
    run_command("install", "web", "web").must()
    with start(*STUCK, "--timeout", "1s") as first:
        read_until(first, "ErrImagePull")
        refused = run_command("upgrade", "web", "web", "--set", "color=red").must(1)
        assert f":{first.pid} has held it for upgrade" in refused.err
        assert "--lock-timeout" in refused.err
        second = ("upgrade", "web", "web", "-f", "web/values.yaml", "--set", "color=red")
        waited = run_command(*second, "--lock-timeout", "30s", "--timeout", "30s")
        said = first.communicate()[1]
    assert first.returncode == 4, said
    assert waited.code == 0, waited.err
    assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]
    assert data("get", "values", "web")["color"] == "red"
