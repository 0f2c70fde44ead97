"""A launcher for tests: one command as many processes at once, which cost one start-up together.

    python crowd.py COUNT FOLDER ARGUMENTS...

`{n}` in an argument is the process's number. What each says goes to FOLDER/N.err, and its exit code
to FOLDER/N.code. Nobody begins before all are there.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from pathlib import Path

# What every run needs: read once, before there are many.
for module in (
    "holdfast_cli.commands.upgrade",
    "holdfast_cli.wiring",
    "holdfast_cli.output.progress",
    "holdfast.actions.upgrade",
    "holdfast.apply.carry_out",
    "holdfast.embedded",
    "holdfast.cluster.transports.direct",
):
    import_module(module)


def run(number: int, folder: Path, arguments: list[str], gate: int) -> None:
    """Be one of them."""
    from holdfast_cli.main import run as run_command

    os.read(gate, 1)
    sys.stdout = (folder / f"{number}.out").open("w")
    sys.stderr = (folder / f"{number}.err").open("w")
    code = run_command([text.replace("{n}", str(number)) for text in arguments])
    sys.stderr.flush()
    (folder / f"{number}.code").write_text(str(code))


def main(count: int, folder: Path, arguments: list[str]) -> None:
    """Start them, open the gate, and wait for all."""
    gate, opener = os.pipe()
    children = []
    for number in range(count):
        child = os.fork()
        if not child:
            os.close(opener)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            run(number, folder, arguments, gate)
            os._exit(0)
        children.append(child)
    os.close(opener)  # every reader of the gate is let through
    for child in children:
        os.waitpid(child, 0)


main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
