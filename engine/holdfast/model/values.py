"""Values and where each of them came from."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import field
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from holdfast.errors import Problem, Where, printable
from holdfast.light import dataclass
from holdfast.model.later import Later, LaterSet

Path: TypeAlias = tuple[str | int, ...]
"""A place in a tree: keys and list indices from the root."""

Origin: TypeAlias = Where
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemKey:
    """The item of a list whose `field` reads `value` (`env[name=TZ]`); they compare as text."""

    field: str
    value: str | int | bool | None

    @property
    def text(self) -> str:
        """The value as JSON spells it, a text without quotes."""
        return scalar_text(self.value) or ""


EditPath: TypeAlias = tuple[str | int | ItemKey, ...]
"""A place that an assignment names: items of lists also by a key of theirs."""

_NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of values: a file's document, one flag, a chart's values.yaml, a stored release.

    `tree` may hold nulls (they delete what lower layers gave); `origins` has the place of every
    node, inner maps and lists too. `edits` are `--set` assignments by list index, item key or
    field, which change the list that is there instead of replacing it; they are applied in order
    over the tree merged so far. `owner` is the path of the chart whose own layer it is, empty for
    the root's; None for the user's layers. `named` are the paths of `tree`, where it is known to
    be laid often.
    """

    tree: dict[str, Any]
    origins: Mapping[Path, Origin] = field(default_factory=lambda: _NONE)
    edits: tuple[Edit, ...] = ()
    owner: Path | None = None
    named: Set[Path] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Edit:
    """One `--set` assignment: put `value` at `path`."""

    path: EditPath
    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True)
class Values:
    """The merged values, and the origin of every one of them.

    `tree` is what templates see: no null that deletes is left in its maps. `supplied` is what the
    user gave over the chart's defaults (nulls kept): it is stored with the release and is the base
    of `upgrade --set`. `overrides` lists, highest first, the origins that a value's origin beat.
    `declared` are the paths that the chart's values.yaml or schema names, whether or not a value is
    left there; `sensitive` the paths that the schema marks writeOnly or format: password;
    `disabled` the paths of the subcharts that conditions and tags switch off; `warnings` tell of
    values that the user gave and the schema calls deprecated, or that stand in a part that is off.
    """

    tree: dict[str, Any]
    supplied: dict[str, Any] = field(default_factory=dict)
    origins: Mapping[Path, Origin] = field(default_factory=lambda: _NONE)
    overrides: Mapping[Path, tuple[Origin, ...]] = field(default_factory=lambda: _NONE)
    declared: Set[Path] = frozenset()
    sensitive: frozenset[Path] = frozenset()
    disabled: frozenset[Path] = frozenset()
    warnings: tuple[Problem, ...] = ()

    def below(self, path: Path) -> Values:
        """The values of the subchart at `path`, as it sees them itself: its paths begin there."""
        if not path:
            return self
        tree: Any = self.tree
        for part in path:
            tree = tree.get(part, {})
        size = len(path)
        return Values(
            tree=tree,
            origins=Later(lambda: _below(self.origins, path)),
            overrides=Later(lambda: _below(self.overrides, path)),
            declared=LaterSet(
                lambda: frozenset(
                    at[size:] for at in self.declared if at[:size] == path and at != path
                )
            ),
            sensitive=frozenset(at[size:] for at in self.sensitive if at[:size] == path),
            disabled=frozenset(at[size:] for at in self.disabled if at[:size] == path),
        )

    def origin(self, path: Path) -> Origin | None:
        """The origin of the value at `path`, or of the nearest parent that has one."""
        for end in range(len(path), -1, -1):
            if found := self.origins.get(path[:end]):
                return found
        return None


def _below(entries: Mapping[Path, T], path: Path) -> Mapping[Path, T]:
    size = len(path)
    return {at[size:]: entry for at, entry in entries.items() if at[:size] == path}


def scalar_text(value: Any) -> str | None:
    """A scalar as JSON spells it, a text without quotes; None for null, a list or a map."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def spell(path: EditPath) -> str:
    """A path as users write it: `image.tag`, `env[0].name`, `labels."a.b/c"`; the root is `.`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif isinstance(part, ItemKey):
            text += f"[{part.field}={part.text}]"
        elif "." in part or "[" in part or not part:
            text += f'."{part}"'
        else:
            text += f".{part}"
    return printable(text.lstrip(".") if len(text) > 1 else (text or "."))
