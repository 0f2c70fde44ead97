"""A text with tokens, read once → a mould: how values become data without reading the text again.

The text of a template depends on which way its branches and loops go, never on the values: those
stand in it as tokens. So the parser and everything that looks at places run once per such text and
process; from then on a render fills the mould. A mould holds no value, no place and no origin, and
knows no error: whatever is unusual raises Unfit, and weave.py, which is exact, has its say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeAlias

from holdfast import yamltext
from holdfast.errors import YamlError
from holdfast.render.page import Page, is_list
from holdfast.render.pieces import Hole, Piece, Texts, Unfit
from holdfast.render.spelling import Filling, chomp, ends_in_value, filling

MOST, LONGEST = 1024, 1 << 16
"""Texts whose moulds are kept, and the characters of the longest."""


OMITTED = object()
"""Stands for a value that takes its key or item with it."""


class Filler(Protocol):
    """What makes data of a value (casting.Cast is the one there is)."""

    def put(self, hole: Hole) -> Any:
        """The value as a node of its own."""

    def put_or_omit(self, hole: Hole) -> Any:
        """The same, or OMITTED."""

    def fill(self, parts: Filling, holes: Sequence[Hole]) -> str:
        """A text with values in it."""


Maker: TypeAlias = Callable[[Filler, Sequence[Hole]], Any]
Named: TypeAlias = tuple[Iterable[str], dict[str, Any]]
"""Entries of a map, and the keys that they take: those of omitted values too."""
Part: TypeAlias = Callable[[Filler, Sequence[Hole]], Named]


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
    kept = _moulds(texts) if sum(map(len, filter(None, texts))) <= LONGEST else _Moulds(texts)
    return kept.of(pieces, holes)


class _Moulds:
    """The moulds of one text: whether values alone on their lines are lists may make them differ.

    None stands for a text that has no mould.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
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
    return _Moulds(texts)


def forget() -> None:
    """Let go of every mould, as in a process that has rendered nothing yet."""
    _moulds.cache_clear()


def _made(page: Page) -> Mould | None:
    try:
        nodes = yamltext.compose(page.text, source="output")
        return _Reader(page).mould(nodes)
    except (YamlError, Unfit):
        return None


class _Reader:
    """Nodes → makers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.numbers = {id(hole): number for number, hole in enumerate(page.holes)}

    def mould(self, nodes: Sequence[yamltext.Node]) -> Mould:
        wanted = [node for node in nodes if not is_empty(node)]
        documents = [
            Document(self.maker(node), *self.page.piece_at(node.line, node.column))
            for node in wanted
        ]
        return Mould(tuple(documents), len(self.page.text))

    def number(self, hole: Hole) -> int:
        return self.numbers[id(hole)]

    def maker(self, node: yamltext.Node) -> Maker:
        if isinstance(node, yamltext.Scalar):
            return self.scalar(node)
        if node.tag is not None:
            raise Unfit
        if isinstance(node, yamltext.Sequence):
            return self.sequence(node)
        return self.mapping(node)

    # Scalars

    def scalar(self, node: yamltext.Scalar) -> Maker:
        if not self.page.has_token(node.text):
            constant = yamltext.construct(node, source="output")
            return lambda cast, holes: constant
        if node.plain and (hole := self.page.whole(node.text)):
            number = self.number(hole)
            return lambda cast, holes: cast.put(holes[number])
        return self.text(node)

    def text(self, node: yamltext.Scalar) -> Maker:
        """A scalar with values in it."""
        if node.tag is not None:
            raise Unfit
        text, found = self.page.split(node.text)
        blocky = node.style in ("literal", "folded")
        parts = filling(text, indent=blocky)
        numbers = [self.number(hole) for hole in found]
        if blocky and ends_in_value(text):
            header = self.page.header(node.line, node.column)
            return lambda cast, holes: chomp(cast.fill(parts, [holes[n] for n in numbers]), header)
        return lambda cast, holes: cast.fill(parts, [holes[n] for n in numbers])

    def or_omitted(self, node: yamltext.Node) -> Maker:
        """What may take its key or item with it: a value that is the whole node."""
        if isinstance(node, yamltext.Scalar) and node.plain and (hole := self.whole(node)):
            number = self.number(hole)
            return lambda cast, holes: cast.put_or_omit(holes[number])
        return self.maker(node)

    def whole(self, node: yamltext.Scalar) -> Hole | None:
        return self.page.whole(node.text) if self.page.has_token(node.text) else None

    # Lists

    def sequence(self, node: yamltext.Sequence) -> Maker:
        makers = [self.item(item) for item in node.items]

        def make(cast: Filler, holes: Sequence[Hole]) -> list[Any]:
            result: list[Any] = []
            for spliced, maker in makers:
                value = maker(cast, holes)
                if spliced:
                    result.extend(_spliceable(value, list))
                elif value is not OMITTED:
                    result.append(value)
            return result

        return make

    def item(self, node: yamltext.Node) -> tuple[bool, Maker]:
        """How an item is made, and whether it is spliced in."""
        if isinstance(node, yamltext.Scalar) and node.plain and self.page.has_token(node.text):
            if hole := self.page.item(node.text):
                number = self.number(hole)
                return True, lambda cast, holes: cast.put(holes[number])
        if hole := lone_pair(self.page, node):
            number = self.number(hole)
            return False, lambda cast, holes: cast.put(holes[number])
        return False, self.or_omitted(node)

    # Maps

    def mapping(self, node: yamltext.Mapping) -> Maker:
        """Runs of keys that are known, and between them what is spliced in or named by a value."""
        if node.merged:
            raise Unfit
        parts: list[Part] = []
        keys = _Keys({}, [])
        for key, value in node.entries:
            if self.page.has_token(key.text):
                parts += [keys.part, self.splice(key, value) or self.named(key, value)]
                keys = _Keys({}, [])
            else:
                self.put_in(keys, key, value)
        if not parts:
            return keys.make
        parts.append(keys.part)
        return lambda cast, holes: _joined(parts, cast, holes)

    def splice(self, key: yamltext.Scalar, value: yamltext.Node) -> Part | None:
        hole = self.page.entry(key.text)
        if hole is None or not key.plain or not is_empty(value):
            return None
        number = self.number(hole)

        def part(cast: Filler, holes: Sequence[Hole]) -> Named:
            entries = _spliceable(cast.put(holes[number]), dict) or {}
            return entries, entries

        return part

    def named(self, key: yamltext.Scalar, value: yamltext.Node) -> Part:
        make_name, make = self.text(key), self.or_omitted(value)

        def part(cast: Filler, holes: Sequence[Hole]) -> Named:
            name, made = make_name(cast, holes), make(cast, holes)
            return (name,), {} if made is OMITTED else {name: made}

        return part

    def put_in(self, keys: _Keys, key: yamltext.Scalar, value: yamltext.Node) -> None:
        name = yamltext.key_text(key) or ""
        if name in keys.base:
            raise Unfit  # twice: an error
        keys.base[name] = None
        if isinstance(value, yamltext.Scalar) and not self.page.has_token(value.text):
            keys.base[name] = yamltext.construct(value, source="output")
        else:
            keys.made.append((name, self.or_omitted(value)))


class _Keys(NamedTuple):
    """A run of keys: `base` has all of them in order, with what is constant; the rest is made."""

    base: dict[str, Any]
    made: list[tuple[str, Maker]]

    def make(self, cast: Filler, holes: Sequence[Hole]) -> dict[str, Any]:
        result = self.base.copy()
        for name, maker in self.made:
            value = maker(cast, holes)
            if value is OMITTED:
                del result[name]
            else:
                result[name] = value
        return result

    def part(self, cast: Filler, holes: Sequence[Hole]) -> Named:
        """The run as one of several."""
        return self.base, self.make(cast, holes)


def _joined(parts: Sequence[Part], cast: Filler, holes: Sequence[Hole]) -> dict[str, Any]:
    """A map of several parts, none of which may have a key of another, be it omitted or not."""
    result: dict[str, Any] = {}
    taken: set[str] = set()
    for part in parts:
        names, entries = part(cast, holes)
        if not taken.isdisjoint(names):
            raise Unfit
        taken.update(names)
        result.update(entries)
    return result


def _spliceable(value: Any, kind: type) -> Any:
    """The list or map to splice in; what is empty in another way adds nothing."""
    if type(value) is kind:
        return value
    if value is None or value in ("", [], {}):
        return ()
    raise Unfit


def is_empty(node: yamltext.Node) -> bool:
    """Whether nothing is written there."""
    return isinstance(node, yamltext.Scalar) and node.plain and not node.text


def lone_pair(page: Page, node: yamltext.Node) -> Hole | None:
    """In `[` … `]` over several lines, what was guessed to be an entry is an item."""
    if not isinstance(node, yamltext.Mapping) or not node.flow or len(node.entries) != 1:
        return None
    key, value = node.entries[0]
    return page.entry(key.text) if key.plain and is_empty(value) else None
