"""A little HTTP server that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    target: str
    headers: dict[str, list[str]]
    body: bytes
    peer: dict[str, Any] | None
    port: int


@dataclass(frozen=True, slots=True)
class Reply:
    """`raw` is written instead of everything else, and the connection is closed."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(slots=True)
class Stub:
    url: str
    asked: list[Asked]

    @property
    def address(self) -> str:
        return self.url.rpartition("/")[2]


@contextmanager
def serving(
    *replies: Reply | Callable[[Asked], Reply], tls: ssl.SSLContext | None = None
) -> Iterator[Stub]:
    """Serve on loopback; each request gets the next reply, the last one for ever."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            names = {name.lower() for name in self.headers}
            headers = {name: self.headers.get_all(name) or [] for name in names}
            peer = self.connection.getpeercert() if tls else None
            asked.append(
                Asked(self.command, self.path, headers, body, peer, self.client_address[1])
            )
            reply = replies[min(len(asked), len(replies)) - 1]
            self.send(reply(asked[-1]) if callable(reply) else reply)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def send(self, reply: Reply) -> None:
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    scheme = "https" if tls else "http"
    try:
        yield Stub(f"{scheme}://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
