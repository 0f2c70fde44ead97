"""What data a plan destroys: said, and asked for, before anything is done.

Only a StatefulSet's own retention policy deletes claims; holdfast deletes none that is not named.
"""

from __future__ import annotations

from holdfast.kinds.stateful_sets import claim_templates
from holdfast.model.plan import Change, Plan, Verb
from holdfast.plan.stateful import ordinals_of


def loss_lines(plan: Plan) -> tuple[str, ...]:
    """A line for each workload that the plan scales down with `whenScaled: Delete`."""
    return tuple(line for change in plan.changes if (line := _loss(change)))


def _loss(change: Change) -> str:
    """The claims that go with the ordinals that go; empty where none does."""
    before, after = change.before, change.after
    if change.verb is not Verb.UPDATE or change.ref.kind != "StatefulSet" or not (before and after):
        return ""
    policy = after["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    gone = sorted(set(ordinals_of(before)) - set(ordinals_of(after)))
    claims = [
        f"{template}-{change.ref.name}-{ordinal}"
        for ordinal in gone
        for template in claim_templates(after)
    ]
    if policy.get("whenScaled") != "Delete" or not claims:
        return ""
    return (
        f"{change.ref}: scaling down deletes {', '.join(claims)} and the data (whenScaled: Delete)"
    )
