"""A record as pieces of chunks, so that what two revisions share is stored once.

Pure. A record is a text of lines; a revision names spans of chunks (`<chunk>:<start>-<end>`, bytes
of the uncompressed chunk) that, one after the other, are the record. Lines that an earlier
revision's chunks already have are named there; only new lines make a new chunk. So a revision that
changes one object of a large release costs that object, not the release.

It must not know what the lines mean, nor where chunks are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from holdfast.light import dataclass

CHUNK_LIMIT = 128 * 1024
"""Uncompressed bytes of a chunk: even what does not compress stays far below a Secret's 1 MiB."""

SPAN_LIMIT = 256
"""A record in more spans than this is written anew, so that the head stays small."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `end` of the chunk of that name."""

    chunk: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.chunk}:{self.start}-{self.end}"

    @staticmethod
    def parse(text: str) -> Span:
        """Read a span as `str` spells it. Raises ValueError."""
        chunk, _, rest = text.partition(":")
        start, _, end = rest.partition("-")
        return Span(chunk, int(start), int(end))


@dataclass(frozen=True, slots=True)
class Packed:
    """A record packed: the spans that are it, and the chunks to be written first, by name."""

    spans: tuple[Span, ...]
    chunks: Mapping[str, bytes]


def name_of(chunk: bytes) -> str:
    """The name of a chunk: the start of its sha256, enough to tell a release's chunks apart."""
    return hashlib.sha256(chunk).hexdigest()[:20]


def split(record: bytes) -> Iterator[bytes]:
    """The pieces of a record: its lines, a line longer than a chunk in several."""
    for line in record.splitlines(keepends=True):
        for start in range(0, len(line), CHUNK_LIMIT):
            yield line[start : start + CHUNK_LIMIT]


def join(spans: Sequence[Span], chunks: Mapping[str, bytes]) -> bytes:
    """The record that the spans name. Raises KeyError for a chunk that is not given."""
    return b"".join(chunks[span.chunk][span.start : span.end] for span in spans)


def pack(record: bytes, stored: Sequence[Span] = (), chunks: Mapping[str, bytes] = {}) -> Packed:
    """Pack a record, with what the spans in `stored` (of `chunks`) already have.

    A stored chunk of which less than half would still be used is left to be swept: its lines are
    written again, so that dead weight never exceeds what lives.
    """
    pieces = tuple(split(record))
    known = _known(stored, chunks)
    used: dict[str, set[Span]] = {}
    for piece in pieces:
        if span := known.get(piece):
            used.setdefault(span.chunk, set()).add(span)
    worth = {
        chunk
        for chunk, spans in used.items()
        if 2 * sum(span.end - span.start for span in spans) >= len(chunks[chunk])
    }
    kept = {piece: span for piece, span in known.items() if span.chunk in worth}
    packed = _place(pieces, kept)
    return packed if len(packed.spans) <= SPAN_LIMIT or not kept else _place(pieces, {})


def _known(stored: Sequence[Span], chunks: Mapping[str, bytes]) -> dict[bytes, Span]:
    """Where each stored piece lies: a span is a run of whole pieces, so splitting it finds them."""
    known: dict[bytes, Span] = {}
    for span in stored:
        start = span.start
        for piece in split(chunks[span.chunk][span.start : span.end]):
            known.setdefault(piece, Span(span.chunk, start, start + len(piece)))
            start += len(piece)
    return known


def _place(pieces: Sequence[bytes], known: Mapping[bytes, Span]) -> Packed:
    """Give each piece its span, new pieces in new chunks, and merge neighbours."""
    fresh = tuple(_group(dict.fromkeys(piece for piece in pieces if piece not in known)))
    chunks = {name_of(content): content for content in map(b"".join, fresh)}
    places = dict(known)
    for name, group in zip(chunks, fresh, strict=True):
        start = 0
        for piece in group:
            places[piece] = Span(name, start, start + len(piece))
            start += len(piece)
    return Packed(tuple(_merge(places[piece] for piece in pieces)), chunks)


def _group(pieces: Mapping[bytes, None]) -> Iterator[tuple[bytes, ...]]:
    group: list[bytes] = []
    size = 0
    for piece in pieces:
        if group and size + len(piece) > CHUNK_LIMIT:
            yield tuple(group)
            group, size = [], 0
        group.append(piece)
        size += len(piece)
    if group:
        yield tuple(group)


def _merge(spans: Iterator[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if last and last.chunk == span.chunk and last.end == span.start:
            last = Span(last.chunk, last.start, span.end)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last
