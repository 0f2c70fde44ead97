"""Quantities: exact reading, order, and bytes for people."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import ManifestError
from holdfast.kinds.quantities import compare_quantities, format_bytes, parse_quantity


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("500m", "0.5"),
        ("1.5Gi", "1610612736"),
        ("-3k", "-3000"),
        ("+.5", "0.5"),
        ("5.", "5"),
        ("1E", "1e18"),
        ("1E3", "1000"),
        ("12e-3", "0.012"),
        ("100n", "1e-7"),
        (2, "2"),
        (0.1, "0.1"),
    ],
)
def test_reads_exactly(text: str | int | float, number: str) -> None:
    assert parse_quantity(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", ".", "-", "Gi", "1 Gi", "1gi", "1e", "1e+-2", "1.2.3", "1e99999", "١", "nan", True]
)
def test_refuses_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ManifestError, match="reading a quantity"):
        parse_quantity(text)


@given(st.integers(-(2**63), 2**63), st.sampled_from(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]))
def test_binary_units_are_powers_of_1024(count: int, unit: str) -> None:
    power = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].index(unit) + 1
    assert parse_quantity(f"{count}{unit}") == count * 1024**power


def test_compares_across_units() -> None:
    assert compare_quantities("1000m", 1) == 0
    assert compare_quantities("1Gi", "1G") == 1
    assert compare_quantities("1023Mi", "1Gi") == -1


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (1000, "1000"),
        (1024, "1Ki"),
        (2**30, "1Gi"),
        (3 * 2**29, "1.5Gi"),
        (-2048, "-2Ki"),
    ],
)
def test_formats_bytes(count: int, text: str) -> None:
    assert format_bytes(count) == text
