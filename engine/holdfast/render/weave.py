"""Parsed YAML with tokens → objects: each value goes where the parser found its token.

A value is placed as data and never parsed, so it cannot change the document. What is noted on the
way: the template place of every node, the value paths it was made of, and whether it is a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from holdfast import yamltext
from holdfast.errors import RenderError, YamlError
from holdfast.model.values import Path
from holdfast.render.culprits import blame, paths_in
from holdfast.render.data import Data, Notes, Place, kept
from holdfast.render.limits import Budget
from holdfast.render.page import Page, is_empty
from holdfast.render.pieces import Fragment, Hole, Misplaced, Omitted, Piece, is_nothing, only_hole
from holdfast.render.spelling import chomp, ends_in_value, fill_lines, kind_of, spell_hole
from holdfast.render.traced import all_reads

_ENTRY_HINT = "a value alone on its line among keys gives its keys: it must be a map"
_ITEM_HINT = "a value alone on its line among list items gives its items: it must be a list"
_WHOLE = object()


class Broken(Exception):
    """The text that came out is no YAML, or not all of it fits. `template`, `place`: where."""

    def __init__(
        self, message: str, at: Place, *, hint: str | None = None, other: Place | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.hint = hint
        self.other = other
        self.chain: list[Hole] = []


class Weaver:
    """Puts the values of one render in their places."""

    def __init__(self, budget: Budget, expression: Callable[[Hole], str]) -> None:
        self.budget = budget
        self.expression = expression

    def documents(self, pieces: Sequence[Piece]) -> Iterator[tuple[Any, Place, Notes]]:
        """The documents of a template's output, empty ones left out."""
        page = Page(pieces)
        for node in self.compose(page):
            if is_empty(node):
                continue
            notes = Notes()
            run = _Run(self, page, notes)
            value = run.build(node, ())
            if value is not None:
                yield value, page.locate(node.line, node.column), notes

    def noted(self, value: Any) -> tuple[Any, Notes]:
        """Plain data of a value, and what each part of it was made of."""
        hole, notes = Hole(value, 0, ""), Notes()
        try:
            return _Run(self, Page([hole]), notes).put(hole, ()), notes
        except Misplaced as error:
            if error.hole is not hole:
                raise
            raise RenderError(error.message, hint=error.hint) from None

    def compose(self, page: Page) -> tuple[yamltext.Node, ...]:
        """The nodes of a page. Raises Broken with the template's place."""
        try:
            return yamltext.compose(page.text, source="output")
        except YamlError as error:
            raise self.broken(page, error) from None

    def broken(self, page: Page, error: YamlError) -> Broken:
        """The parser's error in terms of the template."""
        where = error.where
        at = page.locate((where and where.line) or 1, (where and where.column) or 1)
        names = {index: self.expression(hole) for index, hole in enumerate(page.holes)}
        message = page.readable(error.message.removeprefix("reading output: "), names)
        other = None
        if found := re.search(r" at line (\d+), column (\d+)$", message):
            other = page.locate(int(found[1]), int(found[2]))
            message = message[: found.start()]
        broken = Broken(message, at, hint=error.hint, other=other)
        if where and where.line:
            blame(broken, page.raw_reads(where.line, where.line))
        return broken


class _Run:
    """One page's nodes → data."""

    def __init__(self, weaver: Weaver, page: Page, notes: Notes) -> None:
        self.weaver = weaver
        self.page = page
        self.notes = notes
        self.values = Data(weaver.budget, notes, self.fragment)

    def build(self, node: yamltext.Node, path: Path) -> Any:
        if path not in self.notes.places:
            self.notes.places[path] = self.page.locate(node.line, node.column)
        if isinstance(node, yamltext.Scalar):
            return self.scalar(node, path)
        if node.tag is not None:
            self.check(node)
        if isinstance(node, yamltext.Sequence):
            return self.sequence(node, path)
        return self.mapping(node, path)

    def check(self, node: yamltext.Sequence | yamltext.Mapping) -> None:
        """Refuses tags as the reader of all YAML does."""
        kind = yamltext.Sequence if isinstance(node, yamltext.Sequence) else yamltext.Mapping
        bare = kind((), node.flow, node.tag, node.line, node.column, 0, 0)
        self.constructed(bare)

    def constructed(self, node: yamltext.Node) -> Any:
        try:
            return yamltext.construct(node, source="output")
        except YamlError as error:
            raise self.weaver.broken(self.page, error) from None

    # Scalars

    def scalar(self, node: yamltext.Scalar, path: Path) -> Any:
        if raw := self.page.raw_reads(node.line, node.end_line):
            self.notes.read(path, raw)
        if not self.page.has_token(node.text):
            return self.constructed(node)
        if node.plain and (hole := self.page.whole(node.text)):
            return self.put(hole, path)
        text, reads = self.text(node)
        self.notes.read(path, reads)
        if node.tag is None:
            return text
        place = (node.line, node.column, node.end_line, node.end_column)
        return self.constructed(yamltext.Scalar(text, "double", node.tag, *place))

    def text(self, node: yamltext.Scalar) -> tuple[str, list[Path]]:
        """The text of a scalar with values in it, and what they read."""
        text, holes = self.page.split(node.text)
        reads = [path for hole in holes for path in hole_reads(hole)]
        if node.style not in ("literal", "folded"):
            rest = iter(holes)
            filled = re.sub("\0", lambda _: spell_hole(next(rest)), text)
        else:
            filled = fill_lines(text, holes)
            if ends_in_value(text):
                filled = chomp(filled, self.page.header(node.line, node.column))
        self.weaver.budget.put_out(len(filled))
        return filled, reads

    # Lists

    def sequence(self, node: yamltext.Sequence, path: Path) -> list[Any]:
        result: list[Any] = []
        for item in node.items:
            at = (*path, len(result))
            if (value := self.item(item, at, result, path)) is not _WHOLE:
                result.append(value)
        return result

    def item(self, item: yamltext.Node, at: Path, result: list[Any], path: Path) -> Any:
        """One item's value; _WHOLE when there is nothing (more) to append."""
        if isinstance(item, yamltext.Scalar) and item.plain and self.page.has_token(item.text):
            if hole := self.page.item(item.text):
                self.splice_items(hole, result, path)
                return _WHOLE
            if self.omits(hole := self.page.whole(item.text)):
                return _WHOLE
        if hole := self.page.lone_pair(item):
            return self.put(hole, at)
        return self.build(item, at)

    def splice_items(self, hole: Hole, result: list[Any], path: Path) -> None:
        run = _Run(self.weaver, self.page, Notes())
        items = run.put(hole, ())
        if items in (None, "", {}):
            return
        if not isinstance(items, list):
            kind = kind_of(items)
            raise Misplaced(f"{kind} cannot be spliced into a list", hole, hint=_ITEM_HINT)
        self.adopt(run.notes, path, after=len(result))
        result.extend(items)

    # Maps

    def mapping(self, node: yamltext.Mapping, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        owners: dict[str, Place] = {}
        for index, (key, value) in enumerate(node.entries):
            merged = index < node.merged
            hole = self.page.entry(key.text) if self.page.has_token(key.text) else None
            if hole and key.plain and is_empty(value):
                self.splice_entries(hole, result, owners, path)
                continue
            name = self.key(key)
            place = self.page.locate(key.line, key.column)
            if not merged:
                self.claim(name, place, owners)
            if (hole := self.whole(value)) and self.omits(hole):
                continue
            if not merged or name not in result:
                self.notes.places[(*path, name)] = place
                result[name] = self.build(value, (*path, name))
        return result

    def whole(self, node: yamltext.Node) -> Hole | None:
        if not isinstance(node, yamltext.Scalar) or node.text.isascii() or not node.plain:
            return None
        return self.page.whole(node.text)

    def key(self, key: yamltext.Scalar) -> str:
        if self.page.has_token(key.text):
            return self.text(key)[0]
        return yamltext.key_text(key) or ""

    def claim(self, name: str, place: Place, owners: dict[str, Place]) -> None:
        """Makes `place` the one place of a key."""
        if earlier := owners.get(name):
            message = f"the key {name!r} is already there"
            raise Broken(message, place, other=earlier, hint="keep one of the two")
        owners[name] = place

    def splice_entries(
        self, hole: Hole, result: dict[str, Any], owners: dict[str, Place], path: Path
    ) -> None:
        run = _Run(self.weaver, self.page, Notes())
        entries = run.put(hole, ())
        if entries in (None, "", []):
            return
        if not isinstance(entries, dict):
            kind = kind_of(entries)
            raise Misplaced(f"{kind} cannot be spliced into a map", hole, hint=_ENTRY_HINT)
        for name, value in entries.items():
            place = run.notes.places.get((name,), (hole.template, hole.place))
            try:
                self.claim(name, place, owners)
            except Broken as error:
                reads = run.notes.reads.get((name,), ())
                blame(error, reads or paths_in(kept(hole.value)) or hole.reads)
                raise
            result[name] = value
        self.adopt(run.notes, path)

    def adopt(self, notes: Notes, path: Path, *, after: int = 0) -> None:
        """Takes over what is known of the parts of a spliced node; items come `after` others."""
        for known, place in notes.places.items():
            if known:
                self.notes.places[(*path, *_moved(known, after))] = place
        for known, reads in notes.reads.items():
            if known:
                self.notes.reads[(*path, *_moved(known, after))] = reads

    # Values

    def omits(self, hole: Hole | None) -> bool:
        if hole is not None and isinstance(hole.value, Fragment):
            return self.omits(only_hole(hole.value))
        if hole is None or not isinstance(hole.value, Omitted):
            return False
        inner = hole.value.value
        if isinstance(inner, Fragment):
            return is_nothing(_Run(self.weaver, self.page, Notes()).fragment(inner, hole, ()))
        return hole.value.empty

    def put(self, hole: Hole, path: Path) -> Any:
        """The data of a value as a whole node."""
        value = kept(hole.value)
        if isinstance(value, Fragment):
            return self.fragment(value, hole, path)
        if hole.reads and not isinstance(value, dict | list):
            self.notes.read(path, hole.reads)
        try:
            return self.values.build(value, hole, path)
        except RenderError as error:
            raise Misplaced(error.message, hole, hint=error.hint) from None

    def fragment(self, fragment: Fragment, hole: Hole, path: Path) -> Any:
        """A fragment, parsed on its own."""
        if inner := only_hole(fragment):
            with self.weaver.budget:
                return self.put(inner, path)
        page = Page(fragment.pieces)
        self.weaver.budget.put_out(len(page.text))
        try:
            with self.weaver.budget:
                nodes = [node for node in self.weaver.compose(page) if not is_empty(node)]
                if len(nodes) > 1:
                    at = page.locate(nodes[1].line, nodes[1].column)
                    raise Broken("a second document cannot stand inside of another", at)
                run = _Run(self.weaver, page, self.notes)
                return run.build(nodes[0], path) if nodes else None
        except (Broken, Misplaced) as error:
            error.chain.append(hole)
            raise


def _moved(path: Path, after: int) -> Path:
    first = path[0]
    return (first + after, *path[1:]) if after and isinstance(first, int) else path


def hole_reads(hole: Hole) -> Iterator[Path]:
    """Everything that a value was made of, what is in fragments too."""
    yield from hole.reads
    yield from all_reads(kept(hole.value))
    if isinstance(hole.value, Fragment):
        for inner in hole.value.holes:
            yield from hole_reads(inner)
