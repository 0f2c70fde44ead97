"""What can go wrong with one request, as faults for a Line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.e2e.line import Fault, Forward

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response
from holdfast.errors import Unreachable


def answer(status: int, reason: str, **headers: str) -> Fault:
    """The server answers with a Status, and does nothing."""

    def fault(request: Request, forward: Forward) -> Response:
        body = {"kind": "Status", "code": status, "reason": reason, "message": f"{reason}, says it"}
        return Response(status, headers, iter([json.dumps(body).encode()]))

    return fault


def lost_after(message: str) -> Fault:
    """The server does it, and its answer never comes."""

    def fault(request: Request, forward: Forward) -> Response:
        forward().read()
        raise Unreachable(message)

    return fault


def lost_before(message: str, *, sent: bool = True) -> Fault:
    """The request never comes to the server; we may not know that (`sent`)."""

    def fault(request: Request, forward: Forward) -> Response:
        raise Unreachable(message, sent=sent)

    return fault


def cut_off(request: Request, forward: Forward) -> Response:
    """The server does it; its answer seems whole and lacks its second half."""
    response = forward()
    body = response.read()
    return Response(response.status, response.headers, iter([body[: len(body) // 2]]))


def broken_off(request: Request, forward: Forward) -> Response:
    """The server does it; the connection breaks in the middle of its answer."""
    response = forward()
    body = response.read()

    def chunks() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise Unreachable("read the answer: connection reset by peer")

    return Response(response.status, response.headers, chunks())


FAULTS: dict[str, Fault] = {
    "429": answer(429, "TooManyRequests", **{"retry-after": "2"}),
    "500": answer(500, "InternalError"),
    "503": answer(503, "ServiceUnavailable"),
    "504": answer(504, "Timeout"),
    "time-out": lost_after("no answer within 30 s"),
    "no connection": lost_before("connection refused", sent=False),
    "reset before": lost_before("connection reset by peer"),
    "reset after": lost_after("connection reset by peer"),
    "cut off": cut_off,
    "broken off": broken_off,
    "409": answer(409, "Conflict"),
    "410": answer(410, "Expired"),
    "403": answer(403, "Forbidden"),
}
