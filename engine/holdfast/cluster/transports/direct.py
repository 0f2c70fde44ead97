"""A transport that calls an application in this process, as a WSGI or ASGI test client does.

The application is the server's side of the same protocol; it is only known by its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response


class Answer(Protocol):
    """What the application returns."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, in any spelling."""

    @property
    def body(self) -> Iterable[bytes]:
        """The body's pieces."""


App: TypeAlias = Callable[[str, str, Sequence[tuple[str, str]], Mapping[str, str], bytes], Answer]
"""`app(method, path, query, headers, body)`: the path percent-encoded, the query not."""


class DirectTransport:
    """Requests as plain calls. There is no waiting, so the timeout has no meaning here."""

    def __init__(self, app: App) -> None:
        self._app = app

    def send(self, request: Request, *, timeout: float) -> Response:
        """Call the application."""
        answer = self._app(
            request.method, request.path, request.query, request.headers, request.body or b""
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, headers, iter(answer.body))

    def close(self) -> None:
        """There is nothing to give up; the application belongs to whoever opened it."""
