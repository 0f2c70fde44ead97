"""One object that is waited for, from look to look: what was told of it, and for how long it may
stay as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.apply.events import events_about
from holdfast.apply.look import Look, look_at
from holdfast.apply.patience import Patience, help_is_coming
from holdfast.apply.run import Run
from holdfast.apply.sight import Sight
from holdfast.apply.unblock import Unblocking
from holdfast.errors import ClusterError
from holdfast.kinds.readiness import State
from holdfast.kinds.troubles import Cause, Trouble
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef

SLOW = 5.0
"""Seconds after which an object's events are read, too, where nothing else says what is wrong."""


class Watched:
    """An object until it is ready. `last` is the last look at it.

    What explains it is read through `sight`, which those that are waited for together share.
    """

    def __init__(self, ref: ObjectRef, sight: Sight | None = None) -> None:
        self.ref = ref
        self.last: Look | None = None
        self._sight = sight or Sight()
        self._since: float | None = None
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
        now = run.clock.now()
        first, self._since = self._since is None, self._since or now
        slow = now - self._since >= SLOW
        lists = self._sight.of(run.cluster)
        self.last = look_at(self.ref, run.cluster, lists, first=first, slow=slow)

    def tell(self, run: Run) -> Iterator[Event]:
        """Tell what the last look has changed, and mend what can be mended."""
        yield from self._sight.tell(run)
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

    @property
    def on_its_way(self) -> bool:
        """Not ready yet, and nothing is wrong with it."""
        return not self.ready and not self.lost and not (self.last and self.last.troubles)

    def outlasted(self, run: Run, *, company: bool = False) -> Trouble | None:
        """The trouble that has lasted too long, if one has (`company`: patience.py)."""
        if self.last is None or self.last.blind or self.last.live is None:
            return None
        now = run.clock.now()
        troubles, live = self.last.troubles, self.last.live
        trouble = self._patience.outlasted(troubles, now, live, company=company)
        if trouble and trouble.cause is Cause.PLACE and self._node_is_coming(trouble, run):
            self._patience.renew(trouble, now)
            return None
        return trouble

    def _node_is_coming(self, trouble: Trouble, run: Run) -> bool:
        """Whether an autoscaler is making a node for the pod: it says so in the pod's events."""
        pods = self.last.pods if self.last else ()
        pod = next(pod for pod in pods if pod["metadata"]["uid"] == trouble.uid)
        try:
            found = events_about(self._sight.of(run.cluster), pod)
            return help_is_coming([event.reason for event in found])
        except ClusterError:
            return False


def line(ref: ObjectRef, reason: str) -> str:
    """`StatefulSet/web: 1 of 3 pods ready`."""
    return f"{ref}: {reason}" if reason else str(ref)
