"""A body that arrives in pieces, as lines: what a watch and a container's log have in common."""

from __future__ import annotations

from collections.abc import Iterator


def lines_in(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Each line as soon as it is whole, without its end; the last one may have none."""
    # What has arrived so far is searched for a line's end once only: an object may be megabytes.
    pending: list[bytes] = []
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            yield b"".join([*pending, part])
            pending.clear()
        if rest:
            pending.append(rest)
    if pending:
        yield b"".join(pending)
