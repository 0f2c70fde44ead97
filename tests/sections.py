"""Test data as a person writes it: named cases of named texts, one file for many of them.

A case starts with `==== its name`, a text of it with `---- the text's name`; everything up to the
next such line is the text. Behind the name, `(crlf)` asks for Windows line ends and `(no newline)`
for a last line without an end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_CASE = re.compile(r"^==== (.+)\n", re.MULTILINE)
_TEXT = re.compile(r"^---- (\S+)(?: \((.+)\))?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: where it is written, what it is called, and its texts by name."""

    page: str
    name: str
    texts: dict[str, str]

    def __str__(self) -> str:
        return f"{self.page}: {self.name}"


def read_cases(path: Path) -> list[Case]:
    """The cases of one file, in order."""
    parts = _CASE.split(path.read_text(encoding="utf-8"))
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return [Case(path.stem, name, dict(_texts(body))) for name, body in pairs]


def _texts(body: str) -> list[tuple[str, str]]:
    parts = _TEXT.split(body)
    assert not parts[0].strip(), f"text without a name: {parts[0]!r}"
    triples = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return [(name, _as_asked(text, wish or "")) for name, wish, text in triples]


def _as_asked(text: str, wish: str) -> str:
    if wish == "crlf":
        return text.replace("\n", "\r\n")
    if wish == "no newline":
        return text.removesuffix("\n")
    assert not wish, wish
    return text
