"""A release `web` of charts/nginx, as its user handles it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import ROOT, Result, run_command
from tests.kubelet.scene import Scene
from tests.real.client import Client

CHART = str(ROOT / "charts/nginx")
# Nothing but the seconds that a test waits is changed by these.
QUICK = "readinessProbe: {periodSeconds: 1}\npreStopSleepSeconds: 1\n"


@dataclass(frozen=True, slots=True)
class Web:
    """`folder` is for files that are passed to the command."""

    scene: Scene
    client: Client
    folder: Path

    def holdfast(self, verb: str, *arguments: str) -> Result:
        """Run a verb on the release."""
        return run_command(verb, "web", *arguments, "-n", self.scene.namespace)

    def install(self, values: str, *flags: str) -> None:
        """Install with these values, and wait until it is ready."""
        self.holdfast(
            "install", CHART, "-f", self.file("values.yaml", QUICK + values), *flags
        ).must()

    def upgrade(self, values: str, *flags: str) -> Result:
        """Upgrade to these values."""
        file = self.file("values.yaml", QUICK + values)
        return self.holdfast("upgrade", CHART, "-f", file, *flags)

    def file(self, name: str, text: str) -> str:
        """Write a file; name its path."""
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def get(self, number: int) -> str:
        """Ask one pod for its page."""
        host = f"web-nginx-{number}.web-nginx-headless.{self.scene.namespace}.svc"
        return self.client.get(f"http://{host}:8080/")

    def execute(self, number: int, *command: str) -> tuple[int, str]:
        """Run a command in a pod's nginx container."""
        scene = self.scene
        return scene.kubelet.execute(scene.namespace, f"web-nginx-{number}", "nginx", *command)

    def pods(self) -> dict[str, str]:
        """List the pods' names and uids."""
        selector = "?labelSelector=app.kubernetes.io/instance%3Dweb"
        found = self.scene.kubelet.api.get(self.scene.path("Pod") + selector)["items"]
        return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}

    def is_another(self, name: str, uid: str) -> bool:
        """Tell whether a ready pod of that name is not the one that it was."""
        return self.pods().get(name, uid) != uid and self.scene.is_ready(name)

    def claims(self) -> dict[str, str]:
        """List the claims' names and uids."""
        found = self.scene.kubelet.api.get(self.scene.path("PersistentVolumeClaim"))["items"]
        return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}


@pytest.fixture
def web(scene: Scene, tmp_path: Path) -> Web:
    """A release that is not installed yet, and a client for it."""
    return Web(scene, Client.start(scene), tmp_path)
