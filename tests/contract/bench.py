"""One server under contract, with the means to wait for it and a namespace of the case's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from holdfast.cluster.client import Cluster
from holdfast.model.manifest import ObjectRef

Found = TypeVar("Found")


class FakeClock:
    """A time that only moves when it is told to."""

    def __init__(self) -> None:
        self.time = 1_700_000_000.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def pause(self) -> None:
        self.sleep(0.5)


def short_pause() -> None:
    time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and another client of it under another name: `kubectl`.

    `pause` lets a little time pass, real or not; after `tries` pauses a wait is given up.
    """

    name: str
    cluster: Cluster
    other: Cluster
    pause: Callable[[], None]
    tries: int = 600


@dataclass(frozen=True, slots=True)
class Bench:
    """What a case works with."""

    server: Server
    namespace: str

    @property
    def cluster(self) -> Cluster:
        return self.server.cluster

    @property
    def other(self) -> Cluster:
        return self.server.other

    def ref(self, api_version: str, kind: str, name: str) -> ObjectRef:
        return ObjectRef(api_version, kind, self.namespace, name)

    def eventually(self, look: Callable[[], Found], what: str) -> Found:
        """What `look` returns, as soon as that is true."""
        for _ in range(self.server.tries):
            if found := look():
                return found
            self.server.pause()
        raise AssertionError(f"never: {what}")

    def gone(self, ref: ObjectRef) -> None:
        self.eventually(lambda: self.cluster.find(ref) is None, f"{ref} is gone")

    def pods(self, app: str) -> list[dict[str, Any]]:
        """The pods of an app, by name."""
        found = self.cluster.list("v1", "Pod", self.namespace, label_selector=f"app={app}")
        return sorted(found, key=lambda pod: str(pod["metadata"]["name"]))

    def ready_pods(self, app: str, count: int) -> list[dict[str, Any]]:
        """Wait until there are exactly `count` pods, all ready and none on its way out."""

        def look() -> list[dict[str, Any]] | None:
            pods = self.pods(app)
            return pods if len(pods) == count and all(map(is_ready, pods)) else None

        return self.eventually(look, f"{count} ready pods of {app}")


def is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
    return ready and "deletionTimestamp" not in pod["metadata"]


def names(objects: Iterable[dict[str, Any]]) -> list[str]:
    return [one["metadata"]["name"] for one in objects]


def uids(objects: list[dict[str, Any]]) -> dict[str, str]:
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in objects}
