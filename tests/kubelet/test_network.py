"""Addresses, names, Services, probes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kubelet import faults
from tests.kubelet.scene import Scene, shell

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet")]

CONF = """cat >/etc/nginx/conf.d/a.conf <<E
server { listen 8080; location / { return 200 "$(hostname)\\n"; } }
E
exec nginx -g 'daemon off;'
"""


def web(**fields: Any) -> dict[str, Any]:
    """Describe a container that answers with its pod's name."""
    ports = [{"name": "http", "containerPort": 8080}]
    return shell(CONF, image="nginxinc/nginx-unprivileged:1.28.0", ports=ports, **fields)


def service(scene: Scene, name: str, **spec: Any) -> None:
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    scene.create("Service", name, spec={"selector": {"app": "web"}, "ports": ports, **spec})


def stateful_set(scene: Scene, replicas: int, container: dict[str, Any]) -> None:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {
            "containers": [{"name": "main", **container}],
            "terminationGracePeriodSeconds": 2,
            "securityContext": {"runAsUser": 0},
        },
    }
    spec = {
        "replicas": replicas,
        "serviceName": "pods",
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": {"app": "web"}},
        "template": template,
    }
    scene.create("StatefulSet", "web", spec=spec)


def look_up(scene: Scene, name: str) -> set[str]:
    """Ask from inside of a pod which addresses a name has."""
    code, said = scene.kubelet.execute(scene.namespace, "asker", "main", "getent", "ahosts", name)
    return {line.split()[0] for line in said.splitlines()} if code == 0 else set()


def ask(scene: Scene, url: str) -> str:
    command = ("curl", "-sS", "--max-time", "2", url)
    return scene.kubelet.execute(scene.namespace, "asker", "main", *command)[1].strip()


def address(scene: Scene, pod: str) -> str:
    return str(scene.status(pod)["podIP"])


@pytest.fixture
def asker(scene: Scene) -> Scene:
    scene.run("asker", shell("exec sleep 1000"))
    scene.wait(lambda: scene.is_ready("asker"), "it")
    return scene


def test_pods_have_names_under_their_headless_service(asker: Scene) -> None:
    service(asker, "pods", clusterIP="None")
    stateful_set(asker, 2, web())
    asker.wait(lambda: len(look_up(asker, "pods")) == 2, "both")
    home = asker.namespace
    for form in ("web-0.pods", f"web-0.pods.{home}", f"web-0.pods.{home}.svc"):
        assert look_up(asker, form) == {address(asker, "web-0")}
    whole = f"web-1.pods.{home}.svc.cluster.local"
    assert look_up(asker, whole) == {address(asker, "web-1")}
    asker.wait(lambda: ask(asker, f"http://{whole}:8080") == "web-1", "an answer")


def test_only_a_service_that_says_so_names_pods_that_are_not_ready(asker: Scene) -> None:
    service(asker, "pods", clusterIP="None", publishNotReadyAddresses=True)
    service(asker, "ready", clusterIP="None")
    never = {"exec": {"command": ["false"]}, "periodSeconds": 1}
    stateful_set(asker, 1, web(readinessProbe=never))
    asker.wait(lambda: bool(look_up(asker, "web-0.pods")), "its name")
    assert look_up(asker, "pods") == {address(asker, "web-0")}
    assert look_up(asker, "ready") == set()


def test_a_service_leads_to_its_ready_pods(asker: Scene) -> None:
    service(asker, "any")
    file = {"exec": {"command": ["test", "-e", "/ready"]}, "periodSeconds": 1}
    stateful_set(asker, 2, web(readinessProbe=file))
    asker.wait(lambda: is_running(asker, "web-0") and is_running(asker, "web-1"), "both")
    assert "curl:" in ask(asker, "http://any")
    asker.kubelet.execute(asker.namespace, "web-1", "main", "touch", "/ready")
    asker.wait(lambda: ask(asker, f"http://any.{asker.namespace}.svc") == "web-1", "an answer")
    assert {ask(asker, "http://any") for _ in range(10)} == {"web-1"}
    asker.kubelet.execute(asker.namespace, "web-0", "main", "touch", "/ready")
    both = {"web-0", "web-1"}
    asker.wait(lambda: {ask(asker, "http://any") for _ in range(10)} == both, "both")


def is_running(scene: Scene, pod: str) -> bool:
    found = scene.kubelet.api.find(scene.path("Pod", pod))
    return found is not None and found["status"].get("phase") == "Running"


def test_a_pod_whose_cable_is_pulled_is_not_reached_and_not_ready(asker: Scene) -> None:
    service(asker, "any")
    probe = {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 1, "failureThreshold": 1}
    stateful_set(asker, 1, web(readinessProbe=probe))
    asker.wait(lambda: ask(asker, "http://any") == "web-0", "an answer")
    with faults.cut_off(asker.kubelet, asker.namespace, "web-0"):
        asker.wait(lambda: not asker.is_ready("web-0"), "the probe's failure")
        assert asker.container("web-0")["restartCount"] == 0
    asker.wait(lambda: ask(asker, "http://any") == "web-0", "an answer")


def test_a_container_that_is_not_alive_is_started_again(scene: Scene) -> None:
    test = {"exec": {"command": ["test", "-e", "/alive"]}}
    probe = {**test, "initialDelaySeconds": 1, "periodSeconds": 1, "failureThreshold": 1}
    scene.run("dying", shell("touch /alive; echo up; exec sleep 1000", livenessProbe=probe))
    scene.wait(lambda: scene.is_ready("dying") and scene.log("dying") == "up\n", "it")
    scene.kubelet.execute(scene.namespace, "dying", "main", "rm", "/alive")
    scene.wait(lambda: scene.container("dying")["restartCount"] == 1, "a restart")
    assert scene.container("dying")["lastState"]["terminated"]["exitCode"] == 137
    assert any("Liveness probe failed" in one["message"] for one in scene.events("dying"))


def test_a_startup_probe_holds_the_others_back(scene: Scene) -> None:
    startup = {"tcpSocket": {"port": 8080}, "periodSeconds": 1, "failureThreshold": 30}
    never = {"exec": {"command": ["false"]}, "periodSeconds": 1, "failureThreshold": 1}
    container = web(startupProbe=startup, livenessProbe=never)
    container["command"][2] = "sleep 3\n" + CONF
    scene.run("slow", container, securityContext={"runAsUser": 0})
    scene.wait(lambda: scene.container("slow")["restartCount"] == 1, "a restart")
    ended = scene.container("slow")["lastState"]["terminated"]
    assert ended["startedAt"] < ended["finishedAt"]
    messages = [one["message"] for one in scene.events("slow")]
    assert any("Liveness probe failed" in message for message in messages)
