"""Readiness of every kind: an object's YAML in, `state: reason` out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from holdfast.kinds.readiness import assess, pod_reason


def said(text: str, *pods: str, claims: tuple[str, ...] = ()) -> str:
    found = assess(
        yaml.safe_load(text), [pod(text) for text in pods], [yaml.safe_load(c) for c in claims]
    )
    return f"{found.state}: {found.reason}".removesuffix(": ")


def pod(text: str) -> dict[str, Any]:
    """`name {status}`."""
    name, _, status = text.partition(" ")
    return {"metadata": {"name": name}, "status": yaml.safe_load(status)}


STS = """
kind: StatefulSet
apiVersion: apps/v1
metadata: {generation: 2}
spec: {replicas: 3, %s}
status: {observedGeneration: %d, replicas: %d, readyReplicas: %d, updatedReplicas: %d,
  availableReplicas: 2, currentRevision: %s, updateRevision: b}
"""
PARTITION = "updateStrategy: {rollingUpdate: {partition: 2}}"
ON_DELETE = "updateStrategy: {type: OnDelete}"


@pytest.mark.parametrize(
    ("spec", "generation", "replicas", "ready", "updated", "current", "expected"),
    [
        ("", 2, 3, 3, 3, "b", "ready: 3 of 3 pods ready"),
        ("", 1, 3, 3, 3, "b", "progressing: its controller has not seen the change yet"),
        ("", 2, 2, 2, 2, "b", "progressing: 2 of 3 pods ready"),
        ("", 2, 4, 4, 4, "b", "progressing: 4 pods exist, 3 wanted"),
        ("", 2, 3, 3, 1, "a", "progressing: 1 of 3 pods updated"),
        ("", 2, 3, 3, 3, "a", "progressing: the rollout is being completed"),
        (PARTITION, 2, 3, 3, 1, "a", "ready: 3 of 3 pods ready"),
        (PARTITION, 2, 3, 3, 0, "a", "progressing: 0 of 1 pods updated"),
        (ON_DELETE, 2, 3, 3, 0, "a", "ready: 3 of 3 pods ready"),
        ("minReadySeconds: 5", 2, 3, 3, 3, "b", "progressing: 2 of 3 pods available"),
    ],
)
def test_a_stateful_set(
    spec: str, generation: int, replicas: int, ready: int, updated: int, current: str, expected: str
) -> None:
    assert said(STS % (spec, generation, replicas, ready, updated, current)) == expected


WAITING = STS % ("", 2, 3, 2, 3, "b")
READY_POD = "web-0 {conditions: [{type: Ready, status: 'True'}]}"


def test_the_pod_in_the_way_is_named_with_its_reason() -> None:
    pulling = "{waiting: {reason: ImagePullBackOff, message: 'no such\n image'}}"
    stuck = f"web-2 {{phase: Pending, containerStatuses: [{{name: nginx, state: {pulling}}}]}}"
    assert said(WAITING, READY_POD, stuck) == (
        "progressing: 2 of 3 pods ready; web-2: ImagePullBackOff: no such image"
    )


def test_a_pod_that_can_never_start_is_a_failure() -> None:
    invalid = "web-0 {containerStatuses: [{name: a, state: {waiting: {reason: InvalidImageName}}}]}"
    assert said(WAITING, invalid) == "failed: 2 of 3 pods ready; web-0: InvalidImageName"


def test_a_claim_without_a_volume_explains_a_missing_pod() -> None:
    claim = "{metadata: {name: data-web-2}, status: {phase: Pending}}"
    assert said(WAITING, READY_POD, claims=(claim,)) == (
        "progressing: 2 of 3 pods ready; claim data-web-2: not bound to a volume yet (Pending)"
    )


DEPLOY = "{kind: Deployment, apiVersion: apps/v1, metadata: {generation: 1}, %s}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            DEPLOY % "status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, "
            "readyReplicas: 1, availableReplicas: 1}",
            "ready: 1 of 1 pods ready",
        ),
        (DEPLOY % "status: {observedGeneration: 1}", "progressing: 0 of 1 pods updated"),
        (
            DEPLOY % "status: {observedGeneration: 1, replicas: 2, updatedReplicas: 1, "
            "readyReplicas: 2, availableReplicas: 2}",
            "progressing: 2 pods exist, 1 wanted",
        ),
        (DEPLOY % "status: {}", "progressing: its controller has not seen the change yet"),
        (DEPLOY % "spec: {paused: true}, status: {observedGeneration: 1}", "ready: paused"),
        (
            DEPLOY % "status: {observedGeneration: 1, conditions: [{type: Progressing, "
            "reason: ProgressDeadlineExceeded, message: too slow}]}",
            "failed: too slow",
        ),
        (
            "{kind: DaemonSet, apiVersion: apps/v1, status: {desiredNumberScheduled: 2, "
            "updatedNumberScheduled: 2, numberReady: 1}}",
            "progressing: 1 of 2 pods ready",
        ),
        (
            "{kind: ReplicaSet, apiVersion: apps/v1, spec: {replicas: 0}, status: {}}",
            "ready: 0 of 0 pods ready",
        ),
        ("{kind: Pod, apiVersion: v1, status: {phase: Succeeded}}", "ready"),
        (
            "{kind: Pod, apiVersion: v1, status: {phase: Failed, reason: Evicted}}",
            "failed: Evicted",
        ),
        ("{kind: Pod, apiVersion: v1, status: {phase: Pending}}", "progressing: Pending"),
        (
            "{kind: Job, apiVersion: batch/v1, spec: {completions: 3}, status: {succeeded: 1}}",
            "progressing: 1 of 3 completions",
        ),
        (
            "{kind: Job, apiVersion: batch/v1, status: {conditions: [{type: Complete, "
            "status: 'True'}]}}",
            "ready: complete",
        ),
        (
            "{kind: Job, apiVersion: batch/v1, status: {conditions: [{type: Failed, "
            "status: 'True', reason: BackoffLimitExceeded, message: limit}]}}",
            "failed: BackoffLimitExceeded: limit",
        ),
        ("{kind: PersistentVolumeClaim, apiVersion: v1, status: {phase: Bound}}", "ready"),
        (
            "{kind: PersistentVolumeClaim, apiVersion: v1, status: {phase: Lost}}",
            "failed: its volume is gone (Lost)",
        ),
        ("{kind: Service, apiVersion: v1, spec: {type: ClusterIP}}", "ready"),
        (
            "{kind: Service, apiVersion: v1, spec: {type: LoadBalancer}}",
            "progressing: has no cluster IP yet",
        ),
        (
            "{kind: Service, apiVersion: v1, spec: {type: LoadBalancer, clusterIP: 10.0.0.1}}",
            "ready",
        ),
        ("{kind: ConfigMap, apiVersion: v1}", "ready"),
        ("{kind: PodDisruptionBudget, apiVersion: policy/v1, status: {}}", "ready"),
        ("{kind: Ingress, apiVersion: networking.k8s.io/v1, status: {}}", "ready"),
        (
            "{kind: CustomResourceDefinition, apiVersion: apiextensions.k8s.io/v1}",
            "progressing: not established yet",
        ),
        (
            "{kind: CustomResourceDefinition, apiVersion: apiextensions.k8s.io/v1, "
            "status: {conditions: [{type: Established, status: 'True'}]}}",
            "ready",
        ),
        (
            "{kind: Namespace, apiVersion: v1, status: {phase: Terminating}}",
            "progressing: is Terminating",
        ),
        ("{kind: Db, apiVersion: example.com/v1}", "ready"),
        (
            "{kind: Db, apiVersion: example.com/v1, metadata: {generation: 2}, "
            "status: {observedGeneration: 1}}",
            "progressing: its controller has not seen the change yet",
        ),
        (
            "{kind: Rollout, apiVersion: argoproj.io/v1alpha1, metadata: {generation: 3}, "
            "status: {observedGeneration: '3'}}",
            "ready",
        ),
        (
            "{kind: StatefulSet, apiVersion: apps.kruise.io/v1, spec: {replicas: 3}, status: x}",
            "ready",
        ),
        (
            "{kind: Db, apiVersion: example.com/v1, status: {conditions: [{type: Ready, "
            "status: 'False', message: electing}]}}",
            "progressing: electing",
        ),
        (
            "{kind: Db, apiVersion: example.com/v1, status: {conditions: [{type: Stalled, "
            "status: 'True', reason: NoQuorum}]}}",
            "failed: NoQuorum",
        ),
        (
            "{kind: Service, apiVersion: v1, metadata: {deletionTimestamp: now}}",
            "progressing: is being deleted",
        ),
        (
            "{kind: Service, apiVersion: serving.knative.dev/v1, status: {conditions: "
            "[{type: Ready, status: Unknown, message: deploying}]}}",
            "progressing: deploying",
        ),
    ],
)
def test_every_other_kind(text: str, expected: str) -> None:
    assert said(text) == expected


CRASHED = (
    "{name: a, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff, message: back-off}}, "
    "lastState: {terminated: {exitCode: 1, reason: Error}}}"
)
CREATING = "{name: b, state: {waiting: {reason: ContainerCreating}}}"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("{conditions: [{type: Ready, status: 'True'}]}", ""),
        ("{phase: Succeeded}", ""),
        ("{phase: Pending}", "Pending"),
        (
            "{conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, "
            "message: 0/3 nodes are available}]}",
            "Unschedulable: 0/3 nodes are available",
        ),
        (
            f"{{containerStatuses: [{CRASHED}]}}",
            "CrashLoopBackOff: exit code 1 (Error), 4 restarts",
        ),
        (
            f"{{containerStatuses: [{CREATING}, {CRASHED}]}}",
            "container a: CrashLoopBackOff: exit code 1 (Error), 4 restarts",
        ),
        (f"{{containerStatuses: [{CREATING}]}}", "ContainerCreating"),
        (
            "{initContainerStatuses: [{name: init, state: {terminated: {exitCode: 2}}}], "
            "containerStatuses: [{name: a, state: {waiting: {reason: PodInitializing}}}]}",
            "init container init: exit code 2",
        ),
        (
            "{initContainerStatuses: [{name: init, state: {running: {}}}], "
            "containerStatuses: [{name: a, state: {waiting: {reason: PodInitializing}}}]}",
            "init container init: still running",
        ),
        ("{containerStatuses: [{name: a, state: {running: {}}}]}", "running, not ready yet"),
        (
            "{phase: Failed, reason: Evicted, message: low on memory}",
            "Evicted: low on memory",
        ),
    ],
)
def test_one_reason_explains_a_pod(status: str, reason: str) -> None:
    assert pod_reason(pod(f"web-0 {status}")) == reason


def test_a_pod_on_its_way_out_says_so() -> None:
    assert pod_reason({"metadata": {"deletionTimestamp": "now"}}) == "is being deleted"
