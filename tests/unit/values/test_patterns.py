r"""Patterns are ECMA-262's: what they match, and what is refused."""

from __future__ import annotations

import re

import pytest

from holdfast.values.patterns import translate

CASES = [
    (r"^\d+$", "12", "12\n ٣"),
    (r"^\w$", "a _ 0", "é ٣"),
    (r"^\W$", "é", "a"),
    (r"^[\d.]+$", "1.2", "٣"),
    (r"^\S+$", "a", "\u00a0 \ufeff"),
    (r"^.$", "a", "\u2028"),
    (r"^[^]$", "a \u2028", ""),
    (r"^[$]$", "$", "a"),
    (r"^a{,2}$", "a{,2}", "aa"),
    (r"^a{2}$", "aa", "a"),
    (r"^(?<n>a)\k<n>$", "aa", "a"),
    (r"^(?<!b)a$", "a", "b"),
    (r"^[a[]$", "[ a", "b"),
    (r"^[&&|~]$", "& | ~", "a"),
    (r"^a\/b$", "a/b", "ab"),
    (r"^\u{1F600}$", "😀", "u"),
    (r"^\cJ$", "", "J"),
]


@pytest.mark.parametrize(("pattern", "fits", "differs"), CASES)
def test_what_a_pattern_matches(pattern: str, fits: str, differs: str) -> None:
    found = translate(pattern)
    assert all(re.search(found, text) for text in fits.split(" ") if text)
    assert not any(re.search(found, text) for text in differs.split(" ") if text)


@pytest.mark.parametrize(
    "pattern", ["(", "[a", "a**", r"\p{L}", r"\Aa", r"a\Z", "(?i)a", r"\q", "a\\", "(?<1>a)"]
)
def test_what_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="the pattern"):
        translate(pattern)
