"""charts/nginx on the embedded cluster and on a real API server: applied twice, and taken away."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, run_command
from tests.e2e.conftest import cluster, namespace

from holdfast import Target
from holdfast_cli.console import Console
from holdfast_cli.options import Globals
from holdfast_cli.wiring import open_target

__all__ = ["cluster", "namespace"]

CHART = str(ROOT / "charts/nginx")
VALUES = """
replicas: 2
preStopSleepSeconds: 0
serverBlocks: {a.conf: '# a'}
metrics: {enabled: true}
extraPorts: [{name: more, containerPort: 9000, servicePort: 9000}]
ingress: {enabled: true, hosts: [{host: www.example.com}]}
"""
KINDS = ("StatefulSet", "Service", "ConfigMap", "ServiceAccount", "Ingress", "NetworkPolicy")
HOMES = {"StatefulSet": "apps/v1", "Ingress": "networking.k8s.io/v1"}
HOMES |= {"NetworkPolicy": "networking.k8s.io/v1", "PodDisruptionBudget": "policy/v1"}


def target(namespace: str) -> Target:
    """The cluster that the environment chooses."""
    flags = Globals(namespace=namespace, cluster=os.environ.get("HOLDFAST_CLUSTER", ""))
    return open_target(flags, Console.plain([]))


def written(namespace: str) -> dict[str, Any]:
    """What a write would move, of every object of the release."""
    found = {}
    for kind in (*KINDS, "PodDisruptionBudget"):
        for one in target(namespace).cluster.list(HOMES.get(kind, "v1"), kind, namespace):
            metadata = one["metadata"]
            if metadata.get("labels", {}).get("holdfast.dev/release") == "web":
                own = [m for m in metadata["managedFields"] if m["manager"] == "holdfast"]
                key = f"{kind}/{metadata['name']}"
                stamp = (metadata["uid"], metadata["resourceVersion"], metadata.get("generation"))
                found[key] = (*stamp, own)
    return found


def test_a_second_apply_moves_nothing(cluster: str, namespace: str, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text(VALUES)
    flags = ["-n", namespace, "-f", str(tmp_path / "values.yaml")]
    run_command("install", "web", CHART, *flags, "--create-namespace").must()
    before = written(namespace)
    assert {key.partition("/")[0] for key in before} == {*KINDS, "PodDisruptionBudget"}
    plan = run_command("diff", "upgrade", "web", CHART, *flags, "--exit-code", "-o", "json").must()
    summary = json.loads(plan.out)["summary"]
    assert {verb for verb, count in summary.items() if count} == {"none"}
    run_command("upgrade", "web", CHART, *flags).must()
    assert written(namespace) == before
    run_command("uninstall", "web", "-n", namespace).must()


@pytest.mark.parametrize("bad", ["image.registry=registry.invalid"])
def test_assertion_39_history_rollback_and_the_claims_that_stay(
    cluster: str, namespace: str, bad: str
) -> None:
    flags = ["-n", namespace, "--set", "preStopSleepSeconds=0"]
    run_command("install", "web", CHART, *flags, "--create-namespace", "--set", "replicas=2").must()
    for number in range(11):
        change = ("--set", f"podLabels.n=v{number}")
        run_command("upgrade", "web", CHART, "-n", namespace, *change).must()
    rows = json.loads(run_command("history", "web", "-n", namespace, "-o", "json").must().out)
    assert len(rows) == 10 and rows[-1]["revision"] == 12
    failed = run_command("upgrade", "web", CHART, "-n", namespace, "--set", bad, "--timeout", "3s")
    assert failed.code == 4
    back = run_command("rollback", "web", "-n", namespace).must()
    assert "web-nginx-1" in back.err and "#67250" in back.err
    done = run_command("uninstall", "web", "-n", namespace).must()
    said = done.out + done.err
    assert said.index("stopping 2 pods in order") < said.index("StatefulSet/web-nginx deleted")
    for ordinal in (0, 1):
        assert f"html-web-nginx-{ordinal}" in said
