"""Comparing versions as Helm's semverCompare does (Masterminds/semver constraint syntax)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import text

Version = tuple[tuple[int, int, int], tuple[str, ...]]

_NUMBER = r"(?:\.(\d{1,9}|[xX*]))?"
_VERSION = rf"v?(\d{{1,9}}){_NUMBER}{_NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
_TERM = r"\s*(=|!=|>=|<=|=>|=<|>|<|~|\^|)\s*(\*|" + _VERSION + r")\s*,?"


def semver_compare(value: Any, constraint: Any) -> bool:
    """Whether a version meets a constraint, as `>=1.25-0, <2` is one."""
    found = re.fullmatch(_VERSION, text(value))
    if found is None:
        raise RenderError("the text is no version, as 1.2.3 is one")
    version = _version(found)
    return any(_meets(version, part) for part in text(constraint).split("||"))


def _meets(version: Version, constraint: str) -> bool:
    end, results = 0, []
    source = re.sub(r"(\S+)\s+-\s+(\S+)", r">=\1 <=\2", constraint.strip())
    for found in re.finditer(_TERM, source):
        if found.start() != end or not found[0]:
            break
        end = found.end()
        results.append(_holds(version, found))
    if end != len(source) or not results:
        raise RenderError(f"the constraint {constraint.strip()!r} cannot be read")
    return all(results)


def _holds(version: Version, found: re.Match[str]) -> bool:
    if found[2] == "*":
        return True
    sign, low = found[1], _version(re.fullmatch(_VERSION, found[2]))
    given = [part for part in (found[3], found[4], found[5]) if part and part not in "xX*"]
    if version[1] and not low[1]:
        return False
    if sign == "~":
        return _order(low) <= _order(version) and version[0] < _next(low[0], min(len(given), 2))
    if sign == "^":
        return _order(low) <= _order(version) and version[0] < _next(low[0], _first(low[0], given))
    if sign in ("", "=", "!=") and len(given) < 3:
        inside = low[0] <= version[0] < _next(low[0], len(given))
        return inside != (sign == "!=")
    order, other = _order(version), _order(low)
    return {
        "": order == other,
        "=": order == other,
        "!=": order != other,
        ">": order > other,
        "<": order < other,
        ">=": order >= other,
        "=>": order >= other,
        "<=": order <= other,
        "=<": order <= other,
    }[sign]


def _first(numbers: tuple[int, int, int], given: list[str]) -> int:
    """How many numbers `^` keeps: up to the first that is not zero."""
    for index, number in enumerate(numbers[: len(given)]):
        if number:
            return index + 1
    return len(given)


def _next(numbers: tuple[int, int, int], kept: int) -> tuple[int, int, int]:
    """The first version behind all that share the first `kept` numbers."""
    parts = list(numbers[:kept])
    parts[-1] += 1
    return (*parts, 0, 0, 0)[:3]  # type: ignore[return-value]


def _version(found: re.Match[str] | None) -> Version:
    if found is None:
        return (0, 0, 0), ()
    numbers = tuple(int(part) if part and part.isdigit() else 0 for part in found.groups()[:3])
    return numbers, tuple(found[4].split(".")) if found[4] else ()  # type: ignore[return-value]


def _order(version: Version) -> tuple[Any, ...]:
    """The sort key of SemVer 2.0.0 §11: a pre-release comes before its release."""
    parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in version[1])
    return version[0], not parts, parts


VERSIONS: dict[str, Callable[..., Any]] = {"semver_compare": semver_compare}
