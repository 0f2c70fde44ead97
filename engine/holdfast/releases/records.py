"""A revision's record in chunks: written so that it shares what earlier revisions stored."""

from __future__ import annotations

from dataclasses import replace

from holdfast.errors import RecordDamaged
from holdfast.model.release import Head, Revision, RevisionEntry
from holdfast.releases import codec
from holdfast.releases.chunks import Chunks
from holdfast.releases.history import deployed, find_entry
from holdfast.releases.pieces import Span, join, pack


def read(chunks: Chunks, head: Head, number: int) -> Revision:
    """Revision `number`, whole; bare where its record is already gone.

    Raises ReleaseNotFound for an unknown number, RecordDamaged, ReleaseError (too new).
    """
    entry = find_entry(head, number)
    if not entry.chunks:
        return bare(head, entry)
    where = _where(head, entry)
    spans = _spans(entry, where=where)
    contents = {span.chunk: chunks.read(span.chunk, where=where) for span in spans}
    return codec.decode(join(spans, contents), entry, where=where)


def write(chunks: Chunks, head: Head, revision: Revision) -> RevisionEntry:
    """Write the chunks of a new revision; nothing refers to them before its entry is committed."""
    record = codec.encode(revision)
    stored, contents = _stored(chunks, head)
    packed = pack(record, stored, contents)
    chunks.write(packed.chunks)
    return RevisionEntry(
        number=revision.number,
        status=revision.status,
        chart=revision.chart,
        updated=revision.updated,
        description=revision.description,
        digest=codec.digest_of(record),
        chunks=tuple(map(str, packed.spans)),
        labels=dict(revision.labels),
    )


def bare(head: Head, entry: RevisionEntry) -> Revision:
    """What the head alone knows of a revision."""
    return Revision(
        release=head.release,
        namespace=head.namespace,
        number=entry.number,
        status=entry.status,
        chart=entry.chart,
        updated=entry.updated,
        description=entry.description,
        labels=entry.labels,
    )


def as_recorded(revision: Revision, entry: RevisionEntry) -> Revision:
    """The revision with what its entry says of it by now."""
    return replace(
        revision,
        number=entry.number,
        status=entry.status,
        updated=entry.updated,
        description=entry.description,
    )


def chunk_names(head: Head) -> frozenset[str]:
    """The chunks that some revision of this head needs."""
    spans = (text for entry in head.revisions for text in entry.chunks)
    return frozenset(text.partition(":")[0] for text in spans)


def _stored(chunks: Chunks, head: Head) -> tuple[tuple[Span, ...], dict[str, bytes]]:
    """What the newest and the deployed revision have; one that is damaged has nothing to share."""
    spans: list[Span] = []
    contents: dict[str, bytes] = {}
    for entry in dict.fromkeys(e.number for e in (head.latest, deployed(head)) if e):
        try:
            mine = _spans(find_entry(head, entry), where="")
            contents |= {span.chunk: chunks.read(span.chunk, where="") for span in mine}
        except RecordDamaged:
            continue
        spans += mine
    return tuple(spans), contents


def _spans(entry: RevisionEntry, *, where: str) -> tuple[Span, ...]:
    try:
        return tuple(map(Span.parse, entry.chunks))
    except ValueError as error:
        raise RecordDamaged(f"{where}: the list of its chunks is damaged: {error}") from error


def _where(head: Head, entry: RevisionEntry) -> str:
    return f"release {head.release}, revision {entry.number}"
