"""`--debug`: each request and its answer's status on stderr; never a body (it may hold secrets)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.cluster.request import Request
    from holdfast.cluster.transports.base import Response, Transport
    from holdfast_cli.console import Console


class LoggedTransport:
    """A transport that tells what passes through it."""

    def __init__(self, inner: Transport, console: Console) -> None:
        self._inner, self._console = inner, console

    def send(self, request: Request, *, timeout: float) -> Response:
        """Send, and say what was asked, what came back and how long it took."""
        started = time.perf_counter()
        query = "&".join(f"{name}={value}" for name, value in request.query)
        line = f"debug: {request.method} {request.path}{'?' if query else ''}{query}"
        try:
            response = self._inner.send(request, timeout=timeout)
        except Exception as error:
            self._console.say(f"{line} → {type(error).__name__}")
            raise
        elapsed = (time.perf_counter() - started) * 1000
        self._console.say(f"{line} → {response.status} in {elapsed:.0f} ms")
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()
