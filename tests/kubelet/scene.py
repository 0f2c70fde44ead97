"""One namespace on the test kubelet's control plane: objects are put in, and looked at."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from .kubelet import Kubelet

Object = dict[str, Any]
PATHS = {"Job": "/apis/batch/v1", "StatefulSet": "/apis/apps/v1"}
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Scene:
    """The namespace is deleted after the test, with all that is in it."""

    kubelet: Kubelet
    namespace: str

    def path(self, kind: str, name: str = "") -> str:
        """Name an object's path, or that of all of its kind."""
        root = PATHS.get(kind, "/api/v1")
        plural = f"{kind.lower()}s"
        return f"{root}/namespaces/{self.namespace}/{plural}{name and '/' + name}"

    def create(self, kind: str, name: str, **fields: Any) -> None:
        """Create an object."""
        version = PATHS.get(kind, "/api/v1").removeprefix("/apis/").removeprefix("/api/")
        body = {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **fields}
        self.kubelet.api.create(self.path(kind), body)

    def run(
        self, name: str, *containers: Object, labels: Object | None = None, **spec: Any
    ) -> None:
        """Create a pod; containers that name no image have a shell."""
        named = [{"name": "main", "image": "busybox", **one} for one in containers]
        inits = [{"image": "busybox", **one} for one in spec.pop("initContainers", ())]
        metadata = {"name": name, "labels": labels or {}}
        whole = {"terminationGracePeriodSeconds": 2, **spec, "containers": named}
        if inits:
            whole["initContainers"] = inits
        self.create("Pod", name, metadata=metadata, spec=whole)

    def claim(self, name: str) -> None:
        """Create a claim for a volume of the default class, and wait until it is bound."""
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        self.create("PersistentVolumeClaim", name, spec=spec)
        kind = "PersistentVolumeClaim"
        self.wait(lambda: self.get(kind, name)["status"].get("phase") == "Bound", "a volume")

    def delete(self, kind: str, name: str, grace: int | None = None) -> None:
        """Ask for an object's end."""
        body = {} if grace is None else {"gracePeriodSeconds": grace}
        status, answer = self.kubelet.api.ask("DELETE", self.path(kind, name), body)
        assert status in (200, 202), answer

    def get(self, kind: str, name: str) -> Object:
        """Read an object that is there."""
        found: Object = self.kubelet.api.get(self.path(kind, name))
        return found

    def status(self, name: str) -> Object:
        """Read a pod's status."""
        found: Object = self.get("Pod", name)["status"]
        return found

    def container(self, name: str, container: str = "main") -> Object:
        """Read a container's status; it is empty until there is one."""
        for one in self.status(name).get("containerStatuses", ()):
            if one["name"] == container:
                return dict(one)
        return {"state": {}, "lastState": {}, "restartCount": 0}

    def is_gone(self, kind: str, name: str) -> bool:
        """Tell whether there is no such object any more."""
        return self.kubelet.api.find(self.path(kind, name)) is None

    def is_ready(self, name: str) -> bool:
        """Tell whether a pod is ready."""
        conditions = self.status(name).get("conditions", ())
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def ended(self, name: str) -> bool:
        """Tell whether a pod has run to its end."""
        return self.status(name)["phase"] in ("Succeeded", "Failed")

    def log(self, name: str, query: str = "") -> str:
        """Read a pod's log through the API server."""
        status, answer = self.kubelet.api.ask("GET", f"{self.path('Pod', name)}/log?{query}")
        assert status == 200, answer
        return answer.decode()

    def output(self, name: str) -> str:
        """Wait for a pod's end; read what it wrote. It has to succeed."""
        self.wait(lambda: self.ended(name), f"the end of {name}")
        assert self.status(name)["phase"] == "Succeeded", (self.status(name), self.log(name))
        return self.log(name)

    def events(self, name: str) -> list[Object]:
        """List the events about an object."""
        query = f"?fieldSelector=involvedObject.name={name}"
        found: list[Object] = self.kubelet.api.get(f"{self.path('Event')}{query}")["items"]
        return found

    def wait(self, true: Callable[[], bool], what: str, seconds: float = _PATIENCE) -> None:
        """Wait until something is true."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"waited for {what}: {self._pods()}"
            time.sleep(0.05)

    def _pods(self) -> str:
        pods = self.kubelet.api.get(self.path("Pod"))["items"]
        return "\n".join(f"{one['metadata']['name']}: {one['status']}" for one in pods)


def shell(script: str, **fields: Any) -> Object:
    """Describe a container that runs a script."""
    return {"command": ["sh", "-ec", script], **fields}


@pytest.fixture
def scene(kubelet: Kubelet, namespace: str) -> Scene:
    """The test's own namespace."""
    account = f"/api/v1/namespaces/{namespace}/serviceaccounts/default"
    found = Scene(kubelet, namespace)
    found.wait(lambda: kubelet.api.answers(account), "the service account")
    return found
