"""The head as a Secret and back. Pure: it writes nothing and asks nobody."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from holdfast.errors import ReleaseError
from holdfast.model.release import ChartRef, Head, JournalEntry, Lock, RevisionEntry, Status
from holdfast.model.work import Asked, Work
from holdfast.releases.labels import head_annotations, head_labels
from holdfast.releases.names import head_ref

FORMAT = 1
TYPE = "holdfast.dev/head"


def to_secret(head: Head) -> dict[str, Any]:
    """The Secret to send; with a resourceVersion it replaces only that very version."""
    ref = head_ref(head.release, head.namespace)
    metadata: dict[str, Any] = {
        "name": ref.name,
        "namespace": ref.namespace,
        "labels": head_labels(head),
        "annotations": head_annotations(head),
    }
    if head.resource_version:
        metadata["resourceVersion"] = head.resource_version
    data = base64.b64encode(content_of(head)).decode("ascii")
    return {
        "apiVersion": ref.api_version,
        "kind": ref.kind,
        "metadata": metadata,
        "type": TYPE,
        "data": {"head": data},
    }


def content_of(head: Head) -> bytes:
    """What the head says, without the version it was read at."""
    content = {
        "format": FORMAT,
        "release": head.release,
        "namespace": head.namespace,
        "current": head.current,
        "revisions": [asdict(entry) for entry in head.revisions],
        "lock": asdict(head.lock) if head.lock else None,
        "journal": [asdict(entry) for entry in head.journal],
        "work": _work_row(head.work) if head.work else None,
    }
    return json.dumps(content, separators=(",", ":")).encode("ascii")


def from_secret(secret: Mapping[str, Any]) -> Head:
    """Read a head. Raises ReleaseError for one that is damaged, or that a newer holdfast wrote."""
    metadata = secret["metadata"]
    try:
        content = json.loads(base64.b64decode(secret["data"]["head"]))
        version = content["format"]
        if version <= FORMAT:
            return _head(content, str(metadata.get("resourceVersion", "")))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReleaseError(
            f"read release: Secret {metadata['name']} is damaged: {error!r}",
            hint="restore it from a backup; deleting it forgets the release and leaves its objects",
        ) from error
    raise ReleaseError(
        f"read release: Secret {metadata['name']} has format {version}, "
        f"this holdfast reads up to {FORMAT}",
        hint="a newer holdfast wrote it; use that or a later version",
    )


def _head(content: Mapping[str, Any], resource_version: str) -> Head:
    lock = content["lock"]
    return Head(
        release=content["release"],
        namespace=content["namespace"],
        current=content["current"],
        revisions=tuple(map(_entry, content["revisions"])),
        lock=Lock(**lock) if lock else None,
        journal=tuple(JournalEntry(**row) for row in content["journal"]),
        work=_work(row) if (row := content.get("work")) else None,
        resource_version=resource_version,
    )


def _entry(row: Mapping[str, Any]) -> RevisionEntry:
    return RevisionEntry(
        number=row["number"],
        status=Status(row["status"]),
        chart=ChartRef(**row["chart"]),
        updated=row["updated"],
        description=row["description"],
        digest=row["digest"],
        chunks=tuple(row["chunks"]),
        labels=row["labels"],
        interrupted=row.get("interrupted", ""),
    )


def _work_row(work: Work) -> dict[str, Any]:
    return {**asdict(work), "asked": work.asked.as_dict()}


def _work(row: Mapping[str, Any]) -> Work:
    return Work(**{**row, "asked": Asked.of(row["asked"])})
