"""Objects that kubectl or Helm made become a release: with their field managers, or not at all."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, SERVICE, client, data, history, ref, write_chart
from tests.e2e.line import Line, ctrl_c, ctrl_c_after
from tests.e2e.own_time import OwnTime

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
HELM = {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": ""}


@pytest.fixture
def at(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace that is there, and the chart in the current folder."""
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    monkeypatch.chdir(tmp_path)
    write_chart(tmp_path, config=CONFIG, service=SERVICE)
    return namespace


def config(namespace: str, **metadata: Any) -> dict[str, Any]:
    """What somebody made: one key more than the chart has."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "web", "namespace": namespace, **metadata},
        "data": {"color": "blue", "old": "yes"},
    }


def live(namespace: str) -> dict[str, Any]:
    with client() as kubectl:
        return kubectl.get(ref("ConfigMap", "web", namespace))


def managers(namespace: str) -> list[tuple[str, str]]:
    rows = live(namespace)["metadata"]["managedFields"]
    return [(row["manager"], row["operation"]) for row in rows]


def record(namespace: str, version: int, manifest: str) -> dict[str, Any]:
    """A revision as Helm keeps it."""
    packed = gzip.compress(json.dumps({"name": "web", "manifest": manifest}).encode())
    text = base64.b64encode(base64.b64encode(packed)).decode()
    labels = {"owner": "helm", "name": "web", "version": str(version), "status": "deployed"}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": {
            "name": f"sh.helm.release.v1.web.v{version}",
            "namespace": namespace,
            "labels": labels,
        },
        "data": {"release": text},
    }


@pytest.mark.parametrize("manager", ["kubectl-client-side-apply", "kubectl-create", "helm"])
def test_the_plan_comes_first_and_dropped_fields_go(at: str, manager: str) -> None:
    with client(manager) as maker:
        maker.create(config(at, annotations={LAST_APPLIED: "{}"}))

    planned = run_command("adopt", "web", "web", "--dry-run").must()
    assert f"adopted: the fields of {manager} become ours; data.old changes" in planned.out
    assert '-   old: "yes"' in planned.out
    assert "create" in planned.out and "Service/web" in planned.out
    assert managers(at) == [(manager, "Update")], "a dry run changes nothing"

    adopted = run_command("adopt", "web", "web").must()
    assert "STATUS: deployed" in adopted.out and "VERB" not in adopted.out
    assert adopted.err.index("adopted: the fields of") < adopted.err.index("started")
    assert history("web") == [(1, "deployed")]
    assert managers(at) == [("holdfast", "Apply")]
    assert live(at)["data"] == {"color": "blue"}
    assert LAST_APPLIED not in live(at)["metadata"].get("annotations", {})
    assert data("diff", "upgrade", "web", "web")["summary"]["none"] == 2


def test_what_was_adopted_is_the_releases_own(at: str, tmp_path: Path) -> None:
    with client("kubectl-client-side-apply") as maker:
        maker.create(config(at))
    write_chart(tmp_path, config=CONFIG + "  old: 'yes'\n")
    run_command("adopt", "web", "web").must()
    assert live(at)["data"] == {"color": "blue", "old": "yes"}
    write_chart(tmp_path, config=CONFIG)
    run_command("upgrade", "web", "web").must()
    assert live(at)["data"] == {"color": "blue"}, "a field dropped later goes"
    run_command("rollback", "web", "1").must()
    assert live(at)["data"] == {"color": "blue", "old": "yes"}
    run_command("uninstall", "web").must()
    with client() as kubectl:
        assert kubectl.find(ref("ConfigMap", "web", at)) is None


def test_what_somebody_edited_since_is_a_conflict(at: str) -> None:
    with client("kubectl-client-side-apply") as maker:
        maker.create(config(at))
    with client("kubectl-edit") as hand:
        hand.patch(ref("ConfigMap", "web", at), {"data": {"color": "green"}})

    refused = run_command("adopt", "web", "web").must(1)
    assert "data.color is managed by kubectl-edit (theirs green, ours blue)" in refused.err
    assert "adopt of release web: refused" in refused.err
    assert ("kubectl-client-side-apply", "Update") in managers(at), "nothing was changed"
    run_command("adopt", "web", "web", "--on-conflict", "data.color=leave").must()
    assert live(at)["data"] == {"color": "green"}


def test_take_ownership_of_an_install_does_the_same(at: str) -> None:
    with client("kubectl-client-side-apply") as maker:
        maker.create(config(at))
    run_command("install", "web", "web", "--take-ownership").must()
    assert managers(at) == [("holdfast", "Apply")]
    assert live(at)["data"] == {"color": "blue"}


def test_take_ownership_of_an_upgrade_does_so_for_what_is_new_in_the_chart(
    at: str, tmp_path: Path
) -> None:
    write_chart(tmp_path, name="small", service=SERVICE)
    run_command("install", "web", "small").must()
    with client("kubectl-client-side-apply") as maker:
        maker.create(config(at))
    assert "belongs to no release" in run_command("upgrade", "web", "web").must(1).err
    run_command("upgrade", "web", "web", "--take-ownership").must()
    assert managers(at) == [("holdfast", "Apply")] and live(at)["data"] == {"color": "blue"}


def test_helms_records_are_left_alone_and_the_way_to_forget_them_is_told(at: str) -> None:
    extra = "apiVersion: v1\nkind: Secret\nmetadata: {name: extra}\n"
    manifest = "---\n".join([json.dumps(config(at)) + "\n", extra])
    annotations = {**HELM, "meta.helm.sh/release-namespace": at}
    with client("helm") as helm:
        helm.create(config(at, annotations=annotations))
        helm.create(record(at, 1, ""))
        helm.create(record(at, 2, manifest))

    adopted = run_command("adopt", "web", "web").must()
    assert f"adopted from the Helm release web in the namespace {at}" in adopted.err
    assert "left alone: Secret/extra: in the Helm release web, not in the chart" in adopted.err
    assert "records of release web (revisions 1, 2)" in adopted.err
    assert f"`kubectl delete secrets -n {at} -l owner=helm,name=web`" in adopted.err
    assert "never run `helm uninstall web`" in adopted.err
    with client() as kubectl:
        kept = kubectl.list("v1", "Secret", at, label_selector="owner=helm,name=web")
    assert len(kept) == 2
    assert "annotations" not in live(at)["metadata"], "it is no longer Helm's"


def test_a_damaged_record_of_helm_is_told_by_name(at: str) -> None:
    broken = record(at, 1, "")
    broken["data"]["release"] = "AAAA"
    with client("helm") as helm:
        helm.create(config(at))
        helm.create(broken)
    refused = run_command("adopt", "web", "web").must(1)
    assert "reading Helm's record Secret/sh.helm.release.v1.web.v1" in refused.err
    assert managers(at) == [("helm", "Update")]


def test_objects_of_another_release_are_refused(at: str, tmp_path: Path) -> None:
    run_command("install", "web", "web").must()
    write_chart(tmp_path, name="twin", config=CONFIG.replace("{{ release.name }}", "web"))
    refused = run_command("adopt", "twin", "twin").must(1)
    assert f"exists already and belongs to the release web in the namespace {at}" in refused.err
    assert "adopt takes nothing from another release" in refused.err
    assert [row["name"] for row in data("list")] == ["web"]


def test_a_name_that_is_taken_and_objects_that_are_not_there(at: str) -> None:
    missing = run_command("adopt", "web", "web").must(1)
    assert "adopt release web: none of its objects is there" in missing.err
    assert "`holdfast install web`" in missing.err
    run_command("install", "web", "web").must()
    taken = run_command("adopt", "web", "web").must(1)
    assert "adopt release web: the name is taken: revision 1 is deployed" in taken.err
    assert "--take-ownership" in taken.err


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_cut_off_at_any_request_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime, after: bool
) -> None:
    write_chart(tmp_path, config=CONFIG, service=SERVICE)
    monkeypatch.chdir(tmp_path)
    line = Line(monkeypatch)
    for count in itertools.count(1):
        monkeypatch.setenv("HOLDFAST_CLUSTER", f"local:{count}.db")
        with client("kubectl-client-side-apply") as maker:
            maker.create(config("default"))
        line.clear(count, ctrl_c_after if after else ctrl_c)
        run_command("adopt", "web", "web")
        if len(line.sent) < count:
            break
        line.clear()
        again = run_command("adopt", "web", "web")
        done = again.code == 1 and "the name is taken: revision 1 is deployed" in again.err
        assert again.code == 0 or done, again.err
        assert live("default")["data"] == {"color": "blue"}
        assert managers("default") == [("holdfast", "Apply")]
    assert count > 20
