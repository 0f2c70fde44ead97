"""A wait that has failed, as the error that a person reads: who, why, what it left, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.apply.evidence import gather
from holdfast.apply.patience import RESTARTS_ANNOTATION
from holdfast.apply.run import Run
from holdfast.apply.watched import Watched, line
from holdfast.errors import WaitFailed
from holdfast.kinds.troubles import Cause, Trouble
from holdfast.model.plan import Operation, Plan

_HINTS: Mapping[Cause, str] = {
    Cause.NEVER: "correct the image's name in the values",
    Cause.IMAGE: "check the image's name, and that the nodes may pull it (imagePullSecrets)",
    Cause.CONFIG: "make what is missing, or correct the name in the values",
    Cause.CRASH: f"its log says why; the annotation {RESTARTS_ANNOTATION} on the workload allows "
    "more restarts",
    Cause.CLAIM: "check that the storage class exists and that its provisioner runs",
    Cause.PLACE: "make room, or ask for less: requests, nodeSelector, affinity, tolerations",
    Cause.CREATE: "raise the quota or satisfy the rule, or ask for less",
}


def failed(
    plan: Plan, watched: Sequence[Watched], one: Watched, trouble: Trouble | None, run: Run
) -> WaitFailed:
    """What ends the wait at once: an object that has failed, or a trouble that lasted too long."""
    said = one.line
    if trouble and one.last:
        named = trouble.subject != one.ref.name
        what = f"{trouble.subject}: {trouble.reason}" if named else trouble.reason
        said = line(one.ref, "; ".join(filter(None, [one.last.alone.reason, what])))
    advice = _HINTS[trouble.cause] if trouble else ""
    error = _error(plan, watched, f"failed: {said}", [said], advice)
    looks = [one.last] if one.last else []
    error.evidence = gather(looks, run, first=trouble.subject if trouble else "")
    return error


def in_vain(plan: Plan, watched: Sequence[Watched], run: Run) -> WaitFailed:
    """What ends the wait when the time is up."""
    late = [one for one in watched if not one.ready]
    lines = [one.line for one in late]
    what = f"not ready after {run.timeout:g} s: {'; '.join(lines)}"
    error = _error(plan, watched, what, lines, "--timeout gives more time")
    error.evidence = gather([one.last for one in late if one.last], run)
    return error


def _error(
    plan: Plan, watched: Sequence[Watched], what: str, lines: Sequence[str], advice: str
) -> WaitFailed:
    look = f"`holdfast status {plan.release}` shows the pods"
    upgrade = plan.operation is Operation.UPGRADE
    back = f"`holdfast rollback {plan.release}` goes back" if upgrade else ""
    if plan.task:
        back = "the same command goes on from there"
    error = WaitFailed(
        f"{plan.operation} of release {plan.release}: {what}",
        done=[str(one.ref) for one in watched if one.ready],
        failed=lines,
        hint="; ".join(filter(None, [advice, look, back])),
    )
    error.advice = advice
    return error
