"""Bytes → text, before any parser sees it: UTF-8 only, within a size. Opens no file."""

from __future__ import annotations

from holdfast.errors import Where, YamlError

MAX_BYTES = 16 * 1024 * 1024
"""The largest text that is read."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00")


def decode(data: bytes, *, source: str) -> str:
    """`data` as UTF-8, a byte order mark dropped. Raises YamlError for anything else."""
    check_size(len(data), source)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise YamlError(
            f"reading {source}: not UTF-8 (byte 0x{data[error.start]:02x})",
            where=Where(source, line, column),
            hint=_hint(data),
        ) from None


def check_size(size: int, source: str) -> None:
    """Raise YamlError for more than 16 MiB."""
    if size > MAX_BYTES:
        raise YamlError(
            f"reading {source}: larger than {MAX_BYTES // 1024 // 1024} MiB",
            where=Where(source),
            hint="split the file",
        )


def _hint(data: bytes) -> str:
    if data.startswith(_UTF16) or data[1:2] == b"\x00":
        return "this looks like UTF-16: save the file as UTF-8"
    return "save the file as UTF-8"
