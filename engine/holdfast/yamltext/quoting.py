"""How one string is written: plain, quoted, or as a literal block.

A string stays plain only where YAML 1.1, YAML 1.2 and Kubernetes' reader all take it for that
string; words that one of them takes for something else get double quotes, syntax gets single ones.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from holdfast.errors import YamlError
from holdfast.yamltext.scalars import resolve

_WORDS = frozenset(
    ("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<")
)
_SHORT = 64
_INDICATORS = frozenset("?:,[]{}#&*!|>'\"%@`")
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}


def quote(text: str) -> str:
    """`text` on one line, such that it reads back as this string.

    Raises YamlError for a lone surrogate, which no UTF-8 text can hold.
    """
    return _quoted(text) if len(text) <= _SHORT else _quoted.__wrapped__(text)


@lru_cache(maxsize=8192)
def _quoted(text: str) -> str:
    """Most texts of manifests are short and come again and again: keys above all."""
    if not text.isprintable() or _ambiguous(text):
        return _double(text)
    if _clashes(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def block(text: str) -> tuple[str, list[str]] | None:
    """The header and the lines of a literal block, None where such a block would not be exact.

    The lines have no indentation yet; it must be two spaces deeper than the collection that holds
    the block.
    """
    body = text.rstrip("\n")
    lines = body.split("\n")
    if "\n" not in text or not lines[0].strip(" \t") or not lines[-1].strip(" \t"):
        return None
    if not text.replace("\n", "").replace("\t", "").isprintable():
        return None
    trailing = len(text) - len(body)
    header = "|2" if text[0] in " \t" else "|"
    header += "-" if not trailing else "+" if trailing > 1 else ""
    return header, lines + [""] * (trailing - 1)


def _ambiguous(text: str) -> bool:
    """Whether some reader takes the bare word for null, a bool, a number, a date or a merge."""
    if text.lower() in _WORDS:
        return True
    if text[0] not in "+-.0123456789":
        return False
    return bool(_numbers().fullmatch(text)) or _resolved(text)


def _resolved(text: str) -> bool:
    try:
        return not isinstance(resolve(text), str)
    except ValueError:
        return True


def _clashes(text: str) -> bool:
    first, second = text[0], text[1:2]
    return (
        first in _INDICATORS
        or (first == "-" and second in ("", " "))
        or text.startswith(("---", "..."))
        or first == " "
        or text[-1] in " :"
        or ": " in text
        or " #" in text
    )


def _double(text: str) -> str:
    return '"' + "".join(_escape(char) for char in text) + '"'


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        raise YamlError(
            f"writing YAML: the text holds half a character (U+{code:04X})",
            hint="write the whole character",
        )
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


@cache
def _numbers() -> re.Pattern[str]:
    """Numbers and times as YAML 1.1 and the 1.2 core schema have them (yaml.org/type, 1.2 §10.3).

    Base 60 and dates are 1.1's; a number with an infinite value is a number to 1.2 only.
    """
    return re.compile(
        r"""[-+]?(?:
              0b[01_]+ | 0x[0-9a-f_]+ | 0o?[0-7_]+ | [0-9][0-9_]*
            | (?:[0-9][0-9_]*)?\.[0-9_]*(?:e[-+]?[0-9]+)?
            | [0-9][0-9_]*e[-+]?[0-9]+
            | [0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
            | \.(?:inf|nan)
        )
        | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}
          (?:(?:t|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
          (?:[ \t]*(?:z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)?""",
        re.VERBOSE | re.IGNORECASE | re.ASCII,
    )
