"""What a head's metadata says of its release, so that `list` need not read the head itself.

Pure. Labels are for selecting: a value that is no legal label value is bent until it is one.
Annotations have the exact text, and are what is read back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.errors import ReleaseError
from holdfast.model.manifest import RELEASE_LABEL
from holdfast.model.release import ChartRef, Head, ReleaseSummary, RevisionEntry, Status

OWN = "holdfast.dev/"
RECORD_LABEL = OWN + "record"
"""`head` or `chunk`: tells the Secrets of releases from all others."""
LABEL_LIMIT = 63
REMOVED = "null"


def selector(record: str, release: str = "") -> str:
    """The label selector of all heads (`head`), or of one release's chunks (`chunk`)."""
    chosen = f"{RECORD_LABEL}={record}"
    return f"{chosen},{RELEASE_LABEL}={release}" if release else chosen


def heads_selector(statuses: Sequence[Status] = (), own: str = "") -> str:
    """The label selector of the heads whose current revision is in one of `statuses`, if any.

    `own` is a selector over the user's labels.
    """
    status = f"{OWN}status in ({','.join(statuses)})" if statuses else ""
    return ",".join(filter(None, (selector("head"), status, own)))


def chunk_labels(release: str) -> dict[str, str]:
    """The labels of a chunk."""
    return {RECORD_LABEL: "chunk", RELEASE_LABEL: release}


def head_labels(head: Head) -> dict[str, str]:
    """The user's labels of the current revision, and ours over them."""
    own = {RECORD_LABEL: "head", RELEASE_LABEL: head.release}
    entry = head.entry(head.current)
    if entry is None:
        return own
    facts = {OWN + key: label_value(text) for key, text in _facts(entry).items()}
    return {**entry.labels, **facts, **own}


def head_annotations(head: Head) -> dict[str, str]:
    """The same facts to the letter, and who is at work; none before there is a revision."""
    entry = head.entry(head.current)
    if entry is None:
        return {}
    facts = {**_facts(entry), **_work(head, entry)}
    return {OWN + key: text for key, text in facts.items()}


def summary_of(metadata: Mapping[str, Any]) -> ReleaseSummary | None:
    """One line of `list` from a head's metadata; None for a head that has no revision yet.

    Raises ReleaseError where the metadata were tampered with.
    """
    annotations = metadata.get("annotations") or {}
    labels = metadata.get("labels") or {}
    if OWN + "revision" not in annotations:
        return None
    try:
        return ReleaseSummary(
            name=labels[RELEASE_LABEL],
            namespace=metadata.get("namespace", ""),
            revision=int(annotations[OWN + "revision"]),
            status=Status(annotations[OWN + "status"]),
            chart=_chart(annotations),
            updated=float(annotations[OWN + "updated"]),
            labels={key: text for key, text in labels.items() if not key.startswith(OWN)},
            work=annotations.get(OWN + "work", ""),
            locked_until=float(annotations.get(OWN + "locked-until", 0.0)),
        )
    except (KeyError, ValueError) as error:
        raise ReleaseError(
            f"list releases: the annotations of Secret {metadata.get('name')} are damaged: {error}",
            hint="any operation on that release writes them anew",
        ) from error


def check_labels(labels: Mapping[str, str]) -> None:
    """Raise ReleaseError for a user's label that Kubernetes, or holdfast itself, cannot have."""
    for key, value in labels.items():
        prefix, _, name = key.rpartition("/")
        if prefix == OWN.rstrip("/") or prefix.endswith("." + OWN.rstrip("/")):
            raise ReleaseError(
                f"label {key}: labels under {OWN} are holdfast's own",
                hint="give it another prefix, or none",
            )
        if not _legal(name) or not name or len(prefix) > 253:
            raise ReleaseError(f"label {key!r}: this is no label key", hint="e.g. team=web")
        if not _legal(value):
            raise ReleaseError(
                f"label {key}: {value!r} is no label value",
                hint="at most 63 letters, digits, '-', '_' and '.', the ends a letter or digit",
            )


def merged_labels(before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The labels of a new revision: those before it with `given` over them; `null` removes one.

    The rule is Helm's. Raises ReleaseError for what is no label.
    """
    labels = {key: text for key, text in {**before, **given}.items() if text != REMOVED}
    check_labels(labels)
    return labels


def label_value(text: str) -> str:
    """`text` as a legal label value: other characters become `_`, and 63 of them are kept."""
    return re.sub("[^-A-Za-z0-9_.]", "_", text)[:LABEL_LIMIT].strip("-_.")


def _legal(text: str) -> bool:
    return text == label_value(text)


def _facts(entry: RevisionEntry) -> dict[str, str]:
    return {
        "status": entry.status.value,
        "revision": str(entry.number),
        "chart": entry.chart.name,
        "chart-version": entry.chart.version,
        "app-version": entry.chart.app_version,
        "chart-digest": entry.chart.digest,
        "updated": repr(entry.updated),
    }


def _work(head: Head, entry: RevisionEntry) -> dict[str, str]:
    """The operation that has neither ended well nor failed: under way, or cut off."""
    found: dict[str, str] = {}
    if head.work and (entry.status is not Status.FAILED or entry.interrupted):
        found["work"] = str(head.work)
    if head.lock:
        found["locked-until"] = repr(head.lock.expires)
    return found


def _chart(annotations: Mapping[str, str]) -> ChartRef:
    facts = (annotations[OWN + key] for key in ("chart", "chart-version"))
    rest = (annotations.get(OWN + key, "") for key in ("app-version", "chart-digest"))
    return ChartRef(*facts, *rest)
