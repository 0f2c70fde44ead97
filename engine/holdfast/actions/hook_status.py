"""The last result of each hook of a revision, as its object in the cluster tells it.

A hook's object that is gone tells nothing: it was removed after it had run, or has not run yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.actions.hooks import owned_hooks
from holdfast.actions.target import Target
from holdfast.cluster.living import Living
from holdfast.errors import NotFound, Unauthorized
from holdfast.kinds.conditions import condition, map_at, maps_at
from holdfast.kinds.hooks import hooks_of, outcome_of, runs_to_an_end
from holdfast.kinds.readiness import assess
from holdfast.light import dataclass
from holdfast.manifests import release_selector
from holdfast.model.hook import Hook, Outcome, Policy, When
from holdfast.model.manifest import ObjectRef, owner_of
from holdfast.model.release import Revision


@dataclass(frozen=True, slots=True)
class HookStatus:
    """One hook: `when` it runs, and the `result` of its last run.

    That is succeeded, failed, running, missing, unknown (it may not be read), or made, for what is
    no Job or Pod. `ended` is when, as the server says it; empty where it has not or says nothing.
    """

    ref: ObjectRef
    when: tuple[When, ...]
    result: str
    reason: str
    ended: str = ""


def hook_statuses(target: Target, revision: Revision) -> Iterator[HookStatus]:
    """Every hook of the revision, in the order of their weights. Raises ClusterError."""
    hooks = hooks_of(owned_hooks(revision))
    selector = release_selector(revision.release, revision.namespace)
    living = Living(target.cluster, (hook.ref for hook in hooks), selector=selector)
    for hook in hooks:
        try:
            live = living.find(hook.ref, labelled=True)
        except (Unauthorized, NotFound) as error:
            yield HookStatus(hook.ref, hook.when, "unknown", error.detail or error.message)
            continue
        yield _status(hook, live)


def _status(hook: Hook, live: Mapping[str, Any] | None) -> HookStatus:
    if live is None or owner_of(live) != hook.owner:
        return HookStatus(hook.ref, hook.when, "missing", _why_missing(hook, live))
    if not runs_to_an_end(hook.ref):
        return HookStatus(hook.ref, hook.when, "made", "")
    outcome = outcome_of(live)
    if outcome is None:
        return HookStatus(hook.ref, hook.when, "running", assess(live).reason)
    reason = assess(live).reason if outcome is Outcome.FAILED else ""
    return HookStatus(hook.ref, hook.when, outcome.value, reason, _ended(live))


def _ended(live: Mapping[str, Any]) -> str:
    """When a Job or a Pod ended, as its status has it."""
    status = map_at(live, "status")
    job = status.get("completionTime") or condition(live, "Failed").get("lastTransitionTime")
    pod = (
        map_at(map_at(container, "state"), "terminated").get("finishedAt")
        for container in maps_at(status, "containerStatuses")
    )
    return str(job or max(filter(None, pod), default=""))


def _why_missing(hook: Hook, live: Mapping[str, Any] | None) -> str:
    if live is not None:
        return "an object of that name is somebody else's"
    after = [one.value for one in (Policy.SUCCEEDED, Policy.FAILED) if one in hook.deletes]
    removed = f", or was removed ({', '.join(after)})" if after else ", or was removed"
    return f"has not run{removed}"
