"""Where a chart's files come from: a directory, an archive, or a folder within one of these.

Nothing outside is ever read: links that lead out, devices and pipes are refused, and sizes are
counted before anything is held in memory. Nothing is ever written.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from holdfast.charts.limits import MAX_FILE, Budget, too_large
from holdfast.errors import ChartError, Where

_FOLDERS = ("templates", "files", "charts", "crds")


class Source(Protocol):
    """Files by name: relative to the chart, with `/`. `label` is how messages name the chart."""

    @property
    def label(self) -> str:
        """How messages name the chart."""

    @property
    def folder(self) -> Path | None:
        """The directory on disk, from which `file://` starts; None inside of an archive."""

    def names(self) -> list[str]:
        """The files, sorted; those in folders that no chart has may be left out."""

    def read(self, name: str) -> bytes:
        """A file's content. Raises ChartError."""


class Directory:
    """A chart's directory."""

    def __init__(self, path: str, budget: Budget) -> None:
        self.label = path
        self.folder: Path | None = Path(path)
        self._root = Path(path)
        self._real = self._root.resolve()
        self._budget = budget
        self._names: list[str] = []

    def names(self) -> list[str]:
        """The plain files at the root, and all under _FOLDERS."""
        if not self._names:
            try:
                top = [entry.name for entry in os.scandir(self._root) if not entry.is_dir()]
                self._names = sorted([*top, *self._below()])
            except OSError as error:
                raise cannot_read(self.label, error) from error
        return self._names

    def _below(self) -> Iterator[str]:
        for top in _FOLDERS:
            if (self._root / top).is_symlink():
                yield top  # a link: `read` says what is wrong with it
            for parent, folders, names in os.walk(self._root / top, onerror=_raise):
                linked = [name for name in folders if Path(parent, name).is_symlink()]
                for name in [*names, *linked]:
                    found = Path(parent, name).relative_to(self._root)
                    self._check_name(str(found))
                    self._budget.add_file(f"{self.label}/{found}")
                    yield PurePosixPath(found).as_posix()

    def _check_name(self, name: str) -> None:
        if has_odd_character(name):
            raise ChartError(
                f"reading the chart {self.label}: the name {name!a} cannot be shown",
                where=Where(self.label),
                hint="give the file another name",
            )

    def read(self, name: str) -> bytes:
        """A file's content; a link may lead to another file of the same directory."""
        doing, where = f"reading the chart {self.label}: {name}", Where(f"{self.label}/{name}")
        try:
            real = (self._root / name).resolve(strict=True)
            if not real.is_relative_to(self._real):
                raise ChartError(
                    f"{doing} is a link that leads out of the chart",
                    where=where,
                    hint="copy the file; name a chart elsewhere by `repository: file://…`",
                )
            info = real.stat()
            if not stat.S_ISREG(info.st_mode):
                raise ChartError(f"{doing} is not a plain file", where=where, hint="remove it")
            if info.st_size > MAX_FILE:
                raise too_large(self.label, name)
            data = _read_at_most(real, MAX_FILE + 1)
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop, before Python 3.13
            text = getattr(error, "strerror", None) or "a loop of links"
            raise ChartError(f"{doing}: {text}", where=where) from error
        if len(data) > MAX_FILE:
            raise too_large(self.label, name)
        self._budget.add_bytes(len(data), f"{self.label}/{name}")
        return data


class Unpacked:
    """The files of an archive, all in memory."""

    folder: Path | None = None

    def __init__(self, label: str, files: Mapping[str, bytes]) -> None:
        self.label = label
        self._files = files

    def names(self) -> list[str]:
        """Every file."""
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        """A file's content."""
        return self._files[name]


class Below:
    """A folder of a source, as a source: a subchart under charts/."""

    def __init__(self, source: Source, folder: str) -> None:
        self.label = f"{source.label}/{folder}"
        self.folder = source.folder / folder if source.folder else None
        self._source = source
        self._prefix = f"{folder}/"

    def names(self) -> list[str]:
        """The files under the folder."""
        found = (name for name in self._source.names() if name.startswith(self._prefix))
        return [name.removeprefix(self._prefix) for name in found]

    def read(self, name: str) -> bytes:
        """A file's content."""
        return self._source.read(self._prefix + name)


class Filtered:
    """A source without the files that its .holdfastignore leaves out."""

    def __init__(self, source: Source, names: list[str]) -> None:
        self.label, self.folder = source.label, source.folder
        self._source, self._names = source, names

    def names(self) -> list[str]:
        """The files that are left."""
        return self._names

    def read(self, name: str) -> bytes:
        """A file's content."""
        return self._source.read(name)


def has_odd_character(name: str) -> bool:
    """Whether a name has a character that no terminal should get, or half of one."""
    return any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in name)


def cannot_read(label: str, error: OSError) -> ChartError:
    """The error for what the system refuses to show."""
    return ChartError(
        f"reading the chart {label}: {error.strerror or error}",
        where=Where(str(error.filename or label)),
        hint="check who may read it",
    )


def _raise(error: OSError) -> None:
    """What os.walk would pass over."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


def _read_at_most(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)
