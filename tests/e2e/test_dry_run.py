"""--dry-run: the server is asked what it would make of it, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, write_chart
from tests.e2e.counted import count_requests


@pytest.fixture(autouse=True)
def _chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_chart(tmp_path, config=CONFIG)
    monkeypatch.chdir(tmp_path)


def test_a_dry_run_asks_the_server_and_writes_nothing(
    cluster: str, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    run_command("install", "web", "web", "--create-namespace").must()
    run_command("upgrade", "web", "web", "--set", "color=red").must()
    sent = count_requests(monkeypatch)
    for verb in (
        ("install", "new", "web"),
        ("upgrade", "web", "web", "--set", "color=grey"),
        ("rollback", "web"),
        ("uninstall", "web"),
    ):
        sent.clear()
        run_command(*verb, "--dry-run").must()
        writes = [one.request for one in sent if one.request.method != "GET"]
        assert all(("dryRun", "All") in request.query for request in writes), verb
        assert bool(writes) == (verb[0] != "uninstall"), "the server says what it would make of it"


def test_what_the_server_refuses_fails_a_dry_run(cluster: str, tmp_path: Path) -> None:
    text = CONFIG.replace("color: {{ values.color }}", "color: {{ values.color }}\nimmutable: 3")
    write_chart(tmp_path, config=text)
    refused = run_command("install", "web", "web", "--dry-run").must(1)
    assert "refused" in refused.out and "ConfigMap/web" in refused.out and "hint: " in refused.err
