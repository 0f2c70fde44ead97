"""charts/nginx with a real nginx: what its users see, from the install to the uninstall."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import ROOT, Result, run_command
from tests.kubelet import faults
from tests.kubelet.scene import Scene
from tests.real.client import Client

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet"), pytest.mark.timeout(240)]

CHART = str(ROOT / "charts/nginx")
CHECK = ("nginx", "-t", "-c", "/etc/nginx/holdfast/nginx.conf")
BLOCK = """replicas: 2
serverBlocks:
  default.conf: |
    server {
      listen 8080;
      location = /healthz { return 200; }
      location / { return 200 "%s"; }
    }
"""


def holdfast(scene: Scene, *arguments: str) -> Result:
    return run_command(*arguments, "-n", scene.namespace)


def install(scene: Scene, tmp_path: Path, values: str) -> None:
    holdfast(scene, "install", "web", CHART, "-f", written(tmp_path, values)).must()


def upgrade(scene: Scene, tmp_path: Path, values: str) -> None:
    holdfast(scene, "upgrade", "web", CHART, "-f", written(tmp_path, values)).must()


def written(tmp_path: Path, values: str) -> str:
    path = tmp_path / "values.yaml"
    path.write_text(f"readinessProbe: {{periodSeconds: 1}}\n{values}")
    return str(path)


def ordinal(scene: Scene, number: int) -> str:
    """Name one pod's address inside of the cluster."""
    return f"http://web-nginx-{number}.web-nginx-headless.{scene.namespace}.svc:8080/"


@pytest.fixture
def client(scene: Scene) -> Client:
    return Client.start(scene)


def test_each_ordinal_answers_and_keeps_its_content(
    scene: Scene, client: Client, tmp_path: Path
) -> None:
    install(scene, tmp_path, "replicas: 3")
    for number in range(3):
        assert client.get(ordinal(scene, number)) == f"web-nginx-{number}\n"
    code, said = scene.kubelet.execute(scene.namespace, "web-nginx-0", "nginx", *CHECK)
    assert code == 0 and "test is successful" in said

    page = "/usr/share/nginx/html/index.html"
    write = ("sh", "-c", f"echo mine >{page}")
    assert scene.kubelet.execute(scene.namespace, "web-nginx-1", "nginx", *write)[0] == 0
    uid = scene.get("Pod", "web-nginx-1")["metadata"]["uid"]
    scene.delete("Pod", "web-nginx-1")
    scene.wait(lambda: is_another(scene, "web-nginx-1", uid), "the new pod")
    assert client.get(ordinal(scene, 1)) == "mine\n"
    assert client.get(ordinal(scene, 2)) == "web-nginx-2\n"

    before = claims(scene)
    said = holdfast(scene, "uninstall", "web").must().err
    assert all(f"claim html-web-nginx-{number} kept" in said for number in range(3))
    assert claims(scene) == before
    install(scene, tmp_path, "replicas: 3")
    assert claims(scene) == before
    assert client.get(ordinal(scene, 1)) == "mine\n"


def test_a_server_block_changes_by_a_rolling_restart(
    scene: Scene, client: Client, tmp_path: Path
) -> None:
    install(scene, tmp_path, BLOCK % "one")
    before = {name: scene.get("Pod", name)["metadata"]["uid"] for name in pods(2)}
    assert client.get(ordinal(scene, 0)) == "one"
    upgrade(scene, tmp_path, BLOCK % "two")
    assert [client.get(ordinal(scene, number)) for number in range(2)] == ["two", "two"]
    assert all(is_another(scene, name, uid) for name, uid in before.items())


def test_no_request_is_dropped_while_pods_are_replaced(
    scene: Scene, client: Client, tmp_path: Path
) -> None:
    install(scene, tmp_path, "replicas: 3")
    with client.asking(f"http://web-nginx.{scene.namespace}.svc/") as asked:
        holdfast(scene, "restart", "web").must()
    assert asked.failures == []
    assert len(asked.answers) > 20
    assert set(asked.answers) == set(pods(3))


def test_a_crash_loop_is_told_as_in_life(scene: Scene, tmp_path: Path) -> None:
    install(scene, tmp_path, "replicas: 1")
    broken = "replicas: 1\nserverBlocks: {default.conf: nonsense}"
    failed = holdfast(
        *(scene, "upgrade", "web", CHART, "-f", written(tmp_path, broken)),
        *("--timeout", "60s"),
    )
    assert failed.code != 0
    assert "CrashLoopBackOff" in failed.err
    assert "unexpected end of file" in failed.err
    shown = holdfast(scene, "status", "web").out
    assert "CrashLoopBackOff" in shown
    holdfast(scene, "rollback", "web").must()
    assert scene.is_ready("web-nginx-0")


def test_a_killed_server_is_started_again(scene: Scene, client: Client, tmp_path: Path) -> None:
    install(scene, tmp_path, "replicas: 1")
    faults.kill(scene.kubelet, scene.namespace, "web-nginx-0", "nginx")
    scene.wait(lambda: scene.container("web-nginx-0", "nginx")["restartCount"] == 1, "a restart")
    scene.wait(lambda: scene.is_ready("web-nginx-0"), "it")
    assert client.get(ordinal(scene, 0)) == "web-nginx-0\n"


def pods(count: int) -> list[str]:
    return [f"web-nginx-{number}" for number in range(count)]


def is_another(scene: Scene, name: str, uid: str) -> bool:
    """Tell whether a ready pod of that name is not the one that it was."""
    pod = scene.kubelet.api.find(scene.path("Pod", name))
    return pod is not None and pod["metadata"]["uid"] != uid and scene.is_ready(name)


def claims(scene: Scene) -> dict[str, str]:
    found = scene.kubelet.api.get(scene.path("PersistentVolumeClaim"))["items"]
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}
