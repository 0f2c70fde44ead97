"""A Deployment's status: the counts over its ReplicaSets, and whether it gets on.

It must not know how a rollout is carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.embedded.controllers.objects import (
    Object,
    moment,
    name_of,
    set_condition,
    stamp,
    status_of,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.workloads import (
    generation_of,
    replicas_of,
    share_of,
    without_zeros,
)
from holdfast.embedded.state import Put

_DEADLINE = 600
_COUNTS = ("replicas", "readyReplicas", "availableReplicas")


def report(view: View, found: Object, new: Object | None, sets: Sequence[Object]) -> Put:
    """The Deployment with its status, due when its progress deadline passes."""
    totals = {field: sum(_count(one, field) for one in sets) for field in _COUNTS}
    before, wanted = status_of(found), replicas_of(found)
    updated = _count(new, "replicas") if new else 0
    status: dict[str, Any] = {
        "observedGeneration": generation_of(found),
        **totals,
        "updatedReplicas": updated,
        "unavailableReplicas": max(
            0, max(wanted, totals["replicas"]) - totals["availableReplicas"]
        ),
        "conditions": before.get("conditions") or [],
    }
    status = _failure(_availability(view, found, status), new)
    if found["spec"].get("paused"):
        reason, message = "DeploymentPaused", "Deployment is paused"
        status = _set(view, status, "Progressing", None, reason, message)
        return Put({**found, "status": without_zeros(status)})
    done = updated == wanted == totals["replicas"] == totals["availableReplicas"]
    if done and new is not None:
        message = f'ReplicaSet "{name_of(new)}" has successfully progressed.'
        status = _progress(view, status, True, "NewReplicaSetAvailable", message)
        return Put({**found, "status": without_zeros(status)})
    return _advance(view, found, status)


def _availability(view: View, found: Object, status: dict[str, Any]) -> dict[str, Any]:
    wanted = replicas_of(found)
    rolling = (found["spec"].get("strategy") or {}).get("rollingUpdate") or {}
    missing = share_of(rolling.get("maxUnavailable"), wanted, default="25%", up=False)
    holds = status["availableReplicas"] >= wanted - missing
    reason = "MinimumReplicasAvailable" if holds else "MinimumReplicasUnavailable"
    have = "has" if holds else "does not have"
    message = f"Deployment {have} minimum availability."
    return _set(view, status, "Available", holds, reason, message)


def _failure(status: dict[str, Any], new: Object | None) -> dict[str, Any]:
    """What keeps the newest ReplicaSet from making its pods, as that one tells."""
    kept = [one for one in status["conditions"] if one["type"] != "ReplicaFailure"]
    told = status_of(new).get("conditions") or [] if new else []
    return {**status, "conditions": [*kept, *told]}


def _advance(view: View, found: Object, status: dict[str, Any]) -> Put:
    """A rollout that is under way: it has progressed if a count moved since the last look."""
    before, old = status_of(found), _condition(status)
    moved = any(before.get(key, 0) != status[key] for key in (*_COUNTS, "updatedReplicas"))
    finished = old.get("reason") in ("NewReplicaSetAvailable", "DeploymentPaused")
    since = old.get("lastUpdateTime")
    if (
        moved
        or finished
        or since is None
        or before.get("observedGeneration") != generation_of(found)
    ):
        message = f'Deployment "{name_of(found)}" is progressing.'
        status = _progress(view, status, True, "ReplicaSetUpdated", message, since=stamp(view.now))
        since = stamp(view.now)
    deadline = found["spec"].get("progressDeadlineSeconds")
    due = moment(since) + (_DEADLINE if deadline is None else int(deadline))
    if due > view.now:
        return Put({**found, "status": without_zeros(status)}, due)
    message = f'Deployment "{name_of(found)}" exceeded its progress deadline'
    status = _progress(view, status, False, "ProgressDeadlineExceeded", message, since=since)
    return Put({**found, "status": without_zeros(status)})


def _progress(
    view: View, status: dict[str, Any], holds: bool, reason: str, message: str, since: str = ""
) -> dict[str, Any]:
    """The status with the Progressing condition, renewed only where it says something new."""
    old = _condition(status)
    if (old.get("reason"), old.get("message")) == (reason, message) and not since:
        return status
    return _set(view, status, "Progressing", holds, reason, message, since)


def _set(
    view: View,
    status: dict[str, Any],
    kind: str,
    holds: bool | None,
    reason: str,
    message: str,
    since: str = "",
) -> dict[str, Any]:
    """The status with a condition that also tells of its last update, as Deployments' do."""
    old = _condition(status, kind)
    same = (old.get("reason"), old.get("message")) == (reason, message)
    updated = since or (old.get("lastUpdateTime") if same else "") or stamp(view.now)
    status = set_condition(status, kind, holds, view.now, reason=reason, message=message)
    _condition(status, kind)["lastUpdateTime"] = updated
    return status


def _condition(status: dict[str, Any], kind: str = "Progressing") -> dict[str, Any]:
    return next((one for one in status["conditions"] if one["type"] == kind), {})


def _count(found: Object, field: str) -> int:
    return int(status_of(found).get(field) or 0)
