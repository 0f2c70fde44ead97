"""Filters over versions: SemVer 2.0.0, read as leniently as Helm does (`v1.2` is 1.2.0)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import items, text

_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_CORE = r"v?(\d{1,18})(?:\.(\d{1,18}))?(?:\.(\d{1,18}))?"
_VERSION = rf"{_CORE}(?:-({_IDENTIFIERS}))?(?:\+({_IDENTIFIERS}))?"
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Version:
    """A version; `build` says nothing about its order."""

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


def parse_version(value: Any) -> Version:
    """`1.2.3-rc.1+b`, `v1.2` or `1` as a version. Raises RenderError."""
    source = text(value)
    found = re.fullmatch(_VERSION, source) if len(source) <= _LONGEST else None
    if found is None:
        raise RenderError("the text is no version, as 1.2.3 is one")
    major, minor, patch = (int(part or 0) for part in found.groups()[:3])
    return Version((major, minor, patch), found[4] or "", found[5] or "")


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
    from holdfast.render.filters.ranges import meets

    return meets(parse_version(value), text(constraint))


def semver_sort(value: Any) -> list[Any]:
    """Versions from the earliest to the latest; equal ones stay as they were."""
    return sorted(items(value), key=lambda item: parse_version(item).order)


VERSIONS: dict[str, Callable[..., Any]] = {
    "semver": semver,
    "semver_compare": semver_compare,
    "semver_order": semver_order,
    "semver_sort": semver_sort,
}
