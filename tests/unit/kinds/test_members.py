"""The rules of members: whole tables, for a wrong row costs a quorum."""

from __future__ import annotations

import pytest

from holdfast.kinds.hooks import BadAnnotation
from holdfast.kinds.members import (
    MIN_REPLICAS,
    QUORUM,
    MemberRules,
    member_rules,
    object_to_number,
    object_to_step,
)


def workload(**annotations: str) -> dict[str, object]:
    return {"kind": "StatefulSet", "metadata": {"name": "db", "annotations": annotations}}


def test_without_annotations_there_are_no_rules() -> None:
    assert member_rules({"metadata": {}}) == MemberRules()
    assert object_to_number(MemberRules(), 0) is None
    assert object_to_step(MemberRules(), 5, 4, 0) is None


def test_the_annotations() -> None:
    assert member_rules(workload(**{MIN_REPLICAS: "3", QUORUM: "odd"})) == MemberRules(3, "odd")


@pytest.mark.parametrize(
    ("key", "text"), [(MIN_REPLICAS, "-1"), (MIN_REPLICAS, ""), (QUORUM, "Odd"), (QUORUM, "even")]
)
def test_what_is_no_rule(key: str, text: str) -> None:
    with pytest.raises(BadAnnotation) as bad:
        member_rules(workload(**{key: text}))
    assert bad.value.name == key and bad.value.hint


@pytest.mark.parametrize(
    ("rules", "replicas", "allowed"),
    [
        (MemberRules(3), 3, True),
        (MemberRules(3), 2, False),
        (MemberRules(3), 0, False),
        (MemberRules(0, "odd"), 0, True),
        (MemberRules(0, "odd"), 1, True),
        (MemberRules(0, "odd"), 2, False),
        (MemberRules(0, "odd"), 4, False),
        (MemberRules(0, "odd"), 5, True),
        (MemberRules(0, "majority"), 4, True),
    ],
)
def test_numbers(rules: MemberRules, replicas: int, allowed: bool) -> None:
    assert (object_to_number(rules, replicas) is None) == allowed


# From, to, how many of those that stay are ready, and whether a majority is left.
STEPS = [
    (5, 4, 4, True),
    (5, 4, 3, True),
    (5, 4, 2, False),
    (4, 3, 3, True),
    (4, 3, 2, True),
    (4, 3, 1, False),
    (3, 2, 2, True),
    (3, 2, 1, False),
    (2, 1, 1, True),
    (2, 1, 0, False),
    (1, 2, 1, True),  # a new member cannot be ready yet: no majority of two, and no other way
    (1, 2, 0, False),
    (2, 3, 2, True),
    (2, 3, 1, False),
    (3, 4, 3, True),
    (3, 4, 2, False),
    (4, 5, 3, True),
    (5, 6, 4, True),
    (5, 6, 3, False),
]


@pytest.mark.parametrize(("before", "after", "ready", "allowed"), STEPS)
@pytest.mark.parametrize("quorum", ["majority", "odd"])
def test_steps(before: int, after: int, ready: int, allowed: bool, quorum: str) -> None:
    objection = object_to_step(MemberRules(0, quorum), before, after, ready)
    assert (objection is None) == allowed
    if objection:
        assert f"{ready} of the {min(before, after)} members that stay" in objection.reason
