"""A template that cannot be compiled: the engine's complaint → what is wrong, where, what to do."""

from __future__ import annotations

import re

from jinja2.exceptions import TemplateSyntaxError

from holdfast.render.helm import syntax_in_helm, tag_in_helm
from holdfast.render.missing import nearest_name
from holdfast.render.positions import Lines, pack, unpack
from holdfast.render.source import SourceText

_TAGS = "call elif else filter for from if include macro raw set with".split()
_TOKENS = {
    "string": "a text",
    "integer": "a number",
    "float": "a number",
    "name": "a name",
    "end of print statement": "'}}'",
    "end of statement block": "'%}'",
    "begin of statement block": "'{%'",
    "begin of print statement": "'{{'",
    "end of template": "the end of the file",
}
_BLOCKS = "for if macro call filter set with".split()
_OPEN = re.compile(r"\{%[-+]?\s*(\w+)")
_HINTS = (
    ("unexpected '}}'", "something is missing before it"),
    ("unexpected '%}'", "something is missing before it"),
    ("expected an expression", "write a condition or a value there"),
    ("expected '", "is a quote, a bracket or an operator missing before it?"),
    ("is expected", "is a quote, a bracket or an operator missing before it?"),
    ("unexpected", "is a quote or a bracket missing before it?"),
)
_QUOTES = "is a quote or a bracket missing?"


def explain_syntax(error: TemplateSyntaxError, source: SourceText) -> tuple[str, int, str | None]:
    """The message, the packed place and the hint of a syntax error in `source`."""
    message = error.message or "the template cannot be read"
    if found := re.fullmatch(r"unexpected char (.+) at (\d+)", message, re.S):
        # the engine's lexer counts from the start of the text, and knows only the line
        place = Lines(source.text).place(int(found[2]))
        return f"unexpected {found[1]}", place, syntax_in_helm(_tag_text(source, place)) or _QUOTES
    if message.startswith("Unexpected end of template"):
        return _unclosed(source, error.lineno)
    if found := re.match(r"Encountered unknown tag '(\w+)'", message):
        return _unknown_tag(found[1], message, error.lineno)
    if found := re.fullmatch(r"Missing end of (\w+) (?:directive|tag)", message):
        closing = "{% endraw %}" if found[1] == "raw" else "#}"
        return (
            f"this {found[1]} is not closed",
            _opening(source, error, found[1]),
            (f"write {closing} behind it"),
        )
    if re.match("(?:un)?expected", message, re.I):
        for name, sign in _TOKENS.items():
            message = message.replace(f"'{name}'", sign)
    message = re.sub(r"^expected token (.+), got (.+)$", r"\2 where \1 is expected", message)
    message = message.replace("unexpected the end", "unexpected end")
    place = error.lineno
    if found := re.match(r"unexpected '([})\]])'", message):
        place = _closing(source, place, found[1])
    hint = (
        getattr(error, "hint", None)
        or syntax_in_helm(_tag_text(source, place))
        or next((hint for words, hint in _HINTS if words in message.lower()), None)
    )
    return message[:1].lower() + message[1:], place, hint


def _tag_text(source: SourceText, place: int) -> str:
    """The text of the tag or output around a place, as far as it goes on that line."""
    line, column = unpack(place)
    text = source.text.split("\n")[line - 1]
    begins = [at for sign in ("{{", "{%") if (at := text.rfind(sign, 0, column or None)) >= 0]
    start = max(begins, default=0)
    return re.split(r"[%}]\}", text[start:], maxsplit=1)[0]


def _closing(source: SourceText, place: int, sign: str) -> int:
    """The first such sign within a tag of the line: the lexer tells the line alone."""
    line, column = unpack(place)
    text = source.text.split("\n")[line - 1]
    inside = re.compile(r"\{[{%](?:[^}%]|%(?!\}))*?" + re.escape(sign))
    found = inside.search(text)
    return pack(line, found.end()) if found and column is None else place


def _unclosed(source: SourceText, place: int) -> tuple[str, int, str]:
    """The block that is still open at the end, told where it was opened."""
    still_open: list[tuple[int, str, str]] = []
    for at, tag in source.tags:
        name = found[1] if (found := _OPEN.match(tag)) else ""
        if name.startswith("end") and still_open:
            still_open.pop()
        elif name in _BLOCKS and not (name == "set" and "=" in tag):
            still_open.append((at, name, tag))
    if not still_open:
        return "the template ends within a tag", place, _QUOTES
    at, name, tag = still_open[-1]
    return f"{' '.join(tag.split())} is not closed", at, f"write {{% end{name} %}} behind its block"


def _unknown_tag(name: str, message: str, place: int) -> tuple[str, int, str]:
    if block := re.search(r"The innermost block that needs to be closed is '(\w+)'", message):
        if name == "end":
            return f"there is no tag '{name}'", place, f"write {{% end{block[1]} %}}"
        if name.startswith("end") or name in ("else", "elif"):
            hint = f"write {{% end{block[1]} %}} first"
            return f"'{name}' does not belong to the open '{block[1]}'", place, hint
    elif name.startswith("end") and name[3:] in (*_BLOCKS, "raw"):
        hint = f"remove it, or write {{% {name[3:]} … %}} before it"
        return f"'{name}' closes nothing", place, hint
    elif name in ("else", "elif"):
        return f"'{name}' belongs to no open block", place, "write {% if … %} before it"
    return f"there is no tag '{name}'", place, tag_in_helm(name) or _nearest_tag(name)


def _nearest_tag(name: str) -> str:
    near = nearest_name(name, [tag for tag in _TAGS if tag != "from"])  # `fro` is rather `for`
    return f"did you mean '{near}'?" if near else f"the tags are {', '.join(_TAGS)}"


def _opening(source: SourceText, error: TemplateSyntaxError, kind: str) -> int:
    """Where the comment or raw block begins that never ends."""
    pattern = r"\{#" if kind == "comment" else r"\{%[-+]?\s*raw\b"
    starts = [match.start() for match in re.finditer(pattern, source.text)]
    return Lines(source.text).place(starts[-1]) if starts else error.lineno
