"""One pass of all controllers: who is asked in which order, and which of their writes count.

What stands for the API server's admission is here too: nothing is made in a namespace that is not
there or on its way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from holdfast.embedded.controllers.autoscaling import control_autoscalers
from holdfast.embedded.controllers.claims import control_claims
from holdfast.embedded.controllers.daemonset import control_daemon_sets
from holdfast.embedded.controllers.deployment import control_deployments
from holdfast.embedded.controllers.disruption import control_disruption_budgets
from holdfast.embedded.controllers.endpoints import control_endpoints
from holdfast.embedded.controllers.events import control_events
from holdfast.embedded.controllers.garbage import collect_garbage
from holdfast.embedded.controllers.job import control_jobs
from holdfast.embedded.controllers.namespaces import control_namespaces
from holdfast.embedded.controllers.nodes import control_nodes
from holdfast.embedded.controllers.objects import finalizers_of, is_terminating, ref_of
from holdfast.embedded.controllers.pods import control_pods
from holdfast.embedded.controllers.replicaset import control_replica_sets
from holdfast.embedded.controllers.services import control_services
from holdfast.embedded.controllers.statefulset import control_stateful_sets
from holdfast.embedded.controllers.view import View
from holdfast.embedded.controllers.volumes import control_volumes
from holdfast.embedded.state import Put, State, Write
from holdfast.model.manifest import ObjectRef

_Controller: TypeAlias = Callable[[View], Iterable[Write]]

_STAGES: tuple[tuple[_Controller, ...], ...] = (
    (
        control_namespaces,
        control_nodes,
        control_pods,
        control_claims,
        control_volumes,
        control_stateful_sets,
        control_deployments,
        control_replica_sets,
        control_daemon_sets,
        control_jobs,
        control_services,
        control_endpoints,
        control_disruption_budgets,
        control_autoscalers,
        control_events,
    ),
    # It reads every object there is, so it waits until the others have nothing to do.
    (collect_garbage,),
)


def reconcile(state: State, now: float) -> tuple[Write, ...]:
    """The next writes of all controllers at `now`; empty when all is as it should be.

    Pure: the same state and time give the same writes. Each object is written at most once in a
    pass (the first controller's wish counts; the others see the result in the next pass), and no
    write is returned that would change nothing, so the caller may loop until the answer is empty.
    """
    view = View(state, now)
    for stage in _STAGES:
        wishes = (write for controller in stage for write in controller(view))
        if writes := tuple(_effective(view, wishes)):
            return writes
    return ()


def _effective(view: View, wishes: Iterable[Write]) -> Iterator[Write]:
    written: set[ObjectRef] = set()
    for write in wishes:
        ref = ref_of(write.object) if isinstance(write, Put) else write.ref
        if ref not in written and _changes(view, write, ref):
            written.add(ref)
            yield write


def _changes(view: View, write: Write, ref: ObjectRef) -> bool:
    stored = view.get(ref)
    if isinstance(write, Put):
        if stored is None:
            return _is_open(view, ref.namespace)
        return write.object != stored or write.due != view.due(stored)
    return stored is not None and not (is_terminating(stored) and finalizers_of(stored))


def _is_open(view: View, namespace: str) -> bool:
    if not namespace:
        return True
    space = view.get(ObjectRef("v1", "Namespace", "", namespace))
    return space is not None and not is_terminating(space)
