"""A copy of all objects of one kind, kept up to date by a thread (client-go: an informer)."""

import http.client
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from tests.controlplane.api import Api

from .place import Object

Key = tuple[str, str]
_PATIENCE = 0.2


def key_of(item: Object) -> Key:
    """Namespace and name."""
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


class Watched:
    """`changed` is told of every object that came, changed or (with True) went."""

    def __init__(self, api: Api, path: str, changed: Callable[[Object, bool], None]) -> None:
        self.objects: dict[Key, Object] = {}
        self._api, self._path, self._changed = api, path, changed
        self._over = threading.Event()
        self._connection: http.client.HTTPSConnection | None = None
        self._thread = threading.Thread(target=self._run, name=f"watch {path}", daemon=True)

    def start(self) -> None:
        """Know all that is there now; follow what comes later."""
        version = self._list()
        self._thread = threading.Thread(target=self._run, args=(version,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Follow no more."""
        self._over.set()
        while self._thread.is_alive():
            self._wake()
            self._thread.join(_PATIENCE)

    def _wake(self) -> None:
        """Let the thread read no longer."""
        connection = self._connection
        if connection is None or connection.sock is None:
            return
        with suppress(OSError):  # it may be closing the connection itself
            with socket.socket(fileno=os.dup(connection.sock.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)

    def _run(self, version: str) -> None:
        while not self._over.is_set():
            try:
                self._follow(version)
                version = self._list()
            except (OSError, http.client.HTTPException, RuntimeError, ValueError):
                # The server is away, or an answer was cut off: ask again for all of it.
                self._over.wait(_PATIENCE)

    def _list(self) -> str:
        listed = self._api.get(self._path)
        found = {key_of(item): item for item in listed["items"]}
        for key in self.objects.keys() - found.keys():
            self._tell(self.objects[key], gone=True)
        for key, item in found.items():
            known = self.objects.get(key)
            if known is None or _version(known) != _version(item):
                self._tell(item, gone=False)
        return str(listed["metadata"]["resourceVersion"])

    def _follow(self, version: str) -> None:
        place = urlsplit(self._api.url).netloc
        context = ssl.create_default_context(cafile=self._api.ca_file)
        connection = http.client.HTTPSConnection(place, context=context, timeout=60)
        self._connection = connection
        headers = {"Authorization": f"Bearer {self._api.token}"}
        # The server ends the request before our patience does.
        query = f"?watch=1&resourceVersion={version}&timeoutSeconds=50"
        try:
            connection.request("GET", self._path + query, headers=headers)
            with connection.getresponse() as response:
                for line in response:
                    self._take(json.loads(line))
        finally:
            connection.close()

    def _take(self, event: Object) -> None:
        if event["type"] == "ERROR":
            raise RuntimeError(event["object"])
        self._tell(event["object"], gone=event["type"] == "DELETED")

    def _tell(self, item: Object, *, gone: bool) -> None:
        if gone:
            self.objects.pop(key_of(item), None)
        else:
            self.objects[key_of(item)] = item
        self._changed(item, gone)


def _version(item: Object) -> str:
    return str(item["metadata"]["resourceVersion"])
