"""Jobs: pods that end, counted until there are enough.

Stands for the Job controller: completions, parallelism, suspend, backoffLimit,
activeDeadlineSeconds and ttlSecondsAfterFinished, in real seconds. Left out: Indexed completion,
pod failure and success policies, and the back-off between failures. CronJobs are stored and never
fire: nothing makes a Job on their schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    condition_of,
    is_terminating,
    moment,
    name_of,
    ref_of,
    set_condition,
    stamp,
    status_of,
    uid_of,
)
from holdfast.embedded.controllers.quotas import make
from holdfast.embedded.controllers.replicaset import free_names
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import is_ready, make_pod, phase_of, without_zeros
from holdfast.embedded.state import Put, Remove, Write
from holdfast.kinds.pods import restarts_of
from holdfast.light import dataclass


@dataclass(frozen=True, slots=True)
class _Work:
    """A Job and its pods by what became of them."""

    view: View
    object: Object
    active: tuple[Object, ...]
    ending: tuple[Object, ...]
    succeeded: int
    failed: int

    @property
    def spec(self) -> dict[str, Any]:
        """The Job's spec."""
        return dict(self.object["spec"])

    def number(self, field: str, default: int) -> int:
        """A number of the spec; `default` where it is not set."""
        value = self.spec.get(field)
        return default if value is None else int(value)

    @property
    def is_complete(self) -> bool:
        """Enough have succeeded; with no number given, one has and none is at work."""
        if self.spec.get("completions") is None and self.spec.get("parallelism") is not None:
            return self.succeeded > 0 and not self.active
        return self.succeeded >= self.number("completions", 1)


def control_jobs(view: View) -> Iterator[Write]:
    """Bring every Job one step nearer to its end."""
    for found in view.list("batch/v1", "Job"):
        if is_terminating(found):
            continue
        if _is_finished(found):
            yield from _expire(view, found)
        else:
            yield from _advance(_read(view, found))


def _read(view: View, found: Object) -> _Work:
    pods = view.owned(found, "v1", "Pod")
    phases = [phase_of(pod) for pod in pods]
    open_ = [pod for pod in pods if phase_of(pod) in ("Pending", "Running")]
    return _Work(
        view=view,
        object=found,
        active=tuple(pod for pod in open_ if not is_terminating(pod)),
        ending=tuple(pod for pod in open_ if is_terminating(pod)),
        succeeded=phases.count("Succeeded"),
        failed=phases.count("Failed"),
    )


def _is_finished(found: Object) -> bool:
    return any(condition_of(found, kind).get("status") == "True" for kind in ("Complete", "Failed"))


def _expire(view: View, found: Object) -> Iterator[Write]:
    life = found["spec"].get("ttlSecondsAfterFinished")
    if life is None:
        yield Put(found)
        return
    kind = "Complete" if condition_of(found, "Complete") else "Failed"
    end = moment(condition_of(found, kind)["lastTransitionTime"]) + int(life)
    yield Remove(ref_of(found)) if end <= view.now else Put(found, end)


def _advance(work: _Work) -> Iterator[Write]:
    if work.spec.get("suspend"):
        yield Put({**work.object, "status": _status(work, suspended=True)})
        yield from _stop(work)
        return
    if cause := _failure(work):
        yield from _stop(work)
        yield Put({**work.object, "status": _failed(work, *cause)})
    elif work.is_complete:
        yield from _stop(work)
        yield Put({**work.object, "status": _completed(work)})
    else:
        status = _status(work)
        yield Put({**work.object, "status": status}, _deadline(work, status))
        yield from _start(work)


def _start(work: _Work) -> Iterator[Write]:
    at_once = work.number("parallelism", 1)
    if work.spec.get("completions") is not None or work.spec.get("parallelism") is None:
        at_once = min(at_once, work.number("completions", 1) - work.succeeded)
    elif work.succeeded:
        return
    # The API server has put them into the template, where the selector is its own.
    given = work.spec["template"].get("metadata", {}).get("labels") or {}
    labels = {**_labels(work.object), **given}
    missing = at_once - len(work.active) - len(work.ending)
    for name in free_names(work.view, work.object, missing):
        pod = make_pod(work.object, work.spec["template"], name, labels)
        yield from make(work.view, work.object, pod)


def _stop(work: _Work) -> Iterator[Write]:
    for pod in work.active:
        yield from work.view.delete(pod)


def _failure(work: _Work) -> tuple[str, str] | None:
    if work.failed > work.number("backoffLimit", 6) or _restarted_too_often(work):
        return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    deadline = _deadline(work, status_of(work.object))
    if deadline is not None and deadline <= work.view.now:
        return "DeadlineExceeded", "Job was active longer than specified deadline"
    return None


def _restarted_too_often(work: _Work) -> bool:
    """With OnFailure it is restarts that count (kubernetes pkg/controller/job, 1.34:
    pastBackoffLimitOnFailure): as many as the limit, or one where that is 0.
    """
    if work.spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    limit = work.number("backoffLimit", 6)
    return sum(map(restarts_of, work.active)) >= max(limit, 1)


def _deadline(work: _Work, status: dict[str, Any]) -> float | None:
    seconds, start = work.spec.get("activeDeadlineSeconds"), status.get("startTime")
    return None if seconds is None or start is None else moment(start) + int(seconds)


def _status(work: _Work, *, suspended: bool = False) -> dict[str, Any]:
    before = status_of(work.object)
    status: dict[str, Any] = {
        "active": len(work.active),
        "ready": sum(map(is_ready, work.active)),
        "succeeded": work.succeeded,
        "failed": work.failed,
        "terminating": len(work.ending),
        "uncountedTerminatedPods": {},
        "conditions": before.get("conditions") or [],
    }
    status = without_zeros(status, "ready", "terminating")
    if not suspended:
        status["startTime"] = before.get("startTime") or stamp(work.view.now)
    if suspended or condition_of(work.object, "Suspended"):
        reason = "JobSuspended" if suspended else "JobResumed"
        status = set_condition(status, "Suspended", suspended, work.view.now, reason=reason)
    return status


def _at_rest(work: _Work) -> dict[str, Any]:
    status = {**_status(work), "ready": 0}
    status.pop("active", None)
    return status


def _completed(work: _Work) -> dict[str, Any]:
    status = {**_at_rest(work), "completionTime": stamp(work.view.now)}
    message = "Reached expected number of succeeded pods"
    for kind in ("SuccessCriteriaMet", "Complete"):
        status = set_condition(
            status, kind, True, work.view.now, reason="CompletionsReached", message=message
        )
    return status


def _failed(work: _Work, reason: str, message: str) -> dict[str, Any]:
    status = _at_rest(work)
    for kind in ("FailureTarget", "Failed"):
        status = set_condition(status, kind, True, work.view.now, reason=reason, message=message)
    return status


def _labels(found: Object) -> dict[str, str]:
    return {
        "batch.kubernetes.io/job-name": name_of(found),
        "batch.kubernetes.io/controller-uid": uid_of(found),
        "job-name": name_of(found),
        "controller-uid": uid_of(found),
    }
