"""What can go wrong between here and a server, told as Unreachable with the next step to take."""

from __future__ import annotations

import ssl
from http.client import HTTPException, RemoteDisconnected

from holdfast.errors import Unreachable

_CA_HINT = (
    "the certificate authority of this kubeconfig cluster did not sign the server's certificate; "
    "check certificate-authority(-data)"
)
_NAME_HINT = "check the server's address, or set tls-server-name to a name in its certificate"
_PLAIN_HINT = "what answers there does not speak TLS: is the address http:// or another port?"
_ADDRESS_HINT = "is the cluster running, and is this its address? see `kubectl config view`"


def failures() -> tuple[type[Exception], ...]:
    """Everything that the HTTP library, or what it stands on, raises for a request gone wrong."""
    import urllib3

    # ValueError: a host or header that cannot be written down.
    return (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)


def unreachable(error: Exception, address: str, timeout: float) -> Unreachable:
    """The error for a request that got no answer. `address` is host:port, `timeout` in seconds."""
    what, hint = _explain(error, timeout)
    return Unreachable(
        f"reach the API server at {address}: {what}",
        hint=hint,
        sent=not _never_sent(error),
        passing=_is_passing(error),
    )


def broke_off(error: Exception, address: str, timeout: float) -> Unreachable:
    """The error for an answer that stopped in the middle."""
    what, _ = _explain(error, timeout)
    return Unreachable(
        f"read the answer of the API server at {address}: {what}",
        hint="the connection broke off in the middle of an answer; try again",
    )


def _never_sent(error: Exception) -> bool:
    """Nobody listened, or no connection came about."""
    import urllib3.exceptions as of

    return isinstance(error, of.NewConnectionError | of.ConnectTimeoutError)


def _is_passing(error: Exception) -> bool:
    """A server that starts, or a connection that was lost: not a wrong address or certificate."""
    import urllib3.exceptions as of

    if isinstance(error, of.NameResolutionError):
        return False
    if _never_sent(error) or isinstance(error, of.ReadTimeoutError):
        return True
    return isinstance(_inner(error), ConnectionResetError | BrokenPipeError | RemoteDisconnected)


def _explain(error: Exception, timeout: float) -> tuple[str, str]:
    import urllib3.exceptions as of

    match error:
        case of.NameResolutionError():
            return "no such host", "check the server's address in the kubeconfig"
        case of.ProxyError():
            return f"the proxy does not let us through ({_words(error)})", (
                "check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY"
            )
        case of.NewConnectionError():
            return _words(error), _ADDRESS_HINT
        case of.ConnectTimeoutError():
            return "no connection in time", _ADDRESS_HINT
        case of.ReadTimeoutError():
            return f"no answer within {timeout:g} s", (
                "the server is slow or hangs; --request-timeout gives it longer"
            )
        case of.SSLError() | ssl.SSLError():
            return _explain_tls(error)
        case of.LocationParseError() | ValueError():
            return "the address or a header cannot be written down", "check the kubeconfig"
        case _:
            return _words(error), _ADDRESS_HINT


def _explain_tls(error: Exception) -> tuple[str, str]:
    inner = _inner(error)
    if isinstance(inner, ssl.SSLCertVerificationError):
        what = inner.verify_message or "it does not verify"
        hint = _NAME_HINT if "match" in what or "valid for" in what else _CA_HINT
        return f"its certificate is not trusted: {what}", hint
    reason = (getattr(inner, "reason", None) or "") if isinstance(inner, ssl.SSLError) else ""
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return "it does not speak TLS", _PLAIN_HINT
    words = reason.replace("_", " ").lower() or _words(error)
    return f"TLS failed: {words}", "does the server ask for a client certificate we do not have?"


def _inner(error: BaseException) -> BaseException:
    """The innermost cause that the HTTP library wrapped."""
    for candidate in (*reversed(error.args), error.__cause__, error.__context__):
        if isinstance(candidate, BaseException) and candidate is not error:
            return _inner(candidate)
    return error


def _words(error: Exception) -> str:
    """One short line: the system's own words where there are some."""
    inner = _inner(error)
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror.lower()
    if isinstance(inner, RemoteDisconnected):
        return "the connection was closed without an answer"
    text = str(inner).splitlines()[0] if str(inner) else type(inner).__name__
    return text[:200]
