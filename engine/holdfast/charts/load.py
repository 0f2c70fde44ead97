"""A chart's directory → Chart: the only code that opens a chart's files.

Nothing outside the directory is ever read: links that lead out, devices and pipes are refused, and
sizes are capped before anything is held in memory.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from holdfast import yamltext
from holdfast.charts import metadata
from holdfast.errors import ChartError, Where
from holdfast.model.chart import Chart, ChartFile

MAX_FILE = 5 * 1024 * 1024
MAX_CHART = 100 * 1024 * 1024
_NOTES = "templates/NOTES.txt.j2"
_ROOT_FILES = ("Chart.yaml", "values.yaml", "values.schema.json", "NOTES.txt.j2")
_FOLDERS = ("templates", "files")
_WHAT = "a chart is a directory with a Chart.yaml"


def load(path: str) -> Chart:
    """Read the chart in the directory `path`.

    Raises ChartError where there is no chart, or where a file is unreadable, too large, not UTF-8,
    or lies outside the directory; YamlError where Chart.yaml is not YAML.
    """
    root = Path(path)
    _check_root(root, path)
    files = {file.path: file for file in _read_all(root, path)}
    templates = tuple(file for name, file in files.items() if _is_template(name))
    for name in ("values.yaml", "values.schema.json", "NOTES.txt.j2", _NOTES):
        if name in files:
            _check_text(files[name], path)
    for file in templates:
        _check_text(file, path)
    source = f"{path}/Chart.yaml"
    return Chart(
        metadata=metadata.parse(
            yamltext.decode(files["Chart.yaml"].data, source=source), source=source
        ),
        root=path,
        digest=digest(files.values()),
        values=files.get("values.yaml"),
        schema=files.get("values.schema.json"),
        notes=files.get(_NOTES) or files.get("NOTES.txt.j2"),
        templates=templates,
        files=tuple(file for name, file in files.items() if name.startswith("files/")),
    )


def digest(files: Iterable[ChartFile]) -> str:
    """`sha256:…` over paths and contents: what makes two charts the same chart."""
    total = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path):
        total.update(f"{len(file.path)}:{file.path}:{len(file.data)}:".encode())
        total.update(file.data)
    return f"sha256:{total.hexdigest()}"


def _is_template(name: str) -> bool:
    return name.startswith("templates/") and name != _NOTES


def _check_root(root: Path, path: str) -> None:
    doing = f"reading the chart {path}"
    if not root.exists():
        raise ChartError(f"{doing}: no such directory", hint=_near_chart(root))
    if not root.is_dir():
        raise ChartError(
            f"{doing}: not a directory", hint="a chart is a directory with a Chart.yaml"
        )
    if not (root / "Chart.yaml").is_file():
        raise ChartError(
            f"{doing}: there is no Chart.yaml in it",
            where=Where(f"{path}/Chart.yaml"),
            hint=_near_chart(root) or _WHAT,
        )


def _near_chart(root: Path) -> str | None:
    """A hint that names charts close to the path that holds none."""
    near = root if root.is_dir() else root.parent
    places = (near, near / "charts")
    found = sorted(
        str(manifest.parent)
        for place in places
        if place.is_dir()
        for manifest in place.glob("*/Chart.yaml")
    )
    return f"charts near by: {', '.join(dict.fromkeys(found[:5]))}" if found else None


def _read_all(root: Path, path: str) -> Iterator[ChartFile]:
    real_root = root.resolve()
    total = 0
    for name in _names(root):
        file = _read(root / name, name, real_root, path)
        total += len(file.data)
        if total > MAX_CHART:
            raise ChartError(
                f"reading the chart {path}: it is larger than {MAX_CHART // 2**20} MiB",
                where=Where(f"{path}/{name}"),
            )
        yield file


def _names(root: Path) -> Iterator[str]:
    yield from (name for name in _ROOT_FILES if (root / name).exists())
    for folder in _FOLDERS:
        for parent, folders, names in os.walk(root / folder):
            folders.sort()
            for name in sorted(names):
                yield PurePosixPath(Path(parent, name).relative_to(root)).as_posix()


def _read(file: Path, name: str, real_root: Path, path: str) -> ChartFile:
    doing, where = f"reading the chart {path}: {name}", Where(f"{path}/{name}")
    try:
        real = file.resolve(strict=True)
        if not real.is_relative_to(real_root):
            raise ChartError(f"{doing} is a link that leads out of the chart", where=where)
        info = real.stat()
        if not stat.S_ISREG(info.st_mode):
            raise ChartError(f"{doing} is not a plain file", where=where)
        if info.st_size > MAX_FILE:
            limit = MAX_FILE // 2**20
            raise ChartError(f"{doing} is larger than {limit} MiB", where=where)
        return ChartFile(name, real.read_bytes())
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        text = getattr(error, "strerror", None) or "a loop of links"
        raise ChartError(f"{doing}: {text}", where=where) from error


def _check_text(file: ChartFile, path: str) -> None:
    try:
        file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        raise ChartError(
            f"reading the chart {path}: {file.path} is not UTF-8",
            where=Where(f"{path}/{file.path}", line),
            hint="save it as UTF-8",
        ) from error
