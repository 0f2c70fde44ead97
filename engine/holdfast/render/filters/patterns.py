r"""Filters with regular expressions: Python's, over texts and patterns of bounded size.

Three things are as in Helm's (RE2): `\d`, `\w` and `\s` know ASCII alone, so that no table of
Unicode's decides what a chart renders; `$` is the end of the text; `[[:alpha:]]` names a class.
A pattern that backtracks for ever is cut off by the command line's wall clock: no count of
characters can tell it from a good one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import count, text
from holdfast.render.limits import LIMITED, MAX_ITEMS, MAX_TEXT, check_text

MAX_PATTERN = 1000
"""Characters of one pattern."""

MAX_MATCHED = 64 * 1024
"""Characters of the text that a pattern is tried on."""
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|[^\\\[$]+|.", re.S)
"""A pattern's escapes, its classes, and what is between."""

_NAMED = re.compile(r"\[:(\^?\w+):\]")
_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r"\t ", "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": r"\w",
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_SIGNS = re.compile(r"[\\.+*?()|\[\]{}^$]")
"""What has a meaning in a pattern, here and wherever a manifest's programs read one."""


def regex_match(value: Any, pattern: Any) -> bool:
    """Whether the pattern is found in the text."""
    return _compiled(pattern).search(_bounded(value)) is not None


def regex_find(value: Any, pattern: Any) -> str:
    """The first part that matches, else empty text."""
    found = _compiled(pattern).search(_bounded(value))
    return found[0] if found else ""


def regex_find_all(value: Any, pattern: Any, most: Any = None) -> list[str]:
    """Every part that matches, the first `most` of them where that is given."""
    limit = MAX_ITEMS if most is None else count(most)
    found: list[str] = []
    for match in _compiled(pattern).finditer(_bounded(value)):
        if len(found) >= limit:
            break
        found.append(match[0])
    return found


def regex_replace(value: Any, pattern: Any, new: Any, literal: bool = False) -> str:
    r"""Every match as `new`, in which `\1` is the first group unless it is to be `literal`."""
    source, other = _bounded(value), text(new)
    compiled = _compiled(pattern)
    if len(source) + (len(source) + 1) * len(other) > MAX_TEXT * 16:
        raise RenderError("the replacement is too long for this text", hint=LIMITED)
    try:
        return check_text(compiled.sub((lambda _: other) if literal else other, source))
    except (re.error, IndexError) as error:
        raise RenderError(f"the replacement cannot be read: {error}") from None


def regex_split(value: Any, pattern: Any, most: Any = None) -> list[str]:
    """The parts between matches, at most `most` of them; groups of the pattern are not parts."""
    source = _bounded(value)
    limit = MAX_ITEMS if most is None else count(most)
    parts: list[str] = []
    start = 0
    for match in _compiled(pattern).finditer(source):
        if len(parts) + 1 >= limit:
            break
        if not match[0]:
            raise RenderError("a pattern that matches nothing at all cannot split a text")
        parts.append(source[start : match.start()])
        start = match.end()
    return [*parts, source[start:]] if limit else []


def regex_escape(value: Any) -> str:
    """The text as a pattern that matches it and nothing else."""
    return _SIGNS.sub(r"\\\g<0>", text(value))


def _bounded(value: Any) -> str:
    source = text(value)
    if len(source) > MAX_MATCHED:
        raise RenderError(f"a text for a pattern is over {MAX_MATCHED >> 10} KiB", hint=LIMITED)
    return source


def _compiled(pattern: Any) -> re.Pattern[str]:
    source = text(pattern)
    if len(source) > MAX_PATTERN:
        raise RenderError(f"a pattern is over {MAX_PATTERN} characters", hint=LIMITED)
    try:
        return re.compile(_in_python(source), re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        hint = "write it in Python's syntax: `(?P<name>…)`, `(?:…)`, `[a-z]`"
        raise RenderError(f"the pattern cannot be read: {error}", hint=hint) from None


def _in_python(source: str) -> str:
    """The pattern with what Python reads otherwise: classes by name, and the end of the text."""
    by_line = re.search(r"\(\?[a-z]*m", source)
    ends = {r"\z": r"\Z"} if by_line else {r"\z": r"\Z", "$": r"\Z"}
    return "".join(
        _NAMED.sub(_named, part) if part.startswith("[") else ends.get(part, part)
        for part in _PARTS.findall(source)
    )


def _named(found: re.Match[str]) -> str:
    if found[1] not in _CLASSES:
        raise re.error(f"there is no class {found[0]}")
    return _CLASSES[found[1]]


PATTERNS: dict[str, Callable[..., Any]] = {
    "regex_escape": regex_escape,
    "regex_find": regex_find,
    "regex_find_all": regex_find_all,
    "regex_match": regex_match,
    "regex_replace": regex_replace,
    "regex_split": regex_split,
}
