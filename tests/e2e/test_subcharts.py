"""Charts in charts through the command: create, lock, render, install, and every mistake."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from tests.conftest import ROOT, Holdfast, run_command, write_tree
from tests.e2e.charts import data

HEAD = "apiVersion: holdfast/v1\nname: {}\nversion: 1.0.0\n"
NEEDS = """\
dependencies:
- {name: db, version: ^1, condition: db.enabled, import-values: [conn]}
- {name: db, alias: cache, tags: [extra]}
- {name: common, version: ~1.0, repository: 'file://../common'}
"""
OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, labels: %s}\ndata: %s\n"
SHOP = {
    "shop/Chart.yaml": HEAD.format("shop") + NEEDS,
    "shop/values.yaml": "db: {port: 5433}\nglobal: {registry: r.io}\ntags: {extra: false}\n",
    "shop/values.schema.json": json.dumps(
        {
            "additionalProperties": False,
            "properties": {
                "image": {"$ref": "charts/common/values.schema.json#/$defs/image"},
                "dbUrl": {"type": "string"},
            },
        }
    ),
    "shop/templates/a.yaml.j2": '{% from "common" import labels, image as img %}\n'
    + OBJECT
    % (
        "{{ release.name }}",
        "{{ labels() }}",
        '{url: {{ values.dbUrl }}, image: {{ img() }}, port: "{{ subcharts.db.values.port }}"}',
    ),
    "shop/templates/NOTES.txt.j2": "shop is open",
    "shop/charts/db/Chart.yaml": HEAD.format("db"),
    "shop/charts/db/values.yaml": "port: 5432\nexports: {conn: {dbUrl: pg}}\n",
    "shop/charts/db/values.schema.json": '{"properties": {"port": {"type": "integer"}}}',
    "shop/charts/db/templates/NOTES.txt.j2": "never shown",
    "shop/charts/db/templates/b.yaml.j2": OBJECT
    % (
        "{{ release.name }}-{{ chart.name }}",
        "{}",
        '{port: "{{ values.port }}", registry: {{ values.global.registry }}}',
    ),
    "common/Chart.yaml": HEAD.format("common") + "type: library\n",
    "common/values.schema.json": json.dumps(
        {
            "$defs": {
                "image": {
                    "type": "object",
                    "properties": {"tag": {"type": "string", "default": "1.0"}},
                }
            }
        }
    ),
    "common/templates/_l.j2": "{% macro labels() %}\napp: {{ chart.name }}\n{% endmacro %}\n"
    "{% macro image() %}{{ values.global.registry }}/x:{{ values.image.tag }}{% endmacro %}\n",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A chart with a database twice, once switched off, and a library beside it."""
    monkeypatch.chdir(write_tree(tmp_path, SHOP))
    run_command("dependency", "update", "shop").must()
    return "shop"


def objects(*arguments: str) -> dict[str, dict[str, str]]:
    found = data("template", "web", *arguments)
    return {item["metadata"]["name"]: item["data"] for item in found}


def test_the_whole_tree_renders(shop: str) -> None:
    assert objects(shop) == {
        "web": {"url": "pg", "image": "r.io/x:1.0", "port": "5433"},
        "web-db": {"port": "5433", "registry": "r.io"},
    }
    more = objects(shop, "--set", "tags.extra=true,global.registry=q.io,db.enabled=true")
    assert more["web-cache"] == {"port": "5432", "registry": "q.io"}
    text = run_command("template", "web", shop).must().out
    assert "# Source: shop/charts/db/templates/b.yaml.j2" in text
    only = run_command("template", "web", shop, "--show-only", "charts/db/*").must().out
    assert only.count("kind:") == 1


def test_values_print_the_bare_tree(shop: str) -> None:
    tree = data("values", shop)
    assert tree["db"] == {
        "port": 5433,
        "exports": {"conn": {"dbUrl": "pg"}},
        "global": {"registry": "r.io"},
    }
    assert tree["dbUrl"] == "pg" and tree["image"] == {"tag": "1.0"}
    assert "cache" not in tree
    rows = {row["path"]: row["origin"] for row in data("values", shop, "--origins")}
    assert rows["db.port"] == {
        "kind": "parent",
        "source": "shop/values.yaml",
        "line": 1,
        "column": 6,
    }
    assert rows["db.exports.conn.dbUrl"]["source"] == "shop/charts/db/values.yaml"


def test_the_same_chart_packed(shop: str, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "shop/charts/common-1.0.0.tgz", "w:gz") as tar:
        tar.add("common")
    with tarfile.open("shop.tgz", "w:gz") as tar:
        tar.add("shop")
    assert objects("shop.tgz") == objects("shop")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["common", "shop", "shop.tgz"]


def test_install_and_upgrade(shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_CLUSTER", f"local:{tmp_path / 'cluster.db'}")
    installed = run_command("install", "web", shop).must()
    assert "shop is open" in installed.out and "never shown" not in installed.out
    planned = run_command("diff", "upgrade", "web", shop, "--set", "db.port=1", "-o", "json")
    (change, other) = [
        row for row in json.loads(planned.must().out)["changes"] if row["verb"] == "update"
    ]
    assert {change["object"]["name"], other["object"]["name"]} == {"web", "web-db"}
    sources = {row["source"]["template"] for row in (change, other)}
    assert "shop/charts/db/templates/b.yaml.j2" in sources
    run_command("upgrade", "web", shop, "--set", "db=null").must()
    assert data("get", "values", "web") == {"db": None}
    assert data("get", "values", "web", "--all")["db"]["port"] == 5432


def test_dependency_verbs(shop: str) -> None:
    rows = data("dependency", "list", shop)
    assert [(row["alias"] or row["name"], row["status"]) for row in rows] == [
        ("db", "ok"),
        ("cache", "ok"),
        ("common", "ok"),
    ]
    tree = run_command("dependency", "tree", shop).must().out
    assert tree.splitlines() == [
        "shop 1.0.0",
        "├── db 1.0.0 (condition: db.enabled)",
        "├── cache 1.0.0 (tags: extra)",
        "└── common 1.0.0 (library)",
    ]
    assert [row["version"] for row in data("dependency", "build", shop)] == ["1.0.0"] * 3
    assert data("dependency", "tree", shop)["children"][2]["type"] == "library"


MISTAKES = {
    "changed library": (
        {"common/templates/_l.j2": ""},
        "template web shop",
        ("other content than Chart.lock", "shop/Chart.lock:", "dependency update shop"),
    ),
    "no lock": ({"shop/Chart.lock": None}, "template web shop", ("there is no Chart.lock",)),
    "library installed": ({}, "template web common", ("it is a library",)),
    "condition no boolean": (
        {"v.yaml": "db: {enabled: 'no'}\n"},
        "template web shop -f v.yaml",
        ("v.yaml:1:6", "db.enabled", "true or false"),
    ),
    "a subchart's schema": (
        {"v.yaml": "db: {port: x}\n"},
        "template web shop -f v.yaml",
        ("v.yaml:1:6", "db.port", "must be an integer"),
    ),
    "a fragment's schema": (
        {"v.yaml": "image: {tag: 1}\n"},
        "template web shop -f v.yaml",
        ("v.yaml:1:9", "image.tag", "must be a text"),
    ),
    "unknown macro": (
        {"shop/templates/z.yaml.j2": "{% from 'common' import lables %}\n"},
        "template web shop",
        ("shop/templates/z.yaml.j2:1", "did you mean 'labels'?"),
    ),
    "unknown chart": (
        {"shop/templates/z.yaml.j2": "{% from 'comon' import labels %}\n"},
        "template web shop",
        ("shop/templates/z.yaml.j2:1", "did you mean 'common'?"),
    ),
    "made for another Kubernetes": (
        {"db/x": "", "common/Chart.yaml": SHOP["common/Chart.yaml"] + "kubeVersion: '>=1.99'\n"},
        "UPDATE template web shop",
        ("made for Kubernetes >=1.99, this is 1.34", "common/Chart.yaml"),
    ),
    "no such chart": (
        {"shop/Chart.yaml": HEAD.format("shop") + "dependencies: [{name: dbb}]\n"},
        "template web shop",
        ("shop/Chart.yaml:4", "did you mean 'db'?"),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_explained(name: str, shop: str, tmp_path: Path) -> None:
    files, command, says = MISTAKES[name]
    for file, text in files.items():
        if text is None:
            (tmp_path / file).unlink()
        else:
            write_tree(tmp_path, {file: text})
    words = command.split(" ")
    if words[0] == "UPDATE":
        run_command("dependency", "update", "shop").must()
        words = words[1:]
    result = run_command(*words).must(1)
    assert result.out == ""
    assert "hint: " in result.err and "Traceback" not in result.err
    for text in says:
        assert text in result.err


def test_a_kube_version_with_a_vendors_suffix_fits(shop: str, tmp_path: Path) -> None:
    write_tree(tmp_path, {"shop/Chart.yaml": SHOP["shop/Chart.yaml"] + "kubeVersion: ~1.30\n"})
    run_command("template", "web", shop, "--kube-version", "v1.30.4-eks-12+x").must()
    run_command("template", "web", shop, "--kube-version", "1.30").must()
    run_command("template", "web", shop, "--kube-version", "1.31.0").must(1)


def test_create_installs_as_it_is(holdfast: Holdfast, tmp_path: Path) -> None:
    path = str(tmp_path / "my-db")
    assert holdfast("create", path).must().out == f"{path}\n"
    first = (tmp_path / "my-db/values.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=values.schema.json"
    kinds = [item["kind"] for item in data("template", "web", path)]
    assert kinds == ["Service", "StatefulSet"]
    assert "STATUS: deployed" in holdfast("install", "web", path, "--set", "replicas=2").must().out
    status = json.loads(holdfast("status", "web", "-o", "json").must().out)
    assert [claim["phase"] for claim in status["claims"]] == ["Bound", "Bound"]
    assert "web-my-db: 2 pod(s)" in status["notes"]
    holdfast("upgrade", "web", path, "--set", "port=70000").must(1)


def test_create_passes_the_strictest_lint(tmp_path: Path) -> None:
    path = str(tmp_path / "my-db")
    run_command("create", path).must()
    err = run_command("lint", "--strict", path).must().err
    assert "0 errors, 0 warnings, 0 infos" in err


@pytest.mark.parametrize("name", ["My_Chart", "..", ".", "a" * 64, "-x"])
def test_create_refuses_a_name_that_no_chart_may_have(name: str, tmp_path: Path) -> None:
    assert "no chart name" in run_command("create", "--", f"{tmp_path}/{name}").must(1).err
    assert list(tmp_path.iterdir()) == []


def test_create_overwrites_nothing(tmp_path: Path) -> None:
    run_command("create", str(tmp_path / "web")).must()
    (tmp_path / "web/values.yaml").write_text("mine: 1\n")
    assert "there already" in run_command("create", str(tmp_path / "web")).must(1).err
    assert (tmp_path / "web/values.yaml").read_text() == "mine: 1\n"


def test_a_plain_chart_loads_nothing_that_archives_need(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom holdfast_cli.main import run\n"
        "code = run(['template', 'web', 'charts/nginx'])\n"
        "print(sorted({'tarfile', 'gzip', 'holdfast.charts.archive'} & set(sys.modules)))\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path), "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_macro_of_a_library_that_was_not_imported_is_told_how(shop: str) -> None:
    Path("shop/templates/b.yaml.j2").write_text(OBJECT % ("b", "{{ labels() }}", "{}"))
    refused = run_command("template", "web", "shop").must(1)
    assert "'labels' is not defined" in refused.err
    said = "the chart 'common' defines it: {% from \"common\" import labels %}"
    assert f"hint: {said}" in refused.err
    Path("shop/templates/b.yaml.j2").write_text(
        '{% from "common" import labels %}\n' + OBJECT % ("b", "{{ labels() }}", "{}")
    )
    run_command("template", "web", "shop").must()
