"""What data a plan destroys: said, and asked for, before anything is done.

Only a StatefulSet's own retention policy deletes claims; holdfast deletes none that is not named.
A definition that is deleted takes its objects with it.
"""

from __future__ import annotations

from holdfast.kinds.definitions import defined_kind, is_definition
from holdfast.kinds.stateful_sets import claim_templates
from holdfast.model.plan import Change, Plan, Verb
from holdfast.plan.stateful import ordinals_of


def loss_lines(plan: Plan) -> tuple[str, ...]:
    """A line for each workload that the plan scales down with `whenScaled: Delete`, and for each
    definition that it deletes.
    """
    return tuple(line for change in plan.changes if (line := _loss(change)))


def _loss(change: Change) -> str:
    """What goes with the ordinals or the definition that go; empty where nothing does."""
    before, after = change.before, change.after
    if change.verb is Verb.DELETE and is_definition(change.ref):
        return f"{change.ref}: every {defined_kind(before or {})} in the cluster is deleted with it"
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
