"""Version constraints with the grammar and the rules of Helm (Masterminds/semver v3).

`||` separates alternatives, blanks or commas what has to hold together; the signs are
`= != > >= < <= ~ ^`, `1.2 - 1.4` is a range, and `x` or `*` stands for any number. A pre-release
meets a constraint only where one beside it names a pre-release, too (`>=1.25-0`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.versions import Version

_LONGEST = 512
_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_NUMBER = r"(\d{1,18}|[xX*])"
_PARTIAL = (
    rf"v?{_NUMBER}(?:\.{_NUMBER})?(?:\.{_NUMBER})?(?:-({_IDENTIFIERS}))?(?:\+{_IDENTIFIERS})?"
)
_WHOLE = re.sub(r"\((?!\?)", "(?:", _PARTIAL)
_TERM = rf"\s*(=>|=<|>=|<=|!=|~>|=|>|<|~|\^|)\s*{_PARTIAL}(?:\s*,\s*|\s+|$)"


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


def meets(version: Version, constraint: str) -> bool:
    """Whether `version` meets `constraint`. Raises RenderError for one that cannot be read."""
    if len(constraint) > _LONGEST:
        raise RenderError(f"a version constraint is over {_LONGEST} characters")
    source = re.sub(rf"({_WHOLE})\s+-\s+({_WHOLE})", r">=\1 <=\2 ", constraint)
    groups = [tuple(_terms(part, constraint)) for part in source.split("||")]
    return any(_meets_all(version, group) for group in groups)


def _meets_all(version: Version, terms: tuple[_Term, ...]) -> bool:
    if version.prerelease and not any(term.version.prerelease for term in terms):
        return False
    return all(_CHECKS[term.sign](version, term) for term in terms)


def _terms(part: str, constraint: str) -> Iterator[_Term]:
    end = 0
    source = part.strip()
    while end < len(source) or not source:
        found = re.compile(_TERM).match(source, end)
        if found is None:
            raise RenderError(f"the version constraint {constraint.strip()!r} cannot be read")
        end = found.end()
        yield _term(found)


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
