"""StatefulSets: pods with an identity, made, replaced and ended in order.

Stands for the StatefulSet controller of Kubernetes 1.34 and follows its decisions step by step. So
it has its known trap (kubernetes/kubernetes#67250): with OrderedReady a pod that never gets ready
blocks everything after it, also the change that would mend it, until someone deletes that pod.
Left out: maxUnavailable (a feature gate that is off by default) and hash collisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    is_terminating,
    labels_of,
    name_of,
    status_of,
)
from holdfast.embedded.controllers.ownership import gather
from holdfast.embedded.controllers.quotas import failed
from holdfast.embedded.controllers.revisions import (
    History,
    forget_revisions,
    read_history,
    template_of,
)
from holdfast.embedded.controllers.statefulset_claims import (
    claims_are_stale,
    make_claims,
    may_not_make,
    settle_claims,
)
from holdfast.embedded.controllers.statefulset_pods import (
    REVISION_LABEL,
    Identity,
    has_identity,
    is_named_after,
    ordinal_of,
    set_pod,
    with_identity,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import (
    counts,
    generation_of,
    history_limit_of,
    is_available,
    min_ready_of,
    next_available,
    phase_of,
    replicas_of,
    without_zeros,
)
from holdfast.embedded.state import Put, Write
from holdfast.light import dataclass

_REVISION_FIELDS = ("currentReplicas", "updatedReplicas")


@dataclass(frozen=True, slots=True)
class _Set:
    """A StatefulSet, its history and its pods: those within the range of ordinals, and the rest.

    `slots` has a place per ordinal from `start` on; `condemned` has the highest ordinal first.
    """

    view: View
    object: Object
    history: History
    start: int
    slots: tuple[Object | None, ...]
    condemned: tuple[Object, ...]

    @property
    def strategy(self) -> dict[str, Any]:
        """spec.updateStrategy."""
        return self.object["spec"].get("updateStrategy") or {}

    @property
    def partition(self) -> int:
        """The index below which pods keep the current revision."""
        return int((self.strategy.get("rollingUpdate") or {}).get("partition") or 0)

    @property
    def rolls(self) -> bool:
        """Whether the update strategy is RollingUpdate."""
        return bool(self.strategy.get("type", "RollingUpdate") == "RollingUpdate")

    @property
    def ordered(self) -> bool:
        """Whether one pod waits for the other."""
        return bool(self.object["spec"].get("podManagementPolicy") != "Parallel")

    @property
    def pods(self) -> tuple[Object, ...]:
        """All pods of the set."""
        return (*(pod for pod in self.slots if pod is not None), *self.condemned)

    def is_unavailable(self, pod: Object | None) -> bool:
        """Whether a pod is missing, ending, or not ready for long enough."""
        if pod is None or is_terminating(pod):
            return True
        return not is_available(pod, min_ready_of(self.object), self.view.now)


@dataclass(frozen=True, slots=True)
class _Step:
    """What one look at the set gives: writes, and whether everything after has to wait."""

    writes: tuple[Write, ...] = ()
    waits: bool = False


def control_stateful_sets(view: View) -> Iterator[Write]:
    """Bring every StatefulSet one step nearer to its spec."""
    for found in view.list("apps/v1", "StatefulSet"):
        owned = gather(view, found, "v1", "Pod", is_member=partial(is_named_after, found))
        yield from owned.writes
        if owned.writes:
            continue
        history = read_history(view, found, current=status_of(found).get("currentRevision"))
        current = _read(view, found, history, owned.objects)
        yield _report(current)
        if not is_terminating(found):
            yield from history.writes
            yield from _act(current)
            used = [labels_of(pod).get(REVISION_LABEL, "") for pod in current.pods]
            yield from forget_revisions(history, used=used, limit=history_limit_of(found))


def _read(view: View, found: Object, history: History, pods: tuple[Object, ...]) -> _Set:
    start = int((found["spec"].get("ordinals") or {}).get("start") or 0)
    ordinals = range(start, start + replicas_of(found))
    by_ordinal = {ordinal_of(found, pod): pod for pod in pods}
    condemned = sorted((n for n in by_ordinal if n not in ordinals), reverse=True)
    slots = tuple(by_ordinal.get(ordinal) for ordinal in ordinals)
    return _Set(view, found, history, start, slots, tuple(by_ordinal[n] for n in condemned))


def _act(current: _Set) -> Iterator[Write]:
    """Pods that should be there first, then those that should not, then those that are old."""
    for stage in (_fill, _settle_condemned, _shrink, _roll):
        for step in stage(current):
            yield from step.writes
            if step.waits:
                return


def _fill(current: _Set) -> Iterator[_Step]:
    for index, pod in enumerate(current.slots):
        step = _make(current, index) if pod is None else _look_after(current, index, pod)
        yield step if current.ordered else _Step(step.writes)


def _make(current: _Set, index: int) -> _Step:
    """Make a missing pod and its claims; not while claims of its predecessor are to go."""
    view, found, ordinal = current.view, current.object, current.start + index
    old = current.rolls and index < current.partition
    revision = current.history.current if old else current.history.update
    identity = Identity(found, ordinal)
    if claims_are_stale(view, identity):
        return _Step(tuple(make_claims(view, identity)), waits=True)
    pod = set_pod(identity, template_of(revision), name_of(revision))
    if refused := may_not_make(view, identity, pod):
        return _Step(tuple(failed(view, found, refused, "statefulset-controller")), waits=True)
    return _Step((*make_claims(view, identity), *view.create(pod)), waits=True)


def _look_after(current: _Set, index: int, pod: Object) -> _Step:
    view, identity = current.view, Identity(current.object, current.start + index)
    if phase_of(pod) in ("Failed", "Succeeded"):
        return _Step(tuple(view.delete(pod)), waits=True)
    writes: list[Write] = []
    if phase_of(pod) == "Pending":
        writes.extend(make_claims(view, identity))
    if current.is_unavailable(pod) and current.ordered:
        return _Step(tuple(writes), waits=True)
    if not has_identity(identity, pod):
        writes.append(view.keep(with_identity(identity, pod)))
    writes.extend(settle_claims(view, identity, pod, condemned=False))
    return _Step(tuple(writes))


def _settle_condemned(current: _Set) -> Iterator[_Step]:
    for pod in current.condemned:
        identity = Identity(current.object, ordinal_of(current.object, pod))
        yield _Step(tuple(settle_claims(current.view, identity, pod, condemned=True)))


def _shrink(current: _Set) -> Iterator[_Step]:
    for pod in current.condemned:
        if is_terminating(pod):
            yield _Step(waits=current.ordered)
        elif current.ordered and _must_wait(current, pod):
            yield _Step(waits=True)
        else:
            yield _Step(tuple(current.view.delete(pod)), waits=current.ordered)


def _must_wait(current: _Set, pod: Object) -> bool:
    """An unavailable pod is ended only if it is the first such pod of the whole set."""
    if not current.is_unavailable(pod):
        return False
    others = (*current.slots, *reversed(current.condemned))
    return next(one for one in others if current.is_unavailable(one)) is not pod


def _roll(current: _Set) -> Iterator[_Step]:
    """End the highest pod of an old revision; go on when its successor is available."""
    if not current.rolls:
        return
    update = name_of(current.history.update)
    for index in range(len(current.slots) - 1, current.partition - 1, -1):
        pod = current.slots[index]
        if pod is None:
            yield _Step(waits=True)
        elif labels_of(pod).get(REVISION_LABEL) != update and not is_terminating(pod):
            yield _Step(tuple(current.view.delete(pod)), waits=True)
        elif current.is_unavailable(pod):
            yield _Step(waits=True)


def _report(current: _Set) -> Put:
    """The set with its status, due when the next ready pod counts as available."""
    found, view, pods = current.object, current.view, current.pods
    ready, available = counts(pods, min_ready_of(found), view.now)
    names = {
        "currentReplicas": name_of(current.history.current),
        "updatedReplicas": name_of(current.history.update),
    }
    live = [labels_of(pod).get(REVISION_LABEL) for pod in pods if not is_terminating(pod)]
    status = {
        "observedGeneration": generation_of(found),
        "replicas": len(pods),
        "readyReplicas": ready,
        "availableReplicas": available,
        **{field: live.count(names[field]) for field in _REVISION_FIELDS},
        "currentRevision": names["currentReplicas"],
        "updateRevision": names["updatedReplicas"],
        "collisionCount": 0,
    }
    wanted = replicas_of(found)
    reached = [status[field] for field in ("replicas", "readyReplicas", "updatedReplicas")]
    if current.rolls and reached == [wanted] * 3:
        status["currentRevision"] = status["updateRevision"]
        status["currentReplicas"] = status["updatedReplicas"]
    status = without_zeros(status, "replicas", "availableReplicas", "collisionCount")
    return Put({**found, "status": status}, next_available(pods, min_ready_of(found), view.now))
