"""A hook's object in the cluster: made anew for each run, and removed as its policy says.

Whose it is, is looked at right before: a chart's hook may bear the name of somebody else's object.
What an earlier run has left never stands in the way. A Job or Pod goes first whatever its policy
says, for it can only be run by being made; another object that is not to go (before-hook-creation)
is applied where it is, so that no data in it are lost.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any

from holdfast.apply.hook_facts import with_facts
from holdfast.apply.run import Run
from holdfast.errors import ApplyError, NotFound
from holdfast.kinds.hooks import has_ended, runs_to_an_end
from holdfast.kinds.readiness import State, assess
from holdfast.model.event import Event, EventKind
from holdfast.model.hook import Hook, Policy, When
from holdfast.model.manifest import KEEP_ANNOTATION, ObjectRef, owner_of
from holdfast.plan.ownership import asks_to_stay

Object = dict[str, Any]


RUN = "holdfast.dev/hook-run"
"""On a hook's object: the moment and the revision that it was made for."""


def make(
    hook: Hook, when: When, run: Run, deadline: float, facts: Mapping[str, str]
) -> Generator[Event, None, str]:
    """Make a hook's object, after the one of an earlier run is gone; its uid.

    Raises ApplyError where that one may not be removed, or is not gone by the `deadline`;
    ClusterError.
    """
    yield from _make_way(hook, run, deadline)
    run.guard.keep()
    answer = run.cluster.apply(_marked(with_facts(hook.manifest.object, facts), when, run))
    return str(answer["metadata"]["uid"])


def still_running(hook: Hook, when: When, run: Run) -> str:
    """The uid of what the operation that is gone on with has made; empty where it is to be made.

    It may not run twice: one that runs, or has ended well meanwhile, is waited for. Raises
    ClusterError.
    """
    live = run.cluster.find(hook.ref) if run.resumes and runs_to_an_end(hook.ref) else None
    if live is None or live["metadata"].get("deletionTimestamp") or owner_of(live) != hook.owner:
        return ""
    same = (live["metadata"].get("annotations") or {}).get(RUN) == _mark(when, run)
    return str(live["metadata"]["uid"]) if same and not _failed(live) else ""


def _failed(live: Object) -> bool:
    return assess(live).state is State.FAILED


def _mark(when: When, run: Run) -> str:
    return f"{when.value}.{run.revision}"


def _marked(obj: Object, when: When, run: Run) -> Object:
    metadata = obj["metadata"]
    annotations = {**(metadata.get("annotations") or {}), RUN: _mark(when, run)}
    return {**obj, "metadata": {**metadata, "annotations": annotations}}


def remove(ref: ObjectRef, owner: tuple[str, str] | None, run: Run) -> Iterator[Event]:
    """Delete a hook's object, unless it is gone, or asks to be kept, or is not the `owner`'s.

    `owner` is a release's name and namespace. Raises ClusterError.
    """
    live = run.cluster.find(ref)
    if live is None or owner_of(live) != owner:
        return
    if asks_to_stay(live):
        yield run.event(EventKind.KEPT, f"{ref} kept: {KEEP_ANNOTATION}: keep", ref)
        return
    run.guard.keep()
    try:
        run.cluster.delete(ref, uid=live["metadata"]["uid"])
    except NotFound:
        return
    yield run.event(EventKind.DELETED, f"{ref} deleted", ref)


def _make_way(hook: Hook, run: Run, deadline: float) -> Iterator[Event]:
    """Delete what an earlier run has left, with its pods: two runs at once do harm."""
    ref, live = hook.ref, run.cluster.find(hook.ref)
    if live is None:
        return
    uid = str(live["metadata"]["uid"])
    if not live["metadata"].get("deletionTimestamp"):
        _check_owner(hook, live)
        if not (runs_to_an_end(ref) or Policy.BEFORE_CREATION in hook.deletes):
            return
        if runs_to_an_end(ref) and not has_ended(live):
            said = f"{ref}: an earlier run has not ended; it is stopped and run anew"
            yield run.event(EventKind.WARNING, said, ref)
        run.guard.keep()
        try:
            run.cluster.delete(ref, uid=uid, propagation="Foreground")
        except NotFound:
            return
    if not run.see_gone(ref, uid, deadline):
        finalizers = ", ".join(live["metadata"].get("finalizers") or ())
        raise ApplyError(
            f"the {ref.kind} of an earlier run was deleted and is not gone yet",
            hint=f"its finalizers: {finalizers}" if finalizers else "does its pod not stop?",
            failed=(str(ref),),
        )


def _check_owner(hook: Hook, live: Object) -> None:
    if owner_of(live) != hook.owner and live["metadata"]["uid"] != hook.replaces:
        raise ApplyError(
            "an object of that name is there and is not this release's",
            hint="rename the hook in the chart, or let it be replaced with --take-ownership",
            failed=(str(hook.ref),),
        )
