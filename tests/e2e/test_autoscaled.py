"""Replicas under an autoscaler: left alone, whoever's it is, and given back when it goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.e2e.charts import client, data, write_chart

from holdfast.model.manifest import ObjectRef

APP = """\
apiVersion: apps/v1
kind: {{ values.kind }}
metadata: {name: {{ release.name }}}
spec:
  replicas: {{ values.replicas }}
  selector: {matchLabels: {app: {{ release.name }}}}
  template:
    metadata: {labels: {app: {{ release.name }}}}
    spec:
      containers:
        - {name: web, image: nginx:1.28, env: [{name: COLOR, value: {{ values.color }}}]}
"""
SCALER = """\
{% if values.scaled %}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: {{ release.name }}}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: {{ values.kind }}, name: {{ release.name }}}
  minReplicas: 2
  maxReplicas: 9
{% endif %}
"""
VALUES = "replicas: 3\ncolor: blue\nscaled: false\nkind: Deployment\n"
UPGRADE = ("upgrade", "web", "web", "--no-wait")


@pytest.fixture(params=["Deployment", "StatefulSet"])
def at(
    request: pytest.FixtureRequest,
    cluster: str,
    namespace: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> ObjectRef:
    """The workload of a chart, in a namespace that is there."""
    with client() as kubectl:
        kubectl.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    monkeypatch.chdir(tmp_path)
    values = VALUES.replace("Deployment", request.param)
    write_chart(tmp_path, values=values, app=APP, scaler=SCALER)
    return ObjectRef("apps/v1", request.param, namespace, "web")


def replicas(ref: ObjectRef) -> int:
    with client() as kubectl:
        return int(kubectl.get(ref)["spec"]["replicas"])


def owners(ref: ObjectRef) -> list[str]:
    """Who owns the replicas."""
    with client() as kubectl:
        rows = kubectl.get(ref)["metadata"]["managedFields"]
    return [row["manager"] for row in rows if "f:replicas" in row["fieldsV1"].get("f:spec", {})]


def scale(ref: ObjectRef, count: int) -> None:
    """As the autoscaler's controller does."""
    with client("kube-controller-manager") as controller:
        controller.scale(ref, count)


def make_scaler(ref: ObjectRef) -> None:
    """An autoscaler that somebody else made."""
    target: dict[str, Any] = {"apiVersion": "apps/v1", "kind": ref.kind, "name": ref.name}
    with client() as kubectl:
        kubectl.create(
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": "theirs", "namespace": ref.namespace},
                "spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 9},
            }
        )


def test_replicas_that_an_autoscaler_of_the_cluster_set_stay(at: ObjectRef) -> None:
    run_command("install", "web", "web", "--no-wait").must()
    make_scaler(at)
    scale(at, 5)

    planned = run_command("diff", "upgrade", "web", "web", "--set", "color=red").must()
    left = "spec.replicas is left to HorizontalPodAutoscaler/theirs (theirs 5, ours 3)"
    assert left in planned.out and "scales" not in planned.out
    upgraded = run_command(*UPGRADE, "--set", "color=red").must()
    assert f"{at}: {left}" in upgraded.err
    assert replicas(at) == 5 and owners(at) == ["kube-controller-manager"]
    scale(at, 6)
    nothing = run_command("diff", "upgrade", "web", "web", "--exit-code").must()
    assert "spec.replicas is left to" in nothing.out and "no changes" in nothing.out


def test_before_it_has_scaled_once_our_number_is_let_go_of(at: ObjectRef) -> None:
    """We alone own the field then: no longer sent, it would fall back to 1."""
    run_command("install", "web", "web", "--no-wait").must()
    assert owners(at) == ["holdfast"]
    make_scaler(at)
    run_command(*UPGRADE).must()
    assert replicas(at) == 3 and owners(at) == []
    assert data("diff", "upgrade", "web", "web")["summary"]["none"] == 1


def test_a_chart_that_turns_scaling_on_and_drops_replicas_keeps_them(at: ObjectRef) -> None:
    run_command("install", "web", "web", "--no-wait").must()
    bare = APP.replace("  replicas: {{ values.replicas }}\n", "")
    write_chart(Path(), values=VALUES.replace("Deployment", at.kind), app=bare, scaler=SCALER)
    planned = run_command("diff", "upgrade", "web", "web", "--set", "scaled=true").must()
    assert "left to HorizontalPodAutoscaler/web (theirs 3, ours none)" in planned.out
    run_command(*UPGRADE, "--set", "scaled=true").must()
    assert replicas(at) == 3 and owners(at) == []


def test_an_autoscaler_of_the_release_is_known_before_it_is_there(at: ObjectRef) -> None:
    run_command("install", "web", "web", "--no-wait").must()
    run_command(*UPGRADE, "--set", "scaled=true,replicas=7").must()
    assert replicas(at) == 3
    scale(at, 4)
    run_command(*UPGRADE, "--set", "color=red").must()
    assert replicas(at) == 4

    # Without it the chart's number counts again.
    run_command(*UPGRADE, "--set", "scaled=false").must()
    assert replicas(at) == 7 and owners(at) == ["holdfast"]


def test_when_it_goes_the_chart_takes_the_replicas_and_nobody_has_to_be_forced(
    at: ObjectRef,
) -> None:
    run_command("install", "web", "web", "--no-wait", "--set", "scaled=true").must()
    scale(at, 5)
    planned = run_command("diff", "upgrade", "web", "web", "--set", "scaled=false").must()
    taken = "takes over spec.replicas from kube-controller-manager (scale) (theirs 5, ours 3)"
    assert taken in planned.out
    assert "take (HorizontalPodAutoscaler/web, which goes)" in planned.out
    run_command(*UPGRADE, "--set", "scaled=false").must()
    assert replicas(at) == 3 and owners(at) == ["holdfast"]


def test_a_new_workload_starts_from_the_charts_number(at: ObjectRef) -> None:
    run_command("install", "web", "web", "--no-wait", "--set", "scaled=true").must()
    assert replicas(at) == 3


def test_force_does_not_take_them_a_flag_for_the_field_does(at: ObjectRef) -> None:
    run_command("install", "web", "web", "--no-wait", "--set", "scaled=true").must()
    scale(at, 5)
    run_command(*UPGRADE, "--force-conflicts").must()
    assert replicas(at) == 5
    run_command(*UPGRADE, "--on-conflict", f"{at}:spec.replicas=take").must()
    assert replicas(at) == 3


def test_a_rollback_leaves_them_too(at: ObjectRef) -> None:
    run_command("install", "web", "web", "--no-wait", "--set", "scaled=true").must()
    run_command(*UPGRADE, "--set", "color=red").must()
    scale(at, 5)
    run_command("rollback", "web", "1", "--no-wait").must()
    assert replicas(at) == 5
