"""The comments of a values file, each with the key it speaks of.

YAML's events know no comments: they are found by the places of the keys. A comment belongs to the
key below it (same indentation, no blank line between) or beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.model.values import Path
from holdfast.yamltext import Mapping, Node, Scalar, key_text

_NO_WORDS = ("yaml-language-server:", "@")


def describe_keys(text: str, document: Node) -> dict[Path, str]:
    """The comment of every key that has one, as one line; keys inside of lists have none."""
    lines = text.split("\n")
    found = {}
    for path, key, value in keys_of(document):
        words = [*_above(lines, key), *_beside(lines, key, value)]
        if said := " ".join(words).strip():
            found[path] = said
    return found


def keys_of(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar, Node]]:
    """Every key of a block map with its path and its value, parents first; lists are left out."""
    if not isinstance(node, Mapping) or node.flow:
        return
    for key, value in node.entries[node.merged :]:
        here = (*path, key_text(key) or "")
        yield here, key, value
        yield from keys_of(value, here)


def _above(lines: list[str], key: Scalar) -> list[str]:
    prefix = " " * (key.column - 1) + "#"
    words: list[str] = []
    for line in reversed(lines[: key.line - 1]):
        if not line.startswith(prefix):
            break
        words.insert(0, _words(line.strip()))
    return [word for word in words if word]


def _beside(lines: list[str], key: Scalar, value: Node) -> list[str]:
    single = isinstance(value, Scalar) or value.flow
    ends_here = value.end_line == value.line == key.line
    if single and not ends_here:
        return []
    line = lines[key.line - 1]
    rest = line[value.end_column - 1 :] if single else line[key.end_column :]
    match = re.match(r"[\s,]*\s#(.*)", rest)
    return [said] if match and (said := _words("#" + match[1])) else []


def _words(comment: str) -> str:
    """The words of one comment line, without the marks of documentation tools (`# --`)."""
    text = comment.lstrip("#").strip().removeprefix("-- ").strip()
    return "" if text.startswith(_NO_WORDS) or not text.strip("-=# ") else text
