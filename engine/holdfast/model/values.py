"""Values and where each of them came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from holdfast.errors import Where

Path: TypeAlias = tuple[str | int, ...]
"""A place in a tree: keys and list indices from the root."""

Origin: TypeAlias = Where

_NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of values: a file's document, one flag, a chart's values.yaml, a stored release.

    `tree` may hold nulls (they delete what lower layers gave); `origins` has the place of every
    node, inner maps and lists too. `edits` are `--set` assignments by list index or field, which
    change the list that is there instead of replacing it; they are applied in order over the tree
    merged so far.
    """

    tree: dict[str, Any]
    origins: Mapping[Path, Origin] = field(default_factory=lambda: _NONE)
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One `--set` assignment: put `value` at `path`."""

    path: Path
    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True)
class Values:
    """The merged values, and the origin of every one of them.

    `tree` is what templates see: no null that deletes is left in its maps. `supplied` is what the
    user gave over the chart's defaults (nulls kept): it is stored with the release and is the base
    of `upgrade --set`. `overrides` lists, highest first, the origins that a value's origin beat.
    `declared` are the paths that the chart's values.yaml or schema names, whether or not a value is
    left there; `sensitive` the paths that the schema marks writeOnly or format: password.
    """

    tree: dict[str, Any]
    supplied: dict[str, Any] = field(default_factory=dict)
    origins: Mapping[Path, Origin] = field(default_factory=lambda: _NONE)
    overrides: Mapping[Path, tuple[Origin, ...]] = field(default_factory=lambda: _NONE)
    declared: frozenset[Path] = frozenset()
    sensitive: frozenset[Path] = frozenset()

    def origin(self, path: Path) -> Origin | None:
        """The origin of the value at `path`, or of the nearest parent that has one."""
        for end in range(len(path), -1, -1):
            if found := self.origins.get(path[:end]):
                return found
        return None


def spell(path: Path) -> str:
    """A path as users write it: `image.tag`, `env[0].name`, `labels."a.b/c"`; the root is `.`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif "." in part or "[" in part or not part:
            text += f'."{part}"'
        else:
            text += f".{part}"
    return text.lstrip(".") if len(text) > 1 else (text or ".")
