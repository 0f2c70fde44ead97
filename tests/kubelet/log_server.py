"""Answer the API server when somebody asks for a container's log (a kubelet's /containerLogs)."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import trustme

from .logs import Wanted, read, timestamp

# Namespace, pod and container, and whether the run before the last one is meant.
Find = Callable[[str, str, str, bool], "Log"]
ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Log:
    """A log's file, and how to learn that nothing more will come."""

    path: Path
    over: Callable[[], bool]


class NoLog(Exception):
    """There is no such log, and why."""


class _Handler(BaseHTTPRequestHandler):
    find: ClassVar[list[Find]]

    def do_GET(self) -> None:
        place, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        parts = place.path.strip("/").split("/")
        if len(parts) != 4 or parts[0] != "containerLogs":
            self.send_error(404)
            return
        previous = query.get("previous", ["false"])[0] == "true"
        try:
            log = self.find[0](parts[1], parts[2], parts[3], previous)
        except NoLog as error:
            self._say(400, str(error))
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        try:
            for line in read(log.path, _wanted(query), over=_until(log.over)):
                self.wfile.write(line)
        except OSError:
            return  # who asked has gone

    def _say(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the tests' stderr."""


@contextmanager
def log_server(find: Find) -> Iterator[int]:
    """Serve on a port of loopback, over TLS as the API server expects it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(ADDRESS).configure_cert(context)
    handler = type("Handler", (_Handler,), {"find": [find]})
    with ThreadingHTTPServer((ADDRESS, 0), handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _wanted(query: dict[str, list[str]]) -> Wanted:
    since = query.get("sinceTime", [""])[0]
    if seconds := query.get("sinceSeconds"):
        moment = datetime.now(UTC) - timedelta(seconds=int(seconds[0]))
        since = timestamp(moment.timestamp())
    tail = query.get("tailLines")
    return Wanted(
        follow=query.get("follow", [""])[0] == "true",
        timestamps=query.get("timestamps", [""])[0] == "true",
        tail=int(tail[0]) if tail else None,
        since=since,
    )


def _until(over: Callable[[], bool]) -> Iterator[bool]:
    while True:
        yield over()
