"""A workload that is waited for until one member of it has come, gone, or come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from holdfast.apply.look import Look
from holdfast.apply.run import Run
from holdfast.apply.watched import Watched
from holdfast.kinds.conditions import map_at
from holdfast.kinds.troubles import Trouble
from holdfast.model.event import Event
from holdfast.model.manifest import ObjectRef
from holdfast.plan.scale_steps import is_well

Object = dict[str, Any]


class Until(Watched):
    """A workload until `done` says so of a look at it.

    A `patient` wait goes on whatever troubles other members have: they were accepted.
    """

    def __init__(
        self, ref: ObjectRef, done: Callable[[Look], bool], *, patient: bool = False
    ) -> None:
        super().__init__(ref)
        self._done = done
        self._patient = patient

    @property
    def ready(self) -> bool:
        """What is waited for has come about."""
        look = self.last
        return look is not None and look.live is not None and self._done(look)

    def look(self, run: Run) -> None:
        """Look at it once more, its pods in any case: the workload's own status may be late."""
        self._since = self._since or run.clock.now()
        super().look(run)

    def tell(self, run: Run) -> Iterator[Event]:
        """Tell what the last look has changed; the member itself is told of by whoever waits."""
        late = self.last is not None and self.last.found.ready and not self.ready
        if not late:
            yield from super().tell(run)

    def outlasted(self, run: Run, *, company: bool = False) -> Trouble | None:
        """The trouble that has lasted too long, if one has and it matters."""
        return None if self._patient else super().outlasted(run, company=company)


def until_come(ref: ObjectRef, pod: str) -> Until:
    """Until the pod is ready, whatever other members are; without a name, all of the workload."""

    def come(look: Look) -> bool:
        slow = map_at(look.live or {}, "spec").get("minReadySeconds")
        return look.found.ready or (not slow and any(map(is_well, _named(look, pod))))

    return Until(ref, come)


def until_gone(ref: ObjectRef, pod: str, *, unready: bool, patient: bool) -> Until:
    """Until the pod is gone and all others are ready, unless the user accepts `unready` ones."""

    def gone(look: Look) -> bool:
        return look.found.ready or (unready and bool(pod) and _is_gone(look, pod))

    return Until(ref, gone, patient=patient)


def until_back(ref: ObjectRef, pod: str, uid: str) -> Until:
    """Until the pod that had this uid is gone and its successor is ready.

    A pod without a fixed name is replaced by any: then all of the workload has to be ready.
    """

    def back(look: Look) -> bool:
        if any(one["metadata"]["uid"] == uid for one in look.pods) or not look.pods:
            return False
        named = _named(look, pod)
        return any(map(is_well, named)) if named else look.found.ready

    return Until(ref, back)


def _named(look: Look, pod: str) -> list[Object]:
    return [one for one in look.pods if one["metadata"]["name"] == pod]


def _is_gone(look: Look, pod: str) -> bool:
    status, metadata = map_at(look.live or {}, "status"), map_at(look.live or {}, "metadata")
    seen = status.get("observedGeneration", 0) >= metadata.get("generation", 0)
    return seen and not _named(look, pod)
