"""From an HTTP answer to data or to our error: the one place where a status becomes an error.

Nothing that an HTTP or TLS library raises comes this far; the transports turn it into Unreachable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from holdfast.cluster.transports.base import Response
from holdfast.errors import (
    ClusterError,
    Conflict,
    Invalid,
    NotFound,
    ServerFailed,
    Unauthorized,
)

ERROR_BODY_LIMIT = 1 << 20
MESSAGE_LIMIT = 2000
CUT_OFF = "CutOff"
"""Our own reason for an answer that said it went well and stopped in the middle."""

_BY_STATUS: dict[int, type[ClusterError]] = {
    400: Invalid,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    409: Conflict,
    413: Invalid,
    422: Invalid,
    429: ServerFailed,
}
_HINTS = {
    401: "the server does not know you: check the user of this kubeconfig context, or log in again",
    403: "you are known but not allowed to; ask for a role that allows it",
    410: "what was asked for is too old; start again from the current state",
    429: "the server is busy; try again later",
}
# A bare 500 is how kube-apiserver (1.34) answers an apply that does not fit the kind's schema: an
# unknown field, a wrong type, a bad quantity. It is no failure of the server.
_SCHEMA_MISTAKES = ("failed to create typed patch object", "failed to convert new object")
_NOT_ADMITTED = (
    "an admission rule or a quota of the cluster says no: change what is asked for, or the rule"
)
_REDIRECTED = "this address is not the API server itself; give its own address in the kubeconfig"


def read_object(response: Response, doing: str) -> dict[str, Any]:
    """The JSON object in an answer, or the error it stands for.

    `doing` starts every message: "apply StatefulSet/web". Raises as `raise_for`, and ServerFailed
    for an answer that says it went well and then is no JSON object.
    """
    if not 200 <= response.status < 300:
        raise_for(response, doing)
    body = response.read()
    found = _object_in(body)
    if found is None:
        raise _not_json(response, body, doing)
    return found


def raise_for(response: Response, doing: str) -> NoReturn:
    """Turn an answer that is no success into our error, with the server's own words."""
    body = response.read(ERROR_BODY_LIMIT)
    found = _object_in(body)
    if found is None and _looks_cut_off(body) and len(body) < ERROR_BODY_LIMIT:
        raise _not_json(response, body, doing)
    status = found or {}
    if status.get("kind") != "Status":
        status = {"message": _plain_text(response, body)}
    raise_status(
        {**status, "code": response.status},
        doing,
        retry_after=response.retry_after,
    )


def raise_status(
    status: Mapping[str, Any], doing: str, *, retry_after: float | None = None
) -> NoReturn:
    """Turn a Status object (Kubernetes API: meta/v1 Status) into our error."""
    code = status.get("code")
    code = code if isinstance(code, int) else 500
    details = status.get("details")
    details = details if isinstance(details, dict) else {}
    if retry_after is None and isinstance(details.get("retryAfterSeconds"), int | float):
        retry_after = float(details["retryAfterSeconds"])
    message = _cut(str(status.get("message") or "")) or f"the server answered {code} without a word"
    raise _class_of(code, message)(
        f"{doing}: {message}",
        status=code,
        reason=str(status.get("reason") or ""),
        causes=_causes(details.get("causes")),
        retry_after=retry_after,
        hint=_hint(code, message),
        detail=message,
    )


def _hint(code: int, message: str) -> str | None:
    if 300 <= code < 400:
        return _REDIRECTED
    # RBAC says that a user "cannot" do it; admission and quotas say 403 in words of their own.
    if code == 403 and " cannot " not in message:
        return _NOT_ADMITTED
    return _HINTS.get(code)


def _class_of(code: int, message: str) -> type[ClusterError]:
    if code == 500 and message.startswith(_SCHEMA_MISTAKES):
        return Invalid
    if code >= 500:
        return ServerFailed
    return _BY_STATUS.get(code, ClusterError)


def _causes(given: object) -> tuple[dict[str, str], ...]:
    if not isinstance(given, list):
        return ()
    return tuple(
        {key: str(cause.get(key) or "") for key in ("reason", "message", "field")}
        for cause in given
        if isinstance(cause, dict)
    )


def _object_in(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _not_json(response: Response, body: bytes, doing: str) -> ServerFailed:
    if _looks_cut_off(body):
        return ServerFailed(
            f"{doing}: the answer of {len(body)} bytes is cut off or damaged",
            status=response.status,
            reason=CUT_OFF,
            hint="try again; if it stays so, look at what stands between here and the server",
        )
    return ServerFailed(
        f"{doing}: {_plain_text(response, body)}",
        status=response.status,
        hint="is this the address of an API server, and no proxy or log-in page in between?",
    )


def _looks_cut_off(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"{", b"[")


def _plain_text(response: Response, body: bytes) -> str:
    """What can be told of an answer that is no Status; a page of HTML is only named."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    text = body.decode("utf-8", "replace").strip()
    if "html" in kind or text[:1] == "<":
        return f"the answer (HTTP {response.status}) is a web page, not Kubernetes' JSON"
    if 300 <= response.status < 400:
        return f"the server sends us on to {_cut(response.headers.get('location', ''), 200)!r}"
    if not text:
        return f"the answer (HTTP {response.status}) is empty"
    return f"the answer (HTTP {response.status}) is not Kubernetes' JSON: {_cut(text, 200)!r}"


def _cut(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """Drop the middle: a server quotes whole objects before it says what is wrong with them."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]} […{len(text) - limit} characters…] {text[-limit // 2 :]}"
