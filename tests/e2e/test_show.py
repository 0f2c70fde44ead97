"""show: a chart's own files, as they are written, from a directory and from an archive."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree

MANIFEST = "# who\napiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n"
VALUES = "# how many\nreplicas: 1   # for now\n"
SCHEMA = '{"properties": {"replicas": {"type": "integer"}}}'
README = "# web\n\nServes é.\n"
FILES = {
    "Chart.yaml": MANIFEST,
    "values.yaml": VALUES,
    "values.schema.json": SCHEMA,
    "ReadMe.md": README,
    "templates/x.yaml.j2": "",
}


@pytest.fixture(params=["web", "web-0.1.0.tgz"])
def chart(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The chart in both of its forms."""
    monkeypatch.chdir(tmp_path)
    write_tree(tmp_path / "web", FILES)
    with tarfile.open("web-0.1.0.tgz", "w:gz") as archive:
        archive.add("web")
    return str(request.param)


def test_each_part_is_printed_as_it_is(chart: str) -> None:
    for part, text in (("chart", MANIFEST), ("values", VALUES), ("readme", README)):
        assert run_command("show", part, chart).must().out == text
    assert run_command("show", "schema", chart).must().out == SCHEMA + "\n"
    everything = run_command("show", "all", chart).must().out
    assert everything == "---\n".join((MANIFEST, VALUES, SCHEMA + "\n", README))


def test_the_parts_for_machines(chart: str) -> None:
    found = json.loads(run_command("show", "all", chart, "-o", "json").must().out)
    assert (found["schema"], found["chart"]) == ("holdfast/show/v1", chart)
    assert found["parts"] == {
        "chart": {"apiVersion": "holdfast/v1", "name": "web", "version": "0.1.0"},
        "values": {"replicas": 1},
        "schema": json.loads(SCHEMA),
        "readme": README,
    }
    one = json.loads(run_command("show", "values", chart, "-o", "json").must().out)
    assert one["parts"] == {"values": {"replicas": 1}}


def test_a_part_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    bare = write_tree(tmp_path / "bare", {"Chart.yaml": MANIFEST + "type: library\n"})
    for part, name in (("values", "values.yaml"), ("schema", "schema"), ("readme", "README")):
        shown = run_command("show", part, str(bare)).must(0)
        assert shown.out == "" and name in shown.err
    found = json.loads(run_command("show", "readme", str(bare), "-o", "json").must().out)
    assert found["parts"] == {"readme": None}


def test_a_readme_does_not_steer_the_terminal(tmp_path: Path) -> None:
    odd = {"Chart.yaml": MANIFEST, "README.txt": b"a\x1b[2Jb\xff\r\nc\n"}
    shown = run_command("show", "readme", str(write_tree(tmp_path / "odd", odd))).must().out
    assert shown == "a\ufffd[2Jb\ufffd\nc\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no such directory or archive"),
        ({"values.yaml": "a: 1\n"}, "there is no Chart.yaml in it"),
        ({"Chart.yaml": "name: web\n"}, "`apiVersion` is missing"),
    ],
)
def test_what_is_no_chart(files: dict[str, str | bytes], said: str, tmp_path: Path) -> None:
    path = tmp_path / "none"
    if files:
        write_tree(path, files)
    refused = run_command("show", "all", str(path)).must(1)
    assert said in refused.err and "hint: " in refused.err and refused.out == ""
