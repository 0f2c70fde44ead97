"""As little of an API client as the harness itself needs. Tests of ours use our own client."""

import http.client
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

POLL_SECONDS = 0.02
NOT_UP = (ConnectionRefusedError, ConnectionResetError)


@dataclass(frozen=True, slots=True)
class Api:
    """An address with the right to ask there."""

    url: str
    ca_file: Path
    token: str

    def ask(
        self, method: str, path: str, body: object = None, *, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """Send one request; the answer's status is the caller's to judge."""
        context = ssl.create_default_context(cafile=self.ca_file)
        place = urlsplit(self.url).netloc
        connection = http.client.HTTPSConnection(place, context=context, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        payload = None if body is None else json.dumps(body)
        try:
            connection.request(method, path, payload, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """Read a JSON document that has to be there."""
        found = self.find(path)
        if found is None:
            raise RuntimeError(f"GET {path}: 404")
        return found

    def find(self, path: str) -> Any:
        """Read a JSON document, or None if it is not there."""
        status, answer = self.ask("GET", path)
        if status == 404:
            return None
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {answer[:500]!r}")
        return json.loads(answer)

    def create(self, path: str, body: object) -> Any:
        """Create an object that is not there yet."""
        status, answer = self.ask("POST", path, body)
        if status != 201:
            raise RuntimeError(f"POST {path}: {status} {answer[:500]!r}")
        return json.loads(answer)

    def merge(self, path: str, body: object) -> None:
        """Change what a JSON merge patch says."""
        kind = "application/merge-patch+json"
        status, answer = self.ask("PATCH", path, body, kind=kind)
        if status != 200:
            raise RuntimeError(f"PATCH {path}: {status} {answer[:500]!r}")

    def answers(self, path: str) -> bool:
        """Tell whether a path is there and fine; a server that is not up yet is not."""
        try:
            return self.ask("GET", path)[0] == 200
        except NOT_UP:
            return False


def wait_until(
    true: Callable[[], bool], what: str, *, check: Callable[[], None], seconds: float = 60
) -> None:
    """Poll until something is true; `check` raises when it never will be."""
    deadline = time.monotonic() + seconds
    while not true():
        check()
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(POLL_SECONDS)
