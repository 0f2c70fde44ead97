"""A launcher for tests: the command, which sends itself a signal right before one of its changes.

    python halted.py KILL|STOP NUMBER ARGUMENTS...

Changes are counted from 1; 0 is none of them. With a file `offset` in the current folder the
process's clock is ahead by as many seconds as that says.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from holdfast.cluster.transports.direct import DirectTransport
from holdfast.cluster.transports.http import HttpTransport
from holdfast_cli.main import main

sent = signal.Signals[f"SIG{sys.argv.pop(1)}"]
at = int(sys.argv.pop(1))
count = 0
clock = time.time


def ahead() -> float:
    """The time, and what the file says."""
    with suppress(OSError):
        return clock() + float(Path("offset").read_text())
    return clock()


def stand_before(transport: type[Any]) -> None:
    """Count the changes that pass here."""
    inner = transport.send

    def send(self: Any, request: Any, *, timeout: float) -> Any:
        global count
        count += request.method != "GET" and ("dryRun", "All") not in request.query
        if at and count == at:
            count += 1
            os.kill(os.getpid(), sent)
        return inner(self, request, timeout=timeout)

    transport.send = send


time.time = ahead
stand_before(DirectTransport)
stand_before(HttpTransport)
main()
