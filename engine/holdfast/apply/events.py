"""The Events that the cluster keeps about an object, for those who ask why it does not go on.

(Kubernetes API: core/v1 Event. Newer recorders write `eventTime` and `series` instead of
`lastTimestamp` and `count`.)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from holdfast.apply.workload import Lists
from holdfast.errors import SeenEvent
from holdfast.kinds.conditions import map_at, maps_at

Object = Mapping[str, Any]


def events_about(lists: Lists, obj: Object) -> tuple[SeenEvent, ...]:
    """The events about this very object (by its uid), the latest last. Raises ClusterError."""
    metadata = obj["metadata"]
    found = lists.list(
        "v1",
        "Event",
        metadata["namespace"],
        field_selector=f"involvedObject.uid={metadata['uid']}",
    )
    return tuple(sorted(map(_seen, found), key=lambda event: moment(event.time)))


def changed_at(obj: Object) -> str:
    """When somebody last changed the object itself, by the server's clock; empty if unknown.

    What its controller writes into the status does not count (metav1.ManagedFieldsEntry).
    """
    entries = maps_at(map_at(obj, "metadata"), "managedFields")
    times = [str(row.get("time") or "") for row in entries if not row.get("subresource")]
    return max(times, key=moment, default="")


def moment(text: str) -> float:
    """Seconds since the epoch of a meta/v1 Time or MicroTime; 0 for what is none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def _seen(event: Object) -> SeenEvent:
    series = map_at(event, "series")
    times = (
        series.get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        map_at(event, "metadata").get("creationTimestamp"),
    )
    return SeenEvent(
        time=str(next(filter(None, times), "")),
        type=str(event.get("type") or "Normal"),
        reason=str(event.get("reason") or ""),
        message=" ".join(str(event.get("message") or "").split()),
        count=int(series.get("count") or event.get("count") or 1),
    )
