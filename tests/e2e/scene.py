"""One embedded cluster, brought back to the state before a command as often as needed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Result, run_command
from tests.e2e.line import Fault, Line


@dataclass(frozen=True)
class Operation:
    """A command, and those that bring a cluster to where it can be run."""

    command: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()


class Scene:
    """The cluster is the file now.db in the current folder."""

    def __init__(self, line: Line, operation: Operation) -> None:
        self.line = line
        self.operation = operation
        line.clear()
        for command in operation.before:
            run_command(*command).must()
        run_command("list").must()
        _copy("now", "before")

    def reset(self) -> None:
        """Back to before the command."""
        for path in Path().glob("now.db*"):
            path.unlink()
        _copy("before", "now")

    def run(self, at: int = 0, fault: Fault | None = None) -> Result:
        """Run the command, with a fault at one of its requests."""
        self.line.clear(at, fault)
        try:
            return run_command(*self.operation.command)
        finally:
            self.line.dead = False
            self.line.fault = None


def _copy(source: str, target: str) -> None:
    for path in Path().glob(f"{source}.db*"):
        shutil.copy(path, target + path.name.removeprefix(source))
