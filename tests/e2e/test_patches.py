"""--patch: in every verb that renders, kept with the release, let go of when asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, SERVICE, client, data, history, ref, write_chart

FIX = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  extra: one
---
target: {kind: Service, name: "*"}
patch:
  - {op: add, path: /metadata/annotations, value: {note: here}}
"""


@pytest.fixture
def at(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace that is there, chart and patch in the current folder."""
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    monkeypatch.chdir(tmp_path)
    write_chart(tmp_path, config=CONFIG, service=SERVICE)
    Path("fix.yaml").write_text(FIX)
    return namespace


def live(namespace: str, kind: str = "ConfigMap") -> dict[str, Any]:
    with client() as kubectl:
        return kubectl.get(ref(kind, "web", namespace))


def config(namespace: str) -> dict[str, str]:
    found: dict[str, str] = live(namespace)["data"]
    return found


def test_kept_and_applied_again_until_it_is_let_go_of(at: str) -> None:
    run_command("install", "web", "web", "--patch", "fix.yaml").must()
    assert config(at) == {"color": "blue", "extra": "one"}
    assert live(at, "Service")["metadata"]["annotations"] == {"note": "here"}
    Path("fix.yaml").unlink()

    run_command("upgrade", "web", "web", "--set", "color=red").must()
    assert config(at) == {"color": "red", "extra": "one"}

    Path("other.yaml").write_text(FIX.partition("---")[0].replace("one", "two"))
    replaced = run_command("upgrade", "web", "web", "--patch", "other.yaml").must()
    assert config(at) == {"color": "red", "extra": "two"}
    assert "annotations" not in live(at, "Service")["metadata"]
    assert "no longer set: patch fix.yaml:7:1 (Service/*)" in replaced.err

    reset = run_command("upgrade", "web", "web", "--reset-patches").must()
    assert "no longer set: patch other.yaml:1:1 (v1 ConfigMap/web)" in reset.err
    assert config(at) == {"color": "red"}
    assert run_command("get", "patches", "web").must().out == ""

    back = run_command("rollback", "web", "1").must()
    assert back.code == 0 and config(at) == {"color": "blue", "extra": "one"}
    run_command("upgrade", "web", "web").must()
    assert config(at)["extra"] == "one", "a rollback brings its patches back"
    assert history("web")[-1] == (6, "deployed")


def test_what_is_kept_can_be_read_and_given_again(at: str) -> None:
    run_command("install", "web", "web", "--patch", "fix.yaml").must()
    kept = run_command("get", "patches", "web").must().out
    assert "# From: fix.yaml:1:1" in kept
    Path("kept.yaml").write_text(kept)
    planned = data("diff", "upgrade", "web", "web", "--patch", "kept.yaml")
    assert planned["summary"]["none"] == 2
    assert json.loads(run_command("get", "patches", "web", "-o", "json").out) == [
        document for document in yaml.safe_load_all(kept)
    ]


def test_the_plan_says_who_changed_what(at: str) -> None:
    planned = run_command("diff", "install", "web", "web", "--patch", "fix.yaml").must()
    assert "not in the cluster; changed by fix.yaml:1:1" in planned.out
    assert "extra: one  ← fix.yaml:5:3" in planned.out
    rows = data("diff", "install", "web", "web", "--patch", "fix.yaml")["changes"]
    assert {row["object"]["kind"]: row["changed_by"] for row in rows} == {
        "ConfigMap": [{"kind": "patch", "source": "fix.yaml", "line": 1, "column": 1}],
        "Service": [{"kind": "patch", "source": "fix.yaml", "line": 7, "column": 1}],
    }
    assert all(row["source"]["template"].startswith("web/templates/") for row in rows)

    run_command("install", "web", "web").must()
    changed = run_command("diff", "upgrade", "web", "web", "--patch", "fix.yaml").must()
    assert "data.extra changes; changed by fix.yaml:1:1" in changed.out
    assert "+   extra: one  ← fix.yaml:5:3" in changed.out


def test_template_patches_without_a_cluster(at: str) -> None:
    printed = run_command("template", "web", "web", "--patch", "fix.yaml").must().out
    found = {one["kind"]: one for one in yaml.safe_load_all(printed)}
    assert found["ConfigMap"]["data"]["extra"] == "one"
    assert "# Source: web/templates/config.yaml.j2\n# Changed by: fix.yaml:1:1\n" in printed
    assert config_free(at)
    many = run_command("template", "--releases", "r.yaml", "--patch", "fix.yaml").must(2)
    assert "--patch goes with one CHART" in many.err


def config_free(namespace: str) -> bool:
    with client() as kubectl:
        return kubectl.find(ref("ConfigMap", "web", namespace)) is None


def test_a_patch_can_say_what_becomes_of_a_field_that_others_own(at: str) -> None:
    Path("leave.yaml").write_text(
        "target: {kind: ConfigMap, name: web}\n"
        'patch: {metadata: {annotations: {holdfast.dev/on-conflict: "data.color=leave"}}}\n'
    )
    run_command("install", "web", "web", "--patch", "leave.yaml").must()
    with client("kubectl-edit") as hand:
        hand.patch(ref("ConfigMap", "web", at), {"data": {"color": "green"}})
    run_command("upgrade", "web", "web").must()
    assert config(at) == {"color": "green"}


def test_a_patch_that_fits_nothing_is_refused_before_anything_is_written(at: str) -> None:
    Path("fix.yaml").write_text("apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\n")
    refused = run_command("install", "web", "web", "--patch", "fix.yaml").must(1)
    assert "patching v1 Secret/web: the chart renders no such object" in refused.err
    assert "fix.yaml:1:1" in refused.err and "| ^" in refused.err.replace("  ", "")
    assert "hint: it renders ConfigMap/web, Service/web" in refused.err
    with client() as kubectl:
        assert not kubectl.list("v1", "Secret", at) and config_free(at)
    missing = run_command("install", "web", "web", "--patch", "no.yaml").must(1)
    assert "reading no.yaml: No such file" in missing.err
    told = json.loads(
        run_command("install", "web", "web", "--patch", "fix.yaml", "-o", "json").must(1).out
    )
    assert (told["code"], told["where"]["line"]) == ("patch_error", 1)


def test_a_kept_patch_that_no_longer_fits_says_how_to_let_go_of_it(at: str, tmp_path: Path) -> None:
    run_command("install", "web", "web", "--patch", "fix.yaml").must()
    write_chart(tmp_path, name="small", config=CONFIG)
    refused = run_command("upgrade", "web", "small").must(1)
    assert "patching Service/*: the chart renders no such object" in refused.err
    assert "fix.yaml:7:1" in refused.err
    assert "kept with the release: --reset-patches lets go of it" in refused.err
    run_command("upgrade", "web", "small", "--reset-patches").must()
    assert config(at) == {"color": "blue"}


def test_a_secret_in_a_patch_is_masked(at: str) -> None:
    Path("fix.yaml").write_text(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {token: hunter2}\n"
    )
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {token: old}\n"
    write_chart(Path(), config=CONFIG, service=SERVICE, secret=secret)
    for form in ("table", "json"):
        planned = run_command("diff", "install", "web", "web", "--patch", "fix.yaml", "-o", form)
        assert "hunter2" not in planned.must().out + planned.err
        assert "aHVudGVyMg" not in planned.out
