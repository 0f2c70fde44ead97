"""What all containers are said to have written: one file for this run of each, one for the last.

The lines are in the container runtime's form (CRI): time, stream, whether the line is whole, text.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TIME = "2026-01-01T00:00:0{}.000000000Z stdout F {}"


@dataclass(frozen=True, slots=True)
class ContainerLogs:
    """The files, and kwok's configuration that names them."""

    config: Path
    current: Path
    previous: Path

    def write(self, lines: Sequence[str], previous: Sequence[str] = ()) -> None:
        """Let these be the lines, of at most ten each."""
        for path, texts in ((self.current, lines), (self.previous, previous)):
            path.write_text("".join(f"{_TIME.format(*pair)}\n" for pair in enumerate(texts)))


def make_logs(folder: Path) -> ContainerLogs:
    """Write a configuration for two files that have no lines yet."""
    made = ContainerLogs(folder / "logs.yaml", folder / "current.log", folder / "previous.log")
    made.write(())
    files = {"logsFile": str(made.current), "previousLogsFile": str(made.previous)}
    document = {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "ClusterLogs",
        "metadata": {"name": "all"},
        "spec": {"logs": [files]},
    }
    made.config.write_text(json.dumps(document))
    return made
