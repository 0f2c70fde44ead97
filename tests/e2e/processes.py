"""The command as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Whoever runs the tests may ignore signals (nohup does), and children inherit that.
RUN = """
import signal
for one in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(one, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
from holdfast_cli.main import main
main()
"""


def start(*arguments: str, stdout: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """Start `holdfast` with these arguments."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


# A lock lasts for a minute. The clock of the test's own process is also that of its nodes.
_LATER = "import time; now = time.time; time.time = lambda: now() + 61"


def run_later(*arguments: str) -> None:
    """Run it to a good end once the lock of one that was killed has run out."""
    done = subprocess.run(
        [sys.executable, "-c", f"{_LATER}\n{RUN}", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def start_halted(how: str, number: int, *arguments: str) -> subprocess.Popen[str]:
    """Start it, to get SIGKILL (`KILL`) or SIGSTOP right before its change of that number."""
    launcher = str(Path(__file__).parent / "halted.py")
    return subprocess.Popen(
        [sys.executable, launcher, how, str(number), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What the process says on stderr, up to the line with these words."""
    assert process.stderr
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(f"{words!r} was never said:\n{said}")
