"""Filters that make text of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.arithmetic import calculate
from holdfast.render.filters.arguments import count, integer, items, text
from holdfast.render.limits import LIMITED, MAX_TEXT, MAX_WIDTH, check_text


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
    source, end = text(value), integer(length)
    return source[:end] if end >= 0 else source[end:]


def startswith(value: Any, prefix: Any) -> bool:
    """Whether the text begins with `prefix`."""
    return text(value).startswith(text(prefix))


def endswith(value: Any, suffix: Any) -> bool:
    """Whether the text ends with `suffix`."""
    return text(value).endswith(text(suffix))


def replace(value: Any, old: Any, new: Any) -> str:
    """Every `old` as `new`."""
    source, part, other = text(value), text(old), text(new)
    if not part:
        raise RenderError("replace needs a text to look for")
    _check_size(len(source) + source.count(part) * (len(other) - len(part)))
    return source.replace(part, other)


def indent(value: Any, width: Any = 4, first: bool = False) -> str:
    """Every line but the first (that too with `first`) indented by `width`; blank lines stay.

    For text inside of text: a value in a YAML document needs no indentation.
    """
    source, margin = text(value), " " * count(width, most=MAX_WIDTH)
    _check_size(len(source) + (source.count("\n") + 1) * len(margin))
    lines = [margin + line if line else line for line in source.split("\n")]
    return "\n".join(lines) if first else "\n".join([source.split("\n", 1)[0], *lines[1:]])


def nindent(value: Any, width: Any = 4) -> str:
    """A line end, then every line indented by `width`: for text inside of text."""
    return "\n" + indent(value, width, first=True)


def join(value: Any, separator: Any = "") -> str:
    """Items as one text."""
    parts = [text(item) for item in items(value)]
    between = text(separator)
    _check_size(sum(map(len, parts)) + len(parts) * len(between))
    return between.join(parts)


def split(value: Any, separator: Any = None, most: Any = None) -> list[str]:
    """The parts between separators, at most `most` of them; without a separator, the words."""
    limit = -1 if most is None else count(most) - 1
    if most is not None and limit < 0:
        return []
    between = None if separator is None else text(separator)
    if between == "":
        raise RenderError("split needs a separator that is not empty")
    return text(value).split(between, limit)


def lines(value: Any) -> list[str]:
    """The lines, without their ends."""
    return split_lines(text(value))


def split_lines(source: str) -> list[str]:
    """The lines of a text as Unix and Windows end them; no other character ends one."""
    lines = source.replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def string(value: Any) -> str:
    """A number or boolean as text, as JSON spells it."""
    return text(value)


def format_text(pattern: Any, *values: Any) -> str:
    """`"%s-%d" | format(a, b)`: what Python's `%` does, within limits and with JSON's booleans."""
    parts = tuple(value if _is_number(value) else text(value) for value in values)
    return check_text(str(calculate("%", text(pattern), parts)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_size(size: int) -> None:
    if size > MAX_TEXT:
        raise RenderError(f"a text grew over {MAX_TEXT >> 20} MiB", hint=LIMITED)


TEXTS: dict[str, Callable[..., Any]] = {
    "endswith": endswith,
    "format": format_text,
    "indent": indent,
    "join": join,
    "lines": lines,
    "lower": lower,
    "nindent": nindent,
    "replace": replace,
    "split": split,
    "startswith": startswith,
    "string": string,
    "trim": trim,
    "trim_prefix": trim_prefix,
    "trim_suffix": trim_suffix,
    "trunc": trunc,
    "upper": upper,
}
