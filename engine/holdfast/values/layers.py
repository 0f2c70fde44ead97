"""Where values come from: a chart's own file, and the files a user names.

The one module of this floor that opens files. Knows nothing of merging.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from holdfast.errors import ValuesError, Where
from holdfast.model.chart import Chart
from holdfast.model.later import LaterSet
from holdfast.model.values import Layer
from holdfast.values.patches import paths_in
from holdfast.yamltext import MAX_BYTES, decode, load_documents

MOST = 256
"""Charts' values.yaml that are kept once read, so that many releases of a chart read it once."""

STDIN = "-"
"""The file name that means standard input."""


def chart_layer(chart: Chart) -> Layer:
    """The chart's values.yaml, nulls and all; an empty layer where the chart has none.

    It is not to be changed: the chart's next release gets the same. Raises YamlError and
    ValuesError for what is not one map.
    """
    return _chart_layer(f"{chart.root}/values.yaml", chart.values.text if chart.values else "")


@lru_cache(maxsize=MOST)
def _chart_layer(source: str, text: str) -> Layer:
    found = _read_documents(text, source, "chart")
    if len(found) > 1:
        raise ValuesError(
            f"reading {source}: a second document starts here, only one is expected",
            where=found[1].origins[()],
            hint="join the documents into one",
        )
    layer = found[0] if found else Layer({}, {(): Where(source, kind="chart")})
    return replace(layer, named=LaterSet(lambda: frozenset(paths_in(layer.tree))))


def file_layers(text: str, *, source: str) -> list[Layer]:
    """One layer per document of a values file, in order; an empty document gives none.

    Raises YamlError for text that is not YAML, ValuesError for a document that is not a map.
    """
    return _read_documents(text, source, "file")


def read_layers(path: str, *, stdin: Callable[[], bytes]) -> list[Layer]:
    """The layers of the values file at `path`; `-` is standard input.

    Raises ValuesError for a file that cannot be read, and as `file_layers`.
    """
    source = "<stdin>" if path == STDIN else path
    return file_layers(decode(read_file(path, stdin), source=source), source=source)


def read_file(path: str, stdin: Callable[[], bytes]) -> bytes:
    """The content of the file at `path`; `-` is standard input, read by `stdin`.

    Raises ValuesError for a file that is missing, unreadable, or larger than 16 MiB.
    """
    try:
        data = stdin() if path == STDIN else _read_limited(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ValuesError(
            f"reading {path}: {reason or error}",
            where=Where(path),
            hint=_hint(error),
        ) from None
    if len(data) > MAX_BYTES:
        raise ValuesError(
            f"reading {path}: larger than {MAX_BYTES // 1024 // 1024} MiB",
            where=Where(path),
            hint="a values file holds settings: mount large data in another way",
        )
    return data


def _read_limited(path: str) -> bytes:
    """One byte more than is allowed, at most: a device may never end."""
    from pathlib import Path

    with Path(path).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _hint(error: Exception) -> str | None:
    if isinstance(error, FileNotFoundError):
        return "check the name; a relative path starts at the current directory"
    if isinstance(error, IsADirectoryError):
        return "name a file inside of it"
    if isinstance(error, PermissionError):
        return "check who may read it"
    return None


def _read_documents(text: str, source: str, kind: str) -> list[Layer]:
    layers = []
    for document in load_documents(text, source=source, kind=kind):
        if document.data is None:
            continue
        if not isinstance(document.data, dict):
            raise ValuesError(
                f"reading {source}: values must be a map, not {_name(document.data)}",
                where=document.positions[()],
                hint="write `key: value` lines",
            )
        layers.append(Layer(document.data, document.positions))
    return layers


def _name(data: object) -> str:
    names = {list: "a list", str: "text", bool: "a boolean"}
    return names.get(type(data), "a number")
