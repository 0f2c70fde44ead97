"""What kube-proxy does: connections to a Service's address go to one of its ready endpoints.

Every port of a Service has a listener on the Service's own address. Each new connection is given
to an endpoint by lot; those that are open already stay where they are.
"""

import random
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .network import Network

Object = Mapping[str, Any]
Endpoint = tuple[str, int]
_CONNECT_SECONDS = 5.0
_BYTES = 65536


@dataclass
class Port:
    """One Service's port, open to its pods."""

    listener: socket.socket
    connect: Callable[[Endpoint], socket.socket]
    endpoints: list[Endpoint] = field(default_factory=list)
    open: set[socket.socket] = field(default_factory=set)

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Take no more, and end what is open."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in list(self.open):
            _shut(one)

    def _pass_on(self, client: socket.socket) -> None:
        with client:
            endpoints = self.endpoints
            if not endpoints:
                return  # closed at once, as good as refused
            try:
                server = self.connect(random.choice(endpoints))
            except OSError:
                return
            with server:
                self.open |= {client, server}
                back = threading.Thread(target=_pump, args=(server, client), daemon=True)
                back.start()
                _pump(client, server)
                back.join()
                self.open -= {client, server}


class Balancer:
    """All Services' ports. `api` connects to the API server, which is outside of the network."""

    def __init__(self, network: Network, api: Callable[[], socket.socket]) -> None:
        self._network, self._api = network, api
        self._ports: dict[Endpoint, Port] = {}

    def follow(self, services: Iterable[Object], slices: Iterable[Object]) -> None:
        """Let the listeners and their endpoints be what these say."""
        wanted = dict(_wanted(services, list(slices)))
        for key in self._ports.keys() - wanted.keys():
            self._ports.pop(key).close()
        for key, endpoints in wanted.items():
            if key not in self._ports:
                self._ports[key] = self._open(key)
            self._ports[key].endpoints = endpoints

    def close(self) -> None:
        """Close all of them."""
        self.follow((), ())

    def _open(self, key: Endpoint) -> Port:
        port = Port(self._network.listen(*key), self._connect)
        threading.Thread(target=port.serve, daemon=True).start()
        return port

    def _connect(self, endpoint: Endpoint) -> socket.socket:
        if endpoint == API_SERVER:
            return self._api()
        connection = self._network.connect(*endpoint, _CONNECT_SECONDS)
        connection.settimeout(None)
        return connection


API_SERVER: Endpoint = ("", 0)


def _wanted(
    services: Iterable[Object], slices: list[Object]
) -> Iterable[tuple[Endpoint, list[Endpoint]]]:
    for service in services:
        metadata, spec = service["metadata"], service["spec"]
        key = metadata["namespace"], metadata["name"]
        if spec.get("clusterIP", "None") in ("", "None"):
            continue
        own = [one for one in slices if _owner(one) == key]
        for port in spec.get("ports", ()):
            if port.get("protocol", "TCP") == "TCP":
                found = [endpoint for one in own for endpoint in _ready(one, port)]
                api = key == ("default", "kubernetes")
                yield (spec["clusterIP"], port["port"]), [API_SERVER] if api else found


def _owner(item: Object) -> tuple[str, str]:
    metadata = item["metadata"]
    name = metadata.get("labels", {}).get("kubernetes.io/service-name", "")
    return metadata["namespace"], name


def _ready(item: Object, port: Object) -> Iterable[Endpoint]:
    name = port.get("name", "")
    numbers = [one["port"] for one in item.get("ports") or () if one.get("name", "") == name]
    for endpoint in item.get("endpoints") or ():
        if endpoint.get("conditions", {}).get("ready", True):
            yield from ((endpoint["addresses"][0], number) for number in numbers)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(_BYTES):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # One side is gone without a word: the other one is told.
        _shut(source)
        _shut(target)


def _shut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
