"""Values from a URL: one GET, with a size, time and redirect limit. Used only where it is allowed.

The only way by which rendering can meet the network, and only for what the user named on the
command line; no chart can ask for it. The HTTP library is imported when the first URL is read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urljoin, urlsplit

from holdfast.cluster.transports.proxies import proxy_from
from holdfast.errors import ValuesError, Where
from holdfast.model.secrecy import without_login
from holdfast.version import __version__
from holdfast.yamltext import MAX_BYTES

if TYPE_CHECKING:
    import urllib3

ALLOW = "--allow-remote-values"
"""The flag that allows it."""

CONNECT_SECONDS = 10.0
SILENT_SECONDS = 30.0
WHOLE_SECONDS = 60.0
"""How long a connection, a silence and the whole download may take."""

MAX_REDIRECTS = 5

_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 65_536


def shown_url(url: str) -> str:
    """The URL as messages and origins show it: user, password and query may be secrets."""
    parts = urlsplit(url)
    query = "?…" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{query}"


def refuse_remote(url: str) -> NoReturn:
    """Say that URLs are not read unless they are allowed."""
    _fail(url, "values from a URL are not allowed", f"allow them with {ALLOW}, or download it")


def fetch(url: str, *, environ: Mapping[str, str] | None = None) -> bytes:
    """What the URL gives, at most 16 MiB.

    A user and password in the URL are sent to its own host only; redirects are followed five
    times, never from https to http. Proxies are those of the environment. Raises ValuesError.
    """
    environ = os.environ if environ is None else environ
    end = time.monotonic() + WHOLE_SECONDS
    headers = _headers(url)
    here = url
    for _ in range(MAX_REDIRECTS + 1):
        response = _get(here, url, headers, environ)
        try:
            if response.status not in _REDIRECTS:
                return _body(response, url, end)
            there = urljoin(here, response.headers.get("Location", ""))
        finally:
            response.close()
        _check_redirect(here, there, url)
        if urlsplit(there)[:2] != urlsplit(here)[:2]:
            headers.pop("authorization", None)
        here = there
    _fail(url, f"redirected more than {MAX_REDIRECTS} times", "name the file's own address")


def _headers(url: str) -> dict[str, str]:
    from urllib.parse import unquote

    from urllib3.util import make_headers

    found = {"user-agent": f"holdfast/{__version__}", "accept-encoding": "identity"}
    user, at, _ = urlsplit(url).netloc.rpartition("@")
    return {**found, **make_headers(basic_auth=unquote(user))} if at else found


def _get(here: str, url: str, headers: Mapping[str, str], environ: Mapping[str, str]) -> Any:
    from urllib3 import Timeout
    from urllib3.exceptions import HTTPError

    _check_scheme(here, url)
    bare = without_login(here)
    timeout = Timeout(connect=CONNECT_SECONDS, read=SILENT_SECONDS)
    try:
        return _pool(bare, environ).request(
            "GET",
            bare,
            headers=headers,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
            timeout=timeout,
        )
    except (HTTPError, ValueError) as error:
        _fail(url, _reason(error), "check the address, and the proxy settings")


def _pool(url: str, environ: Mapping[str, str]) -> urllib3.PoolManager:
    import urllib3

    if proxy := proxy_from(environ, url):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _body(response: Any, url: str, end: float) -> bytes:
    from urllib3.exceptions import HTTPError

    if response.status != 200:
        hint = "check the address and who may read it"
        _fail(url, f"the server answered {response.status} {response.reason or ''}".rstrip(), hint)
    found = bytearray()
    try:
        while chunk := response.read(_CHUNK):
            found += chunk
            if len(found) > MAX_BYTES:
                _fail(url, f"larger than {MAX_BYTES // 1024 // 1024} MiB", "values hold settings")
            if time.monotonic() > end:
                _fail(url, f"not done after {WHOLE_SECONDS:.0f} seconds", "download it first")
    except HTTPError as error:
        _fail(url, f"broke off: {_reason(error)}", "try again, or download it first")
    return bytes(found)


def _check_scheme(here: str, url: str) -> None:
    parts = urlsplit(here)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        _fail(url, f"{shown_url(here)} is no http or https address", "download it first")


def _check_redirect(here: str, there: str, url: str) -> None:
    if here.startswith("https:") and not there.startswith("https:"):
        _fail(
            url, f"redirected to {shown_url(there)}, which is not https", "name the https address"
        )


def _reason(error: Exception) -> str:
    """What went wrong, without the address: it may hold a secret."""
    from urllib3.exceptions import (
        ConnectTimeoutError,
        LocationValueError,
        NameResolutionError,
        NewConnectionError,
        ReadTimeoutError,
        SSLError,
    )

    kinds: tuple[tuple[type[Exception], str], ...] = (
        (NameResolutionError, "no such host"),
        (NewConnectionError, "the connection was refused"),
        (ConnectTimeoutError, f"no connection within {CONNECT_SECONDS:.0f} seconds"),
        (ReadTimeoutError, f"no answer within {SILENT_SECONDS:.0f} seconds"),
        (SSLError, "the server's certificate is not trusted"),
        (LocationValueError, "this is no address"),
    )
    return next((words for kind, words in kinds if isinstance(error, kind)), "the connection broke")


def _fail(url: str, message: str, hint: str) -> NoReturn:
    shown = shown_url(url)
    raise ValuesError(f"reading {shown}: {message}", where=Where(shown), hint=hint)
