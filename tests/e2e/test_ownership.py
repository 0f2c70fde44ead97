"""Objects and fields of others: refused before anything is written, taken over only when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, SERVICE, client, data, history, ref, write_chart

CHART = {"config": CONFIG, "service": SERVICE}
HELM = {
    "labels": {"app.kubernetes.io/managed-by": "Helm"},
    "annotations": {
        "meta.helm.sh/release-name": "old",
        "meta.helm.sh/release-namespace": "team",
    },
}


@pytest.fixture(autouse=True)
def _chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_chart(tmp_path, **CHART)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def at(cluster: str, namespace: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace that is there, with nothing of ours in it."""
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    return namespace


def config(namespace: str, color: str = "green", **metadata: Any) -> dict[str, Any]:
    """A ConfigMap of the name that the chart wants."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "web", "namespace": namespace, **metadata},
        "data": {"color": color},
    }


def color(namespace: str) -> str:
    """What the live ConfigMap says."""
    with client() as kubectl:
        return str(kubectl.get(ref("ConfigMap", "web", namespace))["data"]["color"])


def nothing_was_written(namespace: str) -> bool:
    """No record, and none of the chart's other objects."""
    with client() as kubectl:
        service = kubectl.find(ref("Service", "web", namespace))
        return service is None and not kubectl.list("v1", "Secret", namespace)


@pytest.mark.parametrize(
    ("metadata", "owner"),
    [({}, "no release"), (HELM, "the Helm release old in the namespace team")],
    ids=["foreign", "helm"],
)
def test_somebody_elses_object_is_refused_and_taken_over_when_asked(
    at: str, metadata: dict[str, Any], owner: str
) -> None:
    with client() as kubectl:
        kubectl.create(config(at, **metadata))

    planned = run_command("diff", "install", "web", "web").must(1)
    assert "exists already and belongs to" in planned.out
    refused = run_command("install", "web", "web").must(1)
    assert refused.err.count("error: ") == 1
    assert "ConfigMap/web" in refused.err and "--take-ownership" in refused.err
    assert f"belongs to {owner}" in refused.err
    assert nothing_was_written(at) and color(at) == "green"

    run_command("install", "web", "web", "--take-ownership", "--force-conflicts").must()
    assert color(at) == "blue"
    assert data("diff", "upgrade", "web", "web")["summary"]["none"] == 2
    run_command("uninstall", "web").must()
    with client() as kubectl:
        assert kubectl.find(ref("ConfigMap", "web", at)) is None


def test_another_releases_object_is_refused_by_its_name(at: str, tmp_path: Path) -> None:
    run_command("install", "web", "web").must()
    fixed = CONFIG.replace("{{ release.name }}", "web")
    write_chart(tmp_path, name="twin", config=fixed)
    refused = run_command("install", "twin", "twin").must(1)
    assert "the release web in the namespace" in refused.err and "hint: " in refused.err
    assert [row["name"] for row in data("list")] == ["web"]

    run_command("install", "twin", "twin", "--take-ownership", "--set", "color=red").must()
    assert color(at) == "red"
    run_command("uninstall", "web").must()
    assert color(at) == "red", "what was taken over is not deleted with its former release"


def test_a_field_of_another_manager_is_refused_named_and_taken_by_force(at: str) -> None:
    run_command("install", "web", "web").must()
    with client("kubectl") as kubectl:
        kubectl.apply(config(at, "green"), force=True)

    planned = run_command("diff", "upgrade", "web", "web", "--set", "color=red").must(1)
    assert "data.color is managed by kubectl" in planned.out
    assert "--force-conflicts" in planned.err
    refused = run_command("upgrade", "web", "web", "--set", "color=red").must(1)
    assert "data.color is managed by kubectl" in refused.err
    assert "--force-conflicts" in refused.err
    assert color(at) == "green" and history("web") == [(1, "deployed")]

    run_command("upgrade", "web", "web", "--set", "color=red", "--force-conflicts").must()
    assert color(at) == "red"
    assert data("diff", "upgrade", "web", "web")["summary"]["none"] == 2


def test_drift_is_shown_with_its_name_and_set_back(at: str) -> None:
    run_command("install", "web", "web").must()
    with client("holdfast") as hand:
        hand.patch(ref("ConfigMap", "web", at), {"data": {"color": "pink"}})

    planned = run_command("diff", "upgrade", "web", "web", "--exit-code").must(3)
    assert "was changed in the cluster and is set back" in planned.out
    assert "-   color: pink" in planned.out and "+   color: blue" in planned.out
    run_command("upgrade", "web", "web").must()
    assert color(at) == "blue"


def test_replicas_scaled_by_hand_are_a_conflict_with_their_owner(at: str, tmp_path: Path) -> None:
    from tests.e2e.charts import small_chart

    small_chart(tmp_path)
    run_command("install", "web", "web", "--timeout", "60s").must()
    with client("kubectl-edit") as kubectl:
        kubectl.patch(ref("StatefulSet", "web", at), {"spec": {"replicas": 2}})

    refused = run_command("diff", "upgrade", "web", "web").must(1)
    assert "spec.replicas is managed by kubectl-edit" in refused.out
    run_command("upgrade", "web", "web", "--force-conflicts", "--timeout", "60s").must()
    with client() as kubectl:
        assert kubectl.get(ref("StatefulSet", "web", at))["spec"]["replicas"] == 1
