"""The files at a chart's root that people read and nothing else does: as they are, for `show`."""

from __future__ import annotations

from holdfast.charts.load import Loader
from holdfast.errors import printable

_READMES = ("readme.md", "readme.txt", "readme")


def manifest_page(path: str) -> str:
    """The text of Chart.yaml. Raises ChartError."""
    return _read(path, ("chart.yaml",))


def readme_page(path: str) -> str:
    """The README, whatever its spelling; empty where there is none. Raises ChartError."""
    return _read(path, _READMES)


def _read(path: str, wanted: tuple[str, ...]) -> str:
    source = Loader(path).open(path)
    name = next((name for name in source.names() if name.lower() in wanted), None)
    if name is None:
        return ""
    text = source.read(name).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return printable(text)  # what steers a terminal is shown, not obeyed
