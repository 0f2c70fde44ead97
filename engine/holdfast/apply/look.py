"""One look at one object that is waited for: how far it is, its pods and claims, what is wrong.

It reads and judges nothing but what one moment shows; how long it may stay so is patience.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.apply.events import changed_at, events_about, moment
from holdfast.apply.run import Run
from holdfast.apply.workload import has_pods, pods_of, selector_of
from holdfast.errors import ServerFailed, Unreachable
from holdfast.kinds.conditions import condition, is_true, map_at, number_at
from holdfast.kinds.pods import claim_names, pod_ready
from holdfast.kinds.readiness import Readiness, State, assess
from holdfast.kinds.rollouts import is_wanted, newest_revision, revisions_kind
from holdfast.kinds.selectors import selector_text
from holdfast.kinds.troubles import Cause, Trouble, pod_trouble
from holdfast.model.manifest import ObjectRef

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found. `live` is None for what is not there, or could not be read (`blind`).

    `alone` is the readiness that the object's own status tells, `found` the same with the pod that
    is in the way; `troubles` are those of pods that the rollout keeps.
    """

    ref: ObjectRef
    found: Readiness
    alone: Readiness
    live: Object | None = None
    pods: tuple[Object, ...] = ()
    claims: tuple[Object, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    blind: bool = False

    @property
    def lacks_pods(self) -> bool:
        """Fewer pods are there than there could be: something may keep them from being made."""
        waits = self.live is not None and not self.found.ready and has_pods(self.live)
        return waits and _lacks_pods(self.live or {}, self.pods)


def look_at(ref: ObjectRef, run: Run, *, again: bool, lacked: bool) -> Look:
    """Look at an object.

    Where it is ready at the first look its pods are not read (`again` tells that it is not the
    first); events are read where it has lacked pods the last time, too. A server that is away for a
    moment makes a blind look: it does not end a wait of minutes.
    """
    try:
        live = run.cluster.find(ref)
        if live is None:
            return _without(ref, "is not there")
        alone = assess(live)
        if not again and alone.ready:
            return Look(ref, alone, alone, live)
        if ref.kind == "Pod":
            return Look(ref, alone, alone, live, (live,), (), _of_pods(live, (live,), (), run))
        if not has_pods(live):
            return Look(ref, alone, alone, live)
        return _at_workload(ref, live, alone, run, lacked=lacked)
    except (Unreachable, ServerFailed) as error:
        return _without(ref, error.message, blind=True)


def _without(ref: ObjectRef, reason: str, *, blind: bool = False) -> Look:
    nothing = Readiness(State.PROGRESSING, reason)
    return Look(ref, nothing, nothing, blind=blind)


def _at_workload(ref: ObjectRef, live: Object, alone: Readiness, run: Run, *, lacked: bool) -> Look:
    pods = pods_of(run.cluster, live)
    claims = _claims(pods, run)
    found = assess(live, pods, claims)
    if alone.ready or not _is_seen(live):
        return Look(ref, found, alone, live, pods, claims)
    troubles = _of_pods(live, pods, claims, run)
    if not troubles and lacked and _lacks_pods(live, pods):
        troubles = tuple(_of_making(live, run))
        found = Readiness(found.state, "; ".join([alone.reason, *(t.reason for t in troubles)]))
    return Look(ref, found, alone, live, pods, claims, troubles)


def _is_seen(live: Object) -> bool:
    """Whether the object's controller has seen it as it is now, as far as its status tells."""
    seen = map_at(live, "status").get("observedGeneration")
    return seen is None or seen >= number_at(live["metadata"], "generation")


def _claims(pods: Sequence[Object], run: Run) -> tuple[Object, ...]:
    """The claims of pods that may be waiting for one; other pods' claims are not read."""
    waiting = [pod for pod in pods if map_at(pod, "status").get("phase") == "Pending"]
    names = {name for pod in waiting for name in claim_names(pod)}
    if not names:
        return ()
    found = run.cluster.list("v1", "PersistentVolumeClaim", waiting[0]["metadata"]["namespace"])
    return tuple(claim for claim in found if claim["metadata"]["name"] in names)


def _of_pods(
    live: Object, pods: Sequence[Object], claims: Sequence[Object], run: Run
) -> tuple[Trouble, ...]:
    """The troubles of the pods that stay; those of an earlier template are about to go anyway."""
    found = [(pod, trouble) for pod in pods if (trouble := pod_trouble(pod, claims))]
    if not found:
        return ()
    newest = newest_revision(live, _revisions(live, run))
    return tuple(trouble for pod, trouble in found if is_wanted(live, pod, newest))


def _revisions(live: Object, run: Run) -> tuple[Object, ...]:
    kind = revisions_kind(live)
    if not kind:
        return ()
    selector = selector_text(selector_of(live))
    namespace = live["metadata"]["namespace"]
    return run.cluster.list("apps/v1", kind, namespace, label_selector=selector)


def _lacks_pods(live: Mapping[str, Any], pods: Sequence[Object]) -> bool:
    """Whether the controller should be making a pod right now; ordered sets make one at a time."""
    spec, status = map_at(live, "spec"), map_at(live, "status")
    kind = live["kind"]
    if kind == "DaemonSet":
        return len(pods) < number_at(status, "desiredNumberScheduled")
    if kind == "Job":
        return not pods and not spec.get("suspend")
    replicas = spec.get("replicas")
    missing = len(pods) < (1 if replicas is None else int(replicas))
    ordered = kind == "StatefulSet" and spec.get("podManagementPolicy") != "Parallel"
    return missing and not (ordered and not all(map(pod_ready, pods)))


def _of_making(live: Object, run: Run) -> Iterator[Trouble]:
    """Why a pod cannot be made: a condition says so where the kind has one, else an event.

    Events from before the object was last changed are about what it was then.
    """
    metadata = live["metadata"]
    failure = condition(live, "ReplicaFailure")
    if is_true(failure):
        yield Trouble(Cause.CREATE, metadata["name"], str(failure["message"]), metadata["uid"])
        return
    if live["kind"] == "Deployment":
        return
    since = moment(changed_at(live))
    for event in reversed(events_about(run.cluster, live)):
        if event.reason == "FailedCreate" and moment(event.time) >= since:
            yield Trouble(Cause.CREATE, metadata["name"], event.message, metadata["uid"])
            return
