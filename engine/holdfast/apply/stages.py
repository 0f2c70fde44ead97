"""Between the stages of a plan: wait until what the next one builds on is ready, or gone.

This waiting is what waves and dependencies mean, so it is done under --no-wait too. Claims are left
out: one may wait for its first consumer (StorageClass: WaitForFirstConsumer), which comes later;
the pods that use it tell of it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import field, replace

from holdfast.apply.run import Run
from holdfast.apply.waiter import wait_gone, wait_ready
from holdfast.errors import ServerFailed, Unreachable, WaitFailed
from holdfast.kinds.definitions import DefinedKind, defined_kinds, is_definition
from holdfast.light import dataclass
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Plan

_CLAIM = "PersistentVolumeClaim"
_READINESS = (EventKind.WAITING, EventKind.READY)


@dataclass(slots=True)
class Passage:
    """The way through the stages of one plan: what was waited for is not waited for again."""

    plan: Plan
    run: Run
    passed: set[ObjectRef] = field(default_factory=set)
    stage: int = -1

    def enter(self, stage: int) -> Iterator[Event]:
        """Wait for what a stage builds on, the first time that it is entered.

        Raises WaitFailed.
        """
        if not self.plan.stages or stage == self.stage:
            return
        self.stage = stage
        found = self.plan.stages[stage]
        try:
            if ready := self._new(found.ready):
                yield from wait_ready(_part(self.plan, ready), self.run, jobs=True)
            if gone := self._new(found.gone):
                yield from wait_gone(_part(self.plan, gone), self.run.with_last_look())
        except WaitFailed as error:
            error.message = f"{error.message}; {found.title} was not begun"
            raise

    def _new(self, refs: Sequence[ObjectRef]) -> set[ObjectRef]:
        wanted = {ref for ref in refs if ref.kind != _CLAIM} - self.passed
        self.passed |= wanted
        return wanted


def wait_established(plan: Plan, run: Run) -> Iterator[Event]:
    """Wait until every definition of the plan is Established and its kinds are served.

    Discovery tells of a kind a moment after the condition is set. Raises WaitFailed.
    """
    changes = [c for c in plan.changes if is_definition(c.ref) and c.desired is not None]
    if not changes:
        return
    yield from wait_ready(_part(plan, {change.ref for change in changes}), run)
    for change in changes:
        for kind in defined_kinds(change.desired or {}):
            _see_served(change.ref, kind, run)


def awaited(plan: Plan) -> frozenset[ObjectRef]:
    """What has to be gone, its pods too, before the plan goes on."""
    return frozenset(ref for stage in plan.stages for ref in stage.gone)


def told_once(events: Generator[Event]) -> Generator[Event]:
    """The events but for an object's readiness where it is what was told of it last already."""
    told: dict[ObjectRef, tuple[EventKind, str]] = {}
    with closing(events):
        for event in events:
            said = (event.kind, event.message)
            again = event.kind in _READINESS and event.ref and told.get(event.ref) == said
            if event.ref:
                told[event.ref] = said
            if not again:
                yield event


def _part(plan: Plan, refs: set[ObjectRef]) -> Plan:
    return replace(plan, changes=tuple(one for one in plan.changes if one.ref in refs))


def _see_served(ref: ObjectRef, kind: DefinedKind, run: Run) -> None:
    for _ in run.pauses():
        with suppress(Unreachable, ServerFailed):  # away for a moment, as in every other wait
            if run.cluster.served(kind.api_version, kind.kind):
                return
    line = f"{ref}: {kind.api_version} {kind.kind} is not served yet"
    raise WaitFailed(f"waiting for a definition: {line}", failed=(line,))
