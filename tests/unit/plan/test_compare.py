from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.plan.support import WEB, read

from holdfast.model.plan import ABSENT
from holdfast.plan.compare import compare
from holdfast.plan.paths import Shape, spell_field

STATEFUL_SET = Shape("apps/v1", "StatefulSet")
CLAIM = Shape("v1", "PersistentVolumeClaim")


def found(before: str, after: str, shape: Shape | None = None) -> list[tuple[str, Any, Any]]:
    changes = compare(read(before), read(after), shape=shape)
    return [(spell_field(change.path), change.before, change.after) for change in changes]


def pod(containers: str) -> str:
    return f"spec: {{template: {{spec: {{containers: {containers}}}}}}}"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("{a: 1, b: 2}", "{a: 1, b: 3}", [("b", 2, 3)]),
        ("{a: {b: 1}}", "{}", [("a", {"b": 1}, ABSENT)]),
        ("{}", "{a: null}", [("a", ABSENT, None)]),
        ("{a: null}", "{a: ''}", [("a", None, "")]),
        ("{a: true}", "{a: 1}", [("a", True, 1)]),
        ("{a: '1'}", "{a: 1}", [("a", "1", 1)]),
        ("{args: [x, y]}", "{args: [x, z]}", [("args[1]", "y", "z")]),
        ("{args: [x]}", "{args: [x, z]}", [("args", ["x"], ["x", "z"])]),
        ("{a.b/c: 1}", "{a.b/c: 2}", [('"a.b/c"', 1, 2)]),
    ],
)
def test_every_field_that_differs_is_named(before: str, after: str, expected: Any) -> None:
    assert found(before, after) == expected


def test_items_of_a_keyed_list_are_matched_by_their_key() -> None:
    before = pod("[{name: web, env: [{name: A, value: x}, {name: TZ, value: UTC}]}]")
    after = pod("[{name: log}, {name: web, env: [{name: TZ, value: CET}, {name: A, value: x}]}]")

    root = "spec.template.spec.containers"
    assert found(before, after, STATEFUL_SET) == [
        (f"{root}[name=web].env[name=TZ].value", "UTC", "CET"),
        (f"{root}[name=log]", ABSENT, {"name": "log"}),
    ]


def test_another_order_of_a_keyed_list_is_no_change() -> None:
    assert not found(pod("[{name: a}, {name: b}]"), pod("[{name: b}, {name: a}]"), STATEFUL_SET)


def test_a_list_with_a_key_twice_is_compared_by_index() -> None:
    twice = "[{name: a, env: [{name: X, value: '1'}, {name: X, value: '2'}]}]"
    path = "spec.template.spec.containers[name=a].env[1].value"
    assert found(pod(twice), pod(twice.replace("'2'", "'3'")), STATEFUL_SET) == [(path, "2", "3")]


def test_equal_quantities_are_no_change_but_only_where_a_quantity_stands() -> None:
    limits = "[{name: a, args: ['0.5'], resources: {limits: {cpu: '0.5', memory: 1Gi}}}]"
    same = limits.replace("cpu: '0.5'", "cpu: 500m").replace("1Gi", "1024Mi")
    assert not found(pod(limits), pod(same), STATEFUL_SET)

    other = limits.replace("['0.5']", "[500m]")
    path = "spec.template.spec.containers[name=a].args[0]"
    assert found(pod(limits), pod(other), STATEFUL_SET) == [(path, "0.5", "500m")]


def test_a_label_that_only_carries_the_charts_version_is_noise() -> None:
    before = "metadata: {labels: {helm.sh/chart: web-1, app: a, holdfast.dev/chart: web-1}}"
    changes = compare(read(before), read(before.replace("-1", "-2").replace("app: a", "app: b")))
    assert {change.path[-1]: change.noise for change in changes} == {
        "helm.sh/chart": True,
        "app": False,
        "holdfast.dev/chart": True,
    }


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "1Gi"])
KEYS = st.sampled_from(["a", "b", "c.d", "spec"])
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, TREES, max_size=4)

NAMES = st.sampled_from(["a", "b", "c"])
ENV = st.fixed_dictionaries({"name": NAMES}, optional={"value": st.sampled_from(["x", "y"])})
# Not `just`: one map that stands in two containers would be changed in both.
LIMITS = st.fixed_dictionaries({"cpu": st.sampled_from(["0.5", "1"])})
CONTAINER = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "env": st.lists(ENV, max_size=3, unique_by=lambda item: item["name"]),
        "args": st.lists(st.sampled_from(["x", "y"]), max_size=3),
        "resources": st.fixed_dictionaries({"limits": LIMITS}),
    },
)
WORKLOADS = st.builds(
    lambda containers: {"spec": {"template": {"spec": {"containers": containers}}}},
    st.lists(CONTAINER, max_size=3, unique_by=lambda item: item["name"]),
)
PAIRS = st.tuples(OBJECTS, OBJECTS) | st.tuples(WORKLOADS, WORKLOADS)


@given(PAIRS)
def test_an_object_does_not_differ_from_itself(pair: tuple[Any, Any]) -> None:
    assert compare(pair[0], copy.deepcopy(pair[0]), shape=STATEFUL_SET) == ()


@given(PAIRS)
def test_making_the_changes_gives_the_other_object(pair: tuple[Any, Any]) -> None:
    before, after = pair
    made = copy.deepcopy(before)
    for change in compare(before, after, shape=STATEFUL_SET):
        put(made, change.path, change.after)
    assert compare(made, after, shape=STATEFUL_SET) == ()


@given(PAIRS)
def test_the_way_back_is_the_same_way(pair: tuple[Any, Any]) -> None:
    there = compare(*pair, shape=STATEFUL_SET)
    back = compare(*reversed(pair), shape=STATEFUL_SET)
    assert sorted(map(repr, ((c.path, c.before, c.after) for c in there))) == sorted(
        map(repr, ((c.path, c.after, c.before) for c in back))
    )


def put(node: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Set the field at `path`, or remove it; an item of a keyed list is found by its name."""
    for part in path[:-1]:
        node = node[position(node, part)]
    last = position(node, path[-1])
    if value is ABSENT:
        del node[last]
    elif isinstance(node, list) and last == len(node):
        node.append(value)
    else:
        node[last] = value


def position(node: Any, part: str | int) -> Any:
    if isinstance(node, dict) or isinstance(part, int):
        return part
    name = part.removeprefix("[name=").removesuffix("]")
    return next((i for i, item in enumerate(node) if item["name"] == name), len(node))


def test_claim_templates_are_compared_by_index() -> None:
    path = "spec.volumeClaimTemplates[0].spec.resources.requests.storage"
    assert found(WEB, WEB.replace("1Gi", "2Gi"), STATEFUL_SET) == [(path, "1Gi", "2Gi")]
