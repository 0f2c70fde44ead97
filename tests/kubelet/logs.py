"""What containers write, a file per run, in the container runtimes' form (CRI):

2026-01-01T00:00:00.000000000Z stdout F text

F is for a full line, P for one that was not ended.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

_POLL_SECONDS = 0.05


def timestamp(moment: float | None = None) -> str:
    """Write a moment (now if none) in RFC 3339, with the digits of nanoseconds."""
    when = datetime.fromtimestamp(time.time() if moment is None else moment, UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond:06d}000Z"


def keep(lines: Iterable[bytes], path: Path) -> None:
    """Write down all that a container writes, line by line, as it comes."""
    with path.open("ab", buffering=0) as log:
        for line in lines:
            tag = "F" if line.endswith(b"\n") else "P"
            log.write(f"{timestamp()} stdout {tag} ".encode() + line.removesuffix(b"\n") + b"\n")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to give, as the API's log request has it."""

    follow: bool = False
    timestamps: bool = False
    tail: int | None = None
    since: str = ""


def read(path: Path, wanted: Wanted, *, over: "Iterator[bool]") -> Iterator[bytes]:
    """Give the lines; when following, those to come until `over` yields True."""
    with path.open("rb") as log:
        lines = [line for line in log if line.decode(errors="replace") >= wanted.since]
        if wanted.tail is not None:
            lines = lines[len(lines) - min(wanted.tail, len(lines)) :]
        yield from (_shown(line, wanted) for line in lines)
        if wanted.follow:
            yield from (_shown(line, wanted) for line in _to_come(log, over))


def _to_come(log: IO[bytes], over: "Iterator[bool]") -> Iterator[bytes]:
    partial = b""
    for ended in over:
        for piece in log:
            partial += piece
            if partial.endswith(b"\n"):
                yield partial
                partial = b""
        if ended:
            return
        time.sleep(_POLL_SECONDS)


def _shown(line: bytes, wanted: Wanted) -> bytes:
    when, _, rest = line.partition(b" ")
    _, tag, text = rest.split(b" ", 2)
    if tag == b"P":
        text = text.removesuffix(b"\n")
    return when + b" " + text if wanted.timestamps else text


def tail(path: Path, lines: int) -> str:
    """Read the last lines, without times."""
    wanted = Wanted(tail=lines)
    return b"".join(read(path, wanted, over=iter(()))).decode(errors="replace")
