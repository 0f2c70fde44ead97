"""list: which releases, in what order, and that only their heads' metadata are read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.conftest import Holdfast, run_command
from tests.e2e.charts import CONFIG, data, write_chart
from tests.e2e.counted import count_requests


@pytest.fixture(autouse=True)
def _chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_chart(tmp_path, config=CONFIG)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def at(cluster: str, namespace: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace with three releases, one of which is history only."""
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    install("web-a", "--create-namespace", "--labels", "team=red,tier=front")
    install("web-b", "-l", "team=blue")
    install("db", "-l", "team=red")
    run_command("upgrade", "db", "web", "--set", "color=red").must()
    run_command("uninstall", "web-b", "--keep-history").must()
    return namespace


def install(name: str, *flags: str) -> None:
    run_command("install", name, "web", *flags).must()


def names(*flags: str) -> list[str]:
    """The names listed, which -q says too."""
    shown = [str(row["name"]) for row in data("list", *flags)]
    assert run_command("list", "-q", *flags).must().out.split() == shown
    return shown


def test_releases_are_chosen_and_ordered(at: str) -> None:
    assert names() == ["db", "web-a", "web-b"]
    assert names("--filter", "^web") == names("-f", "web-") == ["web-a", "web-b"]
    assert names("--filter", "nothing-like-it") == []
    assert names("-l", "team=red") == names("--selector", "team in (red,green)") == ["db", "web-a"]
    assert names("-l", "team=red,tier") == ["web-a"]
    assert names("-l", "!tier") == ["db", "web-b"]
    assert names("--status", "uninstalled") == ["web-b"]
    assert names("--status", "deployed", "--status", "failed", "-f", "web") == ["web-a"]
    assert names("--max", "2") == ["db", "web-a"] and names("-m", "1", "--offset", "1") == ["web-a"]
    assert names("--offset", "2") == ["web-b"] and names("--offset", "9") == []
    assert names("-r") == ["web-b", "web-a", "db"]
    assert names("--date")[-1] == "web-b" and names("-d", "-r")[0] == "web-b"
    everywhere = data("list", "--all-namespaces", "--selector", "team=red,tier=front")
    assert [(row["name"], row["namespace"]) for row in everywhere if row["namespace"] == at] == [
        ("web-a", at)
    ]


def test_the_columns_are_helms(at: str) -> None:
    head, first, *_ = run_command("list").must().out.splitlines()
    assert re.split(r" {3,}", head) == [
        "NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION",
    ]  # fmt: skip
    name, namespace, revision, updated, status, chart = re.split(r" {3,}", first)
    assert (name, namespace, revision, status, chart) == ("db", at, "2", "deployed", "web-0.1.0")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", updated)


def test_no_record_is_read(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = count_requests(monkeypatch)
    assert len(data("list", "-A", "-l", "team")) >= 3
    (only,) = sent
    assert (only.request.method, only.request.path) == ("GET", "/api/v1/secrets")
    assert "as=PartialObjectMetadataList" in only.request.headers["Accept"]
    items = json.loads(only.body)["items"]
    assert len(items) >= 3 and all(
        set(item) <= {"metadata", "kind", "apiVersion"} for item in items
    )
    chosen = dict(only.request.query)["labelSelector"]
    assert chosen == "holdfast.dev/record=head,team", "the server chooses, and leaves chunks out"


def test_quiet_before_the_verb_is_quiet(at: str) -> None:
    shown = run_command("-q", "list").must()
    assert shown.err == "" and shown.out.startswith("NAME ")
    assert run_command("list", "--quiet", "-q").must().out.split() == ["db", "web-a", "web-b"]


@pytest.mark.parametrize(
    ("flags", "said", "hint"),
    [
        (("--filter", "web("), "'web(' is no regular expression", "it is found anywhere"),
        (("-l", "a==b==c"), "reading --selector: ", "write terms such as a=b"),
        (("--status", "broken"), "'broken' is not one of 'deployed'", "see `holdfast list --help`"),
        (("--max", "-1"), "-1 is not in the range x>=0", "see `holdfast list --help`"),
    ],
)
def test_what_cannot_be_read_is_exit_code_2(
    flags: tuple[str, ...], said: str, hint: str, holdfast: Holdfast
) -> None:
    refused = holdfast("list", *flags).must(2)
    assert said in refused.err and f"hint: {hint}" in refused.err
