"""The network that all nodes of a kubelet share: a bridge in a namespace of its own.

Nothing in it reaches the machine's own network, nor the other way round: its addresses may be
anything, and two kubelets do not meet. It is gone when its one process is, whatever happens to us.
"""

import itertools
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .linux import socket_in

GATEWAY, PREFIX = "10.244.0.1", "10.244"
# A bridge without an address of its own takes the lowest of its cables' ones: with each cable that
# comes or goes, pods would look for the gateway where it no longer is.
_UP = f"""set -e
ip link set lo up
ip link add pods address 02:00:0a:f4:00:01 type bridge
ip addr add {GATEWAY}/16 dev pods
ip link set pods up
echo up
exec sleep infinity
"""
# A killed test run cleans nothing up: the kernel does it for us.
DIES_WITH_US = ("setpriv", "--pdeathsig=KILL", "--")


@dataclass(frozen=True, slots=True)
class Network:
    """The nodes' end of every pod's cable, and the addresses of the Services."""

    process: "subprocess.Popen[str]"
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(10))

    @property
    def namespace(self) -> Path:
        """Name the namespace, for `setns` and `nsenter`."""
        return Path(f"/proc/{self.process.pid}/ns/net")

    def next_address(self) -> str:
        """Give out an address that no pod has had before, as a real network mostly does."""
        number = next(self.numbers)
        return f"{PREFIX}.{number // 256}.{number % 256}"

    def ip(self, *arguments: str) -> None:
        """Run `ip` at the nodes' end."""
        command = ["nsenter", f"--net={self.namespace}", "ip", *arguments]
        subprocess.run(command, check=True, capture_output=True, text=True)

    def listen(self, address: str, port: int) -> socket.socket:
        """Listen on an address of a Service, which becomes one of the nodes' own."""
        self.ip("addr", "replace", f"{address}/32", "dev", "lo")
        listener = socket_in(self.namespace)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(128)
        return listener

    def connect(self, address: str, port: int, timeout: float) -> socket.socket:
        """Connect from a node, as a kubelet's probes and a node's own programs do."""
        connection = socket_in(self.namespace)
        try:
            connection.settimeout(timeout)
            connection.connect((address, port))
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def network() -> Iterator[Network]:
    """Run the network."""
    command = [*DIES_WITH_US, "unshare", "--net", "--", "sh", "-c", _UP]
    with held(command, "up") as process:
        yield Network(process)


@contextmanager
def held(command: list[str], word: str) -> "Iterator[subprocess.Popen[str]]":
    """Run a process that holds namespaces; it says a word when they are as they should be."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().strip()
            if said != word:
                raise RuntimeError(f"{command[-1]}\n{said}{process.stdout.read()}")
            yield process
        finally:
            process.kill()
