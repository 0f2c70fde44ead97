"""What a running template puts out: its own text, and values that never become text too early.

Text is a plain tuple because generated code holds thousands of them as constants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from holdfast.light import dataclass
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
Texts: TypeAlias = tuple[str | None, ...]
"""A run of pieces as far as values have no part in it: template text, and None for each value."""


def texts_of(pieces: Sequence[Piece]) -> Texts:
    """What a run of pieces has in common with others that differ in their values only."""
    return tuple([None if isinstance(piece, Hole) else piece[0] for piece in pieces])


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


class Unfit(Exception):
    """A render's fast way ends here: the exact way must be gone (moulds.py)."""


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
        """Whether there is nothing to keep; of a fragment only its data can tell."""
        return is_nothing(self.value)


def is_nothing(value: Any) -> bool:
    """Whether a value is null, {}, [] or "" (0 and false are something)."""
    return value is None or (isinstance(value, dict | list | tuple | str) and not value)


class Fragment:
    """What a macro, an include or a set block gives: pieces, not yet text and not yet data.

    Where an expression needs text (filters, comparisons, `~`), it is its text; `spell` makes that
    text, and knows the budget.
    """

    __slots__ = ("_spell", "_text", "_texts", "pieces")

    def __init__(self, pieces: tuple[Piece, ...], spell: Callable[[Fragment], str]) -> None:
        self.pieces = pieces
        self._spell = spell
        self._text: str | None = None
        self._texts: Texts | None = None

    @property
    def holes(self) -> list[Hole]:
        """The values in it."""
        return [piece for piece in self.pieces if isinstance(piece, Hole)]

    @property
    def texts(self) -> Texts:
        """It without its values."""
        if self._texts is None:
            self._texts = texts_of(self.pieces)
        return self._texts

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


def only_hole(fragment: Fragment) -> Hole | None:
    """The one value that a fragment is, white space apart."""
    at = _only_value(fragment.texts)
    return None if at is None else fragment.pieces[at]  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def _only_value(texts: Texts) -> int | None:
    alone = texts.count(None) == 1 and not any(text and text.strip() for text in texts)
    return texts.index(None) if alone else None


def plain(value: Any) -> Any:
    """A fragment as its text; anything else as it is."""
    if isinstance(value, Fragment):
        return str(value)
    return plain(value.value) if isinstance(value, Omitted) else value
