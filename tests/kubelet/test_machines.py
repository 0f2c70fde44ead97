"""Nothing of the test kubelet stays behind, whatever happens to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.contract.plugin import need
from tests.controlplane.api import wait_until
from tests.kubelet.machine import Off, machine
from tests.kubelet.network import Network, network
from tests.kubelet.plugin import lacking

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet")]

KILLED_RUN = """
import os, signal, subprocess, sys
from pathlib import Path
from tests.kubelet.machine import Off, machine
from tests.kubelet.network import network
with network() as wire, machine(wire, Path(sys.argv[1]) / "node-0") as host:
    child = subprocess.Popen(host.inside("sleep", "4343"))
    while not Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text():
        pass
    print(wire.process.pid, host.first, child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module", autouse=True)
def _programs() -> None:
    need("node for real processes", lacking())


def test_nothing_outlives_a_killed_run(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED_RUN, str(tmp_path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    pids = done.stdout.split()
    assert len(pids) == 3, done.stderr
    wait_until(lambda: not any(map(is_alive, pids)), "the end of all", check=lambda: None)


def test_a_pods_network_is_there_as_long_as_its_machine(tmp_path: Path) -> None:
    with network() as wire, machine(wire, tmp_path / "node-0") as host:
        host.plug_in("web", "cable", "10.244.1.1")
        assert is_there(wire, "10.244.1.1")
        assert not Path("/sys/class/net/pods").exists()
        host.switch_off()
        wait_until(lambda: not is_there(wire, "10.244.1.1"), "its end", check=lambda: None)
        with pytest.raises(Off):
            host.run("true")


def is_there(wire: Network, address: str) -> bool:
    """Tell whether somebody at an address says that nobody listens there."""
    try:
        wire.connect(address, 80, 1).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
