"""Which chart each dependency is: one in charts/, or one that `file://` names. Nothing is fetched.

A chart in charts/ is used before one that `file://` names, as in Helm, and so that a packed chart
needs nothing beside it. What Chart.lock says of a dependency is checked here, at every use.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from holdfast.charts import lock
from holdfast.charts.lock import Locked
from holdfast.charts.sources import Below, Source
from holdfast.errors import ChartError, Where
from holdfast.light import dataclass
from holdfast.model.chart import Chart, ChartMetadata, Dependency
from holdfast.model.semver import parse_range, parse_version

_FILE = "file://"


@dataclass(frozen=True, slots=True)
class Found:
    """A subchart and where it was: `place` is charts/… or file://…"""

    chart: Chart
    place: str

    @property
    def title(self) -> str:
        """Its name and version."""
        return f"{self.chart.metadata.name} {self.chart.metadata.version}"


class Loader(Protocol):
    """The part of load.py that reads one more chart."""

    def chart(self, source: Source, chain: tuple[str, ...]) -> Chart:
        """The chart of a source."""

    def unpack(self, data: bytes, label: str) -> Source:
        """An archive's files."""

    def open(self, path: str) -> Source:
        """A directory or an archive on disk."""


class Resolver:
    """The dependencies of one chart. `chain` are the real paths of the charts it is read for."""

    def __init__(
        self, loader: Loader, source: Source, meta: ChartMetadata, chain: tuple[str, ...]
    ) -> None:
        self.loader, self.source, self.meta, self.chain = loader, source, meta, chain
        self.vendored = list(self._vendored())

    def subcharts(self) -> tuple[Chart, ...]:
        """The declared dependencies in their order, then what else lies in charts/.

        Raises ChartError for one that is not there, does not fit, or is not what was locked.
        """
        pairs = [(item, self.find(item)) for item in self.meta.dependencies]
        self.check_lock(pairs)
        declared = [_renamed(found.chart, item.key) for item, found in pairs]
        return self._without_clash(declared, [found.chart for found in self.others()])

    def others(self) -> list[Found]:
        """The charts in charts/ that Chart.yaml does not name."""
        names = {item.name for item in self.meta.dependencies}
        return [found for found in self.vendored if found.chart.metadata.name not in names]

    def find(self, item: Dependency) -> Found:
        """The chart that a dependency means. Raises ChartError."""
        same = [found for found in self.vendored if found.chart.metadata.name == item.name]
        fitting = [found for found in same if _fits(found.chart, item)]
        if len(fitting) > 1:
            places = " and ".join(found.place for found in fitting)
            raise self._error(item, f"both {places} fit", "remove one, or narrow the version")
        if fitting:
            return fitting[0]
        if same:
            found = same[0]
            message = f"{found.place} is version {found.chart.metadata.version}"
            raise self._error(
                item, f"{message}, not {item.version}", "change one of the two versions"
            )
        if item.repository.startswith(_FILE):
            return self._read_file(item)
        raise self._missing(item)

    def _missing(self, item: Dependency) -> ChartError:
        if item.repository:
            hint = f"download it from {item.repository} and put the .tgz into charts/"
            return self._error(item, "it is not in charts/, and nothing is fetched", hint)
        near = _nearest(item.name, [found.chart.metadata.name for found in self.vendored])
        hint = f"did you mean {near!r}?" if near else "put it into charts/, or add a `repository`"
        return self._error(item, "there is no such chart in charts/", hint)

    def _read_file(self, item: Dependency) -> Found:
        path = item.repository.removeprefix(_FILE)
        if self.source.folder is None:
            hint = "pack it with its dependencies in charts/"
            raise self._error(item, "an archive cannot name a chart outside of itself", hint)
        if not path or "\0" in path:
            raise self._error(item, "`file://` names no path", "as in file://../common")
        target = os.path.normpath(self.source.folder / path)
        if not _exists(target):
            hint = "the path starts at the folder of this Chart.yaml"
            raise self._error(item, f"{target} does not exist", hint)
        chart = self.loader.chart(self.loader.open(target), self.chain)
        if chart.metadata.name != item.name:
            hint = f"name it {chart.metadata.name}, and `alias: {item.key}` if you like"
            raise self._error(item, f"the chart there is {chart.metadata.name}", hint)
        if not _fits(chart, item):
            message = f"the chart there is version {chart.metadata.version}, not {item.version}"
            raise self._error(item, message, "change one of the two versions")
        return Found(chart, item.repository)

    # What lies in charts/

    def _vendored(self) -> Iterable[Found]:
        below = [name for name in self.source.names() if name.startswith("charts/")]
        entries = dict.fromkeys(name.split("/")[1] for name in below)
        for entry in entries:
            if entry[0] in "._":
                continue
            place = f"charts/{entry}"
            if place not in below:
                yield Found(self.loader.chart(Below(self.source, place), self.chain), place)
                continue
            data = self.source.read(place)
            if entry.endswith(".tgz"):
                source = self.loader.unpack(data, f"{self.source.label}/{place}")
                yield Found(self.loader.chart(source, self.chain), place)

    def _without_clash(self, declared: list[Chart], others: list[Chart]) -> tuple[Chart, ...]:
        seen: set[str] = set()
        for chart in (*declared, *others):
            if (name := chart.metadata.name) in seen:
                raise ChartError(
                    f"reading the chart {self.source.label}: two charts in it are called {name!r}",
                    where=Where(chart.root),
                    hint="remove one of them from charts/, or give a dependency another alias",
                )
            seen.add(name)
        return (*declared, *others)

    # Chart.lock

    def check_lock(self, pairs: Sequence[tuple[Dependency, Found]]) -> None:
        """Raise ChartError where a dependency is not the chart that Chart.lock names."""
        entries = self.read_lock()
        if entries is None:
            for item, found in pairs:
                if found.place.startswith(_FILE):
                    raise self._unlocked(item, "there is no Chart.lock")
            return
        known = {entry.key: entry for entry in entries}
        for item, found in pairs:
            if (entry := known.pop(item.key, None)) is None:
                raise self._unlocked(item, "Chart.lock does not have it")
            if problem := difference(entry, item, found):
                raise self._unlocked(item, problem, entry.where)
        for entry in known.values():
            raise ChartError(
                f"reading the chart {self.source.label}: Chart.lock has {entry.key}, which"
                " Chart.yaml does not",
                where=entry.where,
                hint=self._update,
            )

    def read_lock(self) -> tuple[Locked, ...] | None:
        """The lock's entries; None where there is no lock."""
        if lock.NAME not in self.source.names():
            return None
        source = f"{self.source.label}/{lock.NAME}"
        from holdfast import yamltext

        text = yamltext.decode(self.source.read(lock.NAME), source=source)
        return lock.read_lock(text, source=source, chart=self.source.label)

    @property
    def _update(self) -> str:
        return f"`holdfast dependency update {self.source.label}` writes Chart.lock anew"

    def _unlocked(self, item: Dependency, problem: str, where: Where | None = None) -> ChartError:
        error = self._error(item, problem, self._update)
        error.where = where or error.where
        return error

    def _error(self, item: Dependency, problem: str, hint: str) -> ChartError:
        return ChartError(
            f"reading the chart {self.source.label}: dependency {item.key}: {problem}",
            where=item.where,
            hint=hint,
        )


def difference(entry: Locked, item: Dependency, found: Found) -> str | None:
    """What a chart has other than Chart.lock says; None where nothing is."""
    version = found.chart.metadata.version
    if (entry.name, entry.repository) != (item.name, item.repository):
        return "Chart.yaml has changed since Chart.lock was written"
    if entry.version != version:
        return f"{found.place} is version {version}, Chart.lock says {entry.version}"
    if entry.digest != found.chart.digest:
        said, is_now = entry.digest[:19], found.chart.digest[:19]
        return f"{found.place} has other content than Chart.lock says ({is_now}…, not {said}…)"
    return None


def lock_entry(item: Dependency, found: Found) -> Locked:
    """What Chart.lock says of a dependency."""
    meta = found.chart.metadata
    return Locked(item.name, meta.version, found.chart.digest, item.repository, item.alias)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:
        return False


def _fits(chart: Chart, item: Dependency) -> bool:
    wanted = parse_range(item.version)
    version = parse_version(chart.metadata.version)
    return wanted.allows(version) or (not item.version and bool(version.prerelease))


def _renamed(chart: Chart, name: str) -> Chart:
    """The chart as its parent knows it (Helm: an alias becomes the chart's name)."""
    if chart.metadata.name == name:
        return chart
    return replace(chart, metadata=replace(chart.metadata, name=name))


def _nearest(name: str, names: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(names), n=1)), None)
