"""What happens while a plan is carried out, as it happens."""

from __future__ import annotations

from enum import StrEnum

from holdfast.light import dataclass
from holdfast.model.hook import HookResult
from holdfast.model.manifest import ObjectRef
from holdfast.model.progress import Progress
from holdfast.model.release import Revision


class EventKind(StrEnum):
    """What an event tells."""

    STARTED = "started"
    APPLIED = "applied"
    DELETED = "deleted"
    SCALED = "scaled"
    WAITING = "waiting"
    READY = "ready"
    PROGRESS = "progress"
    KEPT = "kept"
    HOOK = "hook"
    LOG = "log"
    WARNING = "warning"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `time` is in seconds since the epoch; `message` is one line.

    The last event of an operation is FINISHED and carries the revision as it was recorded. A
    PROGRESS carries how far everything is: it comes with each look while there is something to wait
    for, and tells nothing that WAITING and READY do not tell where it changes. A LOG is a line that
    a hook's pod wrote. `results` are those of a release's tests, on the last event of a test run.
    """

    kind: EventKind
    message: str
    time: float
    ref: ObjectRef | None = None
    revision: Revision | None = None
    progress: Progress | None = None
    results: tuple[HookResult, ...] = ()
