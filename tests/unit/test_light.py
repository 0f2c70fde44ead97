"""Light dataclasses are dataclasses: whatever is done with one comes out as with the standard's."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import holdfast.light as light


def _both(frozen: bool) -> tuple[type[Any], type[Any]]:
    """The same class, once of each kind."""

    def make(decorator: Any) -> type[Any]:
        @decorator(frozen=frozen, slots=True)
        class Point:
            """A place."""

            x: int
            names: tuple[str, ...] = ()
            marks: dict[str, int] = field(default_factory=dict, compare=False)
            note: str = field(default="none", repr=False)

            @property
            def twice(self) -> int:
                return self.x * 2

        return Point  # type: ignore[no-any-return]

    return make(light.dataclass), make(dataclasses.dataclass)


@light.dataclass(frozen=True, slots=True)
class Pair:
    """At module level, where pickle finds it."""

    left: int
    right: tuple[str, ...] = ()


_VALUES = st.fixed_dictionaries(
    {"x": st.integers()},
    optional={
        "names": st.lists(st.text()).map(tuple),
        "marks": st.dictionaries(st.text(), st.integers()),
        "note": st.text(),
    },
)


def _done(work: Any, *given: Any) -> Any:
    """What came of it, an error included."""
    try:
        return work(*given)
    except (TypeError, AttributeError) as error:
        return type(error), str(error).replace("test_light.", "")


@given(_VALUES, _VALUES, st.booleans())
def test_they_do_what_dataclasses_do(
    one: dict[str, Any], other: dict[str, Any], frozen: bool
) -> None:
    ours, theirs = _both(frozen)
    for work in (
        lambda make: repr(make(**one)),
        lambda make: dataclasses.asdict(make(**one)),
        lambda make: make(**one) == make(**other),
        lambda make: make(**one) == make(**one),
        lambda make: make(*one.values()).x,
        lambda make: dataclasses.asdict(dataclasses.replace(make(**one), **other)),
        lambda make: [(f.name, f.type, f.default) for f in dataclasses.fields(make)],
        lambda make: make(**one).twice,
        lambda make: make(**{**one, "unknown": 1}),
        lambda make: make(),
        lambda make: len({make(**one), make(**one)}),
        lambda make: dataclasses.asdict(copy.deepcopy(make(**one))),
        lambda make: make.__match_args__,
        lambda make: dataclasses.is_dataclass(make),
        lambda make: make.__doc__,
        lambda make: setattr(make(**one), "other", 1),
    ):
        mine, expected = _done(work, ours), _done(work, theirs)
        if isinstance(expected, tuple) and expected and isinstance(expected[0], type):
            assert mine[0] is expected[0] or issubclass(mine[0], AttributeError)
        else:
            assert mine == expected


def test_a_frozen_one_cannot_be_changed() -> None:
    pair = Pair(1)
    with pytest.raises(FrozenInstanceError, match="left"):
        pair.left = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="left"):
        del pair.left  # type: ignore[misc]
    assert pair == Pair(1) and hash(pair) == hash(Pair(1)) and pair != Pair(2)


def test_one_that_is_not_frozen_can_be_changed_and_has_no_hash() -> None:
    open_one, _ = _both(frozen=False)
    made = open_one(x=1)
    made.x = 5
    assert made.twice == 10
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


def test_each_instance_gets_a_default_of_its_own() -> None:
    kind, _ = _both(frozen=True)
    kind(x=1).marks["a"] = 1
    assert kind(x=1).marks == {}


def test_they_go_through_pickle_and_match() -> None:
    assert pickle.loads(pickle.dumps(Pair(1, ("a",)))) == Pair(1, ("a",))
    match Pair(3, ("b",)):
        case Pair(left, (name,)):
            assert (left, name) == (3, "b")


def test_a_class_without_slots_is_refused() -> None:
    with pytest.raises(TypeError, match="slots"):
        light.dataclass(slots=False)
