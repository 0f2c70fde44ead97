"""What reading one chart with all that is in it may cost, counted in one place.

The counts are for the whole tree: subcharts, archives within archives and charts named by
`file://` share them, so that nesting buys nothing.
"""

from __future__ import annotations

from holdfast.errors import ChartError, Where
from holdfast.light import dataclass

MAX_FILE = 5 * 1024 * 1024
"""Bytes of one file."""

MAX_CHART = 100 * 1024 * 1024
"""Bytes of all files, unpacked, of a chart and everything in it."""

MAX_FILES = 10_000
"""Files in a chart and everything in it, folders and links of archives included."""

MAX_CHARTS = 256
"""Charts in one tree."""

MAX_DEPTH = 16
"""Charts inside of one another."""


@dataclass(slots=True)
class Budget:
    """What has been read so far for one chart."""

    name: str
    size: int = 0
    files: int = 0
    charts: int = 0

    def add_bytes(self, count: int, where: str) -> None:
        """Count bytes. Raises ChartError over MAX_CHART."""
        self.size += count
        if self.size > MAX_CHART:
            raise self._over(f"it is larger than {MAX_CHART >> 20} MiB", where)

    def add_file(self, where: str) -> None:
        """Count a file. Raises ChartError over MAX_FILES."""
        self.files += 1
        if self.files > MAX_FILES:
            raise self._over(f"it has more than {MAX_FILES} files", where)

    def add_chart(self, where: str) -> None:
        """Count a chart. Raises ChartError over MAX_CHARTS."""
        self.charts += 1
        if self.charts > MAX_CHARTS:
            raise self._over(f"it has more than {MAX_CHARTS} charts in it", where)

    def _over(self, message: str, where: str) -> ChartError:
        return ChartError(
            f"reading the chart {self.name}: {message}",
            where=Where(where),
            hint="leave what it does not need out with .holdfastignore",
        )


def too_large(chart: str, name: str) -> ChartError:
    """The error for one file over MAX_FILE."""
    return ChartError(
        f"reading the chart {chart}: {name} is larger than {MAX_FILE >> 20} MiB",
        where=Where(f"{chart}/{name}"),
        hint="mount large data in another way, or list it in .holdfastignore",
    )
