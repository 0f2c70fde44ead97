"""A chart's `.tgz` → its files, in memory: nothing is ever unpacked to a disk.

An archive comes from a stranger. Names that lead anywhere but down, links, devices, names that come
twice, headers that lie about sizes, damage, and more than a chart may hold are refused. Loaded only
where there is an archive.
"""

from __future__ import annotations

import io
import re
import tarfile
import zlib
from collections.abc import Iterator
from gzip import GzipFile
from typing import Any

from holdfast.charts.limits import MAX_FILE, Budget, too_large
from holdfast.charts.sources import has_odd_character
from holdfast.errors import ChartError, Where

_CHUNK = 64 * 1024
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)
_PACK = "pack the chart's folder again: `tar czf NAME-VERSION.tgz NAME`"


def unpack(data: bytes, *, label: str, budget: Budget) -> dict[str, bytes]:
    """The files of an archive by their names below its one top folder.

    Raises ChartError for anything that a packed chart has no need of.
    """
    return _Archive(data, label, budget).files()


class _Header(tarfile.TarInfo):
    """A header that must be right: tarfile takes a broken one for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Any:
        """The header in a block. Raises tarfile.ReadError for a broken or a cut one."""
        try:
            return super().frombuf(buf, encoding, errors)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise _Damaged(str(error)) from error


class _Damaged(Exception):
    """The archive is not whole."""


class _Counted:
    """The unpacked bytes of an archive as they are asked for, counted against the budget."""

    def __init__(self, file: GzipFile, label: str, budget: Budget) -> None:
        self._file, self._label, self._budget = file, label, budget

    def read(self, size: int = _CHUNK) -> bytes:
        found = self._file.read(max(0, min(size, _CHUNK * 16)))
        self._budget.add_bytes(len(found), self._label)
        return found


class _Archive:
    """One archive while it is read."""

    def __init__(self, data: bytes, label: str, budget: Budget) -> None:
        self.label, self.budget = label, budget
        self.stream = _Counted(GzipFile(fileobj=io.BytesIO(data)), label, budget)
        self.found: dict[str, bytes] = {}
        self.top = ""

    def files(self) -> dict[str, bytes]:
        damage = (_Damaged, tarfile.TarError, zlib.error, EOFError, OSError, ValueError)
        try:
            self._read()
        except damage as error:
            text = str(error) or type(error).__name__
            raise self._error(f"it is damaged or no .tgz: {text}", "", _PACK) from error
        if not self.found:
            raise self._error("the archive is empty", "", _PACK)
        return self.found

    def _read(self) -> None:
        stream: Any = self.stream
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as tar:
            for member in self._members(tar):
                name = self._name(member)
                if member.isdir():
                    continue
                self._check_kind(member, name)
                if name in self.found:
                    raise self._error(f"{name} is in it twice", name, _PACK)
                self.found[name] = self._content(tar, member, name)
            rest: Any = tar.fileobj
            while chunk := rest.read(_CHUNK):
                if chunk.strip(b"\0"):
                    raise self._error("something follows the end of the archive", "", _PACK)

    def _members(self, tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
        for member in tar:
            tar.members = []  # type: ignore[attr-defined]  # or every header is kept
            self.budget.add_file(f"{self.label}/{_shown(member.name)}")
            yield member

    def _name(self, member: tarfile.TarInfo) -> str:
        """The name below the top folder; empty for that folder itself."""
        name = member.name.removeprefix("./").rstrip("/")
        parts = name.split("/")
        if name in ("", ".") and member.isdir():
            return ""
        if problem := _problem(member.name, parts):
            hint = "do not use this archive: it may have been made to write elsewhere"
            raise self._error(f"the name {_shown(member.name)} {problem}", "", hint)
        self.top = self.top or parts[0]
        if parts[0] != self.top or (len(parts) == 1 and not member.isdir()):
            raise self._error(f"{_shown(name)} lies outside of its one top folder", "", _PACK)
        return "/".join(parts[1:])

    def _check_kind(self, member: tarfile.TarInfo, name: str) -> None:
        if member.type in _PLAIN and not member.issparse():
            return
        kind = "a link" if member.islnk() or member.issym() else "not a plain file"
        raise self._error(f"{name} is {kind}", name, "pack plain files only")

    def _content(self, tar: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> bytes:
        if member.size > MAX_FILE:
            raise too_large(self.label, name)
        file = tar.extractfile(member)
        data = file.read() if file else b""
        if len(data) != member.size:
            raise _Damaged(f"{name} is cut off")
        return data

    def _error(self, message: str, name: str, hint: str) -> ChartError:
        where = Where(f"{self.label}/{name}" if name else self.label)
        return ChartError(f"reading the chart {self.label}: {message}", where=where, hint=hint)


def _problem(name: str, parts: list[str]) -> str | None:
    if name.startswith("/"):
        return "starts at the root of a disk"
    if "\\" in name or re.match(r"[A-Za-z]:", name):
        return "is one for another system"
    if has_odd_character(name):
        return "has a control character in it"
    if ".." in parts:
        return "leads out of the chart"
    if "" in parts or "." in parts:
        return "is no plain path"
    return None


def _shown(name: str) -> str:
    """A name in a message; what cannot be shown is spelled out."""
    name = ascii(name)[1:-1] if has_odd_character(name) else name
    return name if len(name) <= 80 else f"{name[:80]}…"
