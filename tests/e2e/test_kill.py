"""Kill -9 at every request of every verb, on charts/nginx with 3 replicas.

Whenever it is killed: the next command says what was interrupted; `resume`, or the same verb again,
comes to the same end as a run that was never interrupted, object by object; `abandon` comes back to
where it was before.
"""

from __future__ import annotations

import getpass
import os
import signal
import socket
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.e2e.cases import WAYS, Case
from tests.e2e.line import Line, changes
from tests.e2e.own_time import OwnTime
from tests.e2e.processes import start_halted
from tests.e2e.scene import Operation

NGINX = str(ROOT / "charts/nginx")
BLOCK = "serverBlocks.hello\\.conf=server { listen 8081; }"
INSTALL = ("install", "web", NGINX, "--set", "replicas=3", "--description", "the first")
UPGRADE = ("upgrade", "web", NGINX, "--set", BLOCK, "--set", "pdb.enabled=false")
AGAIN = ("upgrade", "web", NGINX, "--set", "terminationGracePeriodSeconds=31")
UNINSTALL = ("uninstall", "web")

# Another verb is another line here.
OPERATIONS = {
    "install": Operation(INSTALL),
    "upgrade": Operation(UPGRADE, before=(INSTALL,)),
    "upgrade that prunes": Operation((*UPGRADE, "--history-max", "1"), before=(INSTALL, AGAIN)),
    "rollback": Operation(("rollback", "web", "1"), before=(INSTALL, UPGRADE)),
    "scale up": Operation(("scale", "web", "5"), before=(INSTALL,)),
    "scale down": Operation(("scale", "web", "1"), before=(INSTALL,)),
    "uninstall": Operation(UNINSTALL, before=(INSTALL,)),
    "uninstall with history": Operation((*UNINSTALL, "--keep-history"), before=(INSTALL, UPGRADE)),
}
LEASE = 65.0
WHO = f"{getpass.getuser()}@{socket.gethostname()}"


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> Line:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:now.db")
    return Line(monkeypatch)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_any_request(
    name: str, way: str, line: Line, own_time: OwnTime, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process, which may then send nothing any more; once after the last one, too."""
    case = Case(line, OPERATIONS[name])
    total = len(case.sent)
    with capsys.disabled():
        print(f"\n{name}, killed at each of {total} requests, then {way}", end=" ")
    for number in range(1, total + 2):
        case.reset(f"{name}, killed before request {number} of {total}")
        fault = line.kill if number <= total else line.kill_after
        if case.cut(min(number, total), fault):
            continue
        own_time.sleep(LEASE)
        case.check_told(f"{WHO}:{os.getpid()}")
        case.end(way)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_process_of_its_own_is_killed_at_each_change(
    name: str, line: Line, own_time: OwnTime, capsys: pytest.CaptureFixture[str]
) -> None:
    """With SIGKILL, right before each request that changes something; the ways in turn."""
    case = Case(line, OPERATIONS[name])
    total = sum(map(changes, case.sent))
    with capsys.disabled():
        print(f"\n{name}, SIGKILL at each of {total} changes", end=" ")
    for number in range(1, total + 1):
        case.reset(f"{name}, SIGKILL before change {number} of {total}")
        process = start_halted("KILL", number, *case.scene.operation.command)
        said = process.communicate()[1]
        assert process.returncode == -signal.SIGKILL, f"{case.at}\n{said}"
        own_time.sleep(LEASE)
        case.check_told(f"{WHO}:{process.pid}")
        case.end(WAYS[number % len(WAYS)])
