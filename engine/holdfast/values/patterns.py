r"""ECMA-262 regular expressions → Python's, where the two mean different things.

JSON Schema's patterns are ECMA-262 (JSON Schema 2020-12 core §6.4): `\d` is 0-9, `$` the end of
the text, `.` stops at every line break. Knows no schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACE = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_OUTSIDE = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[A-Za-z0-9_]",
    "W": "[^A-Za-z0-9_]",
    "s": f"[{_SPACE}]",
    "S": f"[^{_SPACE}]",
}
_INSIDE = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACE}
_KEPT = frozenset("bBDSWfnrtvxu0123456789")


def translate(pattern: str) -> str:
    r"""The Python pattern that matches what `pattern` matches as ECMA-262.

    Raises ValueError, with the reason, for what is no ECMA-262 pattern or cannot be expressed
    (`\p{…}`, Python's own `\A` and `\Z`, inline flags).
    """
    found = f"(?a:{''.join(_pieces(pattern))})"
    try:
        re.compile(found)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"the pattern {pattern!r} cannot be read: {_reason(error)}") from None
    return found


def _reason(error: Exception) -> str:
    return error.msg if isinstance(error, re.error) else str(error)


def _pieces(pattern: str) -> Iterator[str]:
    at, inside = 0, False
    while at < len(pattern):
        char, rest = pattern[at], pattern[at:]
        if char == "\\":
            piece, length = _escape(rest, pattern, inside=inside)
        elif inside:
            piece, length = ("\\" + char if char in "[&~|" else char), 1
            inside = char != "]"
        elif char == "[":
            piece, length, inside = _open_class(rest)
        else:
            piece, length = _plain(rest)
        yield piece
        at += length


def _open_class(rest: str) -> tuple[str, int, bool]:
    if rest.startswith("[^]"):
        return r"[\s\S]", 3, False
    if rest.startswith("[]"):
        return "(?!)", 2, False
    return ("[^", 2, True) if rest.startswith("[^") else ("[", 1, True)


def _plain(rest: str) -> tuple[str, int]:
    char = rest[0]
    if char == "$":
        return r"\Z", 1
    if char == ".":
        return r"[^\n\r\u2028\u2029]", 1
    if rest.startswith("(?<") and rest[3:4] not in ("=", "!"):
        return "(?P<", 3
    if char == "{" and not re.match(r"\{[0-9]+(,[0-9]*)?\}", rest):
        return r"\{", 1
    return char, 1


def _escape(rest: str, pattern: str, *, inside: bool) -> tuple[str, int]:
    kind = rest[1:2]
    if kind in (_INSIDE if inside else _OUTSIDE):
        return (_INSIDE if inside else _OUTSIDE)[kind], 2
    if kind in ("p", "P"):
        raise ValueError(rf"the pattern {pattern!r} uses \{kind}, which is not supported")
    if kind == "k" and (match := re.match(r"\\k<([A-Za-z_]\w*)>", rest)):
        return f"(?P={match[1]})", match.end()
    if kind == "c" and rest[2:3].isascii() and rest[2:3].isalpha():
        return f"\\x{ord(rest[2]) % 32:02x}", 3
    if match := re.match(r"\\u\{([0-9a-fA-F]{1,6})\}", rest):
        return f"\\U{int(match[1], 16):08x}", match.end()
    if kind.isascii() and kind.isalpha() and kind not in _KEPT:
        raise ValueError(f"the pattern {pattern!r} uses \\{kind}, which ECMA-262 does not know")
    return rest[:2], 2
