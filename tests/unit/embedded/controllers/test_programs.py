"""Commands that are known to end, and what their containers do then."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.embedded.controllers.cluster import Cluster, is_ready, pod, stateful_set

from holdfast.embedded.controllers.programs import exit_code


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["false"], 1),
        (["/bin/true"], 0),
        (["sh", "-c", "exit 3"], 3),
        (["/bin/sh", "-ec", "echo no database; sleep 2; exit 256"], 0),
        (["bash", "-c", "echo a && exit 7;"], 7),
        (["sh", "-c", "sleep 1; false"], 1),
        (["sh", "-c", "test -f x || exit 1"], None),
        (["sh", "-c", "echo $(exit 3)"], None),
        (["sh", "-c", "exec nginx"], None),
        (["false", "--help"], None),
        (["nginx"], None),
        ([], None),
    ],
)
def test_a_command_is_known_to_end_only_where_nothing_else_can_happen(
    command: list[str], code: int | None
) -> None:
    assert exit_code({"command": command}) == code
    assert exit_code({"command": command[:1], "args": command[1:]}) == code


def running(command: list[str], **spec: Any) -> dict[str, Any]:
    made = pod(**spec)
    made["spec"]["containers"][0]["command"] = command
    return made


def container(cluster: Cluster, field: str = "containerStatuses") -> dict[str, Any]:
    status: dict[str, Any] = cluster.one("Pod", "one")["status"][field][0]
    return status


def test_a_crashing_container_is_run_again_after_longer_and_longer_pauses() -> None:
    cluster = Cluster()
    cluster.apply(running(["sh", "-c", "exit 3"]))
    seen: list[tuple[int, str]] = []
    for _ in cluster.moments(30):
        if not cluster.one("Pod", "one").get("status", {}).get("containerStatuses"):
            continue
        told = container(cluster)
        one = (told["restartCount"], next(iter(told["state"])))
        assert not is_ready(cluster.one("Pod", "one"))
        if not seen or seen[-1] != one:
            seen.append(one)
    assert seen[:6] == [
        (0, "waiting"),
        (0, "running"),
        (1, "running"),
        (1, "waiting"),
        (2, "running"),
        (2, "waiting"),
    ]
    told = container(cluster)
    assert told["restartCount"] == 6
    assert told["lastState"]["terminated"]["exitCode"] == 3
    assert told["lastState"]["terminated"]["reason"] == "Error"
    assert "CrashLoopBackOff" in (told["state"].get("waiting") or {"reason": ""})["reason"]
    (warning,) = cluster.warnings("one")
    assert warning.startswith("BackOff: Back-off restarting failed container main in pod one_")


def test_a_failing_init_container_keeps_the_others_from_starting() -> None:
    cluster = Cluster()
    init = {"name": "wait", "image": "busybox", "command": ["false"]}
    cluster.apply(pod(initContainers=[init]))
    cluster.run(3)
    assert container(cluster, "initContainerStatuses")["restartCount"] == 3
    assert container(cluster)["state"] == {"waiting": {"reason": "PodInitializing"}}
    assert cluster.one("Pod", "one")["status"]["phase"] == "Pending"


@pytest.mark.parametrize(
    ("policy", "command", "phase"),
    [
        ("Never", ["false"], "Failed"),
        ("Never", ["true"], "Succeeded"),
        ("Never", ["nginx"], "Succeeded"),
        ("OnFailure", ["true"], "Succeeded"),
        ("OnFailure", ["false"], "Running"),
    ],
)
def test_what_is_not_to_run_for_ever_ends_as_its_command_does(
    policy: str, command: list[str], phase: str
) -> None:
    cluster = Cluster()
    cluster.apply(running(command, restartPolicy=policy))
    cluster.run(10)
    assert cluster.one("Pod", "one")["status"]["phase"] == phase


def test_a_job_whose_pods_fail_is_over_after_its_back_off_limit() -> None:
    cluster = Cluster()
    template = {"spec": running(["false"], restartPolicy="Never")["spec"]}
    spec = {"template": template, "backoffLimit": 2}
    metadata = {"name": "once", "namespace": "default"}
    cluster.apply({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec})
    cluster.run()
    status = cluster.one("Job", "once")["status"]
    failed = next(one for one in status["conditions"] if one["type"] == "Failed")
    assert (status["failed"], failed["reason"]) == (3, "BackoffLimitExceeded")


def test_a_probe_that_fails_for_sure_never_lets_the_pod_be_ready() -> None:
    cluster = Cluster()
    made = stateful_set(2)
    probe = {"exec": {"command": ["false"]}}
    made["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] = probe
    cluster.apply(made)
    cluster.run()
    assert cluster.names("Pod") == ["web-0"]
    assert cluster.one("Pod", "web-0")["status"]["phase"] == "Running"
    assert cluster.ready() == []


@pytest.mark.parametrize(("limit", "restarts"), [(0, 1), (2, 2)])
def test_a_job_whose_container_is_restarted_too_often_is_over(limit: int, restarts: int) -> None:
    cluster = Cluster()
    template = {"spec": running(["false"], restartPolicy="OnFailure")["spec"]}
    spec = {"template": template, "backoffLimit": limit}
    metadata = {"name": "once", "namespace": "default"}
    cluster.apply({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec})
    seen = 0
    for _ in cluster.moments():
        for name in cluster.names("Pod"):
            status = cluster.one("Pod", name).get("status", {})
            counts = [one["restartCount"] for one in status.get("containerStatuses", ())]
            seen = max([seen, *counts])
    failed = [one["reason"] for one in cluster.one("Job", "once")["status"]["conditions"]]
    assert failed == ["BackoffLimitExceeded", "BackoffLimitExceeded"]
    assert seen == restarts
