"""`template`: what it knows without a cluster, which templates it shows, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree

CHART = {
    "web/Chart.yaml": "apiVersion: holdfast/v1\nname: web\nversion: 0.1.0\n",
    "web/templates/a.yaml.j2": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  kube: {{ capabilities.kube_version }}
  known: {{ [
    "apps/v1", "apps/v1/StatefulSet", "policy/v1", "policy/v1beta1", "resource.k8s.io/v1",
    "autoscaling/v2beta2", "example.com/v1"
  ] | select("in", capabilities.api_versions) | join(" ") }}
""",
    "web/templates/more/b.yaml.j2": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
    "web/templates/xb.yaml.j2": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: xb}\n",
    "all.yaml": "releases: [{name: one, chart: web}]\n",
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_tree(tmp_path, dict(CHART)))


@pytest.mark.parametrize(
    ("flags", "kube", "known"),
    [
        ("", "1.34.4", "apps/v1 apps/v1/StatefulSet policy/v1 resource.k8s.io/v1"),
        ("--kube-version 1.28", "1.28.0", "apps/v1 apps/v1/StatefulSet policy/v1"),
        ("--kube-version v1.24.3", "1.24.3",
         "apps/v1 apps/v1/StatefulSet policy/v1 policy/v1beta1 autoscaling/v2beta2"),
        ("--kube-version 1.30.2-gke.1 --api-versions example.com/v1", "1.30.2-gke.1",
         "apps/v1 apps/v1/StatefulSet policy/v1 example.com/v1"),
    ],
)  # fmt: skip
def test_without_a_cluster_it_knows_what_kubernetes_serves(
    flags: str, kube: str, known: str
) -> None:
    out = run_command("template", "web", "-s", "a.yaml", *flags.split()).must().out
    assert f"  kube: {kube}\n  known: {known}\n" in out


@pytest.mark.parametrize("verb", ["template", "lint"])
@pytest.mark.parametrize("version", ["", "x", "1", "1.30.x", "1.30 ", "latest"])
def test_what_is_no_version_is_refused(verb: str, version: str) -> None:
    result = run_command(verb, "web", "--kube-version", version)
    assert (result.code, result.out) == (2, "")
    assert f"{version!r} is no version of Kubernetes" in result.err and "hint: " in result.err


@pytest.mark.parametrize(
    ("globs", "names"),
    [
        (["templates/a.yaml"], ["a"]),
        (["templates/a.yaml.j2"], ["a"]),
        (["web/templates/a.yaml"], ["a"]),
        (["b.yaml"], ["b"]),
        (["templates/*"], ["a", "b", "xb"]),
        (["a.yaml", "more/*"], ["a", "b"]),
    ],
)
def test_only_these_templates_are_shown(globs: list[str], names: list[str]) -> None:
    flags = [word for glob in globs for word in ("--show-only", glob)]
    out = run_command("template", "web", *flags).must().out
    assert [line[8:] for line in out.splitlines() if line.startswith("  name: ")] == names


def test_a_template_that_is_not_there_is_told_with_those_that_are() -> None:
    result = run_command("template", "web", "-s", "templates/c.yaml")
    assert (result.code, result.out) == (2, "")
    assert "matches templates/c.yaml" in result.err
    assert "templates/a.yaml.j2, templates/more/b.yaml.j2, templates/xb.yaml.j2" in result.err


@pytest.mark.parametrize("flags", ["--set a=1", "-f all.yaml", "--is-upgrade", "web"])
def test_beside_a_file_of_releases_nothing_is_dropped_without_a_word(flags: str) -> None:
    result = run_command("template", "--releases", "all.yaml", *flags.split())
    assert (result.code, result.out) == (2, "")
    assert "--releases" in result.err


@pytest.mark.parametrize("verb", ["template", "install", "status"])
@pytest.mark.parametrize("name", ["B_B", "a b", "-a", "a.b", "a" * 64])
def test_a_namespace_that_cannot_be_is_refused(verb: str, name: str) -> None:
    arguments = ["r"] if verb == "status" else ["r", "web"]
    result = run_command(verb, *arguments, f"--namespace={name}", "--cluster", "local:x.db")
    assert (result.code, result.out) == (2, "")
    assert "is no name of a namespace" in result.err
