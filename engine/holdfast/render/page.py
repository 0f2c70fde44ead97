"""Pieces → the text that the YAML parser reads, and the way back from its places to the template's.

Values stand in the text as opaque tokens that are safe in every place of YAML: a number between two
private-use characters that occur nowhere else in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from holdfast import yamltext
from holdfast.light import dataclass
from holdfast.model.values import Path
from holdfast.render.pieces import Fragment, Hole, Omitted, Piece, RawText
from holdfast.render.positions import shift
from holdfast.render.siblings import Role, roles

_FIRST, _LAST = 0xE000, 0xF8FF
_PRIVATE = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Lone:
    """A value alone on its line: which line, where in it, which value, and its guessed role."""

    line: int
    start: int
    end: int
    hole: int
    role: Role


@dataclass(frozen=True, slots=True)
class Layout:
    """What a text with tokens is like, whatever the values are.

    `starts` are the offsets of its lines, `breaks` what ends each.
    """

    starts: tuple[int, ...]
    lines: tuple[str, ...]
    breaks: tuple[str, ...]
    lone: tuple[Lone, ...]


class Page:
    """The text of one template's output, or of one fragment."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.holes: list[Hole] = []
        marks = _unused("".join([piece[0] for piece in pieces if isinstance(piece, tuple)]))
        self._plain, self._entry, self._item = marks
        self._any = _any_token(marks)
        self._starts: list[int] = []
        self._lone: dict[int, int] = {}
        bare = self._write()
        self._layout = _layout(bare, self._plain)
        self._lines = self._layout.starts
        self._texts: Sequence[str] = self._layout.lines
        self._raws = list(self._raw_lines())
        self.text = self._decorate(bare)

    def _write(self) -> str:
        parts: list[str] = []
        offset = 0
        for piece in self.pieces:
            self._starts.append(offset)
            if isinstance(piece, Hole):
                part = f"{self._plain}{len(self.holes)}{self._plain}"
                self.holes.append(piece)
            else:
                part = piece[0]
            parts.append(part)
            offset += len(part)
        return "".join(parts)

    def _raw_lines(self) -> Iterator[tuple[int, int, tuple[Path, ...]]]:
        for piece, start in zip(self.pieces, self._starts, strict=True):
            if isinstance(piece, RawText):
                first = bisect_right(self._lines, start)
                yield first, bisect_right(self._lines, start + len(piece[0])), piece.reads

    def _decorate(self, bare: str) -> str:
        """Writes lone values as entries of what they stand among."""
        if not self._layout.lone:
            return bare
        self._texts = lines = list(self._layout.lines)
        for lone in self._layout.lone:
            line, role = lines[lone.line], lone.role
            self._lone[lone.line] = lone.hole
            value = self.holes[lone.hole].value
            as_item = role == "item" or (role == "by value" and is_list(value))
            mark, before, after = (self._item, "- ", "") if as_item else (self._entry, "", ":")
            token = f"{before}{mark}{lone.hole}{mark}{after}"
            lines[lone.line] = line[: lone.start] + token + line[lone.end :]
        breaks = self._layout.breaks
        return "".join(line + end for line, end in zip(lines, breaks, strict=True))

    @property
    def by_value(self) -> tuple[int, ...]:
        """The values that stand among keys or items depending on whether they are lists."""
        return tuple(lone.hole for lone in self._layout.lone if lone.role == "by value")

    # What a scalar holds

    def has_token(self, text: str) -> bool:
        """Whether a scalar's text holds a value. No token is ASCII, and most texts are."""
        if text.isascii():
            return False
        return self._plain in text or self._entry in text or self._item in text

    def whole(self, text: str) -> Hole | None:
        """The value that a scalar's text is, and nothing else."""
        return self._match(self._plain, text)

    def entry(self, text: str) -> Hole | None:
        """The value whose keys are spliced in where this key stands."""
        return self._match(self._entry, text)

    def item(self, text: str) -> Hole | None:
        """The value whose items are spliced in where this item stands."""
        return self._match(self._item, text)

    def lone_pair(self, node: yamltext.Node) -> Hole | None:
        """In `[` … `]` over several lines, what was guessed to be an entry is an item."""
        if not isinstance(node, yamltext.Mapping) or not node.flow or len(node.entries) != 1:
            return None
        key, value = node.entries[0]
        return self.entry(key.text) if key.plain and is_empty(value) else None

    def _match(self, mark: str, text: str) -> Hole | None:
        if not text.startswith(mark):
            return None
        if len(text) > 2 and text[-1] == mark and text[1:-1].isdigit():
            return self.holes[int(text[1:-1])]
        return None

    def split(self, text: str) -> tuple[str, list[Hole]]:
        """A scalar's text with a NUL for each value, every guess about lone lines taken back."""
        holes: list[Hole] = []

        def take(match: re.Match[str]) -> str:
            holes.append(self.holes[int(match[1] or match[2] or match[3])])
            return "\0"

        return self._any.sub(take, text.replace("\0", "\ufffd")), holes

    # Where something is

    def locate(self, line: int, column: int) -> tuple[str, int]:
        """The template and packed place of a line and column (from 1) of the text."""
        if not self.pieces:
            return "", 0
        at, before = self.piece_at(line, column)
        return place_in(self.pieces[at], before)

    def piece_at(self, line: int, column: int) -> tuple[int, str]:
        """In which piece, and behind which text of it, a line and column (from 1) lie."""
        if (index := self._lone.get(line - 1)) is not None:
            hole = self.holes[index]
            return next(at for at, piece in enumerate(self.pieces) if piece is hole), ""
        offset = self._lines[min(line, len(self._lines)) - 1] + column - 1
        at = bisect_right(self._starts, offset) - 1
        piece = self.pieces[at]
        return at, "" if isinstance(piece, Hole) else piece[0][: offset - self._starts[at]]

    def header(self, line: int, column: int) -> str:
        """The rest of a line of the text, where a block scalar says how it is chomped."""
        return self._texts[line - 1][column - 1 :]

    def raw_reads(self, line: int, end_line: int) -> tuple[Path, ...]:
        """What text put in by `raw` within these lines was made from."""
        if not self._raws:
            return ()
        found = (reads for first, last, reads in self._raws if first <= end_line and line <= last)
        return tuple(dict.fromkeys(path for reads in found for path in reads))

    def readable(self, message: str, name_of: dict[int, str]) -> str:
        """A message of the parser with expressions in the place of tokens."""

        def name(match: re.Match[str]) -> str:
            return name_of.get(int(match[1] or match[2] or match[3]), "a value")

        return self._any.sub(name, message)


def is_empty(node: yamltext.Node) -> bool:
    """Whether nothing is written there."""
    return isinstance(node, yamltext.Scalar) and node.plain and not node.text


def place_in(piece: Piece, before: str) -> tuple[str, int]:
    """The template and packed place just behind some text of a piece."""
    if isinstance(piece, Hole):
        return piece.template, piece.place
    _, place, template = piece
    return template, shift(place, before)


def _unused(text: str) -> tuple[str, str, str]:
    """Three private-use characters that do not occur in the text."""
    used = set(_PRIVATE.findall(text))
    free = (char for char in map(chr, range(_FIRST, _LAST)) if char not in used)
    return next(free), next(free), next(free)


@lru_cache(maxsize=8)
def _any_token(marks: tuple[str, str, str]) -> re.Pattern[str]:
    """A value's token, in whichever way it is written."""
    whole, entry, item = marks
    return re.compile(f"{whole}(\\d+){whole}|{entry}(\\d+){entry}:|- {item}(\\d+){item}")


def _layout(text: str, mark: str) -> Layout:
    lines = _BREAK.split(text)
    token = re.compile(f"{mark}(\\d+){mark}(?:[ \t]+#.*)?")
    found = roles(lines, token) if mark in text else {}
    places = ((number, role, token.search(lines[number])) for number, role in found.items())
    return Layout(
        (0, *(match.end() for match in _BREAK.finditer(text))),
        tuple(lines),
        (*_BREAK.findall(text), ""),
        tuple(
            Lone(number, match.start(), match.end(1) + 1, int(match[1]), role)
            for number, role, match in places
            if match
        ),
    )


def is_list(value: object) -> bool:
    """Whether a value alone on its line gives items, where that is all there is to go by."""
    if isinstance(value, Omitted):
        return is_list(value.value)
    if isinstance(value, Fragment):
        first = next((p for p in value.pieces if isinstance(p, Hole) or p[0].strip()), None)
        if isinstance(first, Hole):
            return is_list(first.value)
        return first is not None and first[0].lstrip().startswith(("- ", "["))
    return isinstance(value, list | tuple | range)
