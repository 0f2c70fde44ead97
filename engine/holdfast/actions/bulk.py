"""template --releases: many releases rendered in one process, each chart read once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path
from typing import Any, TypeVar

from holdfast import yamltext
from holdfast.actions.draft import Capabilities, DraftOptions, load_chart
from holdfast.actions.parallel import in_order
from holdfast.actions.sources import SET_KINDS, Sources
from holdfast.actions.template import draft_offline
from holdfast.errors import HoldfastError, Problem, UsageError, Where
from holdfast.light import dataclass
from holdfast.model.release import Revision
from holdfast.releases.history import check_name
from holdfast.values.layers import read_file

T = TypeVar("T")

_LISTS = ("values", *SET_KINDS)
_KEYS = ("name", "chart", "namespace", *_LISTS)


@dataclass(frozen=True, slots=True)
class WantedRelease:
    """One line of a releases file; `where` is its place in the file."""

    name: str
    chart: str
    namespace: str
    sources: Sources = field(default_factory=Sources)
    where: Where | None = None


def read_releases(path: str, *, namespace: str = "default") -> tuple[WantedRelease, ...]:
    """Read a releases file: `releases`, a list of maps with the keys of `_KEYS`.

    Charts and values files are found from the file's own folder; `namespace` is that of releases
    that name none. Raises UsageError with the place of what is wrong, YamlError, ValuesError (the
    file cannot be read).
    """
    text = yamltext.decode(read_file(path, lambda: b""), source=path)
    documents = yamltext.load_documents(text, source=path)
    data = documents[0].data if len(documents) == 1 else None
    listed = data.get("releases") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise UsageError(
            f"reading {path}: it must hold one list `releases`",
            where=Where(path, 1, 1),
            hint="releases: [{name: web, chart: charts/nginx, values: [web.yaml]}]",
        )
    positions = documents[0].positions
    rows = [
        _wanted(row, positions.get(("releases", index)) or Where(path), path, namespace)
        for index, row in enumerate(listed)
    ]
    _check_names(rows)
    return tuple(rows)


def render_releases(
    wanted: Sequence[WantedRelease],
    *,
    finish: Callable[[Revision], T],
    capabilities: Capabilities | None = None,
    draft_options: DraftOptions | None = None,
    jobs: int = 1,
) -> Iterator[T]:
    """What `finish` makes of the revision that an install of each would record, in their order.

    With `jobs` over 1 many releases are rendered by several processes; what `finish` gives must
    then be plain data. Raises as render_template does; the first failure ends it.
    """
    charts = {path: load_chart(path) for path in dict.fromkeys(row.chart for row in wanted)}
    options = draft_options or DraftOptions()

    def work(index: int) -> tuple[T, list[Problem]]:
        row, warnings = wanted[index], list[Problem]()
        told = replace(options, warn=warnings.append)
        with _naming(row):
            made = draft_offline(
                charts[row.chart],
                row.sources,
                release=row.name,
                namespace=row.namespace,
                capabilities=capabilities,
                options=told,
            )
            return finish(made), warnings

    for found, warnings in in_order(work, len(wanted), jobs=jobs):
        for warning in warnings:
            options.warn(warning)
        yield found


@contextmanager
def _naming(row: WantedRelease) -> Iterator[None]:
    """Which of many releases it was that failed, and where the file lists it."""
    try:
        yield
    except HoldfastError as error:
        error.message = f"release {row.name}: {error.message}"
        error.callers = (*error.callers, *([row.where] if row.where else []))
        raise


def _wanted(row: Any, where: Where, path: str, namespace: str) -> WantedRelease:
    _check_row(row, where, path)
    folder = Path(path).parent
    sets = {kind: tuple(row.get(kind, ())) for kind in SET_KINDS}
    files = tuple(str(folder / name) for name in row.get("values", ()))
    check_name(row["name"])
    return WantedRelease(
        name=row["name"],
        chart=str(folder / row["chart"]),
        namespace=row.get("namespace", namespace),
        sources=Sources(files=files, sets=sets),
        where=where,
    )


def _check_row(row: Any, where: Where, path: str) -> None:
    if not isinstance(row, Mapping) or not {"name", "chart"} <= row.keys():
        raise UsageError(f"reading {path}: a release has a name and a chart", where=where)
    for key, value in row.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(_KEYS)}"
            raise UsageError(f"reading {path}: unknown key {key!r}", where=where, hint=hint)
        items = value if key in _LISTS and isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in items) or (key in _LISTS) != (items is value):
            wanted = "a list of texts" if key in _LISTS else "text"
            raise UsageError(f"reading {path}: {key!r} must be {wanted}", where=where)


def _check_names(rows: Sequence[WantedRelease]) -> None:
    seen: dict[tuple[str, str], WantedRelease] = {}
    for row in rows:
        other = seen.setdefault((row.namespace, row.name), row)
        if other is not row:
            raise UsageError(
                f"release {row.name} in namespace {row.namespace} stands there twice: "
                f"{other.where} and {row.where}",
                where=row.where,
                hint="give one of them another name or namespace",
            )
