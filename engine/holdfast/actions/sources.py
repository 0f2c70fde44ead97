"""The values a user gives on the command line, and which earlier ones an upgrade keeps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from holdfast.errors import Where
from holdfast.light import dataclass
from holdfast.model.release import Revision
from holdfast.model.values import Layer, Path, spell
from holdfast.values import layers, patches, setflags
from holdfast.yamltext import decode

SET_KINDS = ("set-json", "set", "set-string", "set-file", "set-literal")
"""Low to high, whatever their place on the command line (Helm's order)."""


class ValueMode(StrEnum):
    """Helm's three switches for the values of an upgrade; AUTO is the rule without a switch."""

    AUTO = "auto"
    RESET = "reset-values"
    REUSE = "reuse-values"
    RESET_THEN_REUSE = "reset-then-reuse-values"


def read_stdin() -> bytes:
    """Standard input, whole: what `-f -` means."""
    return sys.stdin.buffer.read()


@dataclass(frozen=True, slots=True)
class Sources:
    """Value flags as written: `files` left to right, and per SET_KINDS the texts in order.

    A file's name may be a URL where `allow_remote` says so.
    """

    files: tuple[str, ...] = ()
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stdin: Callable[[], bytes] = read_stdin
    allow_remote: bool = False

    @property
    def given(self) -> bool:
        """Whether any value flag was used."""
        return bool(self.files) or any(self.sets.values())


def given_layers(sources: Sources) -> list[Layer]:
    """The layers that the flags give, low to high.

    Raises ValuesError or YamlError for a file that cannot be read, SetSyntaxError for a flag.
    """
    found: list[Layer] = []
    for name in sources.files:
        found += _file_layers(name, sources)
    found += list(_set_layers(sources))
    return found


def _file_layers(name: str, sources: Sources) -> list[Layer]:
    if not _is_url(name):
        return layers.read_layers(name, stdin=sources.stdin)
    from holdfast.actions.remote import shown_url

    shown = shown_url(name)
    return layers.file_layers(decode(_read(name, sources), source=shown), source=shown)


def _read(name: str, sources: Sources) -> bytes:
    if not _is_url(name):
        return layers.read_file(name, sources.stdin)
    from holdfast.actions.remote import fetch, refuse_remote

    return fetch(name) if sources.allow_remote else refuse_remote(name)


def _is_url(name: str) -> bool:
    scheme, found, _ = name.partition("://")
    return bool(found) and scheme.isalnum()


def _set_layers(sources: Sources) -> Iterator[Layer]:
    for kind in SET_KINDS:
        for text in sources.sets.get(kind, ()):
            edits = setflags.parse_set(text, kind, lambda name: _read(name, sources))
            yield Layer({}, edits=edits)


def upgrade_layers(sources: Sources, current: Revision, mode: ValueMode) -> list[Layer]:
    """The layers of an upgrade over the chart's own.

    With `-f` the files and flags are the whole truth; with `--set…` alone they amend the stored
    values; with neither the stored values stay. The three modes are Helm's, but for one thing:
    under `--reuse-values` a key that only the new chart has keeps the new chart's default instead
    of being absent, so that templates do not meet holes.
    """
    new = given_layers(sources)
    stored = _stored_layer(current.supplied, current)
    if not keeps_stored(sources, mode):
        return new
    if mode is ValueMode.REUSE:
        return [_stored_layer(current.values, current, kind="chart"), stored, *new]
    return [stored, *new]


def keeps_stored(sources: Sources, mode: ValueMode) -> bool:
    """Whether an upgrade starts from the values that the release was given before."""
    return not (mode is ValueMode.RESET or (mode is ValueMode.AUTO and sources.files))


def _stored_layer(tree: dict[str, Any], current: Revision, kind: str = "release") -> Layer:
    source = f"{current.release} revision {current.number}"
    return Layer(tree, origins={(): Where(source, kind=kind)})


def dropped_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The earlier supplied values, as users write their paths, that are no longer set."""
    return tuple(spell(patches.written(path)) for path in _missing(before, after, ()))


def _missing(before: Mapping[str, Any], after: Any, path: Path) -> Iterator[Path]:
    for key, value in before.items():
        here = (*path, key)
        if not isinstance(after, Mapping) or key not in after:
            yield from _leaves(value, here)
        elif isinstance(value, Mapping):
            yield from _missing(value, after[key], here)


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if not isinstance(value, Mapping) or not value:
        yield path
        return
    for key, item in value.items():
        yield from _leaves(item, (*path, key))
