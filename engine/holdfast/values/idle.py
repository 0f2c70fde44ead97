"""What the user sets inside of a part that is off, and so sets in vain.

`ingress: {hosts: […]}` makes no Ingress where the chart says `ingress.enabled: false`. Charts share
the word `enabled` for it (Helm, Best Practices, Values). Who writes `enabled: false` knows: one
file may hold the settings, and another switch them off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.errors import Problem
from holdfast.model.values import Path, Values, spell
from holdfast.values.patches import is_patch

_SWITCH = "enabled"


def find_idle(values: Values) -> tuple[Problem, ...]:
    """One Problem per part that is off by the chart's word alone, at the first setting in it."""
    return tuple(_found(values, values.supplied, values.tree, ()))


def _found(
    values: Values, supplied: dict[str, Any], tree: dict[str, Any], path: Path
) -> Iterator[Problem]:
    for key, given in supplied.items():
        final, here = tree.get(key), (*path, key)
        if not isinstance(given, dict) or not isinstance(final, dict) or is_patch(given):
            continue
        if final.get(_SWITCH) is not False:
            yield from _found(values, given, final, here)
        elif _SWITCH not in given and (setting := _first(given, here)):
            switch = spell((*here, _SWITCH))
            yield Problem(
                spell(setting),
                f"has no effect: {switch} is false",
                values.origin(setting),
            )


def _first(given: dict[str, Any], path: Path) -> Path | None:
    """The first path in a map that has a value."""
    for key, value in given.items():
        if isinstance(value, dict) and not is_patch(value):
            if found := _first(value, (*path, key)):
                return found
        elif value is not None:
            return (*path, key)
    return None
