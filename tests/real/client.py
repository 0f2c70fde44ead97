"""A client inside of the cluster: a pod with curl, that is seen by nobody but those it asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.kubelet.scene import Scene, shell

_NAME, _CROWD = "client", "crowd"
# Every request is a connection of its own, as from so many clients.
_ASK = """until [ -e /stop ]; do
  if said=$(curl -sS --fail --max-time 5 "$0" 2>&1); then echo "ok $said"; else echo "no $said"; fi
  sleep 0.02
done"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of many requests."""

    answers: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Client:
    """It asks by names, as a program in a pod does."""

    scene: Scene

    @classmethod
    def start(cls, scene: Scene) -> Client:
        """Start the pod, and wait for it."""
        scene.run(_NAME, shell("exec sleep 100000"))
        scene.wait(lambda: scene.is_ready(_NAME), "the client")
        return cls(scene)

    def get(self, url: str) -> str:
        """Ask once; there has to be an answer, and a good one."""
        code, said = self.run("curl", "-sS", "--fail", "--max-time", "5", url)
        assert code == 0, said
        return said

    def run(self, *command: str) -> tuple[int, str]:
        """Run a command there."""
        return self.scene.kubelet.execute(self.scene.namespace, _NAME, "main", *command)

    @contextmanager
    def asking(self, url: str) -> Iterator[Asked]:
        """Ask again and again, from before the block to its end. What came of it is known then."""
        scene, asked = self.scene, Asked()
        container = {"command": ["sh", "-c", _ASK, url]}
        scene.run(_CROWD, container, restartPolicy="Never")
        scene.wait(lambda: scene.is_ready(_CROWD) and "ok" in scene.log(_CROWD), "an answer")
        try:
            yield asked
        finally:
            scene.kubelet.execute(scene.namespace, _CROWD, "main", "touch", "/stop")
        for line in scene.output(_CROWD).splitlines():
            word, _, said = line.partition(" ")
            (asked.answers if word == "ok" else asked.failures).append(said)
