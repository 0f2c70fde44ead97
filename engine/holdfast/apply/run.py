"""What every step of one operation is given: where it works, until when, and under whose lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from holdfast.cluster.client import Cluster
from holdfast.light import dataclass
from holdfast.model.clock import Clock
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.5
GROWTH = 1.2
LAST_LOOK = 10.0
"""Seconds that deleted objects have to be gone in any case."""


class Guard(Protocol):
    """The lock on the release, as far as a step needs it (releases.hold.Hold is one)."""

    def keep(self) -> None:
        """Make sure that the lock is still ours; to be called right before each mutation."""

    def note(self, step: str, detail: Mapping[str, Any]) -> None:
        """Write down a step that may not be done twice, before it is done."""

    def passed(self, step: str, detail: Mapping[str, Any]) -> bool:
        """Whether that step was done already, by the operation that this one goes on with."""

    def done(self) -> None:
        """Strike off the steps that are written down: they have been done."""


@dataclass(frozen=True, slots=True)
class Run:
    """One operation under way. `timeout` in seconds is for the whole; `deadline` its end.

    `revision` is the number of the one that is worked on; `resumes` tells that it was begun before.
    """

    cluster: Cluster
    clock: Clock
    guard: Guard
    timeout: float
    deadline: float
    revision: int = 0
    resumes: bool = False

    def event(self, kind: EventKind, message: str, ref: ObjectRef | None = None) -> Event:
        """Something that happens now."""
        return Event(kind, message, self.clock.now(), ref)

    @property
    def over(self) -> bool:
        """The time is up."""
        return self.clock.now() >= self.deadline

    def with_last_look(self) -> Run:
        """The same with time left to see objects go.

        Stopping blocked pods may have taken the time of the whole operation, and longer.
        """
        return replace(self, deadline=max(self.deadline, self.clock.now() + LAST_LOOK))

    def pauses(self, deadline: float | None = None) -> Iterator[None]:
        """Let time pass between looks, more each time; ends when `deadline` (ours) has come.

        The lock is kept alive meanwhile. There is always at least one look.
        """
        end = self.deadline if deadline is None else deadline
        pause = FIRST_PAUSE
        while True:
            self.guard.keep()
            yield
            left = end - self.clock.now()
            if left <= 0:
                return
            self.clock.sleep(min(pause, left))
            pause = min(pause * GROWTH, LONGEST_PAUSE)

    def see_gone(self, ref: ObjectRef, uid: str, deadline: float | None = None) -> bool:
        """Wait until the object of that uid is gone; False when it is still there at the end."""
        for _ in self.pauses(deadline):
            live = self.cluster.find(ref)
            if live is None or live["metadata"]["uid"] != uid:
                return True
        return False
