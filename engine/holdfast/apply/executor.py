"""Carry out the changes of a plan, in its order, and tell of each. It has no policy.

What to do, in which order and with what force was decided in the plan; whether it may be done was
asked before. A change that the server refuses ends it, with the tale of what was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from holdfast.apply.drain import drain, retain_claims
from holdfast.apply.handover import hand_over_fields
from holdfast.apply.run import Run
from holdfast.errors import ApplyError, ClusterError, Conflict, NotFound, WaitFailed
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import KEEP_ANNOTATION, ObjectRef
from holdfast.model.plan import Change, Effect, Plan, Verb


def create_namespace(namespace: str, run: Run) -> Iterator[Event]:
    """Make the release's namespace; one that has come up meanwhile is fine."""
    ref = ObjectRef("v1", "Namespace", "", namespace)
    try:
        run.cluster.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        )
    except Conflict:
        return
    yield run.event(EventKind.APPLIED, f"{ref} created", ref)


def execute(plan: Plan, run: Run) -> Iterator[Event]:
    """Make each change: first what is wanted, in plan order, then the deletions, in plan order.

    Raises ApplyError (WaitFailed where something did not end in time) with what was done, what
    failed and what was never tried; ReleaseError where the lock was lost.
    """
    todo = in_order(plan.pending)
    for index, change in enumerate(todo):
        try:
            yield from _carry(change, run)
        except (ClusterError, ApplyError) as error:
            raise _stopped(error, change, todo[:index], todo[index + 1 :]) from error
    for change in plan.changes:
        if _asks_to_stay(change):
            yield run.event(EventKind.KEPT, f"{change.ref} {change.reason}", change.ref)


def in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes as they are made: deletions last, else as planned."""
    return tuple(sorted(changes, key=lambda change: change.verb is Verb.DELETE))


def _asks_to_stay(change: Change) -> bool:
    if change.verb is not Verb.NONE or change.desired is not None or not change.before:
        return False
    annotations = change.before.get("metadata", {}).get("annotations") or {}
    return annotations.get(KEEP_ANNOTATION) == "keep"


def _carry(change: Change, run: Run) -> Iterator[Event]:
    if change.verb is Verb.DELETE:
        yield from _delete(change, run)
    elif change.verb is Verb.RECREATE:
        yield from _recreate(change, run)
    else:
        if change.handover:
            hand_over_fields(change, run)
        run.guard.keep()
        yield _apply(change, run, uid=change.uid)


def _apply(change: Change, run: Run, *, uid: str) -> Event:
    """Apply the desired object; with `uid` the server refuses where another object is there now.

    (Kubernetes: a uid in the applied object is a precondition.)
    """
    desired = change.desired or {}
    placed = {"namespace": change.ref.namespace, "uid": uid}
    metadata = desired.get("metadata", {}) | {key: text for key, text in placed.items() if text}
    run.cluster.apply({**desired, "metadata": metadata}, force=change.force)
    word = {Verb.CREATE: "created", Verb.RECREATE: "created anew"}.get(change.verb, "updated")
    return run.event(EventKind.APPLIED, f"{change.ref} {word}", change.ref)


def _delete(change: Change, run: Run) -> Iterator[Event]:
    if is_stateful_set(change.ref.api_version, change.ref.kind):
        yield from drain(change.ref, run, uid=change.uid)
    run.guard.keep()
    try:
        run.cluster.delete(change.ref, uid=change.uid)
    except NotFound:
        yield run.event(EventKind.DELETED, f"{change.ref} was gone already", change.ref)
    else:
        yield run.event(EventKind.DELETED, f"{change.ref} deleted", change.ref)


def _recreate(change: Change, run: Run) -> Iterator[Event]:
    """Delete, wait until it is gone, make it anew; its pods stay where the plan says so."""
    ref = change.ref
    keep_pods = change.effect is Effect.RECREATE_KEEP_PODS
    propagation: Literal["Orphan", "Foreground"] = "Orphan" if keep_pods else "Foreground"
    live = run.cluster.find(ref)
    if live is not None and is_stateful_set(ref.api_version, ref.kind):
        retain_claims(ref, live, run)
    run.guard.keep()
    run.guard.note("recreate", {**ref.as_dict(), "propagation": propagation})
    try:
        run.cluster.delete(ref, uid=change.uid, propagation=propagation)
    except NotFound:
        live = None
    if live is not None:
        yield run.event(EventKind.DELETED, f"{ref} deleted, to be made anew", ref)
        if not run.see_gone(ref, live["metadata"]["uid"]):
            raise WaitFailed(
                f"recreate {ref}: it was deleted and is not gone yet", failed=(str(ref),)
            )
    run.guard.keep()
    yield _apply(change, run, uid="")


def _stopped(
    error: ClusterError | ApplyError, change: Change, done: Sequence[Change], rest: Sequence[Change]
) -> ApplyError:
    kind = type(error) if isinstance(error, ApplyError) else ApplyError
    return kind(
        error.message,
        done=[str(other.ref) for other in done],
        failed=[str(change.ref)],
        skipped=[str(other.ref) for other in rest],
        hint=_hint(error, change),
    )


def _hint(error: ClusterError | ApplyError, change: Change) -> str | None:
    if isinstance(error, Conflict) and not change.force:
        return "it changed since it was planned, or another manager owns the field: plan again"
    return error.hint
