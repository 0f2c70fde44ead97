"""Versions and their constraints: the rules of SemVer 2.0.0 and of Helm's semverCompare."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import RenderError
from holdfast.render.filters.versions import (
    parse_version,
    semver,
    semver_compare,
    semver_order,
    semver_sort,
)

# From SemVer 2.0.0, §11: each comes before the next.
ORDER = (
    "0.9.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11"
    " 1.0.0-rc.1 1.0.0 1.0.1 1.2.0 1.10.0 2.0.0"
).split()


def test_the_order_is_that_of_semver() -> None:
    assert semver_sort(ORDER[::-1]) == ORDER
    assert [semver_order(a, b) for a, b in pairwise(ORDER)] == [-1] * 12
    assert semver_order("1.0.0+a", "1.0.0+b") == 0, "a build says nothing"


IDENTIFIER = st.one_of(
    st.integers(0, 20).map(str), st.text("ab-", min_size=1, max_size=2), st.just("rc1")
)
VERSIONS = st.builds(
    lambda numbers, pre: ".".join(map(str, numbers)) + (f"-{'.'.join(pre)}" if pre else ""),
    st.tuples(*[st.integers(0, 3)] * 3),
    st.lists(IDENTIFIER, max_size=3),
)


@given(st.lists(VERSIONS, min_size=3, max_size=3))
def test_the_order_is_total(versions: list[str]) -> None:
    a, b, c = versions
    assert semver_order(a, b) == -semver_order(b, a)
    assert (semver_order(a, b) == 0) == (a == b)
    low, mid, high = sorted((a, b, c), key=cmp_to_key(semver_order))
    assert semver_order(low, mid) <= 0 and semver_order(mid, high) <= 0
    assert semver_order(low, high) <= 0


@given(VERSIONS)
def test_a_version_reads_back(version: str) -> None:
    assert str(parse_version(version)) == version
    assert semver_compare(version, f"={version}") and semver_compare(version, f">={version}")
    assert not semver_compare(version, f"!={version}") and not semver_compare(
        version, f"<{version}"
    )


@given(VERSIONS, VERSIONS)
def test_ranges_are_what_their_bounds_say(version: str, bound: str) -> None:
    order = semver_order(version, bound)
    sees = not parse_version(version).prerelease or bool(parse_version(bound).prerelease)
    assert semver_compare(version, f">{bound}") == (sees and order > 0)
    assert semver_compare(version, f"<= {bound}") == (sees and order <= 0)
    either = semver_compare(version, f"<{bound} || >={bound}")
    assert either == sees


def test_parts_of_a_version() -> None:
    assert semver("v1.2.3-rc.1+b7") == {
        "version": "1.2.3-rc.1+b7",
        "major": 1,
        "minor": 2,
        "patch": 3,
        "prerelease": "rc.1",
        "build": "b7",
    }
    assert semver("1.2")["version"] == "1.2.0"


# As Masterminds/semver v3.5 answers.
MEETS = """
1.2.3     | =1.2.3            | yes
1.2.9     | 1.2               | yes
1.3.0     | 1.2.x             | no
1.2.3     | =1.x              | yes
2.0.0     | 1                 | no
1.2.9     | ~1.2.3            | yes
1.3.0     | ~1.2.3            | no
1.9.9     | ~1                | yes
1.3.0     | ~>1.2             | no
5.0.0     | ~0.0.0            | yes
1.9.0     | ^1.2.3            | yes
2.0.0     | ^1.2.3            | no
0.2.9     | ^0.2.3            | yes
0.3.0     | ^0.2.3            | no
0.0.3     | ^0.0.3            | yes
0.0.4     | ^0.0.3            | no
0.0.9     | ^0.0              | yes
0.9.0     | ^0                | yes
1.2.9     | >1.2              | no
1.3.0     | >1.2              | yes
11.9.0    | >11               | no
1.2.9     | <=1.2             | yes
1.3.0     | <=1.2             | no
1.1.0     | <1.x              | no
1.5.0     | >1.2 <2           | yes
1.5.0     | >=1.2, <1.5       | no
1.5.0     | => 1.2,=< 1.5     | yes
3.0.0     | <1||>=3           | yes
1.6.9     | 1.2 - 1.6         | yes
1.5.0     | 1.2 - 1.6||3      | yes
1.7.0     | 1.2 - 1.6.0       | no
1.2.4     | !=1.2.x           | no
1.3.4     | !=1.2.x           | yes
1.2.3     | !=1.2.4           | yes
1.0.0     | *                 | yes
1.5.0-rc1 | >=1.4             | no
1.5.0-rc1 | >=1.4-0           | yes
1.5.0-rc1 | *                 | no
1.5.0-rc1 | >=1.4-0 <2        | yes
1.5.0-rc.2 | <1.5.0-rc.11      | yes
1.29.3-gke.1 | >=1.25-0       | yes
v1.5.0+b  | !=1.5.1           | yes
"""
ROWS = [tuple(map(str.strip, row.split(" | "))) for row in MEETS.strip().splitlines()]


@pytest.mark.parametrize(("version", "constraint", "wanted"), ROWS)
def test_constraints_hold_as_in_helm(version: str, constraint: str, wanted: str) -> None:
    assert semver_compare(version, constraint) is (wanted == "yes")


@pytest.mark.parametrize(
    "constraint", ["", ">>1", "1.2.3.4", "a", "=", ">=1 <", "1,,2", "1||", "^"]
)
def test_a_constraint_that_means_nothing_is_refused(constraint: str) -> None:
    with pytest.raises(RenderError, match="cannot be read"):
        semver_compare("1.2.3", constraint)


@pytest.mark.parametrize("version", ["", "a", "1.2.3.4", "1.x", "1.2.3-", "1.2.3-a..b", "-1", " 1"])
def test_a_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(RenderError, match="is no version"):
        parse_version(version)


def test_sizes_are_bounded() -> None:
    with pytest.raises(RenderError, match="over 512 characters"):
        semver_compare("1.2.3", "1 || " * 200)
    with pytest.raises(RenderError, match="is no version"):
        parse_version("1." + "9" * 300)


def test_in_a_template(value: Callable[..., Any]) -> None:
    assert value("('v1.2' | semver).minor") == 2
