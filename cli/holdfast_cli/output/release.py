"""Releases and revisions for people and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast_cli.output.table import cut, iso, timestamp

if TYPE_CHECKING:
    from holdfast import (
        Lock,
        ReleaseStatus,
        ReleaseSummary,
        Revision,
        RevisionEntry,
        Unfinished,
    )


def header(revision: Revision) -> str:
    """The lines that `install`, `upgrade`, `rollback` and `status` begin with (Helm's words)."""
    rows = (
        ("NAME", revision.release),
        ("NAMESPACE", revision.namespace),
        ("STATUS", revision.status.value),
        ("REVISION", str(revision.number)),
        ("CHART", str(revision.chart)),
        ("UPDATED", timestamp(revision.updated)),
        ("DESCRIPTION", cut(revision.description)),
    )
    return "\n".join(f"{name}: {text}" for name, text in rows if text)


def revision_dict(revision: Revision) -> dict[str, Any]:
    """A revision for machines: all but values and manifests."""
    return {
        "name": revision.release,
        "namespace": revision.namespace,
        "revision": revision.number,
        "status": revision.status.value,
        "chart": revision.chart.name,
        "chart_version": revision.chart.version,
        "app_version": revision.chart.app_version,
        "updated": iso(revision.updated),
        "description": revision.description,
    }


def metadata_dict(revision: Revision) -> dict[str, Any]:
    """A revision with its labels and its chart's digest, which says exactly what it came from."""
    return {
        **revision_dict(revision),
        "chart_digest": revision.chart.digest,
        "labels": dict(revision.labels),
    }


def metadata_text(revision: Revision) -> str:
    """The same for people, in Helm's order."""
    rows = (
        ("NAME", revision.release),
        ("CHART", revision.chart.name),
        ("VERSION", revision.chart.version),
        ("APP_VERSION", revision.chart.app_version),
        ("DIGEST", revision.chart.digest),
        ("LABELS", ",".join(f"{key}={text}" for key, text in sorted(revision.labels.items()))),
        ("NAMESPACE", revision.namespace),
        ("REVISION", str(revision.number)),
        ("STATUS", revision.status.value),
        ("DEPLOYED_AT", timestamp(revision.updated)),
        ("DESCRIPTION", cut(revision.description)),
    )
    return "\n".join(f"{name}: {text}" for name, text in rows if text)


def entry_dict(entry: RevisionEntry) -> dict[str, Any]:
    """One line of history for machines."""
    return {
        "revision": entry.number,
        "updated": iso(entry.updated),
        "status": entry.status.value,
        "chart": entry.chart.name,
        "chart_version": entry.chart.version,
        "app_version": entry.chart.app_version,
        "description": entry.description,
        "interrupted": entry.interrupted,
    }


def summary_dict(line: ReleaseSummary) -> dict[str, Any]:
    """One line of `list` for machines."""
    return {
        "name": line.name,
        "namespace": line.namespace,
        "revision": line.revision,
        "updated": iso(line.updated),
        "status": line.status.value,
        "chart": line.chart.name,
        "chart_version": line.chart.version,
        "app_version": line.chart.app_version,
    }


def status_dict(status: ReleaseStatus) -> dict[str, Any]:
    """A release's status for machines."""
    from holdfast import shown_notes

    return {
        "schema": "holdfast/status/v1",
        **revision_dict(status.revision),
        "lock": _lock_dict(status.lock) if status.lock else None,
        "interrupted": _interrupted(status.unfinished),
        "unfinished": unfinished_dict(status.unfinished) if status.unfinished else None,
        "objects": [
            {**item.ref.as_dict(), "state": item.state, "reason": item.reason}
            for item in status.objects
        ],
        "ordinals": [
            {
                "workload": pod.workload,
                "ordinal": pod.ordinal,
                "pod": pod.pod,
                "node": pod.node,
                "ip": pod.ip,
                "revision": pod.revision,
                "ready": pod.ready,
                "restarts": pod.restarts,
                "reason": pod.reason,
                "claims": list(pod.claims),
                "usage": {"cpu": pod.usage.cpu, "memory": pod.usage.memory} if pod.usage else None,
            }
            for pod in status.ordinals
        ],
        "claims": [
            {
                "name": claim.name,
                "phase": claim.phase,
                "capacity": claim.capacity,
                "storage_class": claim.storage_class,
                "volume": claim.volume,
            }
            for claim in status.claims
        ],
        "hooks": [
            {
                **hook.ref.as_dict(),
                "when": [moment.value for moment in hook.when],
                "result": hook.result,
                "ended": hook.ended or None,
                "reason": hook.reason,
            }
            for hook in status.hooks
        ],
        "notes": shown_notes(status.revision),
    }


def unfinished_dict(left: Unfinished) -> dict[str, Any]:
    """An operation that was left half done, for machines."""
    return {
        "operation": left.work.operation,
        "revision": left.work.revision,
        "holder": left.work.holder,
        "began": iso(left.work.began),
        "base": left.work.base,
        "interrupted": left.cut_off,
        "reason": left.reason,
        "steps": [
            {"step": row.step, "detail": dict(row.detail), "done": row.done} for row in left.journal
        ],
    }


def _interrupted(left: Unfinished | None) -> str:
    from holdfast import unfinished_line

    return unfinished_line(left) if left and left.cut_off else ""


def _lock_dict(lock: Lock) -> dict[str, Any]:
    return {
        "holder": lock.holder,
        "operation": lock.operation,
        "since": iso(lock.acquired),
        "expires": iso(lock.expires),
    }
