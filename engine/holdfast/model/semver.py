"""Versions and ranges of versions: SemVer 2.0.0, and the range syntax of Helm's charts.

A range is `||` of terms that all must hold: `>=1.2 <2`, `~1.2`, `^1.2.3`, `1.x`, `1.2 - 2.0`, `*`
(the syntax that Helm takes over from Masterminds/semver). A pre-release is allowed only by a term
that names one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_SEMVER = (
    r"v?(0|[1-9]\d{0,17})\.(0|[1-9]\d{0,17})\.(0|[1-9]\d{0,17})"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)
_PART = r"(\d{1,18}|[xX*])"
_TERM = (
    rf"\s*(=|!=|>=|<=|=>|=<|>|<|~>|~|\^|)\s*v?{_PART}(?:\.{_PART})?(?:\.{_PART})?"
    r"(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?(?:\s*,|(?=\s|$))"
)
_HYPHEN = r"(?<!\S)([^\s,|<>=~^!]+)\s+-\s+([^\s,|]+)"
_SAME = {"=>": ">=", "=<": "<=", "~>": "~", "": "="}


@dataclass(frozen=True)
class Version:
    """`numbers` are major, minor, patch; `pre` the parts of the pre-release; `build` is ignored."""

    numbers: tuple[int, int, int]
    pre: tuple[str, ...] = ()
    build: str = ""

    @cached_property
    def order(self) -> tuple[Any, ...]:
        """What versions are sorted by (SemVer 2.0.0, 11): a pre-release before its release."""
        parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in self.pre)
        return self.numbers, not self.pre, parts


@dataclass(frozen=True, slots=True)
class _Term:
    """One comparison; `given` are the numbers that were written, one to three of them."""

    sign: str
    given: tuple[int, ...]
    pre: tuple[str, ...]

    def allows(self, version: Version) -> bool:
        if version.pre and not self.pre:
            return False
        if not self.given:
            return self.sign != "!="
        if self.sign in ("=", "!="):
            return self._same(version) == (self.sign == "=")
        if self.sign in ("~", "^"):
            return version.order >= self._low.order and version.numbers < self._next(self._kept())
        return self._compare(version)

    def _compare(self, version: Version) -> bool:
        whole = len(self.given) == 3
        if self.sign == ">":
            above = version.order > self._low.order
            return above if whole else version.numbers >= self._next(len(self.given))
        if self.sign == "<=":
            below = version.order <= self._low.order
            return below if whole else version.numbers < self._next(len(self.given))
        at_least = version.order >= self._low.order
        return at_least if self.sign == ">=" else not at_least

    @property
    def _low(self) -> Version:
        major, minor, patch = (*self.given, 0, 0, 0)[:3]
        return Version((major, minor, patch), self.pre)

    def _same(self, version: Version) -> bool:
        if len(self.given) == 3:
            return version.order == self._low.order
        return self._low.numbers <= version.numbers < self._next(len(self.given))

    def _kept(self) -> int:
        """How many numbers stay: `~` two, `^` all up to the first that is not zero."""
        if self.sign == "~":
            return min(len(self.given), 2)
        first = next((n for n, number in enumerate(self.given) if number), len(self.given) - 1)
        return first + 1

    def _next(self, kept: int) -> tuple[int, ...]:
        """The first numbers behind all that share the first `kept`."""
        return (*self.given[: kept - 1], self.given[kept - 1] + 1, *(0, 0, 0)[kept:])


@dataclass(frozen=True, slots=True)
class Range:
    """A range of versions, and how it was written."""

    text: str
    choices: tuple[tuple[_Term, ...], ...]

    def allows(self, version: Version) -> bool:
        """Whether the version lies in the range."""
        return any(all(term.allows(version) for term in terms) for terms in self.choices)


def parse_version(text: str) -> Version:
    """A whole version, as 1.2.3-rc.1 is one; a leading `v` is allowed. Raises ValueError."""
    found = re.fullmatch(_SEMVER, text, re.ASCII)
    if found is None:
        raise ValueError(f"{text!r} is no semantic version")
    numbers = (int(found[1]), int(found[2]), int(found[3]))
    return Version(numbers, tuple(found[4].split(".")) if found[4] else (), found[5] or "")


def parse_range(text: str) -> Range:
    """A range; an empty one allows every release. Raises ValueError."""
    return Range(text, tuple(tuple(_terms(part, text)) for part in text.split("||")))


def _terms(part: str, whole: str) -> list[_Term]:
    source = re.sub(_HYPHEN, r">=\1 <=\2", part.strip()) or "*"
    found, end = [], 0
    for match in re.finditer(_TERM, source, re.ASCII):
        if match.start() != end:
            break
        end = match.end()
        found.append(_term(match))
    if not found or source[end:].strip():
        raise ValueError(f"{whole!r} is no range of versions")
    return found


def _term(match: re.Match[str]) -> _Term:
    numbers: list[int] = []
    for part in match.groups()[1:4]:
        if part is None or part in "xX*":
            break
        numbers.append(int(part))
    pre = tuple(match[5].split(".")) if match[5] else ()
    return _Term(_SAME.get(match[1], match[1]), tuple(numbers), pre)
