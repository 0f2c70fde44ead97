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
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {0}s.example.com}}
spec:
  group: example.com
  names: {{kind: {1}, plural: {0}s, singular: {0}}}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {{openAPIV3Schema: {{type: object}}}}
"""
DB, POOL = CRD.format("db", "Db"), CRD.format("pool", "Pool")
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
        "crds": None,
        "readme": README,
    }
    one = json.loads(run_command("show", "values", chart, "-o", "json").must().out)
    assert one["parts"] == {"values": {"replicas": 1}}


def test_definitions_of_the_chart_and_its_subcharts(tmp_path: Path) -> None:
    sub = {"Chart.yaml": "apiVersion: holdfast/v1\nname: sub\nversion: 1.0.0\n"}
    write_tree(tmp_path / "web/charts/sub", {**sub, "crds/pool.yaml": POOL})
    web = str(write_tree(tmp_path / "web", {**FILES, "crds/db.yaml": f"---\n{DB}"}))
    assert run_command("show", "crds", web).must().out == f"{DB}---\n{POOL}"
    assert POOL in run_command("show", "all", web).must().out
    found = json.loads(run_command("show", "crds", web, "-o", "json").must().out)
    kinds = [one["spec"]["names"]["kind"] for one in found["parts"]["crds"]]
    assert kinds == ["Db", "Pool"]
    (tmp_path / "web/crds/db.yaml").write_text("a: [")
    refused = run_command("show", "crds", web, "-o", "json").must(1)
    assert "web/crds/db.yaml:2:1" in refused.err


def test_a_part_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    bare = write_tree(tmp_path / "bare", {"Chart.yaml": MANIFEST + "type: library\n"})
    for part, name in (
        ("values", "values.yaml"),
        ("schema", "schema"),
        ("readme", "README"),
        ("crds", "crds/"),
    ):
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
