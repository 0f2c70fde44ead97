"""Jobs: completion, several pods, deadlines, suspension, time to live; CronJobs never fire."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded.controllers.cluster import Cluster, template


def job(image: str = "example.com/task:1", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "once", "namespace": "default"},
        "spec": {"template": template(image, restartPolicy="Never"), **spec},
    }


def started(**spec: Any) -> Cluster:
    cluster = Cluster()
    cluster.apply(job(**spec))
    cluster.run()
    return cluster


def conditions(cluster: Cluster) -> dict[str, str]:
    found = cluster.one("Job", "once")["status"]["conditions"]
    return {one["type"]: one["reason"] for one in found if one["status"] == "True"}


def test_a_job_completes() -> None:
    cluster = started()
    assert conditions(cluster) == {
        "SuccessCriteriaMet": "CompletionsReached",
        "Complete": "CompletionsReached",
    }
    status = cluster.one("Job", "once")["status"]
    assert status["succeeded"] == 1
    assert "active" not in status
    assert status["startTime"] <= status["completionTime"]
    (pod,) = cluster.all("Pod")
    assert pod["status"]["phase"] == "Succeeded"
    assert pod["metadata"]["labels"]["batch.kubernetes.io/job-name"] == "once"


def test_several_completions_a_few_at_a_time() -> None:
    cluster = Cluster()
    cluster.apply(job(completions=5, parallelism=2))
    for _ in cluster.moments():
        phases = [pod.get("status", {}).get("phase") for pod in cluster.all("Pod")]
        assert len([phase for phase in phases if phase != "Succeeded"]) <= 2
    assert cluster.one("Job", "once")["status"]["succeeded"] == 5
    assert "Complete" in conditions(cluster)


def test_a_job_that_cannot_start_runs_into_its_deadline() -> None:
    cluster = started(image="registry.invalid/task:1", activeDeadlineSeconds=30)
    assert conditions(cluster)["Failed"] == "DeadlineExceeded"
    assert cluster.names("Pod") == []


def test_a_suspended_job_has_no_pods() -> None:
    cluster = started(suspend=True)
    assert cluster.names("Pod") == []
    assert conditions(cluster) == {"Suspended": "JobSuspended"}
    cluster.change("Job", "once", "spec", "suspend", to=False)
    cluster.run()
    assert "Complete" in conditions(cluster)


def test_a_finished_job_goes_after_its_time_to_live() -> None:
    cluster = Cluster()
    cluster.apply(job(ttlSecondsAfterFinished=100))
    cluster.run(seconds=50)
    assert "Complete" in conditions(cluster)
    cluster.run(seconds=100)
    assert cluster.names("Job") == cluster.names("Pod") == []


def test_too_many_failures_end_a_job() -> None:
    cluster = Cluster()
    cluster.apply(job(image="registry.invalid/task:1", backoffLimit=0))
    cluster.run()
    (name,) = cluster.names("Pod")
    cluster.change("Pod", name, "status", "phase", to="Failed")
    cluster.run()
    assert conditions(cluster)["Failed"] == "BackoffLimitExceeded"


def test_a_cron_job_is_stored_and_never_fires() -> None:
    cluster = Cluster()
    metadata = {"name": "nightly", "namespace": "default"}
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": job()["spec"]}}
    cluster.apply({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec})
    cluster.run(seconds=600)
    assert cluster.names("Job") == []
