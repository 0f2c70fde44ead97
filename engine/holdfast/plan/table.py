"""A plan at a glance: the change table, the sums, and what is not in the table but should be known.

Plain text for people, without colours or widths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import ABSENT, Change, Effect, FieldChange, Plan, PlannedHook, Verb

UNCHANGED = "unchanged"
_WORDS = {
    Verb.CREATE: "to create",
    Verb.UPDATE: "to update",
    Verb.RECREATE: "to recreate",
    Verb.DELETE: "to delete",
    Verb.REFUSED: "refused",
    Verb.NONE: "unchanged",
}


def table_rows(plan: Plan) -> list[tuple[str, str, str, str]]:
    """VERB, OBJECT, EFFECT and REASON of each hook and change, in the order they are made.

    Left out are objects that do not change, and those of which only the chart's version label does
    (`noise_line` has them).
    """
    changes = [change for change in plan.pending if not only_noise(change)]
    return [
        *(_hook_row(one, plan) for one in plan.hooks if one.when.before),
        *(_row(change, plan) for change in changes),
        *(_hook_row(one, plan) for one in plan.hooks if not one.when.before),
        *(_row(change, plan) for change in plan.leaving if change.verb is Verb.DELETE),
    ]


def stage_titles(plan: Plan) -> list[str]:
    """For each of `table_rows`, the title of its stage; none where the plan has no stages."""
    if not plan.stages:
        return []
    return [
        *("hooks before" for one in plan.hooks if one.when.before),
        *(plan.stages[one.stage].title for one in plan.pending if not only_noise(one)),
        *("hooks after" for one in plan.hooks if not one.when.before),
        *("what hooks have left" for one in plan.leaving if one.verb is Verb.DELETE),
    ]


def _row(change: Change, plan: Plan) -> tuple[str, str, str, str]:
    name = object_name(change.ref, home=plan.namespace)
    return change.verb.value, name, change.effect.value, change.reason


def _hook_row(planned: PlannedHook, plan: Plan) -> tuple[str, str, str, str]:
    verb, name, _, reason = _row(planned.change, plan)
    return verb if planned.refused else "run", name, "hook", reason


def summary_line(plan: Plan) -> str:
    """`2 to create, 1 to update, 3 unchanged, 1 hook to run`, or `no changes`."""
    folded = sum(only_noise(change) for change in plan.changes)
    parts = []
    for verb, word in _WORDS.items():
        if count := plan.summary[verb.value]:
            only = f" ({folded} only in the chart's version label)" if folded else ""
            parts.append(f"{count} {word}{only if verb is Verb.UPDATE else ''}")
    changes = parts if plan.pending or plan.leaving else ["no changes"]
    return ", ".join([*changes, *_hook_sums(plan)])


def _hook_sums(plan: Plan) -> Iterator[str]:
    for refused, word in ((False, "to run"), (True, "refused")):
        if count := sum(one.refused is refused for one in plan.hooks):
            yield f"{count} hook{'' if count == 1 else 's'} {word}"


def dropped_lines(plan: Plan) -> list[str]:
    """A line for each earlier value that is no longer set."""
    return [f"no longer set: {path}" for path in plan.dropped]


def kept_lines(plan: Plan) -> list[str]:
    """A line for each object that is left alone, and for each claim that outlives its workload."""
    return [
        *(
            f"{object_name(change.ref, home=plan.namespace)}: {change.reason}"
            for change in (*plan.changes, *plan.leaving)
            if change.verb is Verb.NONE and change.reason != UNCHANGED
        ),
        *(f"claim {claim} is kept" for claim in _claims(plan)),
    ]


def noise_line(plan: Plan) -> str | None:
    """One line for all objects of which only the chart's version label changes."""
    changes = [change for change in plan.pending if only_noise(change)]
    if not changes:
        return None
    fields = [field for change in changes for field in change.fields]
    names = ", ".join(object_name(change.ref, home=plan.namespace) for change in changes)
    return f"{version_moves(fields)} only: {names}"


def version_moves(fields: Sequence[FieldChange]) -> str:
    """`chart version label: 0.1.0 → 0.2.0 (3 labels)`."""
    moves = dict.fromkeys(f"{_shown(field.before)} → {_shown(field.after)}" for field in fields)
    count = f"{len(fields)} label{'' if len(fields) == 1 else 's'}"
    return f"chart version label: {', '.join(moves)} ({count})"


def only_noise(change: Change) -> bool:
    """Whether nothing but the chart's version label changes, and no pod notices."""
    quiet = change.verb is Verb.UPDATE and change.effect is Effect.NONE
    if change.handover or change.conflicts:
        return False
    return quiet and bool(change.fields) and all(field.noise for field in change.fields)


def object_name(ref: ObjectRef, *, home: str | None = None) -> str:
    """`StatefulSet/web`, with its namespace where that is not `home`."""
    if home is None or ref.namespace in ("", home):
        return str(ref)
    return f"{ref} in {ref.namespace}"


def _claims(plan: Plan) -> Iterator[str]:
    for claim in plan.claims:
        status, spec = claim.get("status") or {}, claim.get("spec") or {}
        wanted = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
        size = (status.get("capacity") or {}).get("storage") or wanted
        name = claim["metadata"]["name"]
        yield f"{name} ({size})" if size else str(name)


def _shown(value: object) -> str:
    return "(none)" if value is ABSENT else str(value)
