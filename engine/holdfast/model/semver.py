"""Versions and ranges of versions: SemVer 2.0.0, and the ranges that Helm (Masterminds v3) reads.

In a range `||` separates alternatives, blanks or commas what has to hold together; the signs are
`= != > >= < <= ~ ^`, `1.2 - 1.4` is a range, and `x` or `*` stands for any number. A pre-release
lies in it only where a version beside it names a pre-release, too (`>=1.25-0 <2`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from holdfast.light import dataclass

LONGEST_RANGE = 512
_LONGEST_VERSION = 256
_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_SUFFIX = rf"(?:-({_IDENTIFIERS}))?(?:\+({_IDENTIFIERS}))?"
_WHOLE = rf"v?(0|[1-9]\d{{0,17}})\.(0|[1-9]\d{{0,17}})\.(0|[1-9]\d{{0,17}}){_SUFFIX}"
_SHORT = rf"v?(\d{{1,18}})(?:\.(\d{{1,18}}))?(?:\.(\d{{1,18}}))?{_SUFFIX}"
_NUMBER = r"(\d{1,18}|[xX*])"
_PARTIAL = rf"v?{_NUMBER}(?:\.{_NUMBER})?(?:\.{_NUMBER})?{_SUFFIX}"
_TERM = rf"\s*(=>|=<|>=|<=|!=|~>|=|>|<|~|\^|)\s*{_PARTIAL}(?:\s*,\s*|\s+|$)"


@dataclass(frozen=True, slots=True)
class Version:
    """`numbers` are major, minor, patch; `build` says nothing about the order."""

    numbers: tuple[int, int, int]
    prerelease: str = ""
    build: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        """The sort key of SemVer 2.0.0 §11: a pre-release comes before its release."""
        parts = self.prerelease.split(".") if self.prerelease else []
        ranks = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)
        return self.numbers, not parts, ranks

    def __str__(self) -> str:
        core = ".".join(map(str, self.numbers))
        pre = f"-{self.prerelease}" if self.prerelease else ""
        return core + pre + (f"+{self.build}" if self.build else "")


@dataclass(frozen=True, slots=True)
class _Term:
    """One sign with a version of which only the first `given` numbers are written."""

    sign: str
    version: Version
    given: int

    @property
    def low(self) -> tuple[int, int, int]:
        return self.version.numbers

    def below(self, kept: int) -> tuple[int, int, int]:
        """The first numbers behind all that share the first `kept` ones."""
        parts = list(self.low[:kept])
        parts[-1] += 1
        return (*parts, 0, 0, 0)[:3]  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Range:
    """A range of versions: alternatives, each of terms that all have to hold."""

    choices: tuple[tuple[_Term, ...], ...]

    def allows(self, version: Version) -> bool:
        """Whether the version lies in the range."""
        return any(_allow(terms, version) for terms in self.choices)


def parse_version(text: str) -> Version:
    """A whole version, as 1.2.3-rc.1 is one; a leading `v` is allowed. Raises ValueError."""
    return _version(_WHOLE, text)


def parse_short_version(text: str) -> Version:
    """A version as leniently as Helm's templates read one: `v1.2` is 1.2.0. Raises ValueError."""
    return _version(_SHORT, text)


def parse_range(text: str) -> Range:
    """A range; one of nothing but blanks allows every release. Raises ValueError."""
    source = text if text.strip() else "*"
    if len(source) > LONGEST_RANGE:
        raise ValueError(f"a range of versions is over {LONGEST_RANGE} characters")
    whole = re.sub(r"\((?!\?)", "(?:", _PARTIAL)
    source = re.sub(rf"({whole})\s+-\s+({whole})", r">=\1 <=\2 ", source, flags=re.ASCII)
    choices = tuple(tuple(_terms(part.strip())) for part in source.split("||"))
    if not all(choices):
        raise ValueError(f"{text!r} is no range of versions")
    return Range(choices)


def _version(pattern: str, text: str) -> Version:
    found = re.fullmatch(pattern, text, re.ASCII) if len(text) <= _LONGEST_VERSION else None
    if found is None:
        raise ValueError(f"{text!r} is no semantic version")
    major, minor, patch = (int(part or 0) for part in found.groups()[:3])
    return Version((major, minor, patch), found[4] or "", found[5] or "")


def _allow(terms: tuple[_Term, ...], version: Version) -> bool:
    if version.prerelease and not any(term.version.prerelease for term in terms):
        return False
    return all(_CHECKS[term.sign](version, term) for term in terms)


def _terms(source: str) -> tuple[_Term, ...]:
    """The terms of one alternative; none where it cannot be read."""
    found, end = [], 0
    while end < len(source):
        match = re.compile(_TERM, re.ASCII).match(source, end)
        if match is None:
            return ()
        end = match.end()
        found.append(_term(match))
    return tuple(found)


def _term(found: re.Match[str]) -> _Term:
    numbers: list[int] = []
    for part in found.groups()[1:4]:
        if part is None or not part.isdecimal():
            break
        numbers.append(int(part))
    low: tuple[int, int, int] = (*numbers, 0, 0, 0)[:3]  # type: ignore[assignment]
    return _Term(found[1], Version(low, found[5] or ""), len(numbers))


def _same(version: Version, term: _Term) -> bool:
    if term.given < 3:
        return _tilde(version, term)
    return version.order == term.version.order


def _other(version: Version, term: _Term) -> bool:
    if term.given == 3:
        return version.order != term.version.order
    if version.numbers[: term.given] != term.low[: term.given]:
        return True
    # a wildcard for the patch alone tells pre-releases apart
    return term.given == 2 and version.prerelease != term.version.prerelease


def _greater(version: Version, term: _Term) -> bool:
    if term.given in (1, 2):
        return version.numbers[: term.given] > term.low[: term.given]
    return bool(version.order > term.version.order)


def _at_most(version: Version, term: _Term) -> bool:
    if term.given == 3:
        return bool(version.order <= term.version.order)
    return version.numbers[: max(term.given, 1)] <= term.low[: max(term.given, 1)]


def _ordered(compare: Callable[[Any, Any], Any]) -> Callable[[Version, _Term], bool]:
    return lambda version, term: bool(compare(version.order, term.version.order))


def _tilde(version: Version, term: _Term) -> bool:
    """`~1.2.3` keeps 1.2, `~1` keeps 1."""
    if version.order < term.version.order:
        return False
    anything = not term.given or (term.low == (0, 0, 0) and term.given == 3)
    return anything or version.numbers < term.below(min(term.given, 2))


def _caret(version: Version, term: _Term) -> bool:
    """`^1.2.3` keeps all up to the first number that is not zero."""
    if version.order < term.version.order:
        return False
    if not term.given:
        return True
    first = next((i + 1 for i, n in enumerate(term.low[: term.given]) if n), term.given)
    return version.numbers < term.below(first)


_CHECKS: dict[str, Callable[[Version, _Term], bool]] = {
    "": _same,
    "=": _same,
    "!=": _other,
    ">": _greater,
    "<": _ordered(operator.lt),
    ">=": _ordered(operator.ge),
    "=>": _ordered(operator.ge),
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
