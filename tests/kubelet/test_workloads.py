"""What the real controllers make of the pods: Jobs, pods ended by force; and their logs."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.kubelet import faults
from tests.kubelet.scene import Scene, shell

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet")]


def job(scene: Scene, name: str, script: str, **spec: object) -> None:
    container = {"name": "main", "image": "busybox", **shell(script)}
    template = {"spec": {"restartPolicy": "Never", "containers": [container]}}
    scene.create("Job", name, spec={"template": template, **spec})


def conditions(scene: Scene, name: str) -> list[str]:
    return [one["type"] for one in scene.get("Job", name)["status"].get("conditions", ())]


def test_jobs_complete_and_fail(scene: Scene) -> None:
    job(scene, "good", "true")
    job(scene, "bad", "exit 1", backoffLimit=0)
    scene.wait(lambda: "Complete" in conditions(scene, "good"), "the good one")
    scene.wait(lambda: "Failed" in conditions(scene, "bad"), "the bad one")


def test_a_log_can_be_followed_to_the_containers_end(scene: Scene) -> None:
    talk = shell("for n in 1 2 3; do echo $n; sleep 0.2; done")
    scene.run("talks", talk, restartPolicy="Never")
    scene.wait(lambda: scene.status("talks")["phase"] != "Pending", "it")
    assert scene.log("talks", "follow=true") == "1\n2\n3\n"
    assert scene.log("talks", "tailLines=1") == "3\n"
    stamped = scene.log("talks", "timestamps=true").splitlines()
    assert [line.split(" ")[1] for line in stamped] == ["1", "2", "3"]


def test_a_pod_deleted_by_force_is_gone_at_once_and_its_processes_soon(scene: Scene) -> None:
    scene.run("deaf", shell("trap '' TERM; echo up; while :; do sleep 0.1; done"))
    scene.wait(lambda: scene.is_ready("deaf") and scene.log("deaf") == "up\n", "it")
    uid = scene.get("Pod", "deaf")["metadata"]["uid"]
    scene.delete("Pod", "deaf", grace=0)
    assert scene.is_gone("Pod", "deaf")
    scene.wait(lambda: uid not in scene.kubelet.pods, "the end of its processes")


def test_what_is_not_done_here_is_refused(scene: Scene) -> None:
    scene.run("host", shell("true"), hostNetwork=True)
    scene.wait(lambda: scene.ended("host"), "its refusal")
    assert scene.status("host")["message"] == "the test kubelet does not do: hostNetwork"


def test_a_node_that_is_off_tells_nobody_and_its_pods_come_back_with_it(scene: Scene) -> None:
    scene.run("alone", shell("exec sleep 1000"))
    scene.wait(lambda: scene.is_ready("alone"), "it")
    node = scene.get("Pod", "alone")["spec"]["nodeName"]
    with faults.switched_off(scene.kubelet, node):
        assert scene.is_ready("alone")
        with pytest.raises(LookupError):
            scene.kubelet.execute(scene.namespace, "alone", "main", "true")
    scene.wait(lambda: runs(scene, "alone"), "it")


def test_a_set_moves_a_pod_off_a_dead_node_with_its_volume(scene: Scene) -> None:
    mount = {"name": "data", "mountPath": "/data"}
    container = shell("hostname >>/data/log; exec sleep 1000", volumeMounts=[mount])
    stateful_set(scene, container)
    scene.wait(lambda: runs(scene, "set-0"), "it")
    node = scene.get("Pod", "set-0")["spec"]["nodeName"]
    path = f"/api/v1/nodes/{node}"
    scene.kubelet.api.merge(path, {"spec": {"unschedulable": True}})
    with faults.switched_off(scene.kubelet, node):
        scene.delete("Pod", "set-0", grace=0)
        scene.wait(lambda: runs(scene, "set-0"), "it, elsewhere")
    scene.kubelet.api.merge(path, {"spec": {"unschedulable": None}})
    assert scene.get("Pod", "set-0")["spec"]["nodeName"] != node
    look = ("cat", "/data/log")
    assert scene.kubelet.execute(scene.namespace, "set-0", "main", *look) == (0, "set-0\nset-0\n")


def stateful_set(scene: Scene, container: dict[str, Any]) -> None:
    """Create a set of one pod with a claim."""
    labels = {"app": "set"}
    named = {"name": "main", "image": "busybox", **container}
    pod = {"containers": [named], "terminationGracePeriodSeconds": 1}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    spec = {
        "replicas": 1,
        "serviceName": "set",
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
    }
    scene.create("StatefulSet", "set", spec=spec)


def runs(scene: Scene, pod: str) -> bool:
    """Tell whether something can be run in a pod."""
    try:
        return scene.kubelet.execute(scene.namespace, pod, "main", "true")[0] == 0
    except LookupError:
        return False


def test_who_has_long_to_end_may_still_be_ended_by_force(scene: Scene) -> None:
    deaf = shell("trap '' TERM; echo up; while :; do sleep 0.1; done")
    scene.run("deaf", deaf, terminationGracePeriodSeconds=1000)
    scene.wait(lambda: scene.is_ready("deaf") and scene.log("deaf") == "up\n", "it")
    uid = scene.get("Pod", "deaf")["metadata"]["uid"]
    scene.delete("Pod", "deaf")
    assert "deletionTimestamp" in scene.get("Pod", "deaf")["metadata"]
    scene.delete("Pod", "deaf", grace=0)
    scene.wait(lambda: uid not in scene.kubelet.pods, "the end of its processes")


def test_no_thread_is_left_of_a_pod_that_is_gone(scene: Scene) -> None:
    probe = {"exec": {"command": ["true"]}, "periodSeconds": 1}
    scene.wait(lambda: not scene.kubelet.pods, "the end of other tests' pods")
    before = threading.active_count()
    scene.run("brief", shell("exec sleep 1000", readinessProbe=probe, livenessProbe=probe))
    scene.wait(lambda: scene.is_ready("brief"), "it")
    assert threading.active_count() > before
    scene.delete("Pod", "brief", grace=1)
    scene.wait(lambda: threading.active_count() <= before, "the end of its threads")
