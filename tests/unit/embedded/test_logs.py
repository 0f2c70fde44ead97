"""What the log of a container that never ran says, and that it says so."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded.server import Server

PODS = "/api/v1/namespaces/default/pods"


def pod(name: str = "web-0", image: str = "nginx:1", **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": image}
    metadata = {"name": name}
    body = {"containers": [container], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": body}


def later(server: Server, seconds: float = 60) -> None:
    for _ in range(int(seconds)):
        server.now += 1
        server.get("/version")


def running(**options: Any) -> Server:
    server = Server(reconcile=None)
    server.post(PODS, pod(**options))
    later(server)
    return server


def test_the_log_says_that_nothing_runs() -> None:
    server = running()
    status, text = server.ask("GET", f"{PODS}/web-0/log")
    first, second = text.splitlines()
    assert status == 200 and server.headers["Content-Type"] == "text/plain"
    assert first == (
        "simulated: container main (nginx:1) of pod web-0: no container runs in the embedded "
        "cluster"
    )
    assert second.startswith("simulated: started at 20")


def test_the_tail_and_the_times() -> None:
    server = running()
    _, text = server.ask("GET", f"{PODS}/web-0/log?tailLines=1&timestamps=true&container=main")
    moment, _, line = text.partition(" ")
    assert line.strip() == f"simulated: started at {moment}"
    assert server.ask("GET", f"{PODS}/web-0/log?tailLines=0") == (200, "")
    wrong = server.refused("GET", f"{PODS}/web-0/log?tailLines=-1")
    assert wrong["code"] == 400


def test_a_container_that_has_ended() -> None:
    server = running(restartPolicy="Never")
    _, text = server.ask("GET", f"{PODS}/web-0/log")
    assert "(Completed, exit code 0)" in text.splitlines()[-1]


def test_a_pod_without_a_node_has_an_empty_log() -> None:
    server = running(nodeSelector={"disk": "none-like-this"})
    assert server.ask("GET", f"{PODS}/web-0/log") == (200, "")


def test_what_is_refused() -> None:
    server = running(image="registry.invalid/nginx:1")
    waiting = server.refused("GET", f"{PODS}/web-0/log")["message"]
    assert waiting == (
        'container "main" in pod "web-0" is waiting to start: trying and failing to pull image'
    )
    previous = server.refused("GET", f"{PODS}/web-0/log?previous=true")["message"]
    assert previous == 'previous terminated container "main" in pod "web-0" not found'
    assert server.refused("PUT", f"{PODS}/web-0/log", {})["code"] == 405


def test_the_log_is_discovered_as_something_to_read() -> None:
    rows = Server().get("/api/v1")["resources"]
    assert next(row["verbs"] for row in rows if row["name"] == "pods/log") == ["get"]
