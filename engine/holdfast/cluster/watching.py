"""The lines of a watch (Kubernetes API concepts, "Efficient detection of changes") as events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from holdfast.cluster.lines import lines_in
from holdfast.cluster.responses import raise_status
from holdfast.cluster.transports.base import Response
from holdfast.errors import ServerFailed

WatchEvent: TypeAlias = tuple[str, dict[str, Any]]
"""ADDED, MODIFIED or DELETED, and the object as it is then."""


def events_in(response: Response, doing: str) -> Iterator[WatchEvent]:
    """Each event as it arrives, until the server ends the watch; bookmarks are left out.

    Raises ClusterError for an ERROR event (410: the version asked for is too old), ServerFailed
    for a line that is no event, Unreachable when the connection breaks off.
    """
    try:
        for line in filter(bytes.strip, lines_in(response.chunks)):
            kind, obj = _event(line, doing)
            if kind == "ERROR":
                raise_status(obj, doing)
            if kind != "BOOKMARK":
                yield kind, obj
    finally:
        response.close()


def _event(line: bytes, doing: str) -> WatchEvent:
    try:
        found = json.loads(line)
        kind, obj = found["type"], found["object"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ServerFailed(f"{doing}: a line of the watch is no event") from error
    if not isinstance(kind, str) or not isinstance(obj, dict):
        raise ServerFailed(f"{doing}: a line of the watch is no event")
    return kind, obj
