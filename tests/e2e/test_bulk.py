"""`template --releases FILE`: many releases in one process, and nothing partial on stdout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree

CHART = {
    "web/Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n",
    "web/values.yaml": "size: 1\n",
    "web/values.schema.json": '{"properties": {"size": {"type": "integer", "maximum": 9}}}',
    "web/templates/config.yaml.j2": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ release.name }}}\n"
        "data: {size: '{{ values.size }}'}\n"
    ),
    "big.yaml": "size: 7\n",
}
FILE = """\
releases:
  - {name: one, chart: web}
  - {name: two, chart: web, namespace: far, values: [big.yaml], set: ["size=8"]}
  - {name: three, chart: web, values: [big.yaml]}
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return write_tree(tmp_path, {**CHART, "all.yaml": FILE})


def test_every_release_is_rendered_with_its_own_values(here: Path) -> None:
    made = run_command("template", "--releases", str(here / "all.yaml"), "-o", "json").must()
    objects = json.loads(made.out)
    found = [
        (o["metadata"]["namespace"], o["metadata"]["name"], o["data"]["size"]) for o in objects
    ]
    assert found == [("default", "one", "1"), ("far", "two", "8"), ("default", "three", "7")]


def test_each_release_gets_a_folder_of_its_own(here: Path) -> None:
    out = here / "out"
    run_command("template", "--releases", str(here / "all.yaml"), "--output-dir", str(out)).must()
    files = sorted(str(path.relative_to(out)) for path in out.rglob("*.yaml"))
    assert files == [
        "default/one/web/templates/config.yaml",
        "default/three/web/templates/config.yaml",
        "far/two/web/templates/config.yaml",
    ]


def test_one_chart_into_a_folder_as_helm_does(here: Path) -> None:
    out = here / "out"
    made = run_command("template", "a", str(here / "web"), "--output-dir", str(out)).must()
    assert (out / "web/templates/config.yaml").read_text().startswith("---\n# Source: web/")
    assert made.out == ""


def test_one_that_fails_prints_none(here: Path) -> None:
    (here / "big.yaml").write_text("size: 70\n")
    result = run_command("template", "--releases", str(here / "all.yaml"))
    assert (result.code, result.out) == (1, "")
    assert "big.yaml:1:1" in result.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a\n", "list `releases`"),
        ("releases: [{name: a}]\n", "a name and a chart"),
        ("releases: [{name: a, chart: web, vales: [x]}]\n", "did you mean values?"),
        ("releases: [{name: a, chart: web, values: x}]\n", "'values' must be a list of texts"),
        ("releases: [{name: a, chart: 1}]\n", "'chart' must be text"),
        ("releases:\n- {name: a, chart: web}\n- {name: a, chart: web}\n", "stands there twice"),
    ],
)
def test_a_wrong_file_is_explained(here: Path, text: str, says: str) -> None:
    (here / "all.yaml").write_text(text)
    result = run_command("template", "--releases", str(here / "all.yaml"))
    assert (result.code, says in result.err) == (2, True), result.err
    assert f"{here / 'all.yaml'}:" in result.err


# Many, by several processes

MANY = 80
"""More than what one process does alone."""


def many(here: Path, **changed: object) -> Path:
    """A file of releases, each with a size of its own; `changed` gives one of them another."""
    rows = [
        {"name": f"r{n}", "chart": "web", "set": [f"size={changed.get(f'r{n}', n % 9)}"]}
        for n in range(MANY)
    ]
    (here / "many.yaml").write_text(json.dumps({"releases": rows}))
    return here / "many.yaml"


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_however_many_processes_render_the_bytes_are_the_same(here: Path, form: str) -> None:
    file = str(many(here))
    alone = run_command("template", "--releases", file, "-o", form, "--jobs", "1").must()
    shared = run_command("template", "--releases", file, "-o", form, "--jobs", "3").must()
    assert alone.out == shared.out
    assert alone.out.count("ConfigMap") == MANY


def test_files_are_written_whoever_rendered_them(here: Path) -> None:
    out = here / "out"
    made = ("template", "--releases", str(many(here)), "--output-dir", str(out), "--jobs", "2")
    run_command(*made).must()
    assert len(list(out.rglob("*.yaml"))) == MANY
    assert 'size: "7"' in (out / "default/r7/web/templates/config.yaml").read_text()


def test_one_of_many_that_fails_is_told_as_if_it_were_alone(here: Path) -> None:
    file = str(many(here, r70=10))
    alone = run_command("template", "--releases", file, "--jobs", "1")
    result = run_command("template", "--releases", file, "--jobs", "2")
    assert (result.code, result.out) == (1, "")
    assert "error: release r70: checking the values of web" in result.err
    assert "size: must be at most 9, is 10 (from --set size)" in result.err
    assert f"called from {file}:1:" in result.err
    assert result.err == alone.err


def test_warnings_come_in_the_order_of_the_file(here: Path) -> None:
    old = '{"deprecated": true, "deprecationMessage": "use size"}'
    (here / "web/values.schema.json").write_text(f'{{"patternProperties": {{"^old": {old}}}}}')
    rows = [{"name": f"r{n}", "chart": "web", "set": [f"old{n}=1"]} for n in range(MANY)]
    (here / "many.yaml").write_text(json.dumps({"releases": rows}))
    file = str(here / "many.yaml")
    result = run_command("template", "--releases", file, "--jobs", "2").must()
    told = [line.split(":")[1].strip() for line in result.err.splitlines() if "use size" in line]
    assert told == [f"old{n}" for n in range(MANY)]
