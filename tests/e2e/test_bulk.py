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
