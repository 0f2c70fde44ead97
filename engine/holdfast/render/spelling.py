"""How a value is spelled where it is part of a text: one rule for every such place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from holdfast.errors import RenderError
from holdfast.render.pieces import Fragment, Hole, Misplaced, Omitted, Texts

_VALUE = re.compile(r"\0")
_ALONE_OR_NOT = re.compile(r"^([ \t]*)\0$|\0", flags=re.M)
_LAST_LINE = re.compile(r"(?:^|\n)[ \t]*\0\n*$")


def kind_of(value: Any) -> str:
    """What a value is, in an author's words."""
    if value is None:
        return "null"
    if isinstance(value, Fragment):
        return "text"
    if isinstance(value, Omitted):
        return kind_of(value.value)
    for kinds, name in (
        (bool, "a boolean"),
        (int | float, "a number"),
        (str, "text"),
        (dict, "a map"),
        (list | tuple | range, "a list"),
    ):
        if isinstance(value, kinds):
            return name
    return "a function" if callable(value) else "something of the template engine"


def spell_plainly(value: Any) -> str:
    """The text of a text, boolean or number; RenderError for anything else."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Fragment):
        return str(value)
    if isinstance(value, Omitted):
        return spell_plainly(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float) and math.isfinite(value):
        return float.__repr__(value)
    hint = None
    if isinstance(value, dict | list | tuple):
        hint = "use `| to_yaml` or `| to_json` to write a map or a list as text"
    if value is None:
        hint = "give it a value, or write `| default(…)`"
    raise RenderError(f"{kind_of(value)} cannot be part of a text", hint=hint)


def spell_fragment(fragment: Fragment) -> str:
    """A fragment's lines, without their common indentation and the blank lines around them.

    White space that came with a value stays, its last line end too where no line follows.
    """
    parts, ends_so = _tidied(fragment.texts)
    holes = fragment.holes
    filled = fill(parts, holes)
    return filled + "\n" if ends_so and spell_hole(holes[-1]).endswith("\n") else filled


class Filling(NamedTuple):
    """A text to be filled: what stands before each value, and behind the last.

    With a prefix, the value is alone on its line, and each of its lines gets the prefix.
    """

    parts: tuple[tuple[str, str | None], ...]
    tail: str


@lru_cache(maxsize=4096)
def _tidied(texts: Texts) -> tuple[Filling, bool]:
    """A fragment's tidied text, and whether it ends in a value alone on its line."""
    text = "".join("\0" if one is None else one.replace("\0", "") for one in texts)
    lines = text.split("\n")
    while lines and not lines[0].strip(" \t"):
        lines.pop(0)
    while lines and not lines[-1].strip(" \t"):
        lines.pop()
    margin = min((len(x) - len(x.lstrip(" ")) for x in lines if x.strip(" \t")), default=0)
    tidy = "\n".join(line[margin:] for line in lines).rstrip(" \t")
    return filling(tidy, indent=True), bool(re.search(r"^[ \t]*\0\Z", tidy, flags=re.M))


def filling(text: str, *, indent: bool) -> Filling:
    """A text with a NUL for each value; where `indent`, those alone on their lines are blocks."""
    parts: list[tuple[str, str | None]] = []
    end = 0
    for match in _ALONE_OR_NOT.finditer(text) if indent else _VALUE.finditer(text):
        parts.append((text[end : match.start()], match[1] if indent else None))
        end = match.end()
    return Filling(tuple(parts), text[end:])


def fill(filling: Filling, holes: Sequence[Hole]) -> str:
    """The text with its values."""
    found: list[str] = []
    for (before, prefix), hole in zip(filling.parts, holes, strict=True):
        value = spell_hole(hole)
        found += (before, value if prefix is None else indent_block(value, prefix))
    found.append(filling.tail)
    return "".join(found)


def fill_lines(text: str, holes: list[Hole]) -> str:
    """Puts values in the place of NULs; one alone on its line indents each of its lines."""
    return fill(filling(text, indent=True), holes)


def ends_in_value(text: str) -> bool:
    """Whether the last line of a block is a value alone, line ends behind it apart."""
    return bool(_LAST_LINE.search(text))


def chomp(text: str, header: str) -> str:
    """The line ends behind a value on the last line of a block, as the block's header says."""
    match = re.search(r"[|>]\d?([-+]?)\d?", header)
    sign = match[1] if match else ""
    if sign == "+":
        return text
    body = text.rstrip("\n")
    return body + "\n" if body and not sign and text.endswith("\n") else body


def spell_hole(hole: Hole) -> str:
    """The text of a hole's value; Misplaced names the hole where it has none."""
    try:
        return spell_plainly(hole.value)
    except RenderError as error:
        raise Misplaced(error.message, hole, hint=error.hint) from None
    except Misplaced as error:
        error.chain.append(hole)
        raise


def indent_block(text: str, prefix: str) -> str:
    """Every line of `text` behind `prefix`, its last line end left to what follows."""
    body = text.removesuffix("\n")
    if not prefix:
        return body
    return "\n".join(prefix + line if line else line for line in body.split("\n"))


def spell_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same text for the same data."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
