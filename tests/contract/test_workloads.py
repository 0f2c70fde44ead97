"""Jobs and Deployments get where they are meant to."""

from __future__ import annotations

from typing import Any

from tests.contract.bench import Bench
from tests.contract.objects import deployment, job


def condition(obj: dict[str, Any], kind: str) -> str | None:
    rows = obj.get("status", {}).get("conditions", ())
    return next((row["status"] for row in rows if row["type"] == kind), None)


def test_a_job_completes(bench: Bench) -> None:
    ref = bench.ref("batch/v1", "Job", "once")
    bench.cluster.apply(job(bench.namespace))
    bench.eventually(lambda: condition(bench.cluster.get(ref), "Complete") == "True", "it is done")
    status = bench.cluster.get(ref)["status"]
    assert status["succeeded"] == 1
    assert status["startTime"] <= status["completionTime"]
    (pod,) = bench.pods("once")
    assert pod["status"]["phase"] == "Succeeded"


def test_a_job_gives_its_pods_a_label_of_its_own(bench: Bench) -> None:
    made = bench.cluster.apply(job(bench.namespace))
    uid = made["metadata"]["uid"]
    assert made["spec"]["selector"]["matchLabels"] == {"batch.kubernetes.io/controller-uid": uid}
    labels = made["spec"]["template"]["metadata"]["labels"]
    assert labels["batch.kubernetes.io/job-name"] == labels["job-name"] == "once"


def test_a_deployment_becomes_available(bench: Bench) -> None:
    ref = bench.ref("apps/v1", "Deployment", "web")
    bench.cluster.apply(deployment(bench.namespace))
    bench.eventually(
        lambda: condition(bench.cluster.get(ref), "Available") == "True", "it is available"
    )
    bench.ready_pods("web", 2)

    def settled() -> bool:
        status = bench.cluster.get(ref)["status"]
        counts = [status.get(f"{of}eplicas") for of in ("r", "readyR", "availableR", "updatedR")]
        return counts == [2] * 4 and status["observedGeneration"] == 1

    bench.eventually(settled, "the status tells of two replicas")


def test_a_deployment_replaces_its_pods(bench: Bench) -> None:
    bench.cluster.apply(deployment(bench.namespace))
    bench.ready_pods("web", 2)
    bench.cluster.apply(deployment(bench.namespace, image="example.com/web:2"))

    def replaced() -> bool:
        pods = bench.pods("web")
        images = {pod["spec"]["containers"][0]["image"] for pod in pods}
        return len(pods) == 2 and images == {"example.com/web:2"}

    bench.eventually(replaced, "two pods with the new image")
    bench.ready_pods("web", 2)
    sets = bench.cluster.list("apps/v1", "ReplicaSet", bench.namespace)
    assert sorted(one["spec"]["replicas"] for one in sets) == [0, 2]


def test_a_deployment_is_scaled(bench: Bench) -> None:
    bench.cluster.apply(deployment(bench.namespace))
    bench.ready_pods("web", 2)
    ref = bench.ref("apps/v1", "Deployment", "web")
    bench.cluster.scale(ref, 1)
    bench.ready_pods("web", 1)
    assert bench.cluster.get(ref)["spec"]["replicas"] == 1
