"""Filters over versions: SemVer 2.0.0, read as leniently as Helm does (`v1.2` is 1.2.0)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.model.semver import LONGEST_RANGE, Range, Version, parse_range, parse_short_version
from holdfast.render.filters.arguments import items, text


def parse_version(value: Any) -> Version:
    """`1.2.3-rc.1+b`, `v1.2` or `1` as a version. Raises RenderError."""
    try:
        return parse_short_version(text(value))
    except ValueError:
        raise RenderError("the text is no version, as 1.2.3 is one") from None


def semver(value: Any) -> dict[str, Any]:
    """A version's parts: version, major, minor, patch, prerelease, build."""
    version = parse_version(value)
    major, minor, patch = version.numbers
    return {
        "version": str(version),
        "major": major,
        "minor": minor,
        "patch": patch,
        "prerelease": version.prerelease,
        "build": version.build,
    }


def semver_order(value: Any, other: Any) -> int:
    """-1, 0 or 1 as a version comes before, with or after another."""
    one, two = parse_version(value).order, parse_version(other).order
    return (one > two) - (one < two)


def semver_compare(value: Any, constraint: Any) -> bool:
    """Whether a version meets a constraint, as `>=1.25-0 <2` is one."""
    version = parse_version(value)
    return _constraint(text(constraint)).allows(version)


def semver_sort(value: Any) -> list[Any]:
    """Versions from the earliest to the latest; equal ones stay as they were."""
    return sorted(items(value), key=lambda item: parse_version(item).order)


def _constraint(source: str) -> Range:
    """A range; an empty one is an error here, as it is in Helm's templates."""
    if len(source) > LONGEST_RANGE:
        raise RenderError(f"a version constraint is over {LONGEST_RANGE} characters")
    try:
        if source.strip():
            return parse_range(source)
    except ValueError:
        pass
    raise RenderError(f"the version constraint {source.strip()!r} cannot be read")


VERSIONS: dict[str, Callable[..., Any]] = {
    "semver": semver,
    "semver_compare": semver_compare,
    "semver_order": semver_order,
    "semver_sort": semver_sort,
}
