"""What a plan with a task does, instead of applying its changes."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.apply.restarting import carry_restarting
from holdfast.apply.run import Run
from holdfast.apply.scaling import carry_scaling
from holdfast.model.event import Event
from holdfast.model.plan import Plan
from holdfast.model.task import Scaling, Task


def perform(plan: Plan, task: Task, run: Run, *, wait: bool) -> Iterator[Event]:
    """Do the task. A scale waits for each of its members in any case."""
    if isinstance(task, Scaling):
        yield from carry_scaling(plan, task, run)
    else:
        yield from carry_restarting(plan, task, run, wait=wait)
