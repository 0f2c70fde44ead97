"""A revision as bytes and back: JSON lines, a header, the two trees of values, one per object.

Pure. What changes while an operation runs (number, status, time, description) stands in the head's
entry and not here, so that two revisions of equal content have equal records. Origins of values are
left out: they name lines of files on somebody's disk, and would change every record with each edit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from holdfast.errors import RecordDamaged, ReleaseError, Where
from holdfast.model.manifest import Manifest, ObjectRef, ReplicaSource
from holdfast.model.release import ChartRef, Revision, RevisionEntry
from holdfast.releases.alterations import alterations, changed_by, read_alterations

FORMAT = 2
"""The number of this way of writing; raised when an older holdfast could no longer read it.

2 has hooks, after the manifests. A revision without hooks is written as 1: the same bytes as ever,
and readable by the first holdfast.
"""


def encode(revision: Revision) -> bytes:
    """The record of a revision: the same content gives the same bytes."""
    header = {
        "format": FORMAT if revision.hooks else 1,
        "release": revision.release,
        "namespace": revision.namespace,
        "chart": asdict(revision.chart),
        "notes": revision.notes,
        "sensitive": list(revision.sensitive),
        "labels": dict(revision.labels),
        "manifests": len(revision.manifests),
        **alterations(revision),
        **({"hooks": len(revision.hooks)} if revision.hooks else {}),
    }
    objects = map(_manifest, (*revision.manifests, *revision.hooks))
    rows = (header, revision.supplied, revision.values, *objects)
    return b"".join(map(_line, rows))


def digest_of(record: bytes) -> str:
    """The digest that the head's entry keeps: sha256, in hex."""
    return hashlib.sha256(record).hexdigest()


def decode(record: bytes, entry: RevisionEntry, *, where: str) -> Revision:
    """Read a record; number, status, time and description are the entry's.

    `where` names it in errors ("release web, revision 3"). Raises ReleaseError for a record
    that a newer holdfast wrote, RecordDamaged for one that is not the one the entry speaks of or
    that cannot be read.
    """
    if digest_of(record) != entry.digest:
        raise RecordDamaged(
            f"{where}: the record is damaged: its content does not have the digest on file",
            hint="the other revisions are not affected; roll back to one of them, or upgrade",
        )
    try:
        rows = tuple(_rows(record))
        if (version := rows[0]["format"]) > FORMAT:
            raise _too_new(where, version)
        return _revision(rows, entry)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise RecordDamaged(f"{where}: the record cannot be read: {error!r}") from error


def _revision(rows: tuple[Any, ...], entry: RevisionEntry) -> Revision:
    header, supplied, values, *objects = rows
    count, hooks = header["manifests"], header.get("hooks", 0)
    if len(objects) != count + hooks:
        raise ValueError(f"{count + hooks} objects announced, {len(objects)} found")
    return Revision(
        release=header["release"],
        namespace=header["namespace"],
        number=entry.number,
        status=entry.status,
        chart=ChartRef(**header["chart"]),
        updated=entry.updated,
        description=entry.description,
        supplied=supplied,
        values=values,
        manifests=tuple(map(_read_manifest, objects[:count])),
        hooks=tuple(map(_read_manifest, objects[count:])),
        notes=header["notes"],
        sensitive=tuple(header["sensitive"]),
        labels=header["labels"],
        patches=read_alterations(header),
        post_renderer=header.get("post_renderer", ""),
    )


def _manifest(manifest: Manifest) -> dict[str, Any]:
    source = manifest.replicas
    return {
        "ref": manifest.ref.as_dict(),
        "object": manifest.object,
        "source": manifest.source.as_dict(),
        "sensitive": sorted((list(path) for path in manifest.sensitive), key=str),
        **changed_by(manifest),
        **({"replicas": _source(source)} if source else {}),
    }


def _read_manifest(row: dict[str, Any]) -> Manifest:
    return Manifest(
        ref=ObjectRef(**row["ref"]),
        object=row["object"],
        source=Where(**row["source"]),
        sensitive=frozenset(tuple(path) for path in row["sensitive"]),
        changed_by=tuple(Where(**place) for place in row.get("changed_by", ())),
        replicas=_read_source(row.get("replicas")),
    )


def _source(source: ReplicaSource) -> dict[str, Any]:
    row = asdict(source)
    return row if source.schemas else {key: row[key] for key in ("value", "readers", "held")}


def _read_source(row: dict[str, Any] | None) -> ReplicaSource | None:
    if row is None:
        return None
    return ReplicaSource(
        tuple(row["value"]), tuple(row["readers"]), row["held"], tuple(row.get("schemas", ()))
    )


def _line(row: Any) -> bytes:
    # Keys keep their order: it is what `get manifest` shows, and it is the author's.
    text = json.dumps(row, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _rows(record: bytes) -> Iterator[Any]:
    # Not str.splitlines: it also breaks at characters that JSON leaves alone inside strings.
    for line in record.splitlines():
        yield json.loads(line.decode("utf-8", "surrogatepass"))


def _too_new(where: str, version: object) -> ReleaseError:
    return ReleaseError(
        f"{where}: the record has format {version}, this holdfast reads up to {FORMAT}",
        hint="a newer holdfast wrote it; use that or a later version",
    )
