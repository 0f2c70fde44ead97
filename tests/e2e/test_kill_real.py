"""Kill -9 on a real control plane: at each change of every verb, on charts/nginx with 3 replicas.

Each time in a namespace of its own; the ways to end it take turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from tests.conftest import run_command
from tests.controlplane.control_plane import ControlPlane
from tests.e2e.charts import client, data
from tests.e2e.line import Fault, Forward, Killed, Line, changes
from tests.e2e.state import claims_of, holdings
from tests.e2e.test_kill import OPERATIONS

from holdfast.cluster.request import Request
from holdfast.cluster.transports.base import Response

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
WAYS = ("resume", "again", "abandon")
_NUMBERS = count(1)


@pytest.fixture
def line(control_plane: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    return Line(monkeypatch)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The clock of this process goes on by a lock's life: the server's own is left alone."""
    now, ahead = time.time, [0]
    monkeypatch.setattr(time, "time", lambda: now() + ahead[0])

    def pass_a_minute() -> None:
        ahead[0] += 61

    return pass_a_minute


@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_each_change(
    name: str, line: Line, later: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = OPERATIONS[name]

    def prepare() -> str:
        namespace = f"kill-{name.replace(' ', '-')}-{next(_NUMBERS)}"
        monkeypatch.setenv("HOLDFAST_NAMESPACE", namespace)
        with client() as cluster:
            cluster.create(
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
            )
        for command in operation.before:
            run_command(*command).must()
        return namespace

    whole = prepare()
    before = settled(whole)
    line.clear()
    run_command(*operation.command).must()
    total, after = sum(map(changes, line.sent)), settled(whole)
    for number in range(1, total + 1):
        way = WAYS[number % len(WAYS)]
        at = f"{name}: killed before change {number} of {total}, then {way}"
        namespace = prepare()
        line.clear(1, at_change(line, number))
        with pytest.raises(Killed):
            run_command(*operation.command)
        line.clear()
        later()
        left = data("status", "web")["unfinished"] if data("list") else None
        began = bool(left and left["revision"])
        ended = run_command(*(operation.command if way == "again" or not began else (way, "web")))
        found = settled(namespace)
        if way == "abandon" and began and ended.code == 0:
            assert found == claims_of(found) | before, at
            continue
        if ended.code:
            assert "records are being removed" in ended.err, f"{at}\n{ended.err}"
            run_command("resume", "web").must()
        assert found == after, f"{at}\n{ended.err}"


def at_change(line: Line, number: int) -> Fault:
    """Killed right before the change of that number."""
    seen = [0]

    def watching(request: Request, forward: Forward) -> Response:
        line.at = len(line.sent) + 1
        seen[0] += changes(request)
        return line.kill(request, forward) if seen[0] == number else forward()

    return watching


def settled(namespace: str) -> dict[str, object]:
    """What is there, without what this server's controllers do at their own pace."""
    left_out = ("ControllerRevision/", "Pod/", "ServiceAccount/default", "ConfigMap/kube-root-ca")
    return {name: obj for name, obj in holdings(namespace).items() if not name.startswith(left_out)}
