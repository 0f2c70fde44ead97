"""What a hook's pods have written: read once the hook has ended, and told line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.apply.look import Look
from holdfast.apply.run import Run
from holdfast.errors import ClusterError, Evidence
from holdfast.kinds.conditions import map_at
from holdfast.kinds.pods import container_statuses
from holdfast.model.event import Event, EventKind
from holdfast.model.hook import PodLog
from holdfast.model.manifest import ObjectRef

LINES = 1000
"""Of each container, at most so many of its last lines."""


def logs_of(look: Look | None, run: Run) -> tuple[PodLog, ...]:
    """The logs of all containers that have run, pod by pod.

    One that cannot be read says why: a log that is away does not make a hook fail.
    """
    pods = look.pods if look else ()
    return tuple(log for pod in pods for log in _of_pod(pod, run))


def log_events(logs: Sequence[PodLog], run: Run) -> Iterator[Event]:
    """A LOG for each line, a WARNING for each log that could not be read."""
    for log in logs:
        ref = ObjectRef("v1", "Pod", "", log.pod)
        if log.problem:
            said = f"the log of {ref} (container {log.container}) cannot be read: {log.problem}"
            yield run.event(EventKind.WARNING, said, ref)
        for line in log.lines:
            yield run.event(EventKind.LOG, f"{log.pod} {log.container} | {line}", ref)


def evidence_events(found: Sequence[Evidence], run: Run) -> Iterator[Event]:
    """What the pods of a hook that failed left to read, where no error will print it."""
    for one in found:
        for event in one.events:
            said = f"{one.object} {event.type} {event.reason}: {event.message}"
            yield run.event(EventKind.LOG, said)
        pod = one.object.partition("/")[2]
        logs = [PodLog(pod, log.container, log.lines, log.problem) for log in one.logs]
        yield from log_events(logs, run)


def _of_pod(pod: Mapping[str, Any], run: Run) -> Iterator[PodLog]:
    metadata = pod["metadata"]
    ref = ObjectRef("v1", "Pod", metadata["namespace"], metadata["name"])
    for status in container_statuses(pod):
        state, name = map_at(status, "state"), str(status.get("name"))
        if not ("running" in state or "terminated" in state):
            continue
        try:
            lines = tuple(run.cluster.logs(ref, container=name, tail=LINES))
            yield PodLog(ref.name, name, lines)
        except ClusterError as error:
            yield PodLog(ref.name, name, problem=error.detail or error.message)
