"""Filters over the words of a text: their case, their initials, lines of a width."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from typing import Any

from holdfast.errors import RenderError
from holdfast.render.filters.arguments import count, text
from holdfast.render.limits import LIMITED, MAX_TEXT, MAX_WIDTH, check_text

_LONGEST = 64 * 1024
_ELLIPSIS = "..."


def snake_case(value: Any) -> str:
    """`httpServer2` and `HTTP server2` as `http_server2`."""
    return "_".join(word.lower() for word in _words(value))


def kebab_case(value: Any) -> str:
    """`httpServer2` and `HTTP server2` as `http-server2`."""
    return "-".join(word.lower() for word in _words(value))


def camel_case(value: Any) -> str:
    """`http_server2` and `HTTP server2` as `HttpServer2`."""
    return "".join(word[:1].upper() + word[1:].lower() for word in _words(value))


def swap_case(value: Any) -> str:
    """Small letters as capitals and capitals as small letters."""
    return text(value).swapcase()


def untitle(value: Any) -> str:
    """The first letter of each word small."""
    return re.sub(r"(?<!\S)\S", lambda found: found[0].lower(), _bounded(value))


def initials(value: Any) -> str:
    """The first letter of each word."""
    return "".join(word[0] for word in _bounded(value).split())


def abbrev(value: Any, width: Any, start: Any = 0) -> str:
    """At most `width` characters, cut with `...`; from about `start` on where that is given."""
    source, size, offset = text(value), count(width), count(start)
    room = len(_ELLIPSIS) * (2 if offset > len(_ELLIPSIS) + 1 else 1) + 1
    if size < room:
        raise RenderError(f"abbrev needs a width of at least {room} here")
    if len(source) <= size:
        return source
    if offset <= len(_ELLIPSIS) + 1:
        return source[: size - len(_ELLIPSIS)] + _ELLIPSIS
    tail = size - len(_ELLIPSIS)
    if offset + tail >= len(source):
        return _ELLIPSIS + source[len(source) - tail :]
    return _ELLIPSIS + source[offset : offset + tail - len(_ELLIPSIS)] + _ELLIPSIS


def wrap(value: Any, width: Any, separator: Any = "\n", long_words: bool = False) -> str:
    """The words in lines of at most `width`; longer words stay whole unless `long_words` is set."""
    size = count(width, most=MAX_WIDTH)
    if not size:
        raise RenderError("wrap needs a width of at least 1")
    between = text(separator)
    made: list[str] = []
    for line in _bounded(value).splitlines():
        parts = textwrap.wrap(
            line, size, break_long_words=long_words, break_on_hyphens=False, expand_tabs=False
        )
        made += parts or [""]
    if sum(map(len, made)) + len(made) * len(between) > MAX_TEXT:
        raise RenderError(f"a text grew over {MAX_TEXT >> 20} MiB", hint=LIMITED)
    return check_text(between.join(made))


def _words(value: Any) -> list[str]:
    """Parts between other characters than letters and digits, and where the case rises."""
    found: list[str] = []
    for part in re.split(r"[\W_]+", _bounded(value)):
        found += re.findall(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[^A-Z]+|[A-Z]", part)
    return found


def _bounded(value: Any) -> str:
    source = text(value)
    if len(source) > _LONGEST:
        raise RenderError(f"a text to take apart is over {_LONGEST >> 10} KiB", hint=LIMITED)
    return source


WORDS: dict[str, Callable[..., Any]] = {
    "abbrev": abbrev,
    "camel_case": camel_case,
    "initials": initials,
    "kebab_case": kebab_case,
    "snake_case": snake_case,
    "swap_case": swap_case,
    "untitle": untitle,
    "wrap": wrap,
}
