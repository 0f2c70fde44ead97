"""What happens while a plan is carried out, as it happens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holdfast.model.manifest import ObjectRef
from holdfast.model.release import Revision


class EventKind(StrEnum):
    """What an event tells."""

    STARTED = "started"
    APPLIED = "applied"
    DELETED = "deleted"
    SCALED = "scaled"
    WAITING = "waiting"
    READY = "ready"
    KEPT = "kept"
    WARNING = "warning"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `time` is in seconds since the epoch; `message` is one line.

    The last event of an operation is FINISHED and carries the revision as it was recorded.
    """

    kind: EventKind
    message: str
    time: float
    ref: ObjectRef | None = None
    revision: Revision | None = None
