"""The verbs' own rules: values of an upgrade, dry runs, waiting, pruning, rollback, uninstall."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import ROOT, Holdfast, run_command
from tests.e2e.charts import (
    BROKEN,
    CHART,
    CONFIG,
    SERVICE,
    client,
    data,
    history,
    ref,
    small_chart,
    write_chart,
)
from tests.e2e.own_time import OwnTime

PLAN_KEYS = {"schema", "release", "namespace", "fingerprint", "summary", "changes"} | {
    "no_longer_set", "remarks", "stages", "hooks", "cautions",
}  # fmt: skip
CHANGE_KEYS = {"verb", "object", "effect", "reason", "source", "ordinals", "fields", "hint"} | {
    "conflicts", "takes_fields_of", "changed_by", "stage",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> None:
    write_chart(tmp_path, config=CONFIG, service=SERVICE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")


def given(revision: int | None = None) -> dict[str, object]:
    """The values that the release was given."""
    which = ("--revision", str(revision)) if revision else ()
    return data("get", "values", "web", *which)


def test_upgrade_install_installs_and_then_upgrades() -> None:
    run_command("upgrade", "web", "web").must(1)
    run_command("upgrade", "--install", "web", "web").must()
    run_command("upgrade", "--install", "web", "web", "--set", "color=red").must()
    assert history("web") == [(1, "superseded"), (2, "deployed")]


def everything() -> object:
    """All objects with their versions: equal only where nothing was written."""
    with client() as kubectl:
        return [
            (obj["metadata"]["name"], obj["metadata"]["resourceVersion"])
            for kind in ("ConfigMap", "Service", "Secret", "Namespace")
            for obj in kubectl.list("v1", kind)
        ]


def test_a_dry_run_changes_nothing() -> None:
    before = everything()
    planned = run_command("install", "web", "web", "--dry-run").must()
    assert "2 to create" in planned.out
    run_command("install", "web", "web", "-n", "new", "--create-namespace", "--dry-run").must()
    assert everything() == before
    run_command("install", "web", "web").must()
    run_command("upgrade", "web", "web", "--set", "color=red").must()
    before = everything()
    for verb in (
        ("upgrade", "web", "web", "--set", "color=x"),
        ("rollback", "web"),
        ("uninstall", "web"),
        ("uninstall", "web", "--keep-history"),
    ):
        out = run_command(*verb, "--dry-run").must().out
        assert "ConfigMap/web" in out
        assert data(*verb, "--dry-run")["schema"] == "holdfast/plan/v1"
        assert everything() == before, verb


def test_waiting_in_vain_is_exit_code_4_with_the_pods_reason(tmp_path: Path) -> None:
    small_chart(tmp_path)
    run_command("install", "web", "web", "--set", BROKEN, "--no-wait").must()
    failed = run_command("upgrade", "web", "web", "--set", "color=red", "--timeout", "5s").must(4)
    assert "web-0: ImagePullBackOff" in failed.err and "not ready after 5 s" in failed.err
    error = data_of_failure("upgrade", "web", "web", "--timeout", "5s")
    assert error["code"] == "wait_failed" and "ImagePullBackOff" in error["message"]
    assert [status for _, status in history("web")] == ["deployed", "failed", "failed"]


def data_of_failure(*arguments: str) -> dict[str, str]:
    """The error as machines see it."""
    import json

    found = json.loads(run_command(*arguments, "-o", "json").must(4).out)
    assert found["schema"] == "holdfast/error/v1"
    return dict(found)


def test_removed_objects_are_pruned_and_kept_ones_stay(tmp_path: Path) -> None:
    keep = "metadata:\n  annotations: {holdfast.dev/resource-policy: keep}"
    kept = CONFIG.replace("metadata:", keep).replace("{{ release.name }}", "kept")
    write_chart(tmp_path, config=CONFIG, service=SERVICE, kept=kept)
    run_command("install", "web", "web").must()
    for name in ("service", "kept"):
        Path(f"web/templates/{name}.yaml.j2").unlink()
    planned = run_command("diff", "upgrade", "web", "web").must().out
    assert "ConfigMap/kept: kept: holdfast.dev/resource-policy: keep" in planned
    assert "1 to delete" in planned
    said = run_command("upgrade", "web", "web").must().err
    assert "ConfigMap/kept kept" in said
    with client() as kubectl:
        assert kubectl.find(ref("Service", "web")) is None
        assert kubectl.find(ref("ConfigMap", "kept")) is not None


def test_the_plan_as_json_has_the_keys_of_its_schema() -> None:
    for _ in range(2):
        plan = data("diff", "upgrade", "-i", "web", "web", "--set", "color=red")
        assert set(plan) == PLAN_KEYS and plan["schema"] == "holdfast/plan/v1"
        assert set(plan["summary"]) == {
            "create", "update", "recreate", "delete", "refused", "none",
        }  # fmt: skip
        for change in plan["changes"]:
            assert set(change) == CHANGE_KEYS
            assert set(change["object"]) == {"api_version", "kind", "namespace", "name"}
            assert set(change["source"]) == {"template", "line"}
            for field in change["fields"]:
                assert set(field) >= {"path", "before", "after", "origin"}
        run_command("upgrade", "-i", "web", "web").must()
    change = next(c for c in plan["changes"] if c["object"]["kind"] == "ConfigMap")
    field = change["fields"][0]
    assert (field["path"], field["before"], field["after"]) == ("data.color", "blue", "red")
    assert field["origin"]["source"].startswith("--set color")


def test_exit_code_tells_of_changes_and_a_new_plan_is_empty() -> None:
    run_command("diff", "install", "web", "web", "--exit-code").must(3)
    run_command("install", "web", "web").must()
    empty = run_command("diff", "upgrade", "web", "web", "--exit-code").must(0)
    assert empty.out == "no changes\n"
    run_command("diff", "upgrade", "web", "web", "--set", "color=x", "--exit-code").must(3)


def test_a_new_chart_version_alone_folds_into_one_line(tmp_path: Path) -> None:
    run_command("install", "web", "web").must()
    Path("web/Chart.yaml").write_text(CHART.format(name="web", version="0.2.0"))
    planned = run_command("diff", "upgrade", "web", "web").must().out
    lines = planned.strip().splitlines()
    assert lines[0] == "chart version label: 0.1.0 → 0.2.0 (1 label) only: ConfigMap/web"
    assert len(lines) == 2 and lines[1].startswith("1 to update (1 only in the chart's version")


def test_a_rollback_skips_failed_revisions(tmp_path: Path) -> None:
    small_chart(tmp_path)
    run_command("install", "web", "web").must()
    run_command("upgrade", "web", "web", "--set", "color=red").must()
    stuck = ("--set", "replicas=2", "--set", BROKEN, "--timeout", "5s")
    run_command("upgrade", "web", "web", *stuck).must(4)
    assert "Rollback to 2" in run_command("rollback", "web").must().out
    assert given() == {"color": "red"}
    states = ["superseded", "superseded", "failed", "deployed"]
    assert [status for _, status in history("web")] == states
    assert [row["revision"] for row in data("history", "web", "--max", "2")] == [3, 4]


def test_uninstall_keeps_history_when_asked_and_install_goes_on_from_it() -> None:
    run_command("install", "web", "web").must()
    run_command("uninstall", "web", "--keep-history").must()
    assert history("web") == [(1, "uninstalled")]
    assert "uninstalled" in run_command("upgrade", "web", "web").must(1).err
    run_command("install", "web", "web").must()
    assert history("web") == [(1, "uninstalled"), (2, "deployed")]


def test_uninstall_deletes_only_the_claims_that_are_named(tmp_path: Path) -> None:
    small_chart(tmp_path)
    run_command("install", "web", "web", "--set", "replicas=2").must()
    planned = run_command("uninstall", "web", "--delete-claims", "data-web-1", "--dry-run").must()
    assert "claim data-web-0 (1Gi) is kept" in planned.out
    assert "claim data-web-1 is deleted with its data, as asked for" in planned.out
    assert "claim data-web-1 (1Gi) is kept" not in planned.out
    none = run_command("uninstall", "web", "--delete-claims", "data-web-7", "--dry-run").must(1)
    assert "hint: its claims: data-web-0, data-web-1" in none.err
    removed = run_command("uninstall", "web", "--delete-claims", "data-web-1").must()
    assert "data-web-0 kept" in removed.err and "data-web-1 kept" not in removed.err
    with client() as kubectl:
        claims = kubectl.list("v1", "PersistentVolumeClaim", "default")
        assert [claim["metadata"]["name"] for claim in claims] == ["data-web-0"]


def test_uninstall_of_several_and_of_none() -> None:
    for name in ("ant", "bee", "cat"):
        run_command("install", name, "web").must()
    both = data("uninstall", "ant", "none", "bee", "--ignore-not-found")
    assert [row["name"] for row in both["releases"]] == ["ant", "bee"]
    assert [row["name"] for row in data("list")] == ["cat"]
    run_command("uninstall", "none", "--ignore-not-found").must()
    run_command("uninstall", "none").must(1)


def test_list_of_one_namespace_and_of_all() -> None:
    run_command("install", "here", "web").must()
    run_command("install", "there", "web", "-n", "far", "--create-namespace").must()
    assert [row["name"] for row in data("list")] == ["here"]
    assert [row["name"] for row in data("list", "-n", "far")] == ["there"]
    found = [(row["namespace"], row["name"]) for row in data("list", "-A")]
    assert found == [("default", "here"), ("far", "there")]


def test_every_machine_output_reads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    import yaml

    for form, read in (("json", json.loads), ("yaml", yaml.safe_load)):
        for arguments in (
            ("install", "web", "web"),
            ("upgrade", "web", "web", "--set", "color=red"),
            ("status", "web"),
            ("history", "web"),
            ("list",),
            ("get", "values", "web"),
            ("get", "values", "web", "--all"),
            ("values", "web"),
            ("values", "web", "--origins"),
            ("diff", "rollback", "web"),
            ("rollback", "web"),
            ("version",),
            ("uninstall", "web"),
        ):
            result = run_command(*arguments, "-o", form).must()
            assert isinstance(read(result.out), dict | list), arguments


def test_global_flags_stand_before_the_verb_and_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_command("-n", "far", "install", "web", "web", "--create-namespace").must()
    assert run_command("-n", "far", "status", "web").must().out
    assert run_command("status", "web", "-n", "far").must().out
    assert run_command("-n", "near", "status", "web", "-n", "far").must().out
    run_command("status", "web").must(1)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", "far")
    run_command("status", "web").must()
    run_command("-n", "default", "status", "web").must(1)
    run_command("get", "-n", "far", "values", "web").must()


def test_colours_and_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run_command("diff", "install", "web", "web").out
    monkeypatch.setenv("NO_COLOR", "1")
    plain = run_command("diff", "install", "web", "web")
    assert "\x1b[" not in plain.out + plain.err
    for arguments in (
        ("--color", "always", "diff", "install", "web", "web"),
        ("diff", "install", "web", "web", "--color=always"),
    ):
        assert "\x1b[32m" in run_command(*arguments).must().out
    quiet = run_command("-q", "install", "web", "web").must()
    assert quiet.err == "" and "STATUS: deployed" in quiet.out
    assert "error: " in run_command("status", "none", "-q").must(1).err


def test_data_is_deleted_only_when_asked_for(holdfast: Holdfast) -> None:
    nginx = str(ROOT / "charts/nginx")
    delete = ("--set", "persistence.retention.whenScaled=Delete")
    holdfast("install", "web", nginx, *delete, "--set", "replicas=3").must()
    refused = holdfast("upgrade", "web", nginx, "--set", "replicas=1").must(1)
    assert "html-web-nginx-1, html-web-nginx-2 and the data" in refused.err
    assert "hint: --yes" in refused.err
    diff = holdfast("diff", "upgrade", "web", nginx, "--set", "replicas=1").must()
    assert "scaling down deletes html-web-nginx-1, html-web-nginx-2" in diff.out
    status = json.loads(holdfast("status", "web", "-o", "json").must().out)
    assert (status["revision"], len(status["claims"])) == (1, 3), "nothing was touched"
    holdfast("upgrade", "web", nginx, "--set", "replicas=1", "--yes").must()
    status = json.loads(holdfast("status", "web", "-o", "json").must().out)
    assert [claim["name"] for claim in status["claims"]] == ["html-web-nginx-0"]


def test_notes_for_machines(holdfast: Holdfast) -> None:
    holdfast("install", "web", str(ROOT / "charts/nginx")).must()
    notes = json.loads(holdfast("get", "notes", "web", "-o", "json").must().out)["notes"]
    assert notes == holdfast("get", "notes", "web").must().out
