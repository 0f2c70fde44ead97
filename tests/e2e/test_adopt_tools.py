"""Objects made by the real kubectl and the real Helm on a real API server, adopted and upgraded."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command, write_tree
from tests.contract.plugin import need
from tests.controlplane.binaries import binary
from tests.e2e.charts import data, write_chart

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]

APP = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {tier: front{{ old }}}
  annotations: {note: kept}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx:1.28
          env:
            - {name: TZ, value: UTC}
{{ env }}        - {name: side, image: "nginx:1.28"}
{{ third }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  color: blue
{{ key }}"""
WHOLE = {
    "old": ", old: label",
    "env": "            - {name: OLD, value: variable}\n",
    "third": '        - {name: old, image: "nginx:1.28"}',
    "key": "  old: key\n",
}
BARE = dict.fromkeys(WHOLE, "")


def app(parts: dict[str, str]) -> str:
    text = APP
    for name, part in parts.items():
        text = text.replace("{{ " + name + " }}", part)
    return text


@pytest.fixture
def at(
    request: pytest.FixtureRequest, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A namespace of the real server, with both charts in the current folder."""
    tools = ("kubectl", "helm")
    need("kubectl and Helm", [name for name in tools if not os.access(binary(name), os.X_OK)])
    plane = request.getfixturevalue("control_plane")
    monkeypatch.setenv("KUBECONFIG", str(plane.kubeconfig))
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    monkeypatch.chdir(tmp_path)
    kubectl("create", "namespace", namespace)
    write_chart(tmp_path, name="whole", app=app(WHOLE))
    write_chart(tmp_path, name="bare", app=app(BARE))
    chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n"
    extra = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n"
    write_tree(
        tmp_path / "helm",
        {
            "Chart.yaml": chart,
            "templates/app.yaml": app(WHOLE),
            "templates/extra.yaml": extra,
        },
    )
    return namespace


def tool(name: str, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [binary(name), *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "HELM_NAMESPACE": os.environ["HOLDFAST_NAMESPACE"]},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def kubectl(*arguments: str, given: str = "") -> str:
    return tool("kubectl", "-n", os.environ["HOLDFAST_NAMESPACE"], *arguments, given=given)


def live(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        kubectl("get", kind, "web", "--show-managed-fields", "-o", "json")
    )
    return found


def managers(kind: str) -> set[tuple[str, str]]:
    """Who owns what, the controllers' status apart."""
    rows = live(kind)["metadata"]["managedFields"]
    return {(row["manager"], row["operation"]) for row in rows if not row.get("subresource")}


def client_side() -> None:
    kubectl("apply", "-f", "-", given=app(WHOLE))


def client_side_twice() -> None:
    kubectl("apply", "-f", "-", given=app(WHOLE).replace("UTC", "CET"))
    kubectl("apply", "-f", "-", given=app(WHOLE))


def server_side() -> None:
    kubectl("apply", "--server-side", "-f", "-", given=app(WHOLE))


def create_and_save() -> None:
    kubectl("create", "--save-config", "--field-manager=ci", "-f", "-", given=app(WHOLE))


def helm() -> None:
    tool("helm", "install", "web", "helm")


def helm_client_side() -> None:
    tool("helm", "install", "web", "helm", "--server-side=false")
    tool("helm", "upgrade", "web", "helm", "--server-side=false")


WAYS = [client_side, client_side_twice, server_side, create_and_save, helm, helm_client_side]


def assert_whole() -> None:
    assert live("deployment")["metadata"]["labels"]["old"] == "label"
    assert variables() == ["TZ", "OLD"] and containers() == ["web", "side", "old"]
    assert live("configmap")["data"] == {"color": "blue", "old": "key"}


def assert_bare() -> None:
    assert "old" not in live("deployment")["metadata"]["labels"]
    assert variables() == ["TZ"] and containers() == ["web", "side"]
    assert live("configmap")["data"] == {"color": "blue"}


def containers() -> list[str]:
    spec = live("deployment")["spec"]["template"]["spec"]
    return [one["name"] for one in spec["containers"]]


def variables() -> list[str]:
    spec = live("deployment")["spec"]["template"]["spec"]
    return [one["name"] for one in spec["containers"][0]["env"]]


@pytest.mark.parametrize("made", WAYS)
def test_a_field_dropped_after_the_adoption_goes(at: str, made: Any) -> None:
    made()
    uid = live("deployment")["metadata"]["uid"]
    adopted = run_command("adopt", "web", "whole").must()
    assert "adopted" in adopted.err and "become ours" in adopted.err
    assert_whole()
    for kind in ("deployment", "configmap"):
        assert managers(kind) == {("holdfast", "Apply")}
        assert not live(kind)["metadata"].get("annotations", {}).keys() - {
            "note",
            "deployment.kubernetes.io/revision",
        }
    assert data("diff", "upgrade", "web", "whole")["summary"]["none"] == 2

    run_command("upgrade", "web", "bare").must()
    assert_bare()
    assert live("deployment")["metadata"]["uid"] == uid, "the same object all the time"


@pytest.mark.parametrize("made", WAYS)
def test_a_field_dropped_by_the_adoption_itself_goes_as_planned(at: str, made: Any) -> None:
    made()
    planned = data("adopt", "web", "bare", "--dry-run")
    dropped = {
        field["path"]
        for change in planned["changes"]
        for field in change["fields"]
        if field["after"] is None and "annotations" not in field["path"]
    }
    pod = "spec.template.spec.containers"
    assert dropped == {
        "metadata.labels.old",
        f"{pod}[name=web].env[name=OLD]",
        f"{pod}[name=old]",
        "data.old",
        *(
            {'metadata.labels."app.kubernetes.io/managed-by"'}
            if made in (helm, helm_client_side)
            else ()
        ),
    }
    run_command("adopt", "web", "bare").must()
    assert_bare()
    assert data("diff", "upgrade", "web", "bare")["summary"]["none"] == 2


@pytest.mark.parametrize("made", WAYS)
def test_take_ownership_migrates_as_well(at: str, made: Any) -> None:
    made()
    assert run_command("install", "web", "whole").must(1).err.count("--take-ownership") >= 1
    run_command("install", "web", "whole", "--take-ownership").must()
    assert managers("deployment") == {("holdfast", "Apply")}
    run_command("upgrade", "web", "bare").must()
    assert_bare()


def test_helm_can_be_made_to_forget_and_nothing_else_happens(at: str) -> None:
    helm()
    tool("helm", "upgrade", "web", "helm")
    adopted = run_command("adopt", "web", "whole").must()
    assert "left alone: ConfigMap/extra: in the Helm release web, not in the chart" in adopted.err
    assert "records of release web (revisions 1, 2)" in adopted.err
    assert [row["name"] for row in json.loads(tool("helm", "list", "-o", "json"))] == ["web"]

    command = adopted.err.rpartition("forget them with `")[2].partition("`")[0].split()
    assert command[:3] == ["kubectl", "delete", "secrets"]
    tool(*command)
    assert json.loads(tool("helm", "list", "-o", "json")) == []
    assert data("history", "web")[-1]["status"] == "deployed"
    assert_whole()
    assert kubectl("get", "configmap", "extra", "-o", "name")


def test_what_kubectl_scaled_and_edited_since_is_a_conflict_with_its_owner(at: str) -> None:
    client_side()
    kubectl("scale", "deployment/web", "--replicas=1")
    kubectl("set", "env", "deployment/web", "TZ=CET")
    refused = run_command("adopt", "web", "whole", "--dry-run").must(1)
    assert "spec.replicas is managed by kubectl (scale) (theirs 1, ours 0)" in refused.out
    assert "env[name=TZ].value is managed by kubectl-set (theirs CET, ours UTC)" in refused.out
    run_command(
        "adopt",
        "web",
        "whole",
        "--on-conflict",
        "spec.replicas=leave",
        "--on-conflict",
        "spec.template=take",
    ).must()
    assert live("deployment")["spec"]["replicas"] == 1
    env = live("deployment")["spec"]["template"]["spec"]["containers"][0]["env"]
    assert env[0] == {"name": "TZ", "value": "UTC"}
