"""A text with tokens, read once → a mould: how values become data without reading the text again.

The text of a template depends on which way its branches and loops go, never on the values: those
stand in it as tokens. So the parser and everything that looks at places run once per such text and
process; from then on a render fills the mould. A mould holds no value, no place and no origin, and
knows no error: whatever is unusual raises Unfit, and weave.py, which is exact, has its say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from holdfast import yamltext
from holdfast.errors import YamlError
from holdfast.render.moulding import Maker, Moulding
from holdfast.render.page import Page, is_empty, is_list
from holdfast.render.pieces import Hole, Piece, Texts, Unfit

MOST, LONGEST = 1024, 1 << 16
"""Texts whose moulds are kept, and the characters of the longest."""


class Document(NamedTuple):
    """One document: what makes it, and where it begins: in which piece, and behind which text."""

    make: Maker
    piece: int
    before: str


class Mould(NamedTuple):
    """How a text's values become its documents, empty ones left out; `size` is its characters."""

    documents: tuple[Document, ...]
    size: int


def mould_of(texts: Texts, pieces: Sequence[Piece], holes: Sequence[Hole]) -> Mould:
    """The mould for these pieces. Raises Unfit where there can be none."""
    kept = _moulds(texts) if sum(map(len, filter(None, texts))) <= LONGEST else _Moulds()
    return kept.of(pieces, holes)


class _Moulds:
    """The moulds of one text: whether values alone on their lines are lists may make them differ.

    None stands for a text that has no mould.
    """

    def __init__(self) -> None:
        self._guessed: tuple[int, ...] | None = None
        self._known: dict[tuple[bool, ...], Mould | None] = {}

    def of(self, pieces: Sequence[Piece], holes: Sequence[Hole]) -> Mould:
        page = None
        if self._guessed is None:
            page = Page(pieces)
            self._guessed = page.by_value
        key = tuple([is_list(holes[index].value) for index in self._guessed])
        if key not in self._known:
            self._known[key] = _made(page or Page(pieces))
        if (found := self._known[key]) is None:
            raise Unfit
        return found


@lru_cache(maxsize=MOST)
def _moulds(texts: Texts) -> _Moulds:
    return _Moulds()


def forget() -> None:
    """Let go of every mould, as in a process that has rendered nothing yet."""
    _moulds.cache_clear()


def _made(page: Page) -> Mould | None:
    try:
        nodes = yamltext.compose(page.text, source="output")
        return Mould(tuple(_documents(page, nodes)), len(page.text))
    except (YamlError, Unfit):
        return None


def _documents(page: Page, nodes: Sequence[yamltext.Node]) -> Iterator[Document]:
    moulding = Moulding(page)
    for node in nodes:
        if not is_empty(node):
            yield Document(moulding.maker(node), *page.piece_at(node.line, node.column))
