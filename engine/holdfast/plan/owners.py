"""Fields that others own, as tables, lines and data: what becomes of each, and who says so."""

from __future__ import annotations

from typing import Any

from holdfast.model.ownership import FieldConflict, Policy
from holdfast.model.plan import ABSENT, Change, Plan
from holdfast.plan.conflicts import name_left, name_taken, owner, shown
from holdfast.plan.paths import spell_field
from holdfast.plan.table import object_name


def owner_rows(plan: Plan) -> list[tuple[str, str, str, str, str, str]]:
    """OBJECT, FIELD, OWNER, THEIRS, OURS and POLICY of each field that somebody else owns."""
    return [
        (
            object_name(change.ref, home=plan.namespace),
            spell_field(one.path),
            _since(one),
            "(secret)" if one.masked else shown(one.theirs),
            "(secret)" if one.masked else shown(one.ours),
            f"{one.policy} ({one.by})" if one.by else str(one.policy),
        )
        for change in plan.changes
        for one in change.conflicts
    ]


def owner_lines(plan: Plan) -> list[str]:
    """A line for each object of which fields are left to others, or taken from them."""
    lines = []
    for change in plan.changes:
        left = [one for one in change.conflicts if one.policy is Policy.LEAVE]
        taken = [one for one in change.conflicts if one.policy is Policy.TAKE]
        if words := "; ".join(filter(None, (name_taken(taken), name_left(left)))):
            lines.append(f"{object_name(change.ref, home=plan.namespace)}: {words}")
    return lines


def owner_report(change: Change) -> dict[str, Any]:
    """What `-o json` says of the owners of an object's fields; a secret value reads masked."""
    return {
        "conflicts": [_report(one) for one in change.conflicts],
        "takes_fields_of": list(change.handover.taken),
        "changed_by": [where.as_dict() for where in change.changed_by],
    }


def _report(conflict: FieldConflict) -> dict[str, Any]:
    return {
        "path": spell_field(conflict.path),
        "manager": conflict.manager or None,
        "operation": conflict.operation or None,
        "subresource": conflict.subresource or None,
        "time": conflict.time or None,
        "theirs": _value(conflict.theirs, conflict),
        "ours": _value(conflict.ours, conflict),
        "policy": conflict.policy.value,
        "by": conflict.by or None,
    }


def _value(value: Any, conflict: FieldConflict) -> Any:
    if value is ABSENT:
        return None
    return {"masked": True} if conflict.masked else value


def _since(conflict: FieldConflict) -> str:
    return f"{owner(conflict)}, {conflict.time}" if conflict.time else owner(conflict)
