"""A plan as the JSON that `-o json` prints: schema holdfast/plan/v1, secrets masked."""

from __future__ import annotations

from typing import Any

from holdfast.model.plan import ABSENT, Change, FieldChange, Plan, PlannedHook, Stage
from holdfast.model.values import Path
from holdfast.plan.owners import owner_report
from holdfast.plan.paths import Shape, look_up, spell_field
from holdfast.plan.secrecy import masked, size


def report(plan: Plan, *, show_secrets: bool = False) -> dict[str, Any]:
    """The plan as plain data.

    A field that is not there reads null. A secret reads `{"masked": true, "bytes": n, "changed":
    bool}`; n counts what it stands for, not its base64. `origins` of a field are all places of the
    values that it is made of, `origin` is the first of them. `stages` is empty where nothing waits
    before all is applied; a change's `stage` counts in it from 0. `hooks` come in the order in
    which they run: those before the changes, then those after.
    """
    return {
        "schema": "holdfast/plan/v1",
        "release": plan.release,
        "namespace": plan.namespace,
        "fingerprint": plan.fingerprint,
        "summary": plan.summary,
        "remarks": list(plan.remarks),
        "cautions": list(plan.cautions),
        "stages": [_stage(stage) for stage in plan.stages],
        "no_longer_set": list(plan.dropped),
        "changes": [
            _change(change, show_secrets=show_secrets) for change in (*plan.changes, *plan.leaving)
        ],
        "hooks": [_hook(planned, show_secrets=show_secrets) for planned in plan.hooks],
    }


def _hook(planned: PlannedHook, *, show_secrets: bool) -> dict[str, Any]:
    """A hook that runs; its fields are those that differ from the hook as it was applied before."""
    hook, change = planned.hook, _change(planned.change, show_secrets=show_secrets)
    others = ("effect", "ordinals", "conflicts", "takes_fields_of", "stage")
    return {
        **{key: value for key, value in change.items() if key not in others},
        "verb": "refused" if planned.refused else "run",
        "when": planned.when.value,
        "weight": hook.weight,
        "timeout": hook.timeout,
        "delete_policy": sorted(policy.value for policy in hook.deletes),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "title": stage.title,
        "ready": [ref.as_dict() for ref in stage.ready],
        "gone": [ref.as_dict() for ref in stage.gone],
    }


def _change(change: Change, *, show_secrets: bool) -> dict[str, Any]:
    source = change.source
    return {
        "verb": change.verb.value,
        "object": change.ref.as_dict(),
        "effect": change.effect.value,
        "reason": change.reason,
        "source": {"template": source.source, "line": source.line} if source else None,
        "stage": change.stage,
        "ordinals": list(change.ordinals),
        "fields": report_fields(change, show_secrets=show_secrets),
        "hint": change.hint,
        **owner_report(change),
    }


def report_fields(change: Change, *, show_secrets: bool = False) -> list[dict[str, Any]]:
    """The fields of one change."""
    return [_field(field, change, show_secrets=show_secrets) for field in change.fields]


def _field(field: FieldChange, change: Change, *, show_secrets: bool) -> dict[str, Any]:
    before, after = field.before, field.after
    if not show_secrets:
        before, after = (_hidden(side, field.path, change) for side in (before, after))
    return {
        "path": spell_field(field.path),
        "before": None if before is ABSENT else before,
        "after": None if after is ABSENT else after,
        "origin": field.origins[0].as_dict() if field.origins else None,
        "origins": [origin.as_dict() for origin in field.origins],
    }


def _hidden(value: Any, root: Path, change: Change) -> Any:
    shape = Shape(change.ref.api_version, change.ref.kind)

    def mask(path: Path, secret: Any) -> Any:
        if secret is ABSENT:
            return ABSENT
        sides = [look_up(side or {}, path, shape) for side in (change.before, change.after)]
        changed = sides[0] != sides[1]
        return {"masked": True, "bytes": size(path, secret, shape), "changed": changed}

    return masked(value, root, change.sensitive, shape, mask)
