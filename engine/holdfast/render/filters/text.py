"""Filters that make text of text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import count, items, text
from holdfast.render.limits import MAX_TEXT, MAX_WIDTH, calculate, check_text

_MAX_PATTERN = 1000
_MAX_MATCHED = 64 * 1024


def upper(value: Any) -> str:
    """In capitals."""
    return text(value).upper()


def lower(value: Any) -> str:
    """In small letters."""
    return text(value).lower()


def trim(value: Any, chars: Any = None) -> str:
    """Without white space, or without `chars`, at both ends."""
    return text(value).strip(None if chars is None else text(chars))


def trim_prefix(value: Any, prefix: Any) -> str:
    """Without `prefix`, if it begins so."""
    return text(value).removeprefix(text(prefix))


def trim_suffix(value: Any, suffix: Any) -> str:
    """Without `suffix`, if it ends so."""
    return text(value).removesuffix(text(suffix))


def trunc(value: Any, length: Any) -> str:
    """The first `length` characters; the last ones for a negative length."""
    if isinstance(length, bool) or not isinstance(length, int):
        count(length)
    return text(value)[:length] if length >= 0 else text(value)[length:]


def replace(value: Any, old: Any, new: Any) -> str:
    """Every `old` as `new`."""
    source, part, other = text(value), text(old), text(new)
    if not part:
        raise RenderError("replace needs a text to look for")
    if len(source) + source.count(part) * (len(other) - len(part)) > MAX_TEXT:
        raise RenderError(f"a text grew over {MAX_TEXT >> 20} MiB")
    return source.replace(part, other)


def indent(value: Any, width: Any = 4, first: bool = False) -> str:
    """Every line but the first (that too with `first`) indented by `width`; blank lines stay."""
    source, margin = text(value), " " * count(width, most=MAX_WIDTH)
    if len(source) + source.count("\n") * len(margin) > MAX_TEXT:
        raise RenderError(f"a text grew over {MAX_TEXT >> 20} MiB")
    lines = [margin + line if line else line for line in source.split("\n")]
    return "\n".join(lines) if first else "\n".join([source.split("\n", 1)[0], *lines[1:]])


def join(value: Any, separator: Any = "") -> str:
    """Items as one text."""
    parts = [text(item) for item in items(value)]
    between = text(separator)
    if sum(map(len, parts)) + len(parts) * len(between) > MAX_TEXT:
        raise RenderError(f"a text grew over {MAX_TEXT >> 20} MiB")
    return between.join(parts)


def split(value: Any, separator: Any = None) -> list[str]:
    """The parts between separators; without one, the words."""
    return text(value).split(None if separator is None else text(separator))


def lines(value: Any) -> list[str]:
    """The lines, without their ends."""
    return text(value).splitlines()


def string(value: Any) -> str:
    """A number or boolean as text, as JSON spells it."""
    return text(value)


def format_text(pattern: Any, *values: Any) -> str:
    """`"%s-%d" | format(a, b)`."""
    return check_text(str(calculate("%", text(pattern), tuple(values))))


def regex_match(value: Any, pattern: Any) -> bool:
    """Whether the pattern is found in the text."""
    return _compiled(pattern).search(_bounded(value)) is not None


def regex_find(value: Any, pattern: Any) -> str:
    """The first part that matches, else empty text."""
    found = _compiled(pattern).search(_bounded(value))
    return found[0] if found else ""


def regex_replace(value: Any, pattern: Any, new: Any) -> str:
    r"""Every match as `new`, in which `\1` is the first group."""
    source, other = _bounded(value), text(new)
    compiled = _compiled(pattern)
    if len(source) + (len(source) + 1) * len(other) > MAX_TEXT * 16:
        raise RenderError("the replacement is too long for this text")
    try:
        return check_text(compiled.sub(other, source))
    except (re.error, IndexError) as error:
        raise RenderError(f"the replacement cannot be read: {error}") from None


def _bounded(value: Any) -> str:
    source = text(value)
    if len(source) > _MAX_MATCHED:
        raise RenderError(f"a text for a pattern is over {_MAX_MATCHED >> 10} KiB")
    return source


def _compiled(pattern: Any) -> re.Pattern[str]:
    source = text(pattern)
    if len(source) > _MAX_PATTERN:
        raise RenderError(f"a pattern is over {_MAX_PATTERN} characters")
    try:
        return re.compile(source)
    except (re.error, OverflowError) as error:
        raise RenderError(f"the pattern cannot be read: {error}") from None


TEXTS: dict[str, Callable[..., Any]] = {
    "format": format_text,
    "indent": indent,
    "join": join,
    "lines": lines,
    "lower": lower,
    "regex_find": regex_find,
    "regex_match": regex_match,
    "regex_replace": regex_replace,
    "replace": replace,
    "split": split,
    "string": string,
    "trim": trim,
    "trim_prefix": trim_prefix,
    "trim_suffix": trim_suffix,
    "trunc": trunc,
    "upper": upper,
}
