"""Nodes with tokens → what makes their data from values: how a mould is made, once per text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from holdfast import yamltext
from holdfast.render.page import Page, is_empty
from holdfast.render.pieces import Hole, Unfit
from holdfast.render.spelling import Filling, chomp, ends_in_value, filling

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


class Moulding:
    """The nodes of one page → makers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.numbers = {id(hole): number for number, hole in enumerate(page.holes)}

    def _number(self, hole: Hole) -> int:
        return self.numbers[id(hole)]

    def maker(self, node: yamltext.Node) -> Maker:
        """What makes the data of a node. Raises Unfit."""
        if isinstance(node, yamltext.Scalar):
            return self._scalar(node)
        if node.tag is not None:
            raise Unfit
        if isinstance(node, yamltext.Sequence):
            return self._sequence(node)
        return self._mapping(node)

    # Scalars

    def _scalar(self, node: yamltext.Scalar) -> Maker:
        if not self.page.has_token(node.text):
            constant = yamltext.construct(node, source="output")
            return lambda cast, holes: constant
        if node.plain and (hole := self.page.whole(node.text)):
            number = self._number(hole)
            return lambda cast, holes: cast.put(holes[number])
        return self._text(node)

    def _text(self, node: yamltext.Scalar) -> Maker:
        """A scalar with values in it."""
        if node.tag is not None:
            raise Unfit
        text, found = self.page.split(node.text)
        blocky = node.style in ("literal", "folded")
        parts = filling(text, indent=blocky)
        numbers = [self._number(hole) for hole in found]
        if blocky and ends_in_value(text):
            header = self.page.header(node.line, node.column)
            return lambda cast, holes: chomp(cast.fill(parts, [holes[n] for n in numbers]), header)
        return lambda cast, holes: cast.fill(parts, [holes[n] for n in numbers])

    def _or_omitted(self, node: yamltext.Node) -> Maker:
        """What may take its key or item with it: a value that is the whole node."""
        if isinstance(node, yamltext.Scalar) and node.plain and (hole := self._whole(node)):
            number = self._number(hole)
            return lambda cast, holes: cast.put_or_omit(holes[number])
        return self.maker(node)

    def _whole(self, node: yamltext.Scalar) -> Hole | None:
        return self.page.whole(node.text) if self.page.has_token(node.text) else None

    # Lists

    def _sequence(self, node: yamltext.Sequence) -> Maker:
        makers = [self._item(item) for item in node.items]

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

    def _item(self, node: yamltext.Node) -> tuple[bool, Maker]:
        """How an item is made, and whether it is spliced in."""
        if isinstance(node, yamltext.Scalar) and node.plain and self.page.has_token(node.text):
            if hole := self.page.item(node.text):
                number = self._number(hole)
                return True, lambda cast, holes: cast.put(holes[number])
        if hole := self.page.lone_pair(node):
            number = self._number(hole)
            return False, lambda cast, holes: cast.put(holes[number])
        return False, self._or_omitted(node)

    # Maps

    def _mapping(self, node: yamltext.Mapping) -> Maker:
        """Runs of keys that are known, and between them what is spliced in or named by a value."""
        if node.merged:
            raise Unfit
        parts: list[Part] = []
        keys = _Keys({}, [])
        for key, value in node.entries:
            if self.page.has_token(key.text):
                parts += [keys.part, self._splice(key, value) or self._named(key, value)]
                keys = _Keys({}, [])
            else:
                self._put_in(keys, key, value)
        if not parts:
            return keys.make
        parts.append(keys.part)
        return lambda cast, holes: _joined(parts, cast, holes)

    def _splice(self, key: yamltext.Scalar, value: yamltext.Node) -> Part | None:
        hole = self.page.entry(key.text)
        if hole is None or not key.plain or not is_empty(value):
            return None
        number = self._number(hole)

        def part(cast: Filler, holes: Sequence[Hole]) -> Named:
            entries = _spliceable(cast.put(holes[number]), dict) or {}
            return entries, entries

        return part

    def _named(self, key: yamltext.Scalar, value: yamltext.Node) -> Part:
        make_name, make = self._text(key), self._or_omitted(value)

        def part(cast: Filler, holes: Sequence[Hole]) -> Named:
            name, made = make_name(cast, holes), make(cast, holes)
            return (name,), {} if made is OMITTED else {name: made}

        return part

    def _put_in(self, keys: _Keys, key: yamltext.Scalar, value: yamltext.Node) -> None:
        name = yamltext.key_text(key) or ""
        if name in keys.base:
            raise Unfit  # twice: an error
        keys.base[name] = None
        if isinstance(value, yamltext.Scalar) and not self.page.has_token(value.text):
            keys.base[name] = yamltext.construct(value, source="output")
        else:
            keys.made.append((name, self._or_omitted(value)))


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
