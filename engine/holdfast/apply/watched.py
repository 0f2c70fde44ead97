"""One object that is waited for, from look to look: what was told of it, and for how long it may
stay as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.apply.events import events_about
from holdfast.apply.look import Look, look_at
from holdfast.apply.patience import Patience, help_is_coming
from holdfast.apply.run import Run
from holdfast.apply.unblock import Unblocking
from holdfast.errors import ClusterError
from holdfast.kinds.readiness import State
from holdfast.kinds.troubles import Cause, Trouble
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef


class Watched:
    """An object until it is ready. `last` is the last look at it."""

    def __init__(self, ref: ObjectRef) -> None:
        self.ref = ref
        self.last: Look | None = None
        self._told = ""
        self._patience = Patience()
        self._unblocking = Unblocking()

    @property
    def ready(self) -> bool:
        """Nothing is left to wait for."""
        return self.last is not None and self.last.found.ready

    @property
    def lost(self) -> bool:
        """The object itself says that it has failed for good."""
        return self.last is not None and self.last.alone.state is State.FAILED

    @property
    def line(self) -> str:
        """How far it is, in one line."""
        return line(self.ref, self.last.found.reason if self.last else "")

    def look(self, run: Run) -> None:
        """Look at it once more."""
        lacked = self.last is not None and self.last.lacks_pods
        self.last = look_at(self.ref, run, again=self.last is not None, lacked=lacked)

    def tell(self, run: Run) -> Iterator[Event]:
        """Tell what the last look has changed, and mend what can be mended."""
        now = self.last
        if now is None or now.found.ready:
            said = now.found.reason if now else ""
            yield run.event(EventKind.READY, line(self.ref, said or "ready"), self.ref)
            return
        if now.found.reason != self._told:
            self._told = now.found.reason
            yield run.event(EventKind.WAITING, self.line, self.ref)
        if not now.blind:
            self._patience.begin(now.pods)
            yield from self._unblocking.mind(now, run)

    def outlasted(self, run: Run) -> Trouble | None:
        """The trouble that has lasted too long, if one has."""
        if self.last is None or self.last.blind or self.last.live is None:
            return None
        trouble = self._patience.outlasted(self.last.troubles, run.clock.now(), self.last.live)
        if trouble and trouble.cause is Cause.PLACE and _node_is_coming(trouble, self.last, run):
            self._patience.renew(trouble, run.clock.now())
            return None
        return trouble


def line(ref: ObjectRef, reason: str) -> str:
    """`StatefulSet/web: 1 of 3 pods ready`."""
    return f"{ref}: {reason}" if reason else str(ref)


def _node_is_coming(trouble: Trouble, look: Look, run: Run) -> bool:
    """Whether an autoscaler is making a node for the pod: it says so in the pod's events."""
    pod = next(pod for pod in look.pods if pod["metadata"]["uid"] == trouble.uid)
    try:
        return help_is_coming([event.reason for event in events_about(run.cluster, pod)])
    except ClusterError:
        return False
