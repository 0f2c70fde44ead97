"""What every test shares: a home of its own, and the command as a user runs it."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# Fixtures and hooks that the whole run shares: one control plane of each kind, one
# count of contract cases.
from tests.contract.plugin import (
    control_plane,
    pytest_runtest_makereport,
    pytest_terminal_summary,
)
from tests.kubelet.plugin import kubelet

__all__ = ["control_plane", "kubelet", "pytest_runtest_makereport", "pytest_terminal_summary"]

ROOT = Path(__file__).parent.parent

# CI tries many more examples than a machine that somebody waits for.
settings.register_profile("here", max_examples=100, deadline=None)
settings.register_profile("ci", max_examples=400, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden pages anew")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the machine's kubeconfig or writes outside its own folder."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home))
    own = [name for name in os.environ if name.startswith("HOLDFAST_")]
    for name in ("KUBECONFIG", "NO_COLOR", *own):
        monkeypatch.delenv(name, raising=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of the command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    def must(self, code: int = 0) -> Result:
        """This result, if the exit code is the expected one."""
        assert self.code == code, f"exit code {self.code}\n{self.out}\n{self.err}"
        return self


Holdfast = Callable[..., Result]


def run_command(*arguments: str, stdin: str = "") -> Result:
    """Run `holdfast` with these arguments, through the door that the console script uses."""
    from holdfast_cli.main import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Result(code, out.getvalue(), err.getvalue())


@pytest.fixture
def holdfast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdfast:
    """The command on an embedded cluster of the test's own."""
    monkeypatch.setenv("HOLDFAST_CLUSTER", f"local:{tmp_path / 'cluster.db'}")
    return run_command


def write_tree(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write a small tree of files: a chart that a test shows on one screen."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root
