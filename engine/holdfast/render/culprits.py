"""Which of the chart's values an error is about, and who supplied them.

Most values remember their paths. null and booleans cannot, so for them what was read last counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from holdfast.errors import RenderError, ValueAt
from holdfast.model.culprit import node_at, value_at
from holdfast.model.values import Path, Values
from holdfast.render.data import kept
from holdfast.render.missing import Missing
from holdfast.render.pieces import Hole
from holdfast.render.traced import Reads, is_given, some_reads

_SHOWN = 3


class Refusal(RenderError):
    """What a chart says by `fail`: its author's own words, with none of ours around them."""


def blame(error: BaseException, paths: Iterable[Path]) -> None:
    """Notes on an error which values it is about; who was nearest to it is believed."""
    error.__dict__.setdefault("value_paths", tuple(dict.fromkeys(paths)))


def blamed(error: BaseException) -> Reads:
    """What was noted on an error."""
    found: Reads = error.__dict__.get("value_paths", ())
    return found


def paths_in(value: Any) -> Reads:
    """The paths that a value itself remembers."""
    if isinstance(value, Missing):
        return () if value.path is None else (value.path,)
    return some_reads(value)


class Culprits:
    """Paths → what a message says of them."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def of_hole(self, hole: Hole, chain: Sequence[Hole]) -> Reads:
        """The paths of a value that is wrong where it stands; `chain` are the calls around it."""
        value = kept(hole.value)
        if found := paths_in(value):
            return found
        for one in (hole, *chain):
            if same := tuple(
                path for path in one.reads if node_at(self._values.tree, path) is value
            ):
                return same
        return hole.reads

    def tell(self, paths: Iterable[Path]) -> tuple[ValueAt, ...]:
        """The first few paths as users write them, each with its origin."""
        found = [path for path in dict.fromkeys(paths) if not is_given(path)][:_SHOWN]
        return tuple(value_at(self._values, path) for path in found)
