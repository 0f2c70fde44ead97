"""Child processes that never outlive the test run. Knows nothing of Kubernetes."""

import atexit
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Processes:
    """Programs started together, each with a log file in the folder, stopped together."""

    folder: Path
    environment: Mapping[str, str]
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> "Processes":
        # Leaving the block is the usual way; this is for an interpreter that ends inside it.
        atexit.register(self.stop)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        atexit.unregister(self.stop)

    def start(self, name: str, command: Sequence[str | Path]) -> None:
        """Start a program in a process group of its own: Ctrl-C is for us alone to handle."""
        with self.log(name).open("ab") as log:
            self.started[name] = subprocess.Popen(
                [*_dies_with_us(), *(str(part) for part in command)],
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def stop(self) -> None:
        """Kill the newest first. Kindness would cost seconds, and no data is worth keeping."""
        while self.started:
            _, process = self.started.popitem()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def check(self) -> None:
        """Raise if a program has ended by itself, with the end of its log."""
        for name, process in self.started.items():
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}:\n{self.tail(name)}")

    def log(self, name: str) -> Path:
        """Name a program's log file."""
        return self.folder / f"{name}.log"

    def tail(self, name: str) -> str:
        """Return the last lines of a program's log."""
        return "\n".join(self.log(name).read_text(errors="replace").splitlines()[-15:])


def _dies_with_us() -> list[str]:
    # A killed test run cleans nothing up; on Linux the kernel does it, if asked so beforehand.
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig=KILL", "--"] if setpriv else []
