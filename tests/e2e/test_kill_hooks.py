"""What may not be done twice: hooks, when an operation is killed, or meets a fault, anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_command
from tests.e2e.charts import CONFIG, data, history, small_chart, write_chart
from tests.e2e.faults import FAULTS
from tests.e2e.line import Killed, Line, changes
from tests.e2e.own_time import OwnTime
from tests.e2e.scene import Operation, Scene
from tests.e2e.state import holdings

HOOK = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{{{ release.name }}}}-{name}
  annotations: {{holdfast.dev/hook: '{when}'}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{{name: main, image: nginx:1.28, command: [sh, -c, "exit {code}"]}}]
"""
MOMENTS = {
    "first": "pre-install,pre-upgrade,pre-rollback,pre-delete",
    "last": "post-install,post-upgrade,post-rollback,post-delete",
}
INSTALL = ("install", "web", "web")
UPGRADE = ("upgrade", "web", "web", "--set", "color=red")
OPERATIONS = {
    "install": Operation(INSTALL),
    "upgrade": Operation(UPGRADE, before=(INSTALL,)),
    "rollback": Operation(("rollback", "web", "1"), before=(INSTALL, UPGRADE)),
    "uninstall": Operation(("uninstall", "web"), before=(INSTALL,)),
}


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_time: OwnTime) -> Line:
    hooks = {name: HOOK.format(name=name, when=when, code=0) for name, when in MOMENTS.items()}
    small_chart(tmp_path)
    write_chart(tmp_path, config=CONFIG, **hooks)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_CLUSTER", "local:now.db")
    return Line(monkeypatch)


def made(line: Line) -> list[str]:
    """The hooks that were made since the line was cleared, in their order."""
    return [
        request.path.rpartition("-")[2]
        for request in line.sent
        if changes(request) and request.method == "PATCH" and "/jobs/" in request.path
    ]


def settled(own_time: OwnTime) -> dict[str, Any]:
    """What is there when the last pods are gone, and how often each was changed."""
    own_time.sleep(60)
    return holdings(generations=True)


@pytest.mark.parametrize("name", OPERATIONS)
def test_resuming_runs_no_hook_again(name: str, line: Line, own_time: OwnTime) -> None:
    scene = Scene(line, OPERATIONS[name])
    scene.run().must()
    total, after = len(line.sent), settled(own_time)
    assert made(line) == ["first", "last"]
    for number in range(1, total + 1):
        scene.reset()
        at = f"{name}: killed after request {number} of {total}"
        try:
            scene.run(number, line.kill_after)
        except Killed:
            before = made(line)
        else:
            assert number > total - 3, "it polled once or twice less than the first one did"
            continue
        own_time.sleep(61)
        left = data("status", "web")["unfinished"] if data("list") else None
        if not left or not left["revision"]:
            continue
        line.clear()
        run_command("resume", "web").must()
        assert [*before, *made(line)] == ["first", "last"], at
        assert settled(own_time) == after, at


@pytest.mark.parametrize("fault", ["503", "reset after", "cut off"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_fault_makes_no_hook_run_twice(
    name: str, fault: str, line: Line, own_time: OwnTime
) -> None:
    scene = Scene(line, OPERATIONS[name])
    scene.run().must()
    total, counted = len(line.sent), settled(own_time)
    for number in range(1, total + 1):
        scene.reset()
        scene.run(number, FAULTS[fault]).must()
        assert settled(own_time) == counted, f"{name}: {fault} at {number} of {total}"


def test_a_hook_that_failed_is_run_again_and_those_before_it_are_not(
    line: Line, tmp_path: Path
) -> None:
    run_command(*INSTALL).must()
    hook = tmp_path / "web/templates/last.yaml.j2"
    hook.write_text(HOOK.format(name="last", when=MOMENTS["last"], code=1))
    line.clear()
    run_command(*UPGRADE).must(4)
    assert made(line) == ["first", "last"]
    line.clear()
    resumed = run_command("resume", "web").must(4)
    assert "pre-upgrade hook Job/web-first has run already" in resumed.err
    assert made(line) == ["last"]
    run_command("abandon", "web", "--no-hooks").must()
    assert history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]


def test_hooks_that_were_not_to_run_do_not_run_when_it_is_resumed(
    line: Line, own_time: OwnTime
) -> None:
    run_command(*INSTALL).must()
    line.clear(60, line.kill)
    numbers = len(made(line))
    scene = Scene(line, Operation((*UPGRADE, "--no-hooks")))
    scene.run().must()
    total = len(line.sent)
    scene.reset()
    with pytest.raises(Killed):
        scene.run(total - 1, line.kill)
    own_time.sleep(61)
    line.clear()
    run_command("resume", "web").must()
    assert (numbers, made(line)) == (0, [])
