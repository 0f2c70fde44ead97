"""A restart: by a mark in the pod template that the workload rolls out, or pod by pod."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.apply.members import until_back
from holdfast.apply.run import Run
from holdfast.apply.waiter import watch
from holdfast.apply.watched import Watched
from holdfast.apply.workload import pods_of
from holdfast.errors import NotFound
from holdfast.model.event import Event, EventKind
from holdfast.model.manifest import ObjectRef
from holdfast.model.plan import Plan
from holdfast.model.task import Restarting
from holdfast.plan.restart import RESTARTED_AT, carries

Object = dict[str, Any]


def carry_restarting(plan: Plan, task: Restarting, run: Run, *, wait: bool) -> Iterator[Event]:
    """Restart what the task says and, with `wait`, wait until all is ready again.

    Pods that are deleted one by one wait for each other in any case. Raises ApplyError, WaitFailed,
    ClusterError.
    """
    if task.at:
        yield _mark(plan, task, run)
    if task.pods:
        yield from _one_by_one(plan, task, run, wait=wait)
    elif wait:
        yield from watch(plan, [Watched(task.ref)], run)


def _mark(plan: Plan, task: Restarting, run: Run) -> Event:
    """Write the moment beside what is applied: as a patch, so that no apply takes it away."""
    run.guard.keep()
    run.guard.note("restart", {**task.ref.as_dict(), "at": task.at})
    template = {"metadata": {"annotations": {RESTARTED_AT: task.at}}}
    body = {"metadata": {"uid": task.uid}, "spec": {"template": template}}
    run.cluster.patch(task.ref, body)
    return run.event(EventKind.APPLIED, f"{task.ref}: {plan.changes[0].reason}", task.ref)


def _one_by_one(plan: Plan, task: Restarting, run: Run, *, wait: bool) -> Iterator[Event]:
    for name in task.pods:
        live = run.cluster.get(task.ref)
        workload = {**live, "apiVersion": task.ref.api_version, "kind": task.ref.kind}
        pod = next((p for p in pods_of(run.cluster, workload) if _name(p) == name), None)
        if pod is not None and not (task.at and carries(pod, task.at)):
            yield _delete(task, pod, run)
            if wait or name != task.pods[-1]:
                yield from _wait_for(plan, task, pod, run)


def _delete(task: Restarting, pod: Object, run: Run) -> Event:
    ref = ObjectRef("v1", "Pod", task.ref.namespace, _name(pod))
    uid = str(pod["metadata"]["uid"])
    run.guard.keep()
    run.guard.note("restart pod", {**task.ref.as_dict(), "pod": ref.name, "uid": uid})
    how = " by force" if task.force else ""
    try:
        run.cluster.delete(ref, uid=uid, grace_seconds=0 if task.force else None)
    except NotFound:
        return run.event(EventKind.DELETED, f"{ref} was gone already", ref)
    return run.event(EventKind.DELETED, f"{ref} deleted{how}; {task.ref} makes it again", ref)


def _wait_for(plan: Plan, task: Restarting, pod: Object, run: Run) -> Iterator[Event]:
    name = _name(pod)
    until = until_back(task.ref, name, str(pod["metadata"]["uid"]))
    yield from watch(plan, [until], run)
    yield run.event(EventKind.READY, f"{name} is back", task.ref)


def _name(pod: Object) -> str:
    return str(pod["metadata"]["name"])
