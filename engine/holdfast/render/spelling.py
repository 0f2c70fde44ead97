"""How a value is spelled where it is part of a text: one rule for every such place."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.pieces import Fragment, Hole, Misplaced, Omitted

_NAMES = {bool: "a boolean", int: "a number", float: "a number", str: "text"}


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
    return "a function" if callable(value) else f"a {type(value).__name__}"


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
    text, holes = tokenize_fragment(fragment)
    filled = fill_lines(text, holes)
    ends_so = re.search(r"^[ \t]*\0\Z", text, flags=re.M) and spell_hole(holes[-1]).endswith("\n")
    return filled + "\n" if ends_so else filled


def tokenize_fragment(fragment: Fragment) -> tuple[str, list[Hole]]:
    """Its text with a NUL for every value, tidied."""
    text = "".join("\0" if isinstance(p, Hole) else p[0].replace("\0", "") for p in fragment.pieces)
    lines = text.split("\n")
    while lines and not lines[0].strip(" \t"):
        lines.pop(0)
    while lines and not lines[-1].strip(" \t"):
        lines.pop()
    margin = min((len(x) - len(x.lstrip(" ")) for x in lines if x.strip(" \t")), default=0)
    tidy = "\n".join(line[margin:] for line in lines).rstrip(" \t")
    return tidy, list(fragment.holes)


def fill_lines(text: str, holes: list[Hole]) -> str:
    """Puts values in the place of NULs; one alone on its line indents each of its lines."""
    rest = iter(holes)

    def fill(match: re.Match[str]) -> str:
        value = spell_hole(next(rest))
        return value if match[1] is None else indent_block(value, match[1])

    return re.sub(r"^([ \t]*)\0$|\0", fill, text, flags=re.M)


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
