"""Carry out the changes of a plan, in its order, and tell of each. It has no policy.

What to do, in which order and with what force was decided in the plan; whether it may be done was
asked before. A change that the server refuses ends it, with the tale of what was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast.apply.drain import drain, retain_claims
from holdfast.apply.handover import hand_over_fields
from holdfast.apply.run import Run
from holdfast.apply.stages import Passage, awaited, wait_established
from holdfast.cluster.request import Propagation
from holdfast.errors import ApplyError, ClusterError, Conflict, NotFound, WaitFailed
from holdfast.kinds.definitions import is_definition
from holdfast.kinds.stateful_sets import is_stateful_set
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Change, Effect, Plan, Verb


def create_namespace(namespace: str, run: Run) -> Iterator[Event]:
    """Make the release's namespace; one that has come up meanwhile is fine."""
    ref = ObjectRef("v1", "Namespace", "", namespace)
    try:
        run.cluster.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
            recognised=True,
        )
    except Conflict:
        return
    yield run.event(EventKind.APPLIED, f"{ref} created", ref)


def establish(plan: Plan, run: Run) -> Iterator[Event]:
    """Make the plan's definitions and wait until their kinds are there: before all else.

    Raises as `execute` does.
    """
    todo = in_order(plan.pending)
    count = _definitions(todo)
    yield from _walk(plan, run, todo[:count], (), todo[count:])
    if not todo:
        return
    try:
        yield from wait_established(plan, run)
    except WaitFailed as error:
        _tell(error, todo[:count], todo[count:])
        raise


def execute(plan: Plan, run: Run) -> Iterator[Event]:
    """Make each other change: first what is wanted, in plan order, then the deletions, in theirs.

    Between the plan's stages it waits. Raises ApplyError (WaitFailed where something did not end
    in time) with what was done, what failed and what was never tried; ReleaseError where the lock
    was lost.
    """
    todo = in_order(plan.pending)
    count = _definitions(todo)
    yield from _walk(plan, run, todo[count:], todo[:count], ())
    for change in plan.changes:
        if change.kept:
            yield run.event(EventKind.KEPT, f"{change.ref} {change.reason}", change.ref)


def _walk(
    plan: Plan, run: Run, todo: Sequence[Change], done: Sequence[Change], left: Sequence[Change]
) -> Iterator[Event]:
    passage, slow = Passage(plan, run), awaited(plan)
    for index, change in enumerate(todo):
        before, after = (*done, *todo[:index]), (*todo[index + 1 :], *left)
        try:
            yield from passage.enter(change.stage)
        except WaitFailed as error:
            _tell(error, before, (change, *after))
            raise
        try:
            yield from _carry(change, run, with_pods=change.ref in slow)
        except (ClusterError, ApplyError) as error:
            raise _stopped(error, change, before, after) from error


def _definitions(todo: Sequence[Change]) -> int:
    """How many definitions there are in front; those to delete stand further back."""
    return sum(is_definition(one.ref) and one.verb is not Verb.DELETE for one in todo)


def in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes as they are made: deletions last, else as planned."""
    return tuple(sorted(changes, key=lambda change: change.verb is Verb.DELETE))


def _carry(change: Change, run: Run, *, with_pods: bool) -> Iterator[Event]:
    if change.verb is Verb.DELETE:
        yield from _delete(change, run, with_pods=with_pods)
    elif change.verb is Verb.RECREATE:
        yield from _recreate(change, run)
    else:
        if change.handover:
            hand_over_fields(change, run)
        run.guard.keep()
        yield from _apply(change, run, uid=change.uid)


def _apply(change: Change, run: Run, *, uid: str) -> Iterator[Event]:
    """Apply the desired object; with `uid` the server refuses where another object is there now.

    (Kubernetes: a uid in the applied object is a precondition.) One that is on its way out, as an
    interrupted deletion leaves it, is made anew once it is gone.
    """
    desired = change.desired or {}
    placed = {"namespace": change.ref.namespace, "uid": uid}
    metadata = desired.get("metadata", {}) | {key: text for key, text in placed.items() if text}
    found = run.cluster.apply({**desired, "metadata": metadata}, force=change.force)
    if found["metadata"].get("deletionTimestamp"):
        yield run.event(EventKind.WAITING, f"{change.ref}: is being deleted", change.ref)
        _await_gone(change.ref, found["metadata"]["uid"], run, "apply")
        yield from _apply(change, run, uid="")
        return
    word = {Verb.CREATE: "created", Verb.RECREATE: "created anew"}.get(change.verb, "updated")
    yield run.event(EventKind.APPLIED, f"{change.ref} {word}", change.ref)


def _await_gone(ref: ObjectRef, uid: str, run: Run, doing: str) -> None:
    if not run.see_gone(ref, uid):
        raise WaitFailed(
            f"{doing} {ref}: it was deleted and is not gone yet",
            failed=(str(ref),),
            hint="its finalizers keep it: metadata.finalizers says whose they are",
        )
    run.guard.keep()


def _delete(change: Change, run: Run, *, with_pods: bool) -> Iterator[Event]:
    """Delete; `with_pods` the object stays until its pods are gone (foreground deletion)."""
    propagation: Propagation = "Foreground" if with_pods else "Background"
    if is_stateful_set(change.ref.api_version, change.ref.kind):
        yield from drain(change.ref, run, uid=change.uid)
    run.guard.keep()
    try:
        run.cluster.delete(change.ref, uid=change.uid, propagation=propagation)
    except NotFound:
        yield run.event(EventKind.DELETED, f"{change.ref} was gone already", change.ref)
    else:
        yield run.event(EventKind.DELETED, f"{change.ref} deleted", change.ref)


def _recreate(change: Change, run: Run) -> Iterator[Event]:
    """Delete, wait until it is gone, make it anew; its pods stay where the plan says so."""
    ref = change.ref
    keep_pods = change.effect is Effect.RECREATE_KEEP_PODS
    propagation: Propagation = "Orphan" if keep_pods else "Foreground"
    live = run.cluster.find(ref)
    if live is not None and is_stateful_set(ref.api_version, ref.kind):
        if keep_pods:
            retain_claims(ref, live, run)
        else:
            yield from drain(ref, run, uid=change.uid)
    run.guard.keep()
    run.guard.note("recreate", {**ref.as_dict(), "propagation": propagation})
    try:
        run.cluster.delete(ref, uid=change.uid, propagation=propagation)
    except NotFound:
        live = None
    if live is not None:
        yield run.event(EventKind.DELETED, f"{ref} deleted, to be made anew", ref)
        _await_gone(ref, live["metadata"]["uid"], run, "recreate")
    run.guard.keep()
    yield from _apply(change, run, uid="")


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


def _tell(error: WaitFailed, done: Sequence[Change], left: Sequence[Change]) -> None:
    """What failed is in the error of the wait; add what was done, and what was never tried."""
    error.done = tuple(str(change.ref) for change in done)
    error.skipped = tuple(str(change.ref) for change in left)


def _hint(error: ClusterError | ApplyError, change: Change) -> str | None:
    if isinstance(error, Conflict) and not change.force:
        return "it changed since it was planned, or another manager owns the field: plan again"
    return error.hint
