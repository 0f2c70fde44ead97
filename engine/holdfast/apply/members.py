"""A workload that is waited for until one member of it has come, gone, or come back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from holdfast.apply.look import Look
from holdfast.apply.run import Run
from holdfast.apply.watched import Watched
from holdfast.kinds.conditions import map_at, number_at
from holdfast.kinds.pods import has_started
from holdfast.kinds.troubles import Trouble
from holdfast.model.event import Event
from holdfast.model.manifest import ObjectRef
from holdfast.plan.scale_steps import is_well

Object = dict[str, Any]


class Until(Watched):
    """A workload until `done` says so of a look at it.

    Only the troubles of those pods are minded of which `minds` says so by their names: others may
    be as ill as they are.
    """

    def __init__(
        self,
        ref: ObjectRef,
        done: Callable[[Look], bool],
        minds: Callable[[str], bool] = lambda name: True,
    ) -> None:
        super().__init__(ref)
        self._done = done
        self._minds = minds

    @property
    def ready(self) -> bool:
        """What is waited for has come about."""
        look = self.last
        return look is not None and look.live is not None and self._done(look)

    def look(self, run: Run) -> None:
        """Look at it once more, its pods in any case: the workload's own status may be late."""
        self._since = self._since or run.clock.now()
        super().look(run)
        if self.last is not None:
            minded = (one for one in self.last.troubles if self._is_minded(one))
            self.last = replace(self.last, troubles=tuple(minded))

    def tell(self, run: Run) -> Iterator[Event]:
        """Tell what the last look has changed; the member itself is told of by whoever waits."""
        late = self.last is not None and self.last.found.ready and not self.ready
        if not late:
            yield from super().tell(run)

    def _is_minded(self, trouble: Trouble) -> bool:
        return trouble.subject == self.ref.name or self._minds(trouble.subject)


def until_come(ref: ObjectRef, pod: str, *, ordered: bool) -> Until:
    """Until the pod is ready, whatever other members are; without a name, all of the workload.

    An `ordered` set makes no pod while another is not ready: its troubles count, too.
    """

    def come(look: Look) -> bool:
        slow = map_at(look.live or {}, "spec").get("minReadySeconds")
        return look.found.ready or (not slow and any(map(is_well, _named(look, pod))))

    return Until(ref, come, lambda name: ordered or name == pod)


def until_started(ref: ObjectRef, pod: str, *, ordered: bool) -> Until:
    """Until the pod's containers have started, as their startup probes have it, ready or not.

    Without a name, until all pods have: those of a workload without ordinals.
    """

    def started(look: Look) -> bool:
        pods = _named(look, pod) if pod else look.pods
        wanted = 1 if pod else number_at(map_at(look.live or {}, "spec"), "replicas")
        return _is_seen(look) and len(pods) >= wanted and all(map(has_started, pods))

    return Until(ref, started, lambda name: ordered or not pod or name == pod)


def until_gone(ref: ObjectRef, going: Sequence[str], staying: Collection[str]) -> Until:
    """Until the pods `going` are gone and those `staying` are ready; the others are on their way.

    Where nothing is named, until all of the workload is ready.
    """

    def gone(look: Look) -> bool:
        if not going:
            return look.found.ready
        if not _is_seen(look) or any(_named(look, pod) for pod in going):
            return False
        return all(any(map(is_well, _named(look, pod))) for pod in staying)

    return Until(ref, gone, lambda name: not going or name in staying)


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


def _is_seen(look: Look) -> bool:
    """Whether the workload's controller has seen its number."""
    status, metadata = map_at(look.live or {}, "status"), map_at(look.live or {}, "metadata")
    return number_at(status, "observedGeneration") >= number_at(metadata, "generation")
