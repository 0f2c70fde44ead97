"""Run containers on a machine with crun, an OCI runtime: a program, not an engine."""

import itertools
import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .machine import Machine, Off

# The root is the image's layers below a fresh one; both are gone after the run.
_RUN = """set -e
mkdir -p "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
cp "$3" "$1/config.json"
exec crun --root "$4" --cgroup-manager=disabled run --bundle "$1" --pid-file "$6" "$5"
"""
_CLEAN = """umount "$1/root"
rm -rf "$1"
"""
_POLL_SECONDS = 0.01
_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Runtime:
    """All of a machine's containers."""

    machine: Machine

    @property
    def _crun(self) -> tuple[str, ...]:
        return ("crun", "--root", str(self.machine.scratch / "crun"))

    def root(self, name: str) -> Path:
        """Name a container's root folder."""
        return self.machine.scratch / name / "root"

    def start(
        self, name: str, layers: Sequence[Path], config: Mapping[str, Any], folder: Path
    ) -> "subprocess.Popen[bytes]":
        """Start a container, and wait until it runs; it writes to the process' stdout.

        The process ends as the container's main one: with its code, or 128 and its signal.
        """
        file = folder / f"{name}.json"
        file.write_text(json.dumps(config, indent=1))
        scratch, lower = self.machine.scratch, ":".join(map(str, reversed(layers)))
        running = folder / f"{name}.pid"
        given = (scratch / name, lower, file, scratch / "crun", name, running)
        process = subprocess.Popen(
            self.machine.inside("sh", "-c", _RUN, "run", *given),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        # Until its mounts are made, what they are made from must not change.
        while not running.exists() and process.poll() is None:
            time.sleep(_POLL_SECONDS)
        return process

    def clean(self, name: str) -> None:
        """Remove what a container that has ended wrote outside of its volumes."""
        command = self.machine.inside("sh", "-c", _CLEAN, "clean", self.machine.scratch / name)
        subprocess.run(command, check=False, capture_output=True)

    def signal(self, name: str, signal: str, process: "subprocess.Popen[bytes]") -> None:
        """Send a signal to a container's main process; the container may only be coming up."""
        with suppress(Off):
            while process.poll() is None:
                command = self.machine.inside(*self._crun, "kill", name, signal)
                if subprocess.run(command, check=False, capture_output=True).returncode == 0:
                    return
                time.sleep(_POLL_SECONDS)

    def execute(
        self, name: str, process: Mapping[str, Any], folder: Path, timeout: float
    ) -> tuple[int, str]:
        """Run another process in a container: its exit code and what it wrote.

        Raises TimeoutError.
        """
        file = folder / f"{name}.{next(_NUMBERS)}.process.json"
        file.write_text(json.dumps(process))
        whole = self.machine.inside(*self._crun, "exec", "--process", file, name)
        try:
            done = subprocess.run(
                whole,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"command timed out after {timeout:.0f} s") from None
        finally:
            file.unlink()
        return done.returncode, done.stdout.decode(errors="replace")
