"""A node's own world: its processes, its mounts, the pods' network namespaces.

Its first process only sleeps. When that one is killed the kernel takes everything else away: that
is how a node is switched off, and how nothing outlives the test run.
"""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .network import DIES_WITH_US, GATEWAY, Network, held

# crun wants to see one kind of control groups; container root file systems live in memory.
_UP = """set -e
mount -t proc proc /proc
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs "$1"
# As `ip netns add` would do it, had it not to be done once only.
mkdir /run/netns
mount --bind /run/netns /run/netns
mount --make-shared /run/netns
echo up
exec sleep infinity
"""
_PLUG = """set -e
ip netns add "$1"
ip link add "$2" type veth peer name eth0 netns "$1"
ip link set "$2" master pods up
ip -n "$1" addr add "$3/16" dev eth0
ip -n "$1" link set eth0 up
ip -n "$1" link set lo up
ip -n "$1" route add default via "$4"
"""


class Off(OSError):
    """The machine is off."""


@dataclass(frozen=True, slots=True)
class Machine:
    """`scratch` is a folder that only those inside see filled."""

    process: "subprocess.Popen[str]"
    first: int
    network: Network
    scratch: Path
    off: threading.Event = field(default_factory=threading.Event)

    def inside(self, *command: str | Path) -> list[str]:
        """Complete a command so that it runs on this machine. Raises Off."""
        if not self.on:
            raise Off(f"{self.scratch.name} is off")
        enter = ("nsenter", f"--target={self.first}", "--pid", "--mount", "--net", "--")
        return [*enter, *(str(part) for part in command)]

    def run(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command there to its end. Raises RuntimeError with what it said if it fails."""
        done = subprocess.run(
            self.inside(*command), stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
        return done

    def plug_in(self, name: str, cable: str, address: str) -> None:
        """Make a network namespace for a pod, and connect it to the others."""
        self.run("sh", "-c", _PLUG, "plug", name, cable, address, GATEWAY)

    def unplug(self, name: str) -> None:
        """Forget a pod's network namespace, and its cable; what cannot be goes with the machine."""
        command = self.inside("ip", "netns", "delete", name)
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)

    @property
    def on(self) -> bool:
        """Tell whether the machine has not been switched off."""
        return not self.off.is_set() and self.process.poll() is None

    def switch_off(self) -> None:
        """Let all its processes be gone at once."""
        self.off.set()
        self.process.kill()
        self.process.wait()


@contextmanager
def machine(network: Network, scratch: Path) -> Iterator[Machine]:
    """Run a machine on that network."""
    scratch.mkdir(parents=True, exist_ok=True)
    command = [
        *(*DIES_WITH_US, "nsenter", f"--net={network.namespace}", "--"),
        *("unshare", "--mount", "--propagation=private", "--pid", "--fork", "--kill-child=KILL"),
        *("--", "sh", "-c", _UP, "machine", str(scratch)),
    ]
    with held(command, "up") as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        yield Machine(process, int(children.read_text()), network, scratch)
