"""Ranges of versions, as Helm's charts write them."""

from __future__ import annotations

import pytest

from holdfast.model.semver import parse_range, parse_version


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("", "0.0.1 1.2.3", "1.0.0-rc.1"),
        ("*", "0.0.1 9.9.9", "1.0.0-rc.1"),
        ("1.2.3", "1.2.3 1.2.3+build", "1.2.4 1.2.2"),
        ("=1.2", "1.2.0 1.2.9", "1.3.0"),
        ("1.x", "1.0.0 1.9.9", "2.0.0"),
        ("!=1.2", "1.3.0", "1.2.7"),
        (">=1.2 <2", "1.2.0 1.9.9", "1.1.9 2.0.0"),
        (">=1.2, <2", "1.2.0 1.9.9", "1.1.9 2.0.0"),
        (">1.2", "1.3.0", "1.2.9"),
        (">1.2.3", "1.2.4", "1.2.3"),
        ("<=1.2", "1.2.9", "1.3.0"),
        ("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0"),
        ("~1", "1.0.0 1.9.0", "2.0.0"),
        ("~>1.2", "1.2.9", "1.3.0"),
        ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0"),
        ("^0.2.3", "0.2.9", "0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0", "0.9.0", "1.0.0"),
        ("1.2 - 2.0.1", "1.2.0 2.0.1", "1.1.9 2.0.2"),
        ("^1 || ^3", "1.5.0 3.5.0", "2.0.0"),
        ("^1.0.0-0", "1.5.0-rc.1 1.0.0", "0.9.0 2.0.0-rc.1"),
        (">=1.4-0 <2", "1.5.0-rc.1", "2.0.0 1.3.0"),
        ("  ", "0.0.1 1.2.3", "1.0.0-rc.1"),
        (">=1.0.0-beta.2", "1.0.0-beta.11 1.0.0-rc.1 1.0.0", "1.0.0-beta.1 1.0.0-alpha"),
    ],
)
def test_ranges(text: str, inside: str, outside: str) -> None:
    wanted = parse_range(text)
    assert [v for v in inside.split() if not wanted.allows(parse_version(v))] == []
    assert [v for v in outside.split() if wanted.allows(parse_version(v))] == []


@pytest.mark.parametrize(
    "text", ["one", ">=", "1.2.3.4", "^^1", "1 2 y", "a - b", ">=1.2 <", "1 ||", "१"]
)
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="no range of versions"):
        parse_range(text)


@pytest.mark.parametrize("text", ["1", "1.2", "01.2.3", "1.2.3-", "1.2.3/../x", "1.2.3\n", ""])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="no semantic version"):
        parse_version(text)


def test_the_size_of_a_range_is_bounded() -> None:
    with pytest.raises(ValueError, match="over 512 characters"):
        parse_range("1 || " * 200)
