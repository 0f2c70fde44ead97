"""A real API server over HTTP(S). The only file that knows the HTTP library.

It adds who we are to each request, and turns whatever goes wrong on the way into Unreachable. What
an answer means, and whether to ask again, is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from holdfast.cluster.access import Access, Credential, Impersonation
from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response
from holdfast.cluster.transports.failures import broke_off, failures, unreachable
from holdfast.cluster.transports.proxies import proxy_from
from holdfast.cluster.transports.tls import tls_context
from holdfast.errors import ClusterError, Unauthorized
from holdfast.version import __version__

if TYPE_CHECKING:
    import urllib3

CONNECT_SECONDS = 10.0


class HttpTransport:
    """Requests to one API server, over kept connections.

    `environ` is where HTTPS_PROXY and NO_PROXY are looked up.
    """

    def __init__(self, access: Access, *, environ: Mapping[str, str] | None = None) -> None:
        self._access = access
        self._environ = environ or {}
        self._pool: urllib3.PoolManager | None = None
        self._shown: Credential | None = None
        parts = urlsplit(access.server.url)
        self._base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._address = f"{parts.hostname}:{port}"

    def send(self, request: Request, *, timeout: float) -> Response:
        """Send; once more with a new credential after a 401 where there is one."""
        credential = self._access.credentials.current()
        response = self._once(request, credential, timeout)
        if response.status != 401 or not self._access.credentials.renew():
            return response
        response.close()
        return self._once(request, self._access.credentials.current(), timeout)

    def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            self._pool.clear()
            self._pool = None

    def _once(self, request: Request, credential: Credential, timeout: float) -> Response:
        try:
            answer = self._open(request, credential, timeout)
        except failures() as error:
            raise unreachable(error, self._address, timeout) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, headers, _chunks(answer, self._address, timeout))

    def _open(
        self, request: Request, credential: Credential, timeout: float
    ) -> urllib3.BaseHTTPResponse:
        import urllib3

        return self._connections(credential).urlopen(
            request.method,
            self._base + request.target,
            body=request.body,
            headers=self._headers(request, credential),
            timeout=urllib3.Timeout(connect=min(timeout, CONNECT_SECONDS), read=timeout),
            # Credentials go to the server they were given for, and nowhere it may point to.
            redirect=False,
            retries=False,
            preload_content=False,
        )

    def _headers(self, request: Request, credential: Credential) -> urllib3.HTTPHeaderDict:
        import urllib3

        headers = urllib3.HTTPHeaderDict(request.headers)
        headers["User-Agent"] = f"holdfast/{__version__}"
        # As kubectl: a token is never sent where everybody on the way can read it.
        if credential.token and self._base.startswith("https:"):
            if not credential.token.isascii() or not credential.token.isprintable():
                raise Unauthorized(
                    f"log in at {self._address}: the token has characters that no token has"
                )
            headers["Authorization"] = f"Bearer {credential.token}"
        for name, value in _impersonating(self._access.impersonation):
            headers.add(name, value)
        return headers

    def _connections(self, credential: Credential) -> urllib3.PoolManager:
        certificate = (credential.certificate, credential.key)
        if self._shown and (self._shown.certificate, self._shown.key) != certificate:
            self.close()
        if self._pool is None:
            self._pool = self._connect(credential)
            self._shown = credential
        return self._pool

    def _connect(self, credential: Credential) -> urllib3.PoolManager:
        import urllib3

        server = self._access.server
        if server.insecure:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        context = tls_context(server, credential) if self._base.startswith("https:") else None
        proxy = proxy_from(self._environ, self._base) if server.proxy is None else server.proxy
        if not proxy:
            return urllib3.PoolManager(
                ssl_context=context, server_hostname=server.tls_name or None, maxsize=4
            )
        parts = urlsplit(proxy)
        if parts.scheme not in ("http", "https"):
            raise ClusterError(
                f"reach {self._address}: a proxy of the kind {parts.scheme!r} is not supported",
                hint="use an http:// or https:// proxy",
            )
        login = (
            f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
        )
        return urllib3.ProxyManager(
            proxy,
            ssl_context=context,
            server_hostname=server.tls_name or None,
            proxy_headers=urllib3.make_headers(proxy_basic_auth=login) if login else None,
            maxsize=4,
        )


def _chunks(answer: urllib3.BaseHTTPResponse, address: str, timeout: float) -> Iterator[bytes]:
    """The body as it comes. Read to its end the connection is kept, else it is closed."""
    try:
        yield from answer.stream(1 << 16)
    except GeneratorExit:
        answer.close()
        raise
    except failures() as error:
        answer.close()
        raise broke_off(error, address, timeout) from error
    answer.release_conn()


def _impersonating(whom: Impersonation | None) -> Iterator[tuple[str, str]]:
    if whom is None:
        return
    yield "Impersonate-User", whom.user
    if whom.uid:
        yield "Impersonate-Uid", whom.uid
    for group in whom.groups:
        yield "Impersonate-Group", group
    for key, values in whom.extra.items():
        for value in values:
            yield f"Impersonate-Extra-{quote(key.lower(), safe='')}", value
