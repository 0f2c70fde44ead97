"""What carries a request to a server and brings the answer back. It must not judge the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from holdfast.cluster.request import Request
from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """An answer whose body has not been read yet. Header names are in lower case.

    Reading `chunks` raises Unreachable when the connection breaks off.
    """

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]

    def read(self, limit: int | None = None) -> bytes:
        """The body, or its first `limit` bytes and a little more; the answer is closed after."""
        parts: list[bytes] = []
        size = 0
        try:
            for chunk in self.chunks:
                parts.append(chunk)
                size += len(chunk)
                if limit is not None and size >= limit:
                    break
        finally:
            self.close()
        return b"".join(parts)

    @property
    def retry_after(self) -> float | None:
        """The pause in seconds that the server asks for.

        The date form of the header (RFC 9110, 10.2.3) is never sent by an API server.
        """
        text = self.headers.get("retry-after", "")
        return float(text) if text.isascii() and text.isdigit() else None

    def close(self) -> None:
        """Stop reading; nothing happens where the body was read to its end."""
        close = getattr(self.chunks, "close", None)
        if close is not None:
            close()


class Transport(Protocol):
    """A way to one server."""

    def send(self, request: Request, *, timeout: float) -> Response:
        """Send and wait at most `timeout` seconds for each part of the answer.

        Raises Unreachable where no answer came, and Unauthorized where there is nothing to
        identify with. An answer of any status is returned.
        """

    def close(self) -> None:
        """Give up the connections."""
