"""What a change does to what runs: nothing, a restart in a certain order, a bigger volume.

Judged from one object before and after; what a ConfigMap's readers make of it is in users.py, a
StatefulSet's ordinals in stateful.py. The rules are those of the Kubernetes controllers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from holdfast.errors import ManifestError
from holdfast.kinds.quantities import compare_quantities
from holdfast.kinds.resources import is_built_in
from holdfast.model.plan import Effect
from holdfast.plan.stateful import judge_stateful_set
from holdfast.plan.wording import (
    ON_DELETE,
    Fields,
    Judgement,
    Object,
    changed_template,
    in_place,
    name_changes,
    replicas_of,
    spec_of,
    template_reason,
)


def judge(before: Object, after: Object, fields: Fields, live: Object) -> Judgement:
    """What changing `before` into `after` (both normalised, differing in `fields`) does.

    `live` is the object as the server gave it: its status tells of a rollout under way.
    """
    if all(field.path[:1] == ("metadata",) for field in fields):
        return Judgement(Effect.NONE, _metadata_reason(fields))
    if not is_built_in(str(after.get("apiVersion", ""))):
        # A custom resource may have the kind of a workload, and other rules (OpenKruise).
        return in_place(fields)
    if after.get("kind") == "StatefulSet":
        return judge_stateful_set(before, after, fields, live)
    special = _KINDS.get(str(after.get("kind")))
    return (special and special(before, after, fields)) or in_place(fields)


def _metadata_reason(fields: Fields) -> str:
    if all(field.noise for field in fields):
        return "only the chart's version label changes"
    parts = {str(field.path[1]) for field in fields if len(field.path) > 1}
    if parts <= {"labels", "annotations"}:
        return f"only {' and '.join(sorted(parts, reverse=True))} change"
    return f"only metadata: {name_changes(fields)}"


def _deployment(before: Object, after: Object, fields: Fields) -> Judgement | None:
    old, new = replicas_of(before), replicas_of(after)
    scale = f"scales {old} → {new}" if old != new else ""
    template = changed_template(fields)
    if not template:
        return Judgement(Effect.IN_PLACE, scale) if scale else None
    why = template_reason(template)
    if spec_of(after).get("paused"):
        return Judgement(Effect.IN_PLACE, f"{why}: it is paused, so its pods stay as they are")
    if not min(old, new):
        return Judgement(Effect.IN_PLACE, "; ".join(filter(None, (f"{why}: no pod runs", scale))))
    recreate = (spec_of(after).get("strategy") or {}).get("type") == "Recreate"
    how = "stops all pods, then starts new ones (Recreate)" if recreate else "replaces its pods"
    return Judgement(Effect.ROLLING_RESTART, "; ".join(filter(None, (f"{why}: {how}", scale))))


def _daemon_set(before: Object, after: Object, fields: Fields) -> Judgement | None:
    if not (template := changed_template(fields)):
        return None
    why = template_reason(template)
    if (spec_of(after).get("updateStrategy") or {}).get("type") == "OnDelete":
        return Judgement(Effect.IN_PLACE, f"{why}: {ON_DELETE}")
    return Judgement(Effect.ROLLING_RESTART, f"{why}: restarts its pods node by node")


def _claim(before: Object, after: Object, fields: Fields) -> Judgement | None:
    old, new = _storage(before), _storage(after)
    try:
        grows = bool(old and new) and compare_quantities(new, old) > 0
    except ManifestError:
        return None
    return Judgement(Effect.EXPAND_VOLUME, f"grows {old} → {new}") if grows else None


def _cron_job(before: Object, after: Object, fields: Fields) -> Judgement | None:
    return Judgement(Effect.IN_PLACE, f"{name_changes(fields)} from its next run on")


def _storage(obj: Object) -> str:
    requests = (spec_of(obj).get("resources") or {}).get("requests") or {}
    return str(requests.get("storage") or "")


_KINDS: Mapping[str, Callable[[Object, Object, Fields], Judgement | None]] = {
    "Deployment": _deployment,
    "DaemonSet": _daemon_set,
    "PersistentVolumeClaim": _claim,
    "CronJob": _cron_job,
}
