"""A chart's directory or archive → Chart, with every chart in it: the one code that reads charts.

Which files may be read is sources.py's and archive.py's business; what a dependency means,
resolve.py's. Here files find their places.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from holdfast import yamltext
from holdfast.charts import ignore, metadata
from holdfast.charts.builtin import resolve_builtin
from holdfast.charts.limits import MAX_CHART, MAX_DEPTH, Budget
from holdfast.charts.resolve import Resolver
from holdfast.charts.sources import Directory, Filtered, Source, Unpacked, cannot_read
from holdfast.errors import ChartError, Where
from holdfast.model.chart import Chart, ChartFile

_NOTES = "templates/NOTES.txt.j2"
_KEPT = frozenset(("Chart.yaml", "Chart.lock", ignore.NAME))
_PARTS = ("templates/", "files/")
_CRDS = "crds/"
_PLAIN = (".yaml", ".yml", ".json")
_TEXTS = ("values.yaml", "values.schema.json", "NOTES.txt.j2")
_WHAT = "a chart is a directory with a Chart.yaml, or such a directory packed as .tgz"
_BOM = b"\xef\xbb\xbf"


def load(path: str) -> Chart:
    """Read the chart at `path` (a directory, a `.tgz`, or `builtin/NAME`), and its subcharts.

    Raises ChartError where there is no chart, where a file is unreadable, too large, not UTF-8, or
    lies outside, and where a dependency is missing or not what Chart.lock says; YamlError where
    Chart.yaml is not YAML.
    """
    loader = Loader(path)
    return loader.chart(loader.open(path), ())


def digest(files: Iterable[ChartFile], subcharts: Iterable[Chart] = ()) -> str:
    """`sha256:…` over paths, contents and subcharts: what makes two charts the same chart.

    A chart has the same digest as a directory and as an archive.
    """
    total = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path):
        total.update(f"{len(file.path)}:{file.path}:{len(file.data)}:".encode())
        total.update(file.data)
    for chart in sorted(subcharts, key=lambda chart: chart.metadata.name):
        total.update(f"chart:{chart.metadata.name}:{chart.digest}:".encode())
    return f"sha256:{total.hexdigest()}"


class Loader:
    """Reads one tree of charts; all of it counts against one budget."""

    def __init__(self, name: str) -> None:
        self.budget = Budget(name)

    def open(self, path: str) -> Source:
        """The files of the directory or archive at `path`. Raises ChartError."""
        try:
            return self._open(path)
        except OSError as error:
            raise cannot_read(path, error) from error

    def _open(self, path: str) -> Source:
        path = resolve_builtin(path)
        root = Path(path)
        doing = f"reading the chart {path}"
        if not root.exists():
            raise ChartError(
                f"{doing}: no such directory or archive", hint=_near_chart(root) or _WHAT
            )
        if root.is_dir():
            return Directory(path, self.budget)
        if root.suffix != ".tgz" or not root.is_file():
            raise ChartError(f"{doing}: not a directory, and no .tgz", hint=_WHAT)
        with root.open("rb") as file:
            data = file.read(MAX_CHART + 1)
        self.budget.add_bytes(len(data), path)
        return self.unpack(data, path)

    def unpack(self, data: bytes, label: str) -> Source:
        """The files of an archive."""
        from holdfast.charts.archive import unpack

        return Unpacked(label, unpack(data, label=label, budget=self.budget))

    def chart(self, source: Source, chain: tuple[str, ...]) -> Chart:
        """The chart of a source, and those in it; `chain` are the places it is read for."""
        resolver = self.resolver(source, chain)
        subcharts = resolver.subcharts()
        files = {name: self._file(resolver.source, name) for name in _wanted(resolver.source)}
        return Chart(
            metadata=resolver.meta,
            root=source.label,
            digest=digest([*files.values(), _manifest(source)], subcharts),
            values=files.get("values.yaml"),
            schema=files.get("values.schema.json"),
            notes=files.get(_NOTES) or files.get("NOTES.txt.j2"),
            templates=tuple(file for name, file in files.items() if _is_template(name)),
            files=tuple(file for name, file in files.items() if name.startswith("files/")),
            crds=tuple(file for name, file in files.items() if name.startswith(_CRDS)),
            subcharts=subcharts,
        )

    def resolver(self, source: Source, chain: tuple[str, ...] = ()) -> Resolver:
        """The dependencies of a source, read as far as they lie in charts/."""
        chain = (*chain, self._place(source, chain))
        self.budget.add_chart(source.label)
        names = source.names()
        if "Chart.yaml" not in names:
            raise _no_chart(source)
        if linked := [name for name in names if name in ("templates", "files", "charts", "crds")]:
            source.read(linked[0])  # no folder but a link or a file: this says so
        label = f"{source.label}/Chart.yaml"
        text = yamltext.decode(source.read("Chart.yaml"), source=label)
        meta = metadata.parse(text, source=label)
        return Resolver(self, _without_ignored(source, names), meta, chain)

    def _place(self, source: Source, chain: tuple[str, ...]) -> str:
        """The place of a source, if the chain to it neither closes nor gets too long."""
        place = str(source.folder.resolve()) if source.folder else source.label
        if place in chain:
            names = [Path(item).name for item in (*chain[chain.index(place) :], place)]
            raise ChartError(
                f"reading the chart {source.label}: it depends on itself: {' → '.join(names)}",
                where=Where(f"{source.label}/Chart.yaml"),
                hint="remove one of these dependencies",
            )
        if len(chain) >= MAX_DEPTH:
            message = f"charts are nested deeper than {MAX_DEPTH}"
            raise ChartError(f"reading the chart {source.label}: {message}", hint="flatten them")
        return place

    def _file(self, source: Source, name: str) -> ChartFile:
        data = source.read(name)
        if name in _TEXTS or name.startswith(("templates/", _CRDS)):
            data = data.removeprefix(_BOM)
            _check_text(data, name, source.label)
        return ChartFile(name, data)


def _without_ignored(source: Source, names: list[str]) -> Source:
    if ignore.NAME not in names:
        return source
    label = f"{source.label}/{ignore.NAME}"
    rules = ignore.Ignore(yamltext.decode(source.read(ignore.NAME), source=label))
    kept = [name for name in names if name in _KEPT or not rules.ignores(name)]
    return Filtered(source, kept)


def _wanted(source: Source) -> list[str]:
    names = source.names()
    parts = [name for name in names if name in _TEXTS or name.startswith(_PARTS)]
    return sorted([*parts, *_crds(source.label, names)])


def _crds(label: str, names: list[str]) -> list[str]:
    """The YAML files under crds/; others (a README) are not read, as in Helm."""
    below = [name for name in names if name.startswith(_CRDS)]
    for name in below:
        if name.endswith(".j2"):
            raise ChartError(
                f"reading the chart {label}: {name} is a template, and crds/ is never rendered",
                where=Where(f"{label}/{name}"),
                hint="put it into templates/, or write plain YAML without .j2",
            )
    return [name for name in below if name.endswith(_PLAIN)]


def _manifest(source: Source) -> ChartFile:
    return ChartFile("Chart.yaml", source.read("Chart.yaml"))


def _is_template(name: str) -> bool:
    return name.startswith("templates/") and name != _NOTES


def _no_chart(source: Source) -> ChartError:
    hint = _near_chart(source.folder) if source.folder else None
    return ChartError(
        f"reading the chart {source.label}: there is no Chart.yaml in it",
        where=Where(f"{source.label}/Chart.yaml"),
        hint=hint or _WHAT,
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


def _check_text(data: bytes, name: str, label: str) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ChartError(
            f"reading the chart {label}: {name} is not UTF-8",
            where=Where(f"{label}/{name}", line),
            hint="save it as UTF-8",
        ) from error
