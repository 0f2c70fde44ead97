"""A release that cannot get ready is told early, with what its pods left, on every cluster."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.controlplane.control_plane import ControlPlane
from tests.e2e.charts import CONFIG, SERVICE, SET, VALUES, client, data, history, write_chart
from tests.e2e.processes import start

from holdfast.model.manifest import ObjectRef

EXTRA = """\
          {% if values.command %}
          command: {{ values.command }}
          {% endif %}
          {% if values.probe %}
          readinessProbe: {exec: {command: [{{ values.probe }}]}}
          {% endif %}
  volumeClaimTemplates:
"""
PLACED = """\
      {% if values.disk %}
      nodeSelector: {disk: {{ values.disk }}}
      {% endif %}
      containers:
"""
QUOTA = """\
{% if values.pods %}
apiVersion: v1
kind: ResourceQuota
metadata: {name: {{ release.name }}}
spec: {hard: {pods: {{ values.pods | string }}}}
{% endif %}
"""
CRASHING = ("--set-json", 'command=["sh","-c","echo no database; exit 3"]')


@pytest.fixture
def chart(tmp_path: Path) -> str:
    """A StatefulSet that can be told to fail in every way."""
    text = SET.replace("  volumeClaimTemplates:\n", EXTRA).replace("      containers:\n", PLACED)
    text = text.replace(
        "accessModes:", "storageClassName: {{ values.class }}\n        accessModes:"
    )
    values = f"{VALUES}command: null\nprobe: ''\ndisk: ''\npods: ''\nclass: null\n"
    return write_chart(
        tmp_path, values=values, config=CONFIG, service=SERVICE, quota=QUOTA, set=text
    )


@pytest.fixture(autouse=True)
def _quick(cluster: str, request: pytest.FixtureRequest) -> None:
    """Waiting takes no time where pods are simulated."""
    if cluster == "embedded":
        request.getfixturevalue("own_time")


@pytest.fixture
def at(namespace: str) -> tuple[str, ...]:
    return ("-n", namespace)


def test_a_crash_loop_is_told_at_once_with_events_and_the_log(
    cluster: str, chart: str, at: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    if cluster == "real":
        plane: ControlPlane = request.getfixturevalue("control_plane")
        plane.logs.write([], previous=["no database"])
    failed = run_command("install", "web", chart, "--create-namespace", *at, *CRASHING).must(4)
    first = failed.err.split("\nerror: ")[1].splitlines()
    assert re.fullmatch(
        r"install of release web: failed: StatefulSet/web: 0 of 1 pods ready; "
        r"web-0: CrashLoopBackOff: exit code 3 \(Error\), [3-6] restarts",
        first[0],
    )
    assert first[1] == "Pod/web-0:"
    assert "Warning BackOff" in failed.err
    assert "  log of web before its last restart:\n    | " in failed.err
    assert ("no database" if cluster == "real" else "exit code 3") in failed.err.split("log of")[1]
    assert "hint: its log says why; " in failed.err
    assert history("web", *at) == [(1, "failed")]


def test_the_same_for_machines(cluster: str, chart: str, at: tuple[str, ...]) -> None:
    import json

    run = ("install", "web", chart, "--create-namespace", *at, *CRASHING, "-o", "json")
    error = json.loads(run_command(*run).must(4).out)
    assert error["code"] == "wait_failed"
    (found,) = error["evidence"]
    assert set(found) == {"object", "reason", "events", "logs"}
    assert found["object"] == "Pod/web-0" and found["reason"].startswith("CrashLoopBackOff")
    assert {"time", "type", "reason", "message", "count"} == set(found["events"][0])
    assert found["logs"][0]["container"] == "web" and found["logs"][0]["previous"] is True


def parts(kind: str, namespace: str) -> dict[str, str]:
    """Names and uids."""
    with client() as kubectl:
        found = kubectl.list("v1", kind, namespace)
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}


@pytest.mark.parametrize("verb", ["rollback", "upgrade"])
def test_a_stuck_ordered_rollout_is_freed_and_only_the_stuck_pod_goes(
    cluster: str, chart: str, at: tuple[str, ...], namespace: str, verb: str
) -> None:
    three = ("--set", "replicas=3")
    run_command("install", "web", chart, "--create-namespace", *three, *at).must()
    run_command("upgrade", "web", chart, *three, *CRASHING, *at).must(4)
    pods, claims = parts("Pod", namespace), parts("PersistentVolumeClaim", namespace)
    if verb == "rollback":
        planned = run_command("diff", "rollback", "web", *at).must().out
        back = run_command("rollback", "web", *at, "--timeout", "120s").must()
    else:
        fixed = ("--set", "command=null", "--set", "color=red")
        planned = run_command("diff", "upgrade", "web", chart, *fixed, *at).must().out
        back = run_command("upgrade", "web", chart, *fixed, *at, "--timeout", "120s").must()
    (announced,) = [line for line in planned.splitlines() if "blocks the ordered" in line]
    assert announced.startswith("StatefulSet/web: web-2 is not ready (")
    assert announced.endswith("where it stays so it is deleted, its claims stay")
    assert announced.partition(" (")[0] in back.err and announced.rpartition(") ")[2] in back.err
    assert "blocks" not in run_command("diff", "upgrade", "web", chart, *at).must().out
    assert "warning: StatefulSet/web: web-2 of an earlier revision is not ready" in back.err
    assert "blocks the ordered rollout (kubernetes/kubernetes#67250)" in back.err
    assert "Pod/web-2 deleted, to come back from the new revision; its claims stay" in back.err
    assert parts("PersistentVolumeClaim", namespace) == claims
    after = parts("Pod", namespace)
    assert after.keys() == pods.keys()
    if verb == "rollback":
        assert [name for name in pods if after[name] != pods[name]] == ["web-2"]
    assert [pod["ready"] for pod in data("status", "web", *at)["ordinals"]] == [True] * 3


def test_a_broken_first_revision_is_mended_by_the_next(
    cluster: str, chart: str, at: tuple[str, ...]
) -> None:
    run_command("install", "web", chart, "--create-namespace", *CRASHING, *at).must(4)
    run_command("upgrade", "web", chart, "--set", "command=null", *at, "--timeout", "60s").must()
    assert history("web", *at) == [(1, "failed"), (2, "deployed")]


_REAL = pytest.param("real", marks=[pytest.mark.real, pytest.mark.xdist_group("real")])
OVER = "exceeded quota: web, requested: pods=1"
FAILURES: dict[str, tuple[tuple[str, ...], str]] = {
    "image": (("image=registry.invalid/web:1",), "web-0: ImagePullBackOff: Back-off pulling"),
    "node": (("disk=ssd",), "web-0: Unschedulable: 0/6 nodes are available"),
    "claim": (("class=none-like-this",), "web-0: claim data-web-0 has no volume (Pending)"),
    "quota": (("pods=1", "replicas=2"), f"is forbidden: {OVER}"),
    "pods-of-a-deployment": (("kind=Deployment", "pods=1"), f"is forbidden: {OVER}"),
    "pods-of-daemons": (("kind=DaemonSet", "pods=1"), f"is forbidden: {OVER}"),
    "image-of-a-deployment": (("kind=Deployment", "image=registry.invalid/web:1"), "ImagePullBack"),
    "job": (("kind=Job",), "Job/web: BackoffLimitExceeded: "),
}
OTHERS = """\
apiVersion: {{ "batch/v1" if values.kind == "Job" else "apps/v1" }}
kind: {{ values.kind }}
metadata: {name: {{ release.name }}}
spec:
  {% if values.kind == "Job" %}
  backoffLimit: 0
  {% else %}
  selector: {matchLabels: {app: web}}
  {% endif %}
  {% if values.kind == "Deployment" %}
  replicas: 2
  {% endif %}
  template:
    metadata: {labels: {app: web}}
    spec:
      restartPolicy: {{ "Never" if values.kind == "Job" else "Always" }}
      containers:
        - name: web
          image: {{ values.image }}
          command: [{{ "false" if values.kind == "Job" else "nginx" }}]
"""


@pytest.mark.parametrize("cluster", [_REAL], indirect=True)
def test_what_real_controllers_say_is_understood(
    cluster: str, chart: str, namespace: str, tmp_path: Path
) -> None:
    """All at once, for each takes its time. (The embedded cluster's are in tests/unit/apply.)"""
    values = "kind: ''\nimage: nginx:1.28\npods: ''\n"
    others = write_chart(tmp_path / "others", values=values, quota=QUOTA, others=OTHERS)
    running: dict[str, subprocess.Popen[str]] = {}
    for name, (values_, _) in FAILURES.items():
        sets = [text for value in values_ for text in ("--set", value)]
        place = ("--create-namespace", "-n", f"{namespace}-{name}", "--timeout", "5m")
        which = others if sets[1].startswith("kind=") else chart
        running[name] = start("install", "web", which, *sets, *place, "--wait-for-jobs")
    said: dict[str, Any] = {}
    for name, process in running.items():
        said[name] = process.communicate()[1]
        assert process.returncode == 4, f"{name}\n{said[name]}"
    for name, (_, words) in FAILURES.items():
        message = said[name].split("\nerror: ")[1].splitlines()[0]
        assert message.startswith("install of release web: failed: "), message
        assert words in message, message
    assert "ProvisioningFailed" in said["claim"] and "FailedScheduling" in said["node"]
    with client() as kubectl:
        for name in FAILURES:
            kubectl.delete(ObjectRef("v1", "Namespace", "", f"{namespace}-{name}"))
