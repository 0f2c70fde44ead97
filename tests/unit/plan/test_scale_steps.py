"""The steps of a scale: which ordinals, in which order, and what an interruption leaves of them."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.task import Phase, ScaleStep
from holdfast.plan.scale_steps import find_steps, is_dropped

BEFORE, COUNT, AFTER = Phase.BEFORE, Phase.COUNT, Phase.AFTER


def workload(replicas: int | None, kind: str = "StatefulSet", **spec: Any) -> dict[str, Any]:
    number = {} if replicas is None else {"replicas": replicas}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "db"},
        "spec": {**number, **spec},
    }


def pods(*ready: int, ill: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    return [pod(n, "True") for n in ready] + [pod(n, "False") for n in ill]


def pod(number: int, ready: str) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": ready}]
    return {"metadata": {"name": f"db-{number}"}, "status": {"conditions": conditions}}


def shown(steps: tuple[ScaleStep, ...]) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(step.before, step.after, step.ordinals) for step in steps]


@pytest.mark.parametrize(
    ("live", "to", "steps"),
    [
        (workload(1), 3, [(1, 2, (1,)), (2, 3, (2,))]),
        (workload(None), 2, [(1, 2, (1,))]),
        (workload(0), 1, [(0, 1, (0,))]),
        (workload(3), 3, []),
        (workload(3), 1, [(3, 2, (2,)), (2, 1, (1,))]),
        (workload(2, ordinals={"start": 5}), 3, [(2, 3, (7,))]),
        (workload(2, ordinals={"start": 5}), 0, [(2, 1, (6,)), (1, 0, (5,))]),
        (workload(2, "Deployment"), 5, [(2, 5, ())]),
        (workload(2, "Deployment"), 0, [(2, 0, ())]),
    ],
)
def test_one_ordinal_after_the_other(
    live: dict[str, Any], to: int, steps: list[tuple[int, int, tuple[int, ...]]]
) -> None:
    assert shown(find_steps(live, pods(*range(8)), to, None)) == steps


@pytest.mark.parametrize(
    ("there", "to", "steps"),
    [
        (pods(0, 1, 2, 3, ill=(4,)), 3, [(5, 4, (4,)), (4, 3, (3,))]),
        (pods(0, 1, 2, 4, ill=(3,)), 2, [(5, 3, (4, 3)), (3, 2, (2,))]),
        (pods(0, 1, 3, 4, ill=(2,)), 2, [(5, 2, (4, 3, 2))]),
        (pods(0, 2, 3, 4, ill=(1,)), 2, [(5, 4, (4,)), (4, 3, (3,)), (3, 2, (2,))]),
        (pods(ill=(0,)), 0, [(5, 0, (4, 3, 2, 1, 0))]),
        (pods(0, 1, 2), 2, [(5, 3, (4, 3)), (3, 2, (2,))]),
    ],
    ids=["highest", "middle", "lowest to go", "stays", "all", "missing"],
)
def test_what_goes_with_a_member_that_is_not_ready(
    there: list[dict[str, Any]], to: int, steps: list[tuple[int, int, tuple[int, ...]]]
) -> None:
    assert shown(find_steps(workload(5), there, to, None)) == steps
    parallel = workload(5, podManagementPolicy="Parallel")
    found = find_steps(parallel, there, to, None)
    assert [step.after for step in found] == list(range(4, to - 1, -1))


@pytest.mark.parametrize(
    ("live", "to", "left", "steps", "dropped"),
    [
        (3, 5, ScaleStep(3, 4, 3, COUNT), [(3, 4, (3,)), (4, 5, (4,))], False),
        (4, 5, ScaleStep(3, 4, 3, AFTER), [(3, 4, (3,)), (4, 5, (4,))], False),
        (4, 2, ScaleStep(3, 4, 3, COUNT), [(3, 4, (3,)), (4, 3, (3,)), (3, 2, (2,))], False),
        (3, 5, ScaleStep(3, 4, 3, BEFORE), [(3, 4, (3,)), (4, 5, (4,))], False),
        (3, 3, ScaleStep(3, 4, 3, BEFORE), [], True),
        (3, 2, ScaleStep(3, 4, 3, BEFORE), [(3, 2, (2,))], True),
        (7, 6, ScaleStep(3, 4, 3, COUNT), [(7, 6, (6,))], False),
        (4, 4, ScaleStep(4, 3, 3, cut=True), [(4, 3, (3,)), (3, 4, (3,))], False),
        (4, 5, ScaleStep(4, 3, 3, cut=True), [(4, 3, (3,)), (3, 4, (3,)), (4, 5, (4,))], False),
        (4, 2, ScaleStep(4, 3, 3, cut=True), [(4, 3, (3,)), (3, 2, (2,))], False),
        (4, 4, ScaleStep(4, 3, 3), [], True),
        (3, 3, ScaleStep(3, 4, 3, cut=True), [], True),
    ],
    ids=[
        "number",
        "hooks",
        "other way",
        "not begun",
        "given up",
        "turned",
        "of another time",
        "down and back",
        "down and further up",
        "down goes on",
        "its hook said no",
        "up given up",
    ],
)
def test_what_was_begun_is_finished_first(
    live: int,
    to: int,
    left: ScaleStep,
    steps: list[tuple[int, int, tuple[int, ...]]],
    dropped: bool,
) -> None:
    found = find_steps(workload(live), pods(*range(8)), to, left)
    assert shown(found) == steps
    assert (found[0].begin if found else BEFORE) == (left.begin if left in found else BEFORE)
    assert is_dropped(workload(live), found, left) == dropped
