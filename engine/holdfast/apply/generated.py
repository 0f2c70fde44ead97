"""The Secret of generated texts at an uninstall: it stays as long as one of the claims does."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.apply.run import Run
from holdfast.errors import NotFound, PlanError
from holdfast.model.event import Event, EventKind
from holdfast.model.generated import is_generated, is_unfinished
from holdfast.model.plan import Operation, Plan, Verb


def check_generated(plan: Plan) -> None:
    """Raise PlanError for a plan that was made without generating what it needs."""
    unfinished = any(is_unfinished(change.desired or {}) for change in plan.changes)
    if unfinished:
        raise PlanError(
            f"{plan.operation} of release {plan.release}: the plan was made for looking at: "
            "what secret_once gives is not generated in it; nothing was changed",
            hint="plan again with a source of randomness (PlanOptions.token)",
        )


def keeps_claims(plan: Plan) -> bool:
    """Whether the plan leaves a claim of the chart's own where it is."""
    return any(
        change.ref.kind == "PersistentVolumeClaim"
        and change.verb is Verb.NONE
        and change.desired is None
        for change in plan.changes
    )


def settle_generated(plan: Plan, *, claims_left: bool, run: Run) -> Iterator[Event]:
    """Delete what the plan kept for the sake of claims if none is left; tell of it either way."""
    if plan.operation is not Operation.UNINSTALL:
        return
    for change in plan.changes:
        if change.verb is not Verb.NONE or not is_generated(change.before):
            continue
        if claims_left:
            said = f"{change.ref} kept: what is in it belongs to the claims that are kept"
            yield run.event(EventKind.KEPT, said, change.ref)
            continue
        run.guard.keep()
        try:
            run.cluster.delete(change.ref, uid=change.uid)
        except NotFound:
            continue
        yield run.event(EventKind.DELETED, f"{change.ref} deleted with the last claim", change.ref)
