"""A fault at every request of every verb: it finishes, or fails cleanly and can be gone on with.

Nothing is done twice: where it finishes, not even a generation is another.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Result, run_command
from tests.e2e.charts import data, small_chart
from tests.e2e.faults import FAULTS
from tests.e2e.line import Fault, Forward, Line
from tests.e2e.own_time import OwnTime
from tests.e2e.scene import Operation, Scene
from tests.e2e.state import holdings

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response

INSTALL = ("install", "web", "web", "--timeout", "60s")
UPGRADE = ("upgrade", "web", "web", "--set", "color=red", "--timeout", "60s")
OPERATIONS = {
    "install": Operation(INSTALL),
    "upgrade": Operation(UPGRADE, before=(INSTALL,)),
    "rollback": Operation(("rollback", "web", "1", "--timeout", "60s"), before=(INSTALL, UPGRADE)),
    "uninstall": Operation(("uninstall", "web", "--timeout", "60s"), before=(INSTALL,)),
}
NO = ("403", "409", "410")
"""The faults after which a request is not sent again."""


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> Line:
    small_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:now.db")
    return Line(monkeypatch)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_fault_at_any_request(name: str, fault: str, line: Line, own_time: OwnTime) -> None:
    scene = Scene(line, OPERATIONS[name])
    before = holdings()
    scene.run().must()
    requests, after, counted = len(line.sent), holdings(), holdings(generations=True)
    for number in range(1, requests + 1):
        scene.reset()
        at = f"{name}: {fault} at request {number} of {requests}"
        result = scene.run(number, FAULTS[fault])
        if result.code == 0:
            assert holdings(generations=True) == counted, at
            continue
        assert fault in NO, f"{at}\n{result.err}"
        _check_clean(result, at)
        if _at_rest():
            assert holdings() in (before, after), at
        _finish(scene, at)
        assert holdings() == after, at


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_server_goes_away_for_good(name: str, line: Line, own_time: OwnTime) -> None:
    scene = Scene(line, OPERATIONS[name])
    scene.run().must()
    requests, after = len(line.sent), holdings()
    for number in range(1, requests + 1):
        scene.reset()
        at = f"{name}: the server goes away at request {number} of {requests}"
        result = scene.run(number, _for_good(line))
        _check_clean(result, at)
        own_time.sleep(61)
        _finish(scene, at)
        assert holdings() == after, at


def _for_good(line: Line) -> Fault:
    def fault(request: Request, forward: Forward) -> Response:
        line.at = len(line.sent) + 1
        return FAULTS["503"](request, forward)

    return fault


def _check_clean(result: Result, at: str) -> None:
    assert result.code in (1, 4), f"{at}\n{result.err}"
    assert "Traceback" not in result.err, at
    assert result.err.count("error: ") == 1, f"{at}\n{result.err}"


def _at_rest() -> bool:
    """The record says that nothing is left to do."""
    return not data("list") or data("status", "web")["unfinished"] is None


def _finish(scene: Scene, at: str) -> None:
    """`resume` where something was begun, else the same verb again."""
    listed = data("list")
    left = data("status", "web")["unfinished"] if listed else None
    if left and left["revision"]:
        run_command("resume", "web").must()
        return
    again = run_command(*scene.operation.command)
    done = ("revision 1 is deployed", "there is no such release")
    assert again.code == 0 or any(words in again.err for words in done), f"{at}\n{again.err}"
