"""What a command asks the cluster, and what it gets: a wrapper around both transports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response
from holdfast.cluster.transports.direct import DirectTransport
from holdfast.cluster.transports.http import HttpTransport


@dataclass(slots=True)
class Exchange:
    """One request, and the part of its answer that was read."""

    request: Request
    read: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return b"".join(self.read)


def count_requests(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """A list that grows with every request that this process sends from now on."""
    sent: list[Exchange] = []
    for transport in (DirectTransport, HttpTransport):
        _wrap(transport, sent, monkeypatch)
    return sent


def _wrap(transport: type[Any], sent: list[Exchange], monkeypatch: pytest.MonkeyPatch) -> None:
    inner = transport.send

    def send(self: Any, request: Request, *, timeout: float) -> Response:
        exchange = Exchange(request)
        sent.append(exchange)
        response = inner(self, request, timeout=timeout)
        return Response(response.status, response.headers, _noted(response, exchange))

    monkeypatch.setattr(transport, "send", send)


def _noted(response: Response, exchange: Exchange) -> Iterator[bytes]:
    try:
        for chunk in response.chunks:
            exchange.read.append(chunk)
            yield chunk
    finally:
        response.close()
