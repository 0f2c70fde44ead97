"""An object that was changed after it was rendered keeps what is known of its fields.

Origins, secrets and template places are kept by path; lists may have gained, lost or moved items.
Items with keys are found again by them. Of other lists that changed nothing single is known: where
there was a secret in one, all of it is masked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from holdfast.errors import Where
from holdfast.model.manifest import Manifest
from holdfast.model.values import Path
from holdfast.plan.compare import compare
from holdfast.plan.paths import Shape, canonical, children, look_up

T = TypeVar("T")


def retrace(
    before: Manifest, after: Manifest, by: Where, place_of: Callable[[Path], Where]
) -> Manifest:
    """`after` with the source, origins, secrets and places of `before`.

    `by` is who changed it; `place_of` tells for a changed field (list items by their keys) where
    that was written. An object that did not change is `before` itself.
    """
    shape = Shape.of(after.object)
    changed = [field.path for field in compare(before.object, after.object, shape=shape)]
    if not changed and before.object == after.object:
        return before  # an order of items is no change to the server, but is what was asked for

    def kept(entries: Mapping[Path, T]) -> dict[Path, T]:
        return _kept(entries, before.object, after.object, changed)

    places = {at: place_of(path) for path in changed if (at := _located(after.object, path, shape))}
    return replace(
        after,
        source=before.source,
        origins={**kept(before.origins), **{at: (where,) for at, where in places.items()}},
        positions={**kept(before.positions), **places},
        sensitive=after.sensitive | _secrets(before, after.object),
        changed_by=(*before.changed_by, by),
    )


def _kept(entries: Mapping[Path, T], before: Any, after: Any, changed: list[Path]) -> dict[Path, T]:
    shape = Shape.of(after)
    found = {}
    for path, entry in entries.items():
        known = canonical(before, path, shape)
        if any(known[: len(one)] == one for one in changed):
            continue
        if (at := _located(after, known, shape)) is not None:
            found[at] = entry
    return found


def _secrets(before: Manifest, after: Any) -> frozenset[Path]:
    shape = Shape.of(after)
    found = (
        _covered(canonical(before.object, path, shape), before.object, after, shape)
        for path in before.sensitive
    )
    located = (_located(after, path, shape) for path in found)
    return frozenset(path for path in located if path is not None)


def _covered(path: Path, before: Any, after: Any, shape: Shape) -> Path:
    """`path`, or the topmost list on its way whose items cannot be told apart and which changed."""
    for end, part in enumerate(path):
        if isinstance(part, int):
            at = path[:end]
            if look_up(before, at, shape) != look_up(after, at, shape):
                return at
    return path


def _located(node: Any, path: Path, shape: Shape) -> Path | None:
    """`path` with plain indices, as it stands in `node`; None where it is not there."""
    done: Path = ()
    written: Path = ()
    for part in path:
        below = list(children(node, done, shape))
        index = next((n for n, (name, _) in enumerate(below) if name == part), None)
        if index is None:
            return None
        written = (*written, index if isinstance(node, list) else part)
        node, done = below[index][1], (*done, part)
    return written
