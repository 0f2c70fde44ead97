"""Arithmetic with Kubernetes quantities is exact and keeps the unit of the left side."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import RenderError
from holdfast.kinds.quantities import parse_quantity
from holdfast.render.filters import quantities as q

UNITS = ("", "m", "k", "M", "G", "Ki", "Mi", "Gi")
QUANTITIES = st.builds(lambda n, u: f"{n}{u}", st.integers(-(10**6), 10**6), st.sampled_from(UNITS))


@given(QUANTITIES, QUANTITIES)
def test_sums_and_differences_are_exact(one: str, two: str) -> None:
    assert parse_quantity(q.quantity_add(one, two)) == parse_quantity(one) + parse_quantity(two)
    assert q.quantity_order(q.quantity_add(one, two), q.quantity_add(two, one)) == 0
    assert q.quantity_order(q.quantity_sub(q.quantity_add(one, two), two), one) == 0
    assert q.quantity_order(one, two) == -q.quantity_order(two, one)


@given(QUANTITIES, st.integers(1, 50))
def test_a_part_is_rounded_up_and_never_by_more_than_one_step(whole: str, parts: int) -> None:
    exact = parse_quantity(whole) / parts
    rest = parse_quantity(q.quantity_div(whole, parts)) - exact
    assert 0 <= rest < (1 if whole.endswith("i") else parse_quantity("1m"))


RESULTS: tuple[tuple[Any, str], ...] = (
    (q.quantity_add("1Gi", "512Mi"), "1536Mi"),
    (q.quantity_add("1Gi", "1Gi", "2Gi"), "4Gi"),
    (q.quantity_add("500m", "500m"), "1"),
    (q.quantity_add("1G", "1Gi"), "2073741824"),
    (q.quantity_add("512Ki", -512), "523776"),
    (q.quantity_sub("1", "1"), "0"),
    (q.quantity_sub("1Gi", "1Gi"), "0"),
    (q.quantity_sub("250m", "1"), "-750m"),
    (q.quantity_mul("1Gi", 0.5), "512Mi"),
    (q.quantity_mul("100m", 3), "300m"),
    (q.quantity_mul("1k", 1000), "1M"),
    (q.quantity_div("1Gi", 3), "357913942"),
    (q.quantity_div("1", 3), "334m"),
    (q.quantity_div("1Ki", 2), "512"),
    (q.quantity_max(["1Gi", "1500Mi", "1G"]), "1500Mi"),
    (q.quantity_min(["1Gi", "1500Mi", "1G"]), "1G"),
)


@pytest.mark.parametrize(("result", "wanted"), RESULTS)
def test_results_are_spelled_as_kubernetes_does(result: str, wanted: str) -> None:
    assert result == wanted


def test_the_number_behind_a_quantity() -> None:
    numbers = [q.quantity(text) for text in ("1Gi", "500m", "1e3", 2, 0.5)]
    assert numbers == [1073741824, 0.5, 1000, 2, 0.5]
    assert [type(number) for number in numbers] == [int, float, int, int, float]


WRONG = (
    (lambda: q.quantity("1 Gi"), "is no quantity"),
    (lambda: q.quantity(True), "a quantity is needed here, not a boolean"),
    (lambda: q.quantity_add("1", None), "not null"),
    (lambda: q.quantity_div("1", 0), "cannot be divided by 0"),
    (lambda: q.quantity_mul("1", "2"), "a number is needed here, not text"),
    (lambda: q.quantity_mul("8E", 10**6), "grew over"),
    (lambda: q.quantity_max([]), "no quantity in the list"),
)


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_is_no_quantity_is_refused(call: Any, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        call()
