"""How long each trouble may last before a wait is given up: the one table of it.

What time may mend by itself (a registry that is away, a claim that is bound after seconds, a Secret
that an operator is about to make, a container that starts before what it needs) is given that time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.errors import PlanError
from holdfast.kinds.conditions import map_at, number_at
from holdfast.kinds.pods import container_statuses
from holdfast.kinds.troubles import Cause, Trouble
from holdfast.model.plan import Plan

SECONDS: Mapping[Cause, float] = {
    Cause.NEVER: 0.0,
    # A kubelet tries again after 10 and after 20 seconds more (image back-off): two failed tries.
    Cause.IMAGE: 30.0,
    Cause.CONFIG: 60.0,
    Cause.CLAIM: 60.0,
    Cause.PLACE: 60.0,
    Cause.CREATE: 60.0,
}
"""Seconds without a break that a trouble may last."""

RESTARTS = 3
"""How often a container may be restarted: when it is down once more, that is it. On a kubelet,
which backs off for 10, 20 and 40 seconds, that takes half a minute beside the runs themselves."""

COMPANY = 60.0
"""Seconds more for a container that crashes while other objects of the release are on their way:
it may be one of them that it waits for."""

RESTARTS_ANNOTATION = "holdfast.dev/restarts-allowed"
"""On a workload: how often its containers may be restarted while it gets ready."""

_SCALE_UP = ("TriggeredScaleUp", "Nominated")
"""Reasons of events by which cluster-autoscaler and Karpenter say that a node is on its way."""


class Patience:
    """What one workload's troubles are given, from the first look at it on."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, Cause], float] = {}
        self._crashed: dict[str, float] = {}
        self._before: dict[tuple[str, str], int] | None = None

    def begin(self, pods: Sequence[Mapping[str, Any]]) -> None:
        """Count restarts from now on; only the first call does anything."""
        if self._before is None:
            self._before = {
                (str(pod["metadata"].get("uid")), str(one.get("name"))): number_at(
                    one, "restartCount"
                )
                for pod in pods
                for one in container_statuses(pod)
            }

    def outlasted(
        self,
        troubles: Sequence[Trouble],
        now: float,
        workload: Mapping[str, Any],
        *,
        company: bool = False,
    ) -> Trouble | None:
        """The first trouble that has lasted too long; all that are gone are forgotten.

        `company` tells that other objects of the release are on their way and in no trouble.
        """
        keys = {(one.uid, one.cause) for one in troubles}
        self._since = {key: since for key, since in self._since.items() if key in keys}
        allowed = restarts_allowed(workload)
        grace = COMPANY if company else 0.0
        over = [one for one in troubles if self._is_over(one, now, allowed, grace)]
        return over[0] if over else None

    def renew(self, trouble: Trouble, now: float) -> None:
        """Give it the same time once more."""
        self._since[trouble.uid, trouble.cause] = now

    def _is_over(self, trouble: Trouble, now: float, allowed: int, grace: float) -> bool:
        since = self._since.setdefault((trouble.uid, trouble.cause), now)
        if trouble.cause is not Cause.CRASH:
            return now - since >= SECONDS[trouble.cause]
        before = (self._before or {}).get((trouble.uid, trouble.container), 0)
        if trouble.restarts - before < allowed:
            return False
        return now - self._crashed.setdefault(trouble.uid, now) >= grace


def help_is_coming(reasons: Sequence[str]) -> bool:
    """Whether one of the reasons of a pod's events says that a node is being made for it."""
    return any(reason in _SCALE_UP for reason in reasons)


def restarts_allowed(workload: Mapping[str, Any]) -> int:
    """How often a container of this workload may be restarted."""
    annotations = map_at(map_at(workload, "metadata"), "annotations")
    written = str(annotations.get(RESTARTS_ANNOTATION, RESTARTS))
    return int(written) if written.isdecimal() else RESTARTS


def check_patience(plan: Plan) -> None:
    """Raise PlanError for an annotation that is no number, before anything is done."""
    for change in plan.changes:
        annotations = map_at(map_at(change.desired or {}, "metadata"), "annotations")
        written = annotations.get(RESTARTS_ANNOTATION)
        if written is not None and not str(written).isdecimal():
            raise PlanError(
                f"{plan.operation} of release {plan.release}: {change.ref}: the annotation "
                f"{RESTARTS_ANNOTATION} is {written!r}, which is no number; nothing was changed",
                hint='write how often a container may be restarted: "5"',
                where=change.source,
            )
