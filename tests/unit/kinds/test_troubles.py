"""What is wrong with a pod: its YAML in, `cause: reason` out; and which pods a rollout wants."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from holdfast.kinds.rollouts import blocking_pod, is_wanted, newest_revision
from holdfast.kinds.troubles import pod_trouble

READY = "conditions: [{type: Ready, status: 'True'}]"
UNPLACED = "conditions: [{type: PodScheduled, status: 'False', reason: %s, message: 0/3 nodes}]"
DATA = "{volumes: [{name: d, persistentVolumeClaim: {claimName: data-web-0}}]}"


def waiting(reason: str, field: str = "containerStatuses", **more: int) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{field}: [{{name: main, state: {{waiting: {{reason: {reason}}}}}{extra}}}]"


def pod(status: str, spec: str = "{}", name: str = "web-0", **metadata: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "uid": f"uid-{name}", **metadata},
        "spec": yaml.safe_load(spec),
        "status": yaml.safe_load(f"{{{status}}}"),
    }


@pytest.mark.parametrize(
    ("status", "spec", "said"),
    [
        (READY, "{}", None),
        ("phase: Pending", "{nodeName: a}", None),
        (waiting("ContainerCreating"), "{nodeName: a}", None),
        ("containerStatuses: [{name: main, state: {running: {}}}]", "{nodeName: a}", None),
        (waiting("InvalidImageName"), "{nodeName: a}", "never: InvalidImageName"),
        (waiting("ErrImagePull"), "{nodeName: a}", "image: ErrImagePull"),
        (waiting("ImagePullBackOff"), "{nodeName: a}", "image: ImagePullBackOff"),
        (
            waiting("ImagePullBackOff", "initContainerStatuses"),
            "{nodeName: a}",
            "image: init container main: ImagePullBackOff",
        ),
        (
            waiting("CreateContainerConfigError"),
            "{nodeName: a}",
            "config: CreateContainerConfigError",
        ),
        (
            waiting("CrashLoopBackOff", restartCount=2),
            "{nodeName: a}",
            "crash: CrashLoopBackOff: 2 restarts",
        ),
        (
            "containerStatuses: [{name: main, state: {terminated: {exitCode: 1}}}]",
            "{nodeName: a}",
            "crash: exit code 1",
        ),
        (
            "containerStatuses: [{name: main, state: {terminated: {exitCode: 1}}}]",
            "{nodeName: a, restartPolicy: Never}",
            None,
        ),
        ("phase: Failed, " + waiting("ErrImagePull"), "{nodeName: a}", None),
        (UNPLACED % "Unschedulable", "{}", "place: Unschedulable: 0/3 nodes"),
        (UNPLACED % "SchedulingGated", "{}", None),
        ("phase: Pending", DATA, "claim: claim data-web-0 has no volume (Pending)"),
        (UNPLACED % "Unschedulable", DATA, "claim: claim data-web-0 has no volume (Pending)"),
    ],
)
def test_the_trouble_of_a_pod(status: str, spec: str, said: str | None) -> None:
    claim = {"metadata": {"name": "data-web-0"}, "status": {"phase": "Pending"}}
    found = pod_trouble(pod(status, spec), [claim])
    assert (f"{found.cause}: {found.reason}" if found else None) == said


def test_a_pod_that_is_being_deleted_is_in_no_trouble() -> None:
    going = pod(waiting("ErrImagePull"), deletionTimestamp="now")
    assert pod_trouble(going) is None


def revision(kind: str, name: str, number: int, owner: str = "uid-web") -> dict[str, Any]:
    label = "pod-template-hash" if kind == "ReplicaSet" else "controller-revision-hash"
    metadata: dict[str, Any] = {
        "labels": {label: name},
        "ownerReferences": [{"uid": owner}],
        "annotations": {"deployment.kubernetes.io/revision": str(number)},
    }
    if kind == "ReplicaSet":
        return {"metadata": metadata}
    return {"metadata": {**metadata, "annotations": {}}, "revision": number}


@pytest.mark.parametrize(
    ("kind", "revisions"), [("Deployment", "ReplicaSet"), ("DaemonSet", "ControllerRevision")]
)
def test_the_newest_template_is_the_one_with_the_highest_number(kind: str, revisions: str) -> None:
    workload = {
        "kind": kind,
        "apiVersion": "apps/v1",
        "metadata": {"name": "web", "uid": "uid-web"},
    }
    found = [
        revision(revisions, "old", 9),
        revision(revisions, "new", 10),
        revision(revisions, "others", 11, owner="uid-other"),
    ]
    newest = newest_revision(workload, found)
    assert newest == "new"
    label = found[0]["metadata"]["labels"]
    old = pod("", labels=label)
    assert not is_wanted(workload, old, newest)
    assert is_wanted(workload, old, newest_revision(workload, []))


def stateful_set(**spec: Any) -> dict[str, Any]:
    return {
        "kind": "StatefulSet",
        "apiVersion": "apps/v1",
        "metadata": {"name": "web", "uid": "uid-web", "generation": 2},
        "spec": {"replicas": 3, **spec},
        "status": {"observedGeneration": 2, "updateRevision": "web-b", "currentRevision": "web-a"},
    }


def member(ordinal: int, revision: str, *, ready: bool, status: str = "", **metadata: Any) -> Any:
    labels = {"controller-revision-hash": revision}
    told = READY if ready else status or "phase: Running"
    return pod(told, name=f"web-{ordinal}", labels=labels, **metadata)


OLD_UNREADY = member(2, "web-a", ready=False)
BEFORE = (member(0, "web-a", ready=True), member(1, "web-a", ready=True))


def name_of_blocker(workload: dict[str, Any], *pods: Any) -> str | None:
    found = blocking_pod(workload, pods)
    return str(found["metadata"]["name"]) if found else None


def test_an_unready_pod_of_an_earlier_revision_blocks_an_ordered_set() -> None:
    assert name_of_blocker(stateful_set(), *BEFORE, OLD_UNREADY) == "web-2"
    broken_first = (member(0, "web-a", ready=False), *BEFORE[1:], OLD_UNREADY)
    assert name_of_blocker(stateful_set(), *broken_first) == "web-0"
    started = stateful_set(ordinals={"start": 2}, replicas=1)
    assert name_of_blocker(started, OLD_UNREADY) == "web-2"


@pytest.mark.parametrize(
    ("workload", "pods"),
    [
        (stateful_set(podManagementPolicy="Parallel"), (*BEFORE, OLD_UNREADY)),
        (stateful_set(updateStrategy={"type": "OnDelete"}), (*BEFORE, OLD_UNREADY)),
        (stateful_set(updateStrategy={"rollingUpdate": {"partition": 3}}), (*BEFORE, OLD_UNREADY)),
        (stateful_set(replicas=2), (*BEFORE, OLD_UNREADY)),
        (stateful_set(), (*BEFORE, member(2, "web-b", ready=False))),
        (stateful_set(), (member(0, "web-b", ready=False), BEFORE[1], OLD_UNREADY)),
        (stateful_set(), (BEFORE[0], OLD_UNREADY)),
        (stateful_set(), (*BEFORE, member(2, "web-a", ready=False, deletionTimestamp="now"))),
        (stateful_set(), (*BEFORE, member(2, "web-a", ready=False, status="phase: Failed"))),
        ({**stateful_set(), "status": {"observedGeneration": 1}}, (*BEFORE, OLD_UNREADY)),
        ({**stateful_set(), "apiVersion": "apps.kruise.io/v1"}, (*BEFORE, OLD_UNREADY)),
    ],
    ids=[
        "parallel", "on-delete", "held-by-partition", "beyond-replicas", "of-the-new-revision",
        "a-new-one-first", "one-missing", "going", "ended", "not-seen-yet", "not-kubernetes",
    ],
)  # fmt: skip
def test_what_is_no_trap(workload: dict[str, Any], pods: tuple[Any, ...]) -> None:
    assert name_of_blocker(workload, *pods) is None
