"""What `holdfast dependency` shows and does: each dependency's state, the tree, and Chart.lock."""

from __future__ import annotations

from pathlib import Path

from holdfast.charts import lock
from holdfast.charts.load import Loader, load
from holdfast.charts.lock import Locked
from holdfast.charts.resolve import Found, Resolver, difference, lock_entry
from holdfast.errors import ChartError, Where
from holdfast.light import dataclass
from holdfast.model.chart import Chart, Dependency

OK = "ok"
NOT_LOCKED = "not locked"
CHANGED = "changed"
UNDECLARED = "undeclared"
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class DependencyState:
    """One dependency of a chart, as `dependency list` shows it.

    `version` is the range that is asked for; `found` the version that is there, at `place`
    (charts/… or file://…); `status` is ok, not locked, changed (since Chart.lock was written),
    undeclared (only lies in charts/) or missing, which `reason` explains.
    """

    name: str
    version: str
    repository: str
    status: str
    alias: str = ""
    found: str = ""
    place: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A chart in `dependency tree`, with those below it."""

    name: str
    version: str
    type: str
    root: str
    condition: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    children: tuple[TreeNode, ...] = ()


def list_dependencies(path: str) -> tuple[DependencyState, ...]:
    """The declared dependencies of the chart at `path`, then what else lies in charts/.

    Raises ChartError for a chart that cannot be read; a dependency that is missing or does not fit
    is a line of the list.
    """
    resolver = _resolver(path)
    entries = {entry.key: entry for entry in resolver.read_lock() or ()}
    rows = [_state(resolver, item, entries) for item in resolver.meta.dependencies]
    for found in resolver.others():
        meta = found.chart.metadata
        rows.append(
            DependencyState(meta.name, "", "", UNDECLARED, found=meta.version, place=found.place)
        )
    return tuple(rows)


def update_dependencies(path: str) -> tuple[Locked, ...]:
    """Find every dependency of the chart in the directory `path`, and write Chart.lock.

    Returns what was locked. Raises ChartError.
    """
    folder = Path(path)
    if folder.exists() and not folder.is_dir():
        raise ChartError(
            f"locking the dependencies of {path}: it is an archive",
            where=Where(path),
            hint="unpack it, or change the directory that it was packed from",
        )
    resolver = _resolver(path)
    pairs = [(item, resolver.find(item)) for item in resolver.meta.dependencies]
    entries = tuple(lock_entry(item, found) for item, found in pairs)
    target = folder / lock.NAME
    if entries or target.exists() or target.is_symlink():
        lock.write_lock(folder, entries)
    load(path)
    return entries


def build_dependencies(path: str) -> tuple[Locked, ...]:
    """Prove that every dependency is the chart that Chart.lock names; write it where none is.

    Returns the lock. Raises ChartError for any difference.
    """
    entries = _resolver(path).read_lock()
    if entries is None:
        return update_dependencies(path)
    load(path)
    return entries


def dependency_tree(path: str) -> TreeNode:
    """The chart at `path` with all charts below it, those too that values may switch off."""
    return _node(load(path), None)


def _resolver(path: str) -> Resolver:
    loader = Loader(path)
    return loader.resolver(loader.open(path))


def _node(chart: Chart, item: Dependency | None) -> TreeNode:
    meta = chart.metadata
    return TreeNode(
        meta.name,
        meta.version,
        meta.type,
        chart.root,
        item.condition if item else (),
        item.tags if item else (),
        tuple(_node(sub, chart.dependency(sub.metadata.name)) for sub in chart.subcharts),
    )


def _state(resolver: Resolver, item: Dependency, entries: dict[str, Locked]) -> DependencyState:
    row = (item.name, item.version, item.repository)
    try:
        found = resolver.find(item)
    except ChartError as error:
        reason = error.message.rpartition(f"{item.key}: ")[2]
        return DependencyState(*row, MISSING, item.alias, reason=reason)
    status, reason = _against(entries.get(item.key), item, found)
    version = found.chart.metadata.version
    return DependencyState(*row, status, item.alias, version, found.place, reason)


def _against(entry: Locked | None, item: Dependency, found: Found) -> tuple[str, str]:
    if entry is None:
        return NOT_LOCKED, "`holdfast dependency update` writes Chart.lock"
    if problem := difference(entry, item, found):
        return CHANGED, problem
    return OK, ""
