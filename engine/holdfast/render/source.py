"""Template text → the engine's tokens, with exact places and without the lines that vanish.

The one rule about white space stands here: a line that holds only tags or comments vanishes whole,
and tags within a line eat nothing. Explicit `-` still strips, and a line with a `+` in a tag stays.
`{% include %}` gives output, so it counts as text. `{% call %}` and `{% filter %}` give theirs
where the opening tag stands: the line keeps its indentation there, and its end at the closing tag.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import NamedTuple

from holdfast.light import dataclass
from holdfast.render.positions import Lines

_BEGINS = {"block_begin": "block_end", "comment_begin": "comment_end"}
_CAPTURES = ("call", "filter")
_MACRO = re.compile(r"\{%[-+]?\s*macro\s+(\w+)")
_EDGE = re.compile(r"\{%[-+]?\s*(end)?macro\b")
_NAMESPACE = re.compile(r"(?<![.\w])namespace\b")


class Scan(NamedTuple):
    """What a file's tags say before any of them is run."""

    macros: tuple[tuple[str, int], ...]
    """The macros it declares, each with its place."""
    keeps_count: bool
    """Whether it has a `namespace` that may change from one call of a macro to the next."""


@dataclass(slots=True)
class Token:
    """One token of the lexer; `kind` in the engine's words."""

    offset: int
    kind: str
    text: str


def macros_in(text: str) -> list[str]:
    """The macros that a template's text seems to define: for a hint, without compiling it."""
    return _MACRO.findall(text)


@dataclass(slots=True)
class SourceText:
    """A template as written, and where its tags and expressions stand."""

    name: str
    text: str
    tags: list[tuple[int, str]] = field(default_factory=list)
    _scan: Scan | None = None

    def scan(self) -> Scan:
        """What its tags say, read once: a compiled file serves many renders."""
        if self._scan is None:
            macros = ((_MACRO.match(tag), place) for place, tag in self.tags)
            named = tuple((found[1], place) for found, place in macros if found)
            self._scan = Scan(named, any(map(_NAMESPACE.search, self._outside_macros())))
        return self._scan

    def _outside_macros(self) -> Iterator[str]:
        """The tags that run as the file is loaded; what a macro makes goes with its call."""
        depth = 0
        for _, tag in self.tags:
            if edge := _EDGE.match(tag):
                depth += -1 if edge[1] else 1
            elif not depth:
                yield tag

    def tag_at(self, place: int) -> tuple[int, str] | None:
        """The place and the text of the last tag or expression that begins at or before `place`."""
        index = bisect_right(self.tags, place, key=lambda tag: tag[0])
        return self.tags[index - 1] if index else None


def normalize(text: str) -> str:
    """One kind of line end, and no byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def tokens_of(
    source: SourceText, lexed: Iterable[tuple[int, str, str]]
) -> Iterator[tuple[int, str, str]]:
    """The lexer's tokens of `source`, each with its packed place instead of its line."""
    tokens = list(_placed(source.text, lexed))
    lines = Lines(source.text)
    _note_tags(source, tokens, lines)
    dropped = _Vanishing(tokens).ranges()
    for index, token in enumerate(tokens):
        start, end = dropped.get(index, (0, len(token.text)))
        if token.kind != "data":
            yield lines.place(token.offset), token.kind, token.text
        elif start < end:
            yield lines.place(token.offset + start), token.kind, token.text[start:end]


def _placed(text: str, lexed: Iterable[tuple[int, str, str]]) -> Iterator[Token]:
    """The lexer leaves out what `-` strips before a tag: white space only, so skip to the match."""
    offset = 0
    for _, kind, value in lexed:
        if not text.startswith(value, offset):
            blank = re.compile(r"\s*").match(text, offset)
            offset = blank.end() if blank else offset
        yield Token(offset, kind, value)
        offset += len(value)


def _note_tags(source: SourceText, tokens: list[Token], lines: Lines) -> None:
    start = 0
    for token in tokens:
        if token.kind in ("variable_begin", "block_begin"):
            start = token.offset
        elif token.kind in ("variable_end", "block_end"):
            end = token.offset + len(token.text.rstrip())
            source.tags.append((lines.place(start), source.text[start:end]))


@dataclass(slots=True)
class _Line:
    """One line of the text between line ends that are not inside of a tag."""

    parts: list[tuple[int, int, int]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    stays: bool = False


class _Vanishing:
    """Which part of each data token is left when the lines of only tags are gone."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.kept: dict[int, tuple[int, int]] = {}
        self.line = _Line()

    def ranges(self) -> dict[int, tuple[int, int]]:
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.kind == "data":
                self.add_text(index, token.text)
            elif token.kind in _BEGINS:
                index = self.add_tag(index, _BEGINS[token.kind])
            elif token.kind in ("raw_begin", "raw_end"):
                self.line.tags.append("raw")
                self.line.stays |= "+" in token.text
            else:
                self.line.stays = True
            index += 1
        self.close()
        return self.kept

    def add_text(self, index: int, text: str) -> None:
        start = 0
        while start < len(text):
            end = text.find("\n", start) + 1 or len(text)
            self.line.parts.append((index, start, end))
            self.line.stays |= bool(text[start:end].strip())
            if text[end - 1] == "\n":
                self.close()
            start = end

    def add_tag(self, index: int, ending: str) -> int:
        """Takes in everything up to the tag's end; returns the index of that end."""
        begin, name = self.tokens[index], ""
        while self.tokens[index].kind != ending and index + 1 < len(self.tokens):
            index += 1
            if self.tokens[index].kind == "name" and not name:
                name = self.tokens[index].text
        self.line.tags.append(name)
        self.line.stays |= (
            name == "include" or begin.text.endswith("+") or self.tokens[index].text.startswith("+")
        )
        return index

    def close(self) -> None:
        line, self.line = self.line, _Line()
        if line.stays or not line.tags:
            return
        opens = any(tag in _CAPTURES for tag in line.tags)
        closes = any(tag == f"end{name}" for tag in line.tags for name in _CAPTURES)
        if opens and closes:
            return
        for index, start, end in line.parts:
            ends_line = self.tokens[index].text[end - 1] == "\n"
            text_end = end - 1 if ends_line else end
            if opens:
                self.drop(index, text_end, end)
            elif closes:
                self.drop(index, start, text_end)
            else:
                self.drop(index, start, end)

    def drop(self, index: int, start: int, end: int) -> None:
        """Drops a part at the beginning or the end of what is left of a data token."""
        if start == end:
            return
        first, last = self.kept.get(index, (0, len(self.tokens[index].text)))
        self.kept[index] = (end, last) if start <= first else (first, start)
