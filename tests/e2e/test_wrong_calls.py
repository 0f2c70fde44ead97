"""A call that is wrong: what is said, and what somebody who comes from Helm is told to write."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from tests.conftest import Holdfast, run_command


@pytest.mark.parametrize("group", ["get", "diff", "show", "schema", "dependency"])
def test_a_group_alone_names_what_there_is(group: str) -> None:
    alone = run_command(group).must(2)
    assert alone.err.startswith("error: Missing command.\nhint: there are: ")
    assert len(alone.err.splitlines()) == 2
    unknown = run_command(group, "nothing").must(2)
    assert unknown.err.splitlines()[1] == alone.err.splitlines()[1]


def test_the_command_alone_says_what_it_can_do() -> None:
    assert run_command().must().out == run_command("--help").must().out


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("ls", "it is 'list' here"),
        ("delete web", "it is 'uninstall' here"),
        ("hist web", "it is 'history' here"),
        ("install web web --atomic", "Helm's --atomic: --rollback-on-failure;"),
        ("upgrade web web --cleanup-on-fail", "Helm's --cleanup-on-fail: --rollback-on-failure;"),
        ("upgrade web web --force", "Helm's --force: --allow-recreate KIND/NAME"),
        ("list --kube-context prod", "Helm's --kube-context: --context;"),
        ("list --failed", "Helm's --failed: --status failed;"),
        ("list -a", "Helm's -a: not needed: every state is listed;"),
    ],
)
def test_helms_words_are_answered_with_those_of_here(call: str, says: str) -> None:
    refused = run_command(*call.split(" ")).must(2)
    assert says in refused.err
    error = json.loads(run_command(*call.split(" "), "-o", "json").must(2).out)
    assert error["code"] == "usage_error"


def test_a_switch_with_a_value_points_to_the_verbs_own_help() -> None:
    refused = run_command("install", "web", "web", "--wait=watcher").must(2)
    assert "hint: see `holdfast install --help`" in refused.err


def test_a_cluster_that_another_process_is_writing_is_not_called_damaged(
    holdfast: Holdfast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holdfast("list").must()
    monkeypatch.setattr("holdfast.embedded.database._BUSY_SECONDS", 0.01)
    other = sqlite3.connect(tmp_path / "cluster.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = holdfast("list").must(1)
    other.close()
    assert "database is locked" in refused.err
    assert "hint: another process is writing: try again" in refused.err
