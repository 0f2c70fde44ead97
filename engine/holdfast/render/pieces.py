"""What a running template puts out: its own text, and values that never become text too early.

Text is a plain tuple because generated code holds thousands of them as constants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from holdfast.model.values import Path

Text: TypeAlias = tuple[str, int, str]
"""Template text, the packed place where it begins, and the template's name."""


class RawText(tuple[str, int, str]):
    """Text that `raw` put in, with the value paths it was made from."""

    reads: tuple[Path, ...] = ()


@dataclass(slots=True)
class Hole:
    """The value of one `{{ expression }}`, where it stands, and the value paths it read."""

    value: Any
    place: int
    template: str
    reads: tuple[Path, ...] = ()


Piece: TypeAlias = Text | Hole


class Misplaced(Exception):
    """A value stands where it cannot. Whoever knows the templates makes a RenderError of it.

    `chain` are the values around it, innermost first: macros and includes that gave it.
    """

    def __init__(self, message: str, hole: Hole, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hole = hole
        self.hint = hint
        self.chain: list[Hole] = []


@dataclass(slots=True)
class Raw:
    """Text that is put in before the YAML is parsed: the author's explicit way out."""

    text: str


@dataclass(slots=True)
class Omitted:
    """A value whose key or item disappears when the value is empty."""

    value: Any

    @property
    def empty(self) -> bool:
        """Whether there is nothing to keep: null, {}, [] or "" (0 and false stay)."""
        value = self.value
        return value is None or (isinstance(value, dict | list | tuple | str) and not value)


class Fragment:
    """What a macro, an include or a set block gives: pieces, not yet text and not yet data.

    Where an expression needs text (filters, comparisons, `~`), it is its text; `spell` makes that
    text, and knows the budget.
    """

    __slots__ = ("_spell", "_text", "pieces")

    def __init__(self, pieces: tuple[Piece, ...], spell: Callable[[Fragment], str]) -> None:
        self.pieces = pieces
        self._spell = spell
        self._text: str | None = None

    @property
    def holes(self) -> Iterator[Hole]:
        """The values in it."""
        return (piece for piece in self.pieces if isinstance(piece, Hole))

    def __str__(self) -> str:
        if self._text is None:
            self._text = self._spell(self)
        return self._text

    def __bool__(self) -> bool:
        return any(isinstance(piece, Hole) or piece[0].strip() for piece in self.pieces)

    def __len__(self) -> int:
        return len(str(self))

    def __iter__(self) -> Iterator[str]:
        return iter(str(self))

    def __contains__(self, part: object) -> bool:
        return str(part) in str(self)

    def __eq__(self, other: object) -> bool:
        return str(self) == (str(other) if isinstance(other, Fragment) else other)

    def __hash__(self) -> int:
        return hash(str(self))


def plain(value: Any) -> Any:
    """A fragment as its text; anything else as it is."""
    if isinstance(value, Fragment):
        return str(value)
    return plain(value.value) if isinstance(value, Omitted) else value
