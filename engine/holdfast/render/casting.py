"""Pieces → data by moulds: what nearly every render does, and all it does.

A cast makes the data alone. Where each part of it came from is told by weave.py, which goes through
the same pieces again when somebody asks, and whenever something does not fit: only there an error
is put into words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.data import Notes, Place, kept
from holdfast.render.limits import MAX_DEPTH, Budget
from holdfast.render.moulding import OMITTED
from holdfast.render.moulds import mould_of
from holdfast.render.page import place_in
from holdfast.render.pieces import (
    Fragment,
    Hole,
    Misplaced,
    Omitted,
    Piece,
    Unfit,
    is_nothing,
    only_hole,
    texts_of,
)
from holdfast.render.positions import shift
from holdfast.render.spelling import Filling, fill
from holdfast.render.traced import Float, Int, List, Map, Str
from holdfast.render.weave import Weaver

_MARKER = re.compile(r"^---(?=[ \t\n])", flags=re.M)
"""A line that begins a document, wherever it stands (YAML 1.2, rule c-forbidden)."""


def documents_of(
    pieces: Sequence[Piece], cast: Cast, weaver: Weaver
) -> list[tuple[Any, Place, Callable[[], Notes]]]:
    """The documents of a template's output, their places, and what gives the notes on each.

    Raises Broken and Misplaced, as the weaver does.
    """
    try:
        found = cast.documents(pieces)
    except Unfit:
        woven = weaver.documents(pieces)
        return [(data, place, partial(_themselves, notes)) for data, place, notes in woven]
    later = Weaver(Budget(), weaver.expression)
    notes = cache(lambda: tuple(notes for _, _, notes in later.documents(pieces)))
    return [(*document, partial(_at, notes, index)) for index, document in enumerate(found)]


def _themselves(notes: Notes) -> Notes:
    return notes


def _at(notes: Callable[[], Sequence[Notes]], index: int) -> Notes:
    return notes()[index]


class Cast:
    """The casts of one render. Every method raises Unfit where the exact way must be gone."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._depth = 0

    def documents(self, pieces: Sequence[Piece]) -> list[tuple[Any, Place]]:
        """The documents of a template's output with the places where they begin."""
        before, self._depth = self._budget.spent, self._budget.depth
        try:
            return [found for part in _parts(pieces) for found in self._documents(part)]
        except (Unfit, Misplaced, RenderError, RecursionError):
            self._budget.spent = before
            raise Unfit from None

    def data_of(self, value: Any) -> Any:
        """Plain data of one value."""
        before, self._depth = self._budget.spent, self._budget.depth
        try:
            return self._data(value)
        except (Unfit, Misplaced, RenderError, RecursionError):
            self._budget.spent = before
            raise Unfit from None

    def _documents(self, pieces: Sequence[Piece]) -> Iterator[tuple[Any, Place]]:
        holes = [piece for piece in pieces if type(piece) is Hole]
        mould = mould_of(texts_of(pieces), pieces, holes)
        self._budget.step(len(holes))
        for document in mould.documents:
            value = document.make(self, holes)
            if value is not None:
                yield value, place_in(pieces[document.piece], document.before)

    # What moulds ask for

    def put(self, hole: Hole) -> Any:
        """The value as a node of its own."""
        value = hole.value
        kind = type(value)
        if kind is Str or kind is str:
            self._budget.put_out(len(value))
            return str(value)
        if value is None or kind is bool:
            return value
        return self._data(kept(value))

    def put_or_omit(self, hole: Hole) -> Any:
        """The same, or OMITTED."""
        value = hole.value
        if type(value) is Fragment:
            inner = only_hole(value)
            return self._below(inner) if inner else self._fragment(value)
        if type(value) is Omitted:
            data = self._data(value.value)
            return OMITTED if is_nothing(data) else data
        return self.put(hole)

    def fill(self, parts: Filling, holes: Sequence[Hole]) -> str:
        """A text with values in it."""
        text = fill(parts, holes)
        self._budget.put_out(len(text))
        return text

    # Values

    def _data(self, value: Any) -> Any:
        kind = type(value)
        if kind is Str or kind is str:
            self._budget.put_out(len(value))
            return str(value)
        if value is None or kind is bool or kind is int:
            return value
        if kind is Int:
            return int(value)
        if kind is Map or kind is dict:
            return self._map(value)
        if kind is List or kind is list or kind is tuple or kind is range:
            return self._list(value)
        if kind is Fragment:
            return self._fragment(value)
        if (kind is Float or kind is float) and math.isfinite(value):
            return float(value)
        raise Unfit

    def _map(self, value: dict[Any, Any]) -> dict[str, Any]:
        self._budget.step(len(value))
        result: dict[str, Any] = {}
        for key, inner in value.items():
            kind = type(key)
            if kind is not str and kind is not Str:
                raise Unfit
            data = self._data(kept(inner))
            if type(inner) is not Omitted or not is_nothing(data):
                result[key if kind is str else str(key)] = data
        return result

    def _list(self, value: Sequence[Any]) -> list[Any]:
        self._budget.step(len(value))
        found = [(inner, self._data(kept(inner))) for inner in value]
        return [data for inner, data in found if type(inner) is not Omitted or not is_nothing(data)]

    def _below(self, hole: Hole) -> Any:
        """A value that is all that a fragment is."""
        self._deeper()
        value = self.put_or_omit(hole)
        self._depth -= 1
        return value

    def _fragment(self, fragment: Fragment) -> Any:
        """A fragment as a text of its own."""
        if inner := only_hole(fragment):
            self._deeper()
            value = self.put(inner)
            self._depth -= 1
            return value
        holes = fragment.holes
        mould = mould_of(fragment.texts, fragment.pieces, holes)
        if len(mould.documents) > 1:
            raise Unfit
        self._budget.put_out(mould.size)
        self._deeper()
        value = mould.documents[0].make(self, holes) if mould.documents else None
        self._depth -= 1
        return value

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unfit


def _parts(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """The documents of a run of pieces, one by one: those that loops make have one text."""
    part: list[Piece] = []
    line_begins = True
    for piece in pieces:
        if isinstance(piece, Hole):
            part.append(piece)
            line_begins = False
            continue
        text, place, name = piece
        begin = 0
        for at in _markers(text):
            if at == 0 and not (line_begins and part):
                continue
            yield [*part, (text[begin:at], shift(place, text[:begin]), name)]
            part, begin = [], at
        part.append((text[begin:], shift(place, text[:begin]), name) if begin else piece)
        line_begins = text.endswith("\n") or (line_begins and not text)
    yield part


def _markers(text: str) -> Iterator[int]:
    if "---" in text:
        yield from (match.start() for match in _MARKER.finditer(text))
