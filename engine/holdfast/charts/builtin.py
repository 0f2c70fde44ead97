"""The charts that ship with holdfast, as `builtin/NAME`: directories that anybody may read."""

from __future__ import annotations

from pathlib import Path

from holdfast.errors import ChartError

PREFIX = "builtin/"
_PACKAGE = Path(__file__).parent.parent


def builtin_charts() -> tuple[str, ...]:
    """Their names, libraries included, sorted."""
    return tuple(sorted(path.parent.name for path in _folder().glob("*/Chart.yaml")))


def resolve_builtin(path: str) -> str:
    """The directory that `builtin/NAME` means; any other path as it is.

    A directory of that name that is there goes first, as a path does in Helm. Raises ChartError for
    a name that no chart has.
    """
    name = path.removeprefix(PREFIX).rstrip("/")
    if not path.startswith(PREFIX) or Path(path).exists():
        return path
    if name not in builtin_charts():
        known = ", ".join(PREFIX + one for one in builtin_charts())
        raise ChartError(f"reading the chart {path}: holdfast ships no such chart", hint=known)
    return str(_folder() / name)


def _folder() -> Path:
    """In an installed package beside the code; in a checkout the repository's own charts/."""
    packed = _PACKAGE / "builtin"
    return packed if packed.is_dir() else _PACKAGE.parent.parent / "charts"
