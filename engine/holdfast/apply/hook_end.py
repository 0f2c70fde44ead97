"""Wait until a hook's Job or Pod has ended, show how far it is, and tell how it ended.

What keeps it from ending is given the same patience as anything else that is waited for.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from holdfast.apply.events import events_about
from holdfast.apply.look import Look
from holdfast.apply.rows import row_of
from holdfast.apply.run import Run
from holdfast.apply.watched import Watched
from holdfast.apply.workload import pods_of
from holdfast.errors import ClusterError
from holdfast.kinds.conditions import map_at
from holdfast.kinds.hooks import outcome_of
from holdfast.kinds.pods import pod_reason
from holdfast.kinds.troubles import Cause
from holdfast.light import dataclass
from holdfast.model.event import Event, EventKind
from holdfast.model.hook import Outcome
from holdfast.model.manifest import ObjectRef
from holdfast.model.progress import Progress

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class End:
    """How a hook ended, and the last look at it that had pods, for what they left to read."""

    outcome: Outcome
    reason: str = ""
    look: Look | None = None


def wait_end(
    ref: ObjectRef, uid: str, title: str, run: Run, deadline: float
) -> Generator[Event, None, End]:
    """Wait for the object of that uid to end, at most until `deadline`. `title` is for people."""
    watched, seen = Watched(ref), None
    began = run.clock.now()
    for _ in run.pauses(deadline):
        watched.look(run)
        if watched.last is None or watched.last.blind:
            continue
        look = _with_pods(watched.last, run)
        seen = look if look.pods or seen is None else seen
        end = _end_of(look, seen, uid, run)
        yield _progress(title, look, end, run, began, deadline)
        if end:
            return end
        if not watched.ready:
            yield from watched.tell(run)
        trouble = watched.outlasted(run)
        # How often a Job's containers may crash, its own backoffLimit says.
        if trouble and not (trouble.cause is Cause.CRASH and ref.kind == "Job"):
            reason = f"{trouble.subject}: {trouble.reason}"
            return End(Outcome.FAILED, reason, look)
    reason = watched.last.found.reason if watched.last else ""
    if ref.kind == "Pod" and watched.ready:
        reason = "it runs on: does it end by itself, and is its restartPolicy Never?"
    return End(Outcome.TIMED_OUT, reason, seen)


def _with_pods(look: Look, run: Run) -> Look:
    """The look with the pods that it had no need of: what they wrote may be wanted."""
    if look.live is None or look.pods:
        return look
    if look.ref.kind == "Pod":
        return replace(look, pods=(look.live,))
    if not look.alone.ready:
        return look
    try:
        return replace(look, pods=pods_of(run.cluster, look.live))
    except ClusterError:  # whoever may not list pods sees none
        return look


def _end_of(look: Look, seen: Look, uid: str, run: Run) -> End | None:
    live = look.live
    if live is None or live["metadata"]["uid"] != uid:
        return _vanished(look.ref, uid, seen, run)
    outcome = outcome_of(live)
    if outcome is None:
        return None
    if look.ref.kind == "Pod":
        return End(outcome, pod_reason(live), look)
    if outcome is Outcome.SUCCEEDED:
        return End(outcome, "", look)
    return End(outcome, _why(look, seen), seen)


def _why(look: Look, seen: Look) -> str:
    """The Job's own reason, and that of its last pod that failed or never started."""
    own = look.alone.reason
    pods = [pod for pod in seen.pods if pod_reason(pod) not in ("", "is being deleted")]
    if not pods:
        return own
    last = max(pods, key=lambda pod: str(pod["metadata"].get("creationTimestamp")))
    return f"{own}; {last['metadata']['name']}: {pod_reason(last)}"


def _vanished(ref: ObjectRef, uid: str, seen: Look, run: Run) -> End:
    """Gone: the events outlive a Job that removes itself the moment it has ended (a ttl of 0)."""
    live = seen.live
    try:
        found = events_about(run.cluster, live) if live else ()
    except ClusterError:
        found = ()
    if any(event.reason == "Completed" for event in found):
        return End(Outcome.SUCCEEDED, "", seen)
    if live and map_at(live, "spec").get("ttlSecondsAfterFinished") is not None:
        said = "it removed itself before its end was seen (ttlSecondsAfterFinished)"
        return End(Outcome.FAILED, said, seen)
    return End(Outcome.FAILED, "it was deleted or replaced by somebody while it ran", seen)


def _progress(
    title: str, look: Look, end: End | None, run: Run, began: float, deadline: float
) -> Event:
    row = row_of(look)
    now = run.clock.now()
    progress = Progress(title, now - began, deadline - began, (row,))
    ended = f"{end.outcome.value} " if end else ""
    return Event(EventKind.PROGRESS, f"{title}: {ended}{row.reason}", now, progress=progress)
