"""What a chart calls ready itself, at work: waited for, told, between waves too, and in status."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import run_command, write_tree
from tests.e2e.charts import CHART, client, data

from holdfast.model.manifest import ObjectRef

CLAIM = """\
apiVersion: v1
kind: Service
metadata:
  name: edge
  annotations:
    holdfast.dev/wait-for: |
      {{ values.rule }}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80}]
"""
LATER = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: later, annotations: {holdfast.dev/wave: "1"}}
"""
ADDRESS = "jsonpath={.status.loadBalancer.ingress[0].ip}"


@pytest.fixture
def at(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Service that waits for an address, which nobody gives it here, and something after it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    tree = {
        "Chart.yaml": CHART.format(name="shop", version="0.1.0"),
        "values.yaml": f"rule: {ADDRESS!r}\n",
        "templates/edge.yaml.j2": CLAIM,
        "templates/later.yaml.j2": LATER,
    }
    write_tree(tmp_path / "shop", tree)
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    return namespace


def give(namespace: str, address: str) -> None:
    """Do what a controller for load balancers does."""
    with client("controller") as controller:
        ref = ObjectRef("v1", "Service", namespace, "edge")
        status = {"loadBalancer": {"ingress": [{"ip": address}]}}
        controller.patch(ref, {"status": status}, subresource="status")


def test_a_rule_is_waited_for_and_told(at: str) -> None:
    failed = run_command("install", "web", "shop", "--timeout", "1s").must(4)
    reason = "there is no {.status.loadBalancer.ingress[0].ip} yet"
    assert f"Service/edge: {reason}" in failed.err
    assert "wave 1 was not begun" in failed.err
    rows = {row["name"]: row for row in data("status", "web")["objects"]}
    assert (rows["edge"]["state"], rows["edge"]["reason"]) == ("progressing", reason)
    assert rows["later"]["state"] == "missing"

    give(at, "192.0.2.1")
    done = run_command("upgrade", "web", "shop", "--timeout", "30s").must()
    assert "ready    Service/edge" in done.err and "applied  ConfigMap/later" in done.err


def test_a_rule_of_failure_ends_the_wait_at_once(at: str) -> None:
    text = CLAIM.replace("wait-for", "fail-on")
    write_tree(Path("shop"), {"templates/edge.yaml.j2": text})
    run_command("install", "web", "shop").must()
    give(at, "192.0.2.1")
    failed = run_command("upgrade", "web", "shop", "--timeout", "10m").must(4)
    assert f"Service/edge: {ADDRESS} (holdfast.dev/fail-on)" in failed.err


def test_a_rule_that_cannot_be_read_is_refused_with_its_line(at: str) -> None:
    refused = run_command("install", "web", "shop", "--set", "rule=ready").must(1)
    assert "cannot be read: 'ready' is no rule" in refused.err
    assert "hint: condition=NAME[=VALUE], jsonpath={PATH}[=VALUE] or create" in refused.err
    assert "at shop/templates/edge.yaml.j2:6" in refused.err
    with client() as kubectl:
        assert not kubectl.list("v1", "Secret", at)
