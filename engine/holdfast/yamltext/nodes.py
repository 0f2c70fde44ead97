"""What a YAML text is made of, with the place and the style of every part.

Whoever turns text into objects in another way than `construct` (templates put values where tokens
stand) walks these nodes. They know nothing of what a plain scalar means: scalars.py does. Named
tuples, because a large text has very many of them.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded"]


class Scalar(NamedTuple):
    """One scalar. `text` is what the parser made of it: unquoted, folded, unescaped, chomped.

    `tag` is the long form (`tag:yaml.org,2002:str`), None where none is written. Lines and columns
    count from 1; the end is the place just behind the last character.
    """

    text: str
    style: Style
    tag: str | None
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def plain(self) -> bool:
        """Whether the text decides the type: neither quotes, nor a block, nor a tag do."""
        return self.style == "plain" and self.tag is None


class Sequence(NamedTuple):
    """A list. `flow` tells `[a, b]` from lines with dashes."""

    items: tuple[Node, ...]
    flow: bool
    tag: str | None
    line: int
    column: int
    end_line: int
    end_column: int


class Mapping(NamedTuple):
    """A map: its entries as (key, value), each key once.

    The first `merged` entries came in through `<<` and are not among the map's own keys; the `<<`
    entry itself is gone. A reader that gives a key another text (a token) lets an own key replace
    a merged one.
    """

    entries: tuple[tuple[Scalar, Node], ...]
    flow: bool
    tag: str | None
    line: int
    column: int
    end_line: int
    end_column: int
    merged: int = 0


Node: TypeAlias = Scalar | Sequence | Mapping
