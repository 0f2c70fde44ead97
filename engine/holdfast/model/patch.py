"""A change that the user makes to rendered objects: which ones, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

from holdfast.errors import Where
from holdfast.light import dataclass
from holdfast.model.values import Path

_NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PatchTarget:
    """Which objects a patch is for: shell patterns (`*`, `?`, `[ab]`) of the four names.

    `namespace` is compared with the object's own; a cluster-scoped one has none.
    """

    kind: str
    name: str
    api_version: str = "*"
    namespace: str = "*"

    def __str__(self) -> str:
        place = f" in {self.namespace}" if self.namespace != "*" else ""
        group = f"{self.api_version} " if self.api_version != "*" else ""
        return f"{group}{self.kind}/{self.name}{place}"


@dataclass(frozen=True, slots=True)
class Patch:
    """One document of a patch file, kept with the release.

    `body` is a map (a strategic merge patch) or a list of operations (a JSON patch, RFC 6902).
    `where` is where the document begins; `positions` has the place of every part of the body as
    long as its file is at hand, and is not kept.
    """

    target: PatchTarget
    body: dict[str, Any] | list[Any]
    where: Where
    positions: Mapping[Path, Where] = field(
        default_factory=lambda: _NONE, compare=False, repr=False
    )

    def place(self, path: Path) -> Where:
        """The place of the part at `path`, or of the nearest part around it that has one."""
        found = (self.positions.get(path[:end]) for end in range(len(path), 0, -1))
        return next(filter(None, found), self.where)
