"""The fields that differ between two normalised objects.

Pure data in, data out: it knows list keys and quantities (through kinds), not what a change means.
Not every difference of text is a change: a keyed list in another order, `1Gi` for `1024Mi`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from holdfast.errors import ManifestError
from holdfast.kinds.quantities import compare_quantities
from holdfast.model.manifest import NAMESPACE_LABEL, RELEASE_LABEL
from holdfast.model.plan import ABSENT, FieldChange
from holdfast.model.values import Path
from holdfast.plan.paths import Shape, segments

_NOISE = frozenset(("helm.sh/chart", "app.kubernetes.io/version"))


def compare(
    before: Any,
    after: Any,
    *,
    shape: Shape | None = None,
    path: Path = (),
    secret: Callable[[Path, Any], bool] = lambda path, value: False,
) -> tuple[FieldChange, ...]:
    """The fields to set or remove to come from `before` to `after`, in the order of the objects.

    A field that only one side has is one change at its topmost path. Lists are matched item by item
    by their keys; a list without keys is compared by index where its length stays, else it is one
    change. `path` is where the two stand in their object; `secret` tells whether the value at a
    path has to be masked.
    """
    found = _differences(before, after, path, shape or Shape())
    return tuple(
        FieldChange(
            place,
            old,
            new,
            masked=secret(place, old) or secret(place, new),
            noise=is_noise(place),
        )
        for place, old, new in found
    )


def is_noise(path: Path) -> bool:
    """Whether `path` is a label or annotation that only carries the chart's version."""
    if len(path) < 3 or path[-3] != "metadata" or path[-2] not in ("labels", "annotations"):
        return False
    name = str(path[-1])
    return name in _NOISE or name.startswith("holdfast.dev/chart")


def is_ownership(path: Path) -> bool:
    """Whether `path` is one of the labels that say which release owns the object."""
    return path[:2] == ("metadata", "labels") and path[2:] in ((RELEASE_LABEL,), (NAMESPACE_LABEL,))


def _differences(
    before: Any, after: Any, path: Path, shape: Shape
) -> Iterator[tuple[Path, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _maps(before, after, path, shape)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path, shape)
    elif not _same(before, after, path, shape):
        yield path, before, after


def _maps(
    before: Mapping[Any, Any], after: Mapping[Any, Any], path: Path, shape: Shape
) -> Iterator[tuple[Path, Any, Any]]:
    for key in {**before, **after}:
        old, new = before.get(key, ABSENT), after.get(key, ABSENT)
        yield from _differences(old, new, (*path, key), shape)


def _lists(
    before: list[Any], after: list[Any], path: Path, shape: Shape
) -> Iterator[tuple[Path, Any, Any]]:
    if not before and not after:
        return
    keys = shape.keys(path)
    old, new = segments(before, keys), segments(after, keys)
    if old is not None and new is not None:
        old_items = dict(zip(old, before, strict=True))
        new_items = dict(zip(new, after, strict=True))
        yield from _maps(old_items, new_items, path, shape)
    elif len(before) == len(after):
        yield from _maps(dict(enumerate(before)), dict(enumerate(after)), path, shape)
    else:
        yield path, before, after


def _same(before: Any, after: Any, path: Path, shape: Shape) -> bool:
    """Equal as Kubernetes reads it; true and 1 are not."""
    if isinstance(before, bool) or isinstance(after, bool):
        return before is after
    if before == after:
        return True
    scalars = isinstance(before, str | int | float) and isinstance(after, str | int | float)
    return scalars and shape.is_quantity(path) and _same_quantity(before, after)


def _same_quantity(before: str | int | float, after: str | int | float) -> bool:
    try:
        return compare_quantities(before, after) == 0
    except ManifestError:  # no quantity at all: the text is what differs
        return False
