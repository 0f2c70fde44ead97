"""What a person reads next when something did not get ready: its last events, its last lines.

It is read once, when the wait has failed; what cannot be read is no failure of its own, for the
first one is what has to be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from holdfast.apply.events import events_about
from holdfast.apply.look import Look
from holdfast.apply.run import Run
from holdfast.errors import ClusterError, Evidence, LogTail, SeenEvent
from holdfast.kinds.conditions import map_at
from holdfast.kinds.pods import claim_names, container_statuses, pod_ready, pod_reason
from holdfast.model.manifest import ObjectRef

PODS, EVENTS, LINES = 3, 5, 10
"""At most so many pods, of each so many of its last events, and of each container lines."""

Object = Mapping[str, Any]


def gather(
    looks: Sequence[Look], run: Run, *, first: str = "", every: bool = False
) -> tuple[Evidence, ...]:
    """What the first pods that are not ready left to read; the one of the name `first` is first.

    With `every` pods that are ready count, too: of a hook they are those that do not end. A
    workload that has no such pod gives its own events: why it makes none.
    """
    found = (one for look in looks for one in _of_look(look, first, every))
    return tuple(_evidence(obj, claims, run, every) for obj, claims in islice(found, PODS))


def _of_look(look: Look, first: str, every: bool) -> Iterator[tuple[Object, Sequence[Object]]]:
    if look.live is None:
        return
    unready = [pod for pod in look.pods if every or pod_reason(pod)]
    for pod in sorted(unready, key=lambda pod: pod["metadata"]["name"] != first):
        yield pod, [one for one in look.claims if one["metadata"]["name"] in claim_names(pod)]
    if not unready or look.lacks_pods:
        yield look.live, ()


def _evidence(obj: Object, claims: Sequence[Object], run: Run, every: bool) -> Evidence:
    metadata = obj["metadata"]
    is_pod = "containers" in map_at(obj, "spec")
    kind = "Pod" if is_pod else str(obj["kind"])
    unbound = [one for one in claims if map_at(one, "status").get("phase") != "Bound"]
    return Evidence(
        object=f"{kind}/{metadata['name']}",
        reason=pod_reason(obj) if is_pod else "",
        events=tuple(event for one in (obj, *unbound) for event in _events(one, run)),
        logs=tuple(_logs(obj, run, every)) if is_pod else (),
    )


def _events(obj: Object, run: Run) -> tuple[SeenEvent, ...]:
    with suppress(ClusterError):
        return events_about(run.cluster, obj)[-EVENTS:]
    return ()


def _logs(pod: Object, run: Run, every: bool) -> Iterator[LogTail]:
    metadata = pod["metadata"]
    ref = ObjectRef("v1", "Pod", metadata["namespace"], metadata["name"])
    for status in container_statuses(pod):
        state = map_at(status, "state")
        ended = bool(map_at(map_at(status, "lastState"), "terminated"))
        previous = ended and "waiting" in state
        if _is_well(status, pod, every) or not (
            previous or "running" in state or "terminated" in state
        ):
            continue
        name = str(status.get("name"))
        try:
            lines = run.cluster.logs(ref, container=name, previous=previous, tail=LINES)
            yield LogTail(name, tuple(lines)[-LINES:], previous)
        except ClusterError as error:
            yield LogTail(name, (), previous, error.detail or error.message)
            return  # the next one would keep us waiting for the same node


def _is_well(status: Object, pod: Object, every: bool) -> bool:
    """Ready, or an init container that has done its work."""
    ended = map_at(map_at(status, "state"), "terminated")
    ready = not every and bool(status.get("ready") or pod_ready(pod))
    return ready or ended.get("exitCode") == 0
