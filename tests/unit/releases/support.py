"""An embedded cluster in memory under a clock of our own, and a line to it that can be cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response
from holdfast.cluster.transports.direct import DirectTransport
from holdfast.embedded.app import open_app
from holdfast.model.manifest import ObjectRef
from holdfast.releases.store import Store

START = 1_800_000_000.0


class FakeClock:
    """Time passes when somebody sleeps; `meanwhile` is called each time that happens."""

    def __init__(self) -> None:
        self.time = START
        self.meanwhile: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.meanwhile()


class Killed(BaseException):
    """The process is gone: nothing it does later reaches the server."""


class Line:
    """A transport that counts requests, and can be told what happens at one of them."""

    def __init__(self, app: Any) -> None:
        self._inner = DirectTransport(app)
        self.sent: list[Request] = []
        self.dead = False
        self.kill_at = 0
        self.kill_after = False
        self.fault: Callable[[Request], BaseException | None] = lambda request: None
        self.lost_answer: Callable[[Request], BaseException | None] = lambda request: None

    def send(self, request: Request, *, timeout: float) -> Response:
        if self.dead:
            raise Killed
        self.sent.append(request)
        last = len(self.sent) == self.kill_at
        if last and not self.kill_after:
            self.dead = True
            raise Killed
        if error := self.fault(request):
            raise error
        response = self._inner.send(request, timeout=timeout)
        if last:
            self.dead = True
            raise Killed
        if error := self.lost_answer(request):
            raise error
        return response

    def close(self) -> None:
        """The application belongs to the test."""

    def writes(self) -> list[str]:
        """The requests so far that changed something: `PUT web`."""
        return [
            f"{request.method} {request.path.rpartition('/')[2]}"
            for request in self.sent
            if request.method != "GET" and ("dryRun", "All") not in request.query
        ]


class World:
    """A cluster with a namespace `shop`. `line` is the newest way to it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.app = open_app(":memory:", now=self.clock.now)
        self.connect()
        self.make_namespace("shop")

    def connect(self) -> None:
        """As a new process does: another line, nothing remembered."""
        self.line = Line(self.app)
        self.cluster = Cluster(self.line, namespace="shop", clock=self.clock)
        self.store = Store(self.cluster, self.clock)

    def make_namespace(self, name: str) -> None:
        self.cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def find(self, kind: str, name: str, api_version: str = "v1") -> dict[str, Any] | None:
        return self.cluster.find(ObjectRef(api_version, kind, "shop", name))

    def secrets(self) -> dict[str, dict[str, Any]]:
        """The Secrets that keep releases, by name."""
        found = self.cluster.list("v1", "Secret", "shop")
        return {s["metadata"]["name"]: s for s in found if s["type"].startswith("holdfast.dev/")}
