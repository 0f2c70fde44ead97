"""Ask a container how it is, as its probes say: from the node's side, again and again."""

import http.client
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .network import Network
from .runtime import Runtime

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """A running container: where it is asked, the ports that it names, its main process in the
    runtime's words, and a folder for what is passed to the runtime."""

    name: str
    address: str
    ports: Mapping[str, int]
    process: Mapping[str, Any]
    folder: Path
    runtime: Runtime
    network: Network

    def execute(self, command: Sequence[str], timeout: float) -> tuple[int, str]:
        """Run a command beside the main process, as the same user with the same environment."""
        process = {**self.process, "args": list(command)}
        return self.runtime.execute(self.name, process, self.folder, timeout)


def ask(handler: Object, target: Target, timeout: float) -> str:
    """Ask once. Returns what is wrong, or nothing."""
    try:
        if "exec" in handler:
            code, said = target.execute(handler["exec"]["command"], timeout)
            return f"exit code {code}: {said}" if code else ""
        if "httpGet" in handler:
            return _http(handler["httpGet"], target, timeout)
        if "tcpSocket" in handler:
            _connect(handler["tcpSocket"], target, timeout).close()
            return ""
    except (OSError, http.client.HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
    return f"the test kubelet has no handler for {', '.join(handler)}"


def _connect(where: Object, target: Target, timeout: float) -> Any:
    port = where["port"]
    number = target.ports.get(port) or int(port)
    return target.network.connect(where.get("host") or target.address, number, timeout)


def _http(where: Object, target: Target, timeout: float) -> str:
    connection = http.client.HTTPConnection(target.address, timeout=timeout)
    try:
        connection.sock = _connect(where, target, timeout)
        if where.get("scheme") == "HTTPS":
            context = ssl.create_default_context()
            # A kubelet does not judge certificates, and shows none.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection.sock = context.wrap_socket(connection.sock)
        headers = [(one["name"], one["value"]) for one in where.get("httpHeaders", ())]
        own_host = any(name.lower() == "host" for name, _ in headers)
        connection.putrequest("GET", where.get("path") or "/", skip_host=own_host)
        for header in headers:
            connection.putheader(*header)
        connection.endheaders()
        status = connection.getresponse().status
        return "" if 200 <= status < 400 else f"HTTP probe failed with statuscode: {status}"
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Prober:
    """One probe of one run of a container; `over` is set when the run is."""

    kind: str
    probe: Object
    target: Target
    over: threading.Event
    tell: Callable[[str, bool, str], None]

    def run(self) -> None:
        """Tell of each change of mind: the kind of probe, success or not, what is wrong."""
        probe = self.probe
        needed = {True: probe.get("successThreshold", 1), False: probe.get("failureThreshold", 3)}
        if self.over.wait(probe.get("initialDelaySeconds", 0)):
            return
        last, count = None, 0
        while not self.over.is_set():
            wrong = ask(probe, self.target, probe.get("timeoutSeconds", 1))
            count = count + 1 if last == (not wrong) else 1
            last = not wrong
            if count >= needed[last] and not self.over.is_set():
                self.tell(self.kind, last, wrong)
                if self.kind == "startup":
                    return
            self.over.wait(probe.get("periodSeconds", 10))
