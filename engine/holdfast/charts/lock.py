"""Chart.lock: which chart each dependency was when `holdfast dependency update` looked at it.

Each entry has the version and the digest of the content, and both are checked at every use. Without
times or names of machines, so that the same charts give the same file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from holdfast import yamltext
from holdfast.errors import ChartError, Where
from holdfast.light import dataclass

NAME = "Chart.lock"
_HEAD = "# Written by `holdfast dependency update`: which charts this chart is used with.\n"
_FIELDS = ("name", "alias", "version", "repository", "digest")


@dataclass(frozen=True, slots=True)
class Locked:
    """One locked dependency. `digest` is the chart's (`sha256:…`)."""

    name: str
    version: str
    digest: str
    repository: str = ""
    alias: str = ""
    where: Where | None = None

    @property
    def key(self) -> str:
        """The name that its parent knows it by."""
        return self.alias or self.name


def read_lock(text: str, *, source: str, chart: str) -> tuple[Locked, ...]:
    """The entries of a lock's text. Raises ChartError or YamlError for anything else."""
    documents = yamltext.load_documents(text, source=source)
    data = documents[0].data if len(documents) == 1 else None
    items = data.get("dependencies") if isinstance(data, dict) else None
    if not isinstance(data, dict) or set(data) != {"dependencies"} or not isinstance(items, list):
        raise _unreadable(source, Where(source, 1, 1), chart)
    places = documents[0].positions
    return tuple(
        _entry(item, places.get(("dependencies", n)) or Where(source), chart)
        for n, item in enumerate(items)
    )


def dump_lock(entries: Sequence[Locked]) -> str:
    """The text of a lock."""
    rows = [{key: value for key in _FIELDS if (value := getattr(entry, key))} for entry in entries]
    return _HEAD + yamltext.dump({"dependencies": rows})


def write_lock(folder: Path, entries: Sequence[Locked]) -> None:
    """Write Chart.lock whole or not at all; a link in its place is refused, never followed.

    Raises ChartError.
    """
    target = folder / NAME
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise ChartError(
            f"writing {target}: it is a link or no plain file",
            where=Where(str(target)),
            hint="remove it",
        )
    part = folder / f".{NAME}.{os.getpid()}"
    try:
        fresh = os.open(
            part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o644
        )
        with os.fdopen(fresh, "w", encoding="utf-8", newline="\n") as file:
            file.write(dump_lock(entries))
        part.replace(target)
    except OSError as error:
        raise ChartError(
            f"writing {target}: {error.strerror}",
            where=Where(str(target)),
            hint="check who may write there",
        ) from error


def _entry(item: Any, where: Where, chart: str) -> Locked:
    texts = isinstance(item, dict) and all(isinstance(value, str) for value in item.values())
    if not texts or not {"name", "version", "digest"} <= set(item) <= set(_FIELDS):
        raise _unreadable(where.source, where, chart)
    return Locked(**item, where=where)


def _unreadable(source: str, where: Where, chart: str) -> ChartError:
    return ChartError(
        f"reading the chart: {source} is no lock that holdfast wrote",
        where=where,
        hint=f"`holdfast dependency update {chart}` writes it anew",
    )
