"""The harness keeps its word: what other tests take for granted about the control plane."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.contract.plugin import need
from tests.controlplane import objects
from tests.controlplane.api import Api, wait_until
from tests.controlplane.binaries import binary
from tests.controlplane.control_plane import ControlPlane, missing, running

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("programs")]

CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


@pytest.fixture(scope="module")
def programs() -> None:
    need("real API server", missing())


@pytest.fixture(scope="module")
def plane(programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with running(tmp_path_factory.mktemp("plane")) as plane:
        yield plane


@pytest.fixture
def api(plane: ControlPlane) -> Api:
    return Api(plane.url, plane.ca_file, plane.token)


def kubectl(kubeconfig: Path, *arguments: str, given: object = None) -> str:
    flags = [f"--kubeconfig={kubeconfig}", f"--cache-dir={kubeconfig.parent / 'cache'}"]
    done = subprocess.run(
        [binary("kubectl"), *flags, *arguments],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def pods(api: Api, name: str) -> list[dict[str, Any]]:
    path = f"/api/v1/namespaces/default/pods?labelSelector=app%3D{name}"
    found: list[dict[str, Any]] = api.get(path)["items"]
    return sorted(found, key=lambda pod: str(pod["metadata"]["name"]))


def is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod["status"].get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def patiently() -> None:
    """Nothing can go wrong early in these waits."""


def template(name: str, *, image: str = "example.com/web:1", **spec: object) -> dict[str, Any]:
    containers = [{"name": "main", "image": image}]
    return {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers, **spec}}


def stateful_set(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": name},
        "spec": {
            "replicas": 3,
            "serviceName": name,
            "selector": {"matchLabels": {"app": name}},
            "template": template(name),
            "volumeClaimTemplates": [CLAIM],
        },
    }


def test_it_is_ready_and_tells_its_version(api: Api) -> None:
    assert api.ask("GET", "/readyz") == (200, b"ok")
    assert api.get("/version")["gitVersion"].startswith("v1.34.")


@pytest.mark.parametrize("way", ["kubeconfig", "certificate_kubeconfig"])
def test_both_kubeconfigs_let_an_administrator_in(plane: ControlPlane, way: str) -> None:
    listed = json.loads(kubectl(getattr(plane, way), "get", "nodes", "--output=json"))["items"]
    assert len(listed) == objects.NODES
    assert all(is_ready(node) for node in listed)


def test_a_stateful_set_with_claims_gets_ready_in_order_and_goes(
    plane: ControlPlane, api: Api
) -> None:
    kubectl(plane.kubeconfig, "apply", "--filename=-", given=stateful_set("web"))

    def all_ready() -> bool:
        ready = [is_ready(pod) for pod in pods(api, "web")]
        # A pod is only made when all before it are ready, so at most the last one is not.
        assert all(ready[:-1])
        return ready == [True] * 3

    wait_until(all_ready, "three ready pods", check=patiently)
    claims = api.get("/api/v1/namespaces/default/persistentvolumeclaims")["items"]
    assert {claim["status"]["phase"] for claim in claims} == {"Bound"}

    kubectl(plane.kubeconfig, "delete", "statefulset/web", "--cascade=foreground", "--wait")
    assert pods(api, "web") == []
    kubectl(plane.kubeconfig, "delete", "persistentvolumeclaims", "--all", "--wait")
    volumes = "/api/v1/persistentvolumes"
    wait_until(lambda: api.get(volumes)["items"] == [], "no volumes", check=patiently)


def test_a_job_completes(plane: ControlPlane) -> None:
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "once"},
        "spec": {"template": template("once", restartPolicy="Never")},
    }
    kubectl(plane.kubeconfig, "apply", "--filename=-", given=job)
    kubectl(plane.kubeconfig, "wait", "--for=condition=Complete", "--timeout=30s", "job/once")


def test_an_image_from_nowhere_is_not_pulled(plane: ControlPlane, api: Api) -> None:
    pod = template("lost", image="registry.invalid/web:1")
    pod["metadata"]["name"] = "lost"
    kubectl(
        plane.kubeconfig, "apply", "--filename=-", given={"apiVersion": "v1", "kind": "Pod", **pod}
    )

    def reasons() -> list[str]:
        statuses = pods(api, "lost")[0]["status"].get("containerStatuses", ())
        return [status["state"]["waiting"]["reason"] for status in statuses]

    wait_until(lambda: reasons() == ["ImagePullBackOff"], "a failed pull", check=patiently)
    time.sleep(0.5)
    assert reasons() == ["ImagePullBackOff"]
    kubectl(plane.kubeconfig, "delete", "pod/lost", "--wait")


KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from tests.controlplane.control_plane import serving
with serving(Path(sys.argv[1])) as plane:
    print(plane.url, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_nothing_outlives_a_killed_run(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED_RUN, str(tmp_path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.stdout, done.stderr

    def refused() -> bool:
        with socket.socket() as connection:
            port = urlsplit(done.stdout.strip()).port
            return connection.connect_ex(("127.0.0.1", port)) != 0

    wait_until(refused, "the API server's end", check=patiently, seconds=10)
