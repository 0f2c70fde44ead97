"""How YAML that cannot be read is told: the place, the line with a caret, and the next step.

Knows the parser's words, not what the text is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.errors import Where, YamlError

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError

    from holdfast.yamltext.nodes import Node

_WIDTH = 100
_LOOK = "look before this place for a bracket or quote that is not closed, or a wrong indent"
_HINTS = (
    ("mapping values are not allowed", "quote a value that holds ': ', and check the indentation"),
    ("could not find expected ':'", "a key needs a colon and a space after it"),
    ("did not find expected key", "check the indentation, and quotes inside of quoted text"),
    ("did not find expected '-' indicator", "the items of one list start in the same column"),
    ("did not find expected ',' or", "a bracket or brace is not closed, or a comma is missing"),
    ("found unexpected end of stream", "a quote that is opened must be closed"),
    ("found unknown escape character", "write the text in single quotes, or the backslash twice"),
    ("found undefined tag handle", "leave the tag out, or quote text that starts with '!'"),
    ("incompatible YAML document", "leave the %YAML line out"),
    ("block sequence entries are not allowed", "start the list on a line of its own"),
    ("while scanning an anchor", "quote text that starts with '&'"),
    ("while scanning an alias", "quote text that starts with '*'"),
)
_STARTERS = {
    "\t": "indent with spaces: YAML allows no tabs there",
    "@": "quote text that starts with '@'",
    "`": "quote text that starts with '`'",
    "%": "quote text that starts with '%'",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A text under its name, able to say that something is wrong at a place of it."""

    name: str
    text: str = ""

    def error(self, message: str, line: int, column: int, hint: str | None = None) -> YamlError:
        """A YamlError at a line and column (from 1), with that line shown."""
        return YamlError(
            f"reading {self.name}: {message}",
            where=Where(self.name, line, column),
            excerpt=excerpt(self.text, line, column),
            hint=hint,
        )

    def error_at(self, node: Node, message: str, hint: str | None = None) -> YamlError:
        """A YamlError at the start of a node."""
        return self.error(message, node.line, node.column, hint)

    def error_from(self, error: MarkedYAMLError) -> YamlError:
        """The parser's own error in our form."""
        lines = self.text.splitlines()
        mark = error.problem_mark or error.context_mark
        if mark and error.context_mark and mark.line + 1 >= len(lines) > error.context_mark.line:
            at_end = mark.line >= len(lines) or mark.column >= len(lines[mark.line])
            mark = error.context_mark if at_end else mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or "this is not YAML"
        message = f"{problem} ({error.context})" if error.context else problem
        return self.error(message, line, column, _hint(message, lines[line - 1 : line], column))


def excerpt(text: str, line: int, column: int) -> str | None:
    """The line with a caret under the column (both from 1); a long line is cut around it."""
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        return None
    start = max(0, column - 1 - _WIDTH // 2)
    cut = lines[line - 1][start : start + _WIDTH]
    shown = "".join(c if c.isprintable() else " " if c == "\t" else "\ufffd" for c in cut)
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def _hint(message: str, lines: list[str], column: int) -> str:
    line = "".join(lines)
    char = line[column - 1 : column]
    if "cannot start any token" in message and char in _STARTERS:
        return _STARTERS[char]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _STARTERS["\t"]
    return next((hint for words, hint in _HINTS if words in message), _LOOK)
