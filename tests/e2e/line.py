"""The line between the command and its cluster: counts requests, goes wrong when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response
from holdfast.cluster.transports.direct import DirectTransport
from holdfast.cluster.transports.http import HttpTransport

Forward: TypeAlias = Callable[[], Response]
"""Send the request on; the server's answer."""
Fault: TypeAlias = Callable[[Request, Forward], Response]
"""What happens to one request instead of its being sent."""


class Killed(BaseException):
    """The process is gone: nothing that it does later reaches the server."""


class Line:
    """Stands before both transports. `sent` are the requests of the command that runs.

    At request number `at` the `fault` happens; requests count from 1.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[Request] = []
        self.at = 0
        self.fault: Fault | None = None
        self.dead = False
        for transport in (DirectTransport, HttpTransport):
            self._stand_before(transport, monkeypatch)

    def _stand_before(self, transport: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
        inner = transport.send

        def send(found: Any, request: Request, *, timeout: float) -> Response:
            return self._pass(request, lambda: inner(found, request, timeout=timeout))

        monkeypatch.setattr(transport, "send", send)

    def clear(self, at: int = 0, fault: Fault | None = None) -> None:
        """Count anew, and have `fault` happen at request number `at` (0: never)."""
        self.sent, self.at, self.fault, self.dead = [], at, fault, False

    def _pass(self, request: Request, forward: Forward) -> Response:
        if self.dead:
            raise Killed
        self.sent.append(request)
        if self.fault and len(self.sent) == self.at:
            return self.fault(request, forward)
        return forward()

    def kill(self, request: Request, forward: Forward) -> Response:
        """The fault of kill -9 right before the request."""
        self.dead = True
        raise Killed

    def kill_after(self, request: Request, forward: Forward) -> Response:
        """The fault of kill -9 before the answer is read."""
        forward()
        return self.kill(request, forward)


def ctrl_c(request: Request, forward: Forward) -> Response:
    """The fault of Ctrl-C right before the request."""
    raise KeyboardInterrupt


def ctrl_c_after(request: Request, forward: Forward) -> Response:
    """The fault of Ctrl-C before the answer is read."""
    forward()
    raise KeyboardInterrupt


def changes(request: Request) -> bool:
    """Whether a request changes something on the server."""
    return request.method != "GET" and ("dryRun", "All") not in request.query
