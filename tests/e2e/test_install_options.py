"""What install and upgrade keep with a release and print of it: names, labels, notes, history."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, data, history, write_chart

NOTES = "{{ release.name }} is {{ values.color }}\n"


@pytest.fixture(autouse=True)
def _scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_chart(tmp_path, config=CONFIG)
    (tmp_path / "web/templates/NOTES.txt.j2").write_text(NOTES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")


def listed(selector: str) -> list[str]:
    """The releases with these labels."""
    return run_command("list", "-q", "-l", selector).must().out.split()


@pytest.mark.parametrize("chart", ["web", "./web/", "../web-1.2.0+7"])
def test_a_name_is_made_up_after_the_chart(
    chart: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if chart.startswith(".."):
        Path("web").rename("web-1.2.0+7")
        (tmp_path / "below").mkdir()
        monkeypatch.chdir("below")
    made = data("install", "--generate-name", chart, "--cluster", f"local:{tmp_path}/d.db")
    assert re.fullmatch(r"web-\d{10}", made["name"])
    assert run_command("status", made["name"], "--cluster", f"local:{tmp_path}/d.db").must()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("web",), "give a NAME and a CHART, or a CHART and --generate-name"),
        ((), "give a NAME and a CHART"),
        (("a", "web", "-g"), "--generate-name makes the name up"),
        (("-g",), "--generate-name makes the name up"),
    ],
)
def test_a_name_too_many_or_too_few(words: tuple[str, ...], said: str) -> None:
    assert said in run_command("install", *words).must(2).err


def test_labels_stay_change_and_go() -> None:
    run_command("install", "web", "web", "--labels", "team=red,tier=front", "-l", "a=1").must()
    assert listed("team=red,tier=front,a=1") == ["web"]
    run_command("upgrade", "web", "web", "--set", "color=red").must()
    assert listed("team=red,tier=front,a=1") == ["web"], "an upgrade without labels keeps them"
    run_command("upgrade", "web", "web", "--labels", "team=blue,tier=null,nothing=null").must()
    assert listed("team=blue,!tier,a=1,!nothing") == ["web"]
    run_command("rollback", "web", "1").must()
    assert listed("team=red,tier=front") == ["web"], "those of the revision it goes back to"


@pytest.mark.parametrize(
    ("labels", "code", "said"),
    [
        ("team", 2, "'team' is no KEY=VALUE"),
        ("holdfast.dev/status=x", 1, "labels under holdfast.dev/ are holdfast's own"),
        ("team=not one", 1, "'not one' is no label value"),
        ("a b=c", 1, "this is no label key"),
    ],
)
@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_a_label_that_is_none(labels: str, code: int, said: str, flags: tuple[str, ...]) -> None:
    refused = run_command("install", "web", "web", "--labels", labels, *flags).must(code)
    assert said in refused.err and "hint: " in refused.err
    assert data("list") == []


def test_a_description_is_kept_with_its_revision() -> None:
    run_command("install", "web", "web", "--description", "for the fair").must()
    run_command("upgrade", "web", "web", "--description", "after it").must()
    assert [row["description"] for row in data("history", "web")] == ["for the fair", "after it"]


def test_notes_are_printed_unless_they_are_hidden() -> None:
    shown = run_command("install", "web", "web").must().out
    assert shown.endswith("NOTES:\nweb is blue\n")
    hidden = run_command("upgrade", "web", "web", "--hide-notes").must().out
    assert "NOTES" not in hidden and "STATUS: deployed" in hidden
    machine = json.loads(run_command("upgrade", "web", "web", "-o", "json").must().out)
    assert machine["notes"] == "web is blue\n"


def test_the_history_is_as_long_as_asked_for() -> None:
    run_command("install", "web", "web").must()
    for color in ("red", "green", "grey"):
        run_command("upgrade", "web", "web", "--set", f"color={color}", "--history-max", "2").must()
    assert [number for number, _ in history("web")] == [3, 4]
    run_command("upgrade", "web", "web", "--set", "color=x", "--history-max", "0").must()
    assert [number for number, _ in history("web")] == [3, 4, 5]
