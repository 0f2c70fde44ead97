"""logs: which pods and containers, in which order, one after the other and followed."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.controlplane.control_plane import ControlPlane
from tests.e2e.charts import SERVICE, SET, small_chart, write_chart
from tests.e2e.processes import start

SIDE = SET.replace(
    "        - name: web", "        - {name: side, image: busybox}\n        - name: web"
)
OTHERS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  replicas: 2
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: main, image: nginx}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: job, image: busybox}]
---
apiVersion: v1
kind: Pod
metadata: {name: alone}
spec: {containers: [{name: pod, image: busybox}]}
"""
_REAL = pytest.param("real", marks=[pytest.mark.real, pytest.mark.xdist_group("real")])


@pytest.fixture
def at(cluster: str, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A namespace with a release of two pods, or of as many as `replicas` says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
    chart = small_chart(tmp_path)
    run_command("install", "web", chart, "--set", "replicas=2", "--create-namespace").must()
    return cluster


@pytest.fixture
def wrote(at: str, request: pytest.FixtureRequest) -> list[str]:
    """What each container has written: on a real cluster what we say, else that nothing runs."""
    if at == "embedded":
        lines = run_command("logs", "web", "0").must().out.splitlines()
        assert lines[0].startswith("simulated: container web (nginx:1.28) of pod web-0: no conta")
        return lines
    plane = request.getfixturevalue("control_plane")
    assert isinstance(plane, ControlPlane)
    plane.logs.write(["one", "two", "", "four"], previous=["before"])
    return ["one", "two", "", "four"]


def test_lines_of_several_pods_have_a_prefix_and_those_of_one_have_none(wrote: list[str]) -> None:
    assert run_command("logs", "web", "0").must().out.splitlines() == wrote
    both = run_command("logs", "web").must().out.splitlines()
    assert [line for line in both if line.startswith("[web-0] ")] == [
        f"[web-0] {line}" for line in wrote
    ]
    assert both[0].startswith("[web-0] ") and both[-1].startswith("[web-1] ")
    last = run_command("logs", "web", "1", "--tail", "1").must().out
    assert last.count("\n") == 1
    assert len(run_command("logs", "web", "--tail", "1").must().out.splitlines()) == 2
    assert run_command("logs", "web", "0", "--tail", "0").must().out == ""


def test_lines_for_machines(wrote: list[str]) -> None:
    lines = run_command("logs", "web", "0", "-o", "json").must().out.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"pod": "web-0", "container": "web", "line": line} for line in wrote
    ]


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (("nobody",), "there is no such release", "holdfast list -A"),
        (("web", "7"), "no pod has the ordinal 7", "there are: web-0, web-1"),
        (("web", "-c", "other"), "no pod has a container 'other'", "there are: web"),
    ],
)
def test_what_is_not_there(at: str, arguments: tuple[str, ...], said: str, hint: str) -> None:
    refused = run_command("logs", *arguments).must(1)
    assert said in refused.err and f"hint: {hint}" in refused.err.replace("`", "")
    assert refused.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("web", "x"), "'x' is not a valid integer"),
        (("web", "--tail", "-2"), "--tail"),
        (("web", "-f", "-p"), "--previous has ended"),
    ],
)
def test_a_wrong_call(arguments: tuple[str, ...], said: str) -> None:
    assert said in run_command("logs", *arguments).must(2).err


@pytest.mark.parametrize("cluster", [_REAL], indirect=True)
def test_the_run_before_the_last_restart(wrote: list[str]) -> None:
    assert run_command("logs", "web", "1", "--previous").must().out == "before\n"


@pytest.mark.parametrize("cluster", ["embedded"], indirect=True)
def test_a_container_that_did_not_restart_has_no_run_before(at: str) -> None:
    refused = run_command("logs", "web", "0", "-p").must(1)
    assert 'previous terminated container "web" in pod "web-0" not found' in refused.err
    assert "hint: without --previous" in refused.err


# -- other workloads, other containers


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: object) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:c.db")
    return tmp_path


def test_the_pods_of_every_workload(here: Path) -> None:
    chart = write_chart(here, set=SET, service=SERVICE, others=OTHERS)
    run_command("install", "web", chart, "--wait-for-jobs").must()
    lines = run_command("logs", "web").must().out.splitlines()
    pods = list(dict.fromkeys(line[1 : line.index("]")] for line in lines))
    assert "web-0" in pods and "alone" in pods and len(pods) == 5
    assert sum(pod.startswith("front-") for pod in pods) == 2
    assert any("exit code 0" in line for line in lines if line.startswith("[once-"))
    only = run_command("logs", "web", "-c", "job").must().out.splitlines()
    assert all(line.startswith("simulated: container job ") for line in only[:1])
    one = run_command("logs", "web", "0").must().out
    assert one.count("simulated: container") == 1, "only a StatefulSet has ordinals"


def test_which_container_is_said_and_can_be_chosen(here: Path) -> None:
    run_command("install", "web", write_chart(here, set=SIDE, service=SERVICE)).must()
    usual = run_command("logs", "web").must()
    assert "container side (others: web); -c chooses" in usual.err
    assert "simulated: container side (busybox) of pod web-0" in usual.out
    chosen = run_command("logs", "web", "-c", "web").must()
    assert "container web (nginx:1.28)" in chosen.out and "chooses" not in chosen.err
    annotated = SIDE.replace(
        "metadata: {labels: {app: {{ release.name }}}}",
        "metadata:\n      labels: {app: {{ release.name }}}\n"
        "      annotations: {kubectl.kubernetes.io/default-container: web}",
    )
    run_command("upgrade", "web", write_chart(here, set=annotated, service=SERVICE)).must()
    assert "container web (others: side)" in run_command("logs", "web").must().err


def test_a_pod_that_waits_is_told_and_the_others_are_read(here: Path) -> None:
    chart = write_chart(here, set=SET, service=SERVICE)
    run_command("install", "web", chart).must()
    broken = ("--set", "replicas=2,image=registry.invalid/nginx:1", "--no-wait")
    run_command("upgrade", "web", chart, *broken).must()
    run_command("status", "web").must()
    time.sleep(60)
    seen = run_command("logs", "web").must(0)
    assert "warning: read the log of Pod/web-1: container" in seen.err
    assert "waiting to start: trying and failing to pull image" in seen.err
    assert seen.out.startswith("[web-0] simulated: ")
    alone = run_command("logs", "web", "1").must(1)
    assert "error: read the log of Pod/web-1" in alone.err
    assert "hint: `holdfast status` says what the pod waits for" in alone.err


def test_a_release_without_pods(here: Path) -> None:
    run_command("install", "web", write_chart(here, service=SERVICE)).must()
    refused = run_command("logs", "web").must(1)
    assert "it has no pods" in refused.err and "hint: `holdfast status web`" in refused.err


# -- following


def sleeping(monkeypatch: pytest.MonkeyPatch, *between: Callable[[], object]) -> None:
    """Let these happen at the pauses between two looks, and then Ctrl-C."""
    left = list(between)

    def sleep(seconds: float) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop(0)()

    monkeypatch.setattr(time, "sleep", sleep)


@pytest.mark.parametrize("cluster", [_REAL], indirect=True)
def test_several_are_followed_from_the_last_line_seen(
    wrote: list[str], control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = ["one", "two", "", "four", "five"]
    sleeping(monkeypatch, lambda: None, lambda: control_plane.logs.write(more))
    seen = run_command("logs", "web", "-f", "--tail", "1").must(0)
    assert seen.out.splitlines() == [
        "[web-0] four", "[web-1] four", "[web-0] five", "[web-1] five",
    ]  # fmt: skip


@pytest.mark.parametrize("cluster", ["embedded"], indirect=True)
def test_several_are_followed_until_ctrl_c(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeping(monkeypatch, lambda: None)
    seen = run_command("logs", "web", "--follow", "--tail", "1").must(0)
    assert [line.partition(":")[0] for line in seen.out.splitlines()] == [
        "[web-0] simulated", "[web-1] simulated",
    ]  # fmt: skip


def test_nothing_is_followed_where_nothing_can_be_read(here: Path) -> None:
    chart = write_chart(here, set=SET, service=SERVICE)
    broken = ("--set", "replicas=2,image=registry.invalid/nginx:1", "--no-wait")
    text = Path(chart, "templates/set.yaml.j2").read_text()
    Path(chart, "templates/set.yaml.j2").write_text(
        text.replace("spec:\n", "spec:\n  podManagementPolicy: Parallel\n", 1)
    )
    run_command("install", "web", chart, *broken).must()
    time.sleep(60)
    assert "waiting to start" in run_command("logs", "web", "-f").must(1).err


@pytest.mark.parametrize("cluster", [_REAL], indirect=True)
def test_one_is_followed_as_a_stream(wrote: list[str], control_plane: ControlPlane) -> None:
    process = start("logs", "web", "0", "-f", "--tail", "1", stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline() == "four\n"
    with control_plane.logs.current.open("a") as log:
        log.write("2026-01-01T00:00:09.000000000Z stdout F nine\n")
    assert process.stdout.readline() == "nine\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0 and "error" not in said


@pytest.mark.parametrize("cluster", ["embedded"], indirect=True)
def test_the_end_of_what_is_followed_is_told(at: str) -> None:
    seen = run_command("logs", "web", "0", "-f").must(0)
    assert "web-0: the log of web ends here" in seen.err
