"""The lines that two texts share, found fast where most lines stand in them many times.

A definition has thousands of lines like `type: string`; difflib alone compares every one with every
other. Lines that stand once in each text hold the two together first ("patience diff", Bram Cohen),
and difflib has only what is between them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import TypeAlias

_Pair: TypeAlias = tuple[int, int]


class LineMatcher(SequenceMatcher[str]):
    """difflib's matcher of two texts, with its opcodes, anchored on lines that are there once."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(None, "", "", autojunk=False)
        self.a, self.b = before, after

    def get_matching_blocks(self) -> list[Match]:
        """The equal runs, in order; none touches the next. The last one is empty, as difflib's."""
        blocks: list[Match] = []
        for a, b, size in _equal(self.a, self.b):
            last = blocks[-1] if blocks else Match(-1, -1, 0)
            if (last.a + last.size, last.b + last.size) == (a, b):
                blocks[-1] = Match(last.a, last.b, last.size + size)
            else:
                blocks.append(Match(a, b, size))
        return [*blocks, Match(len(self.a), len(self.b), 0)]


def _equal(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """The equal runs, some of them side by side."""
    a = b = 0
    for end_a, end_b in (*_anchors(before, after), (len(before), len(after))):
        for found in _between(before[a:end_a], after[b:end_b]):
            yield a + found[0], b + found[1], found[2]
        if end_a < len(before) and end_b < len(after):
            yield end_a, end_b, 1
        a, b = end_a + 1, end_b + 1


def _between(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """The equal runs of a stretch: its begin, its end, and what difflib finds within."""
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    if head:
        yield 0, 0, head
    inner = before[head : len(before) - tail], after[head : len(after) - tail]
    if all(inner):
        for found in SequenceMatcher(None, *inner, autojunk=False).get_matching_blocks()[:-1]:
            yield head + found.a, head + found.b, found.size
    if tail:
        yield len(before) - tail, len(after) - tail, tail


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[_Pair]:
    """The places of lines that stand once in each text, as many as keep their order."""
    counts = Counter(before), Counter(after)
    places = {line: n for n, line in enumerate(after) if counts[1][line] == 1}
    pairs = [(n, places[ln]) for n, ln in enumerate(before) if counts[0][ln] == 1 and ln in places]
    return _rising(pairs)


def _rising(pairs: Sequence[_Pair]) -> list[_Pair]:
    """The longest run of pairs whose second numbers rise (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    earlier: list[int] = []
    for index, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        earlier.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1], ends[pile : pile + 1] = [place], [index]
    found: list[_Pair] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = earlier[at]
    return found[::-1]
