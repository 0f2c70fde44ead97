"""Where output goes may be closed, full, or gone: no traceback, and no operation left half done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.charts import write_chart

_COMMAND = (sys.executable, "-c", "from holdfast_cli.main import main; main()")
_FULL = Path("/dev/full")


@pytest.fixture(autouse=True)
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_CLUSTER", f"local:{tmp_path / 'cluster.db'}")
    monkeypatch.chdir(tmp_path)
    write_chart(tmp_path)


def in_shell(redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `holdfast` as a shell does that closes or redirects its streams."""
    script = f'exec "$@" {redirection}'
    return subprocess.run(
        ["sh", "-c", script, "sh", *_COMMAND, *arguments], capture_output=True, text=True
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_take_nothing_and_stop_nothing(closed: str) -> None:
    done = in_shell(closed, "install", "web", "web")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert '"status": "deployed"' in in_shell("", "list", "-o", "json").stdout


def test_closed_stdin_holds_no_values() -> None:
    assert in_shell("<&-", "values", "web", "-f", "-").returncode == 0


@pytest.mark.skipif(not os.access(_FULL, os.W_OK), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("template", "web", "web"), ("list",), ("--help",)])
def test_a_full_disk_is_an_error_with_a_hint(arguments: tuple[str, ...]) -> None:
    done = in_shell(f"> {_FULL}", *arguments)
    assert done.returncode == 1
    assert "error: writing the output: No space left on device" in done.stderr
    assert "hint: make room" in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
