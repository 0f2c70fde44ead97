"""How YAML that cannot be read is told: the place, the line with a caret, and the next step.

Knows the parser's words, not what the text is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.errors import Where, YamlError
from holdfast.light import dataclass
from holdfast.model.excerpt import excerpt

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError

    from holdfast.yamltext.nodes import Node

_LOOK = "look before this place for a bracket or quote that is not closed, or a wrong indent"
_HINTS = (
    ("mapping values are not allowed", "quote a value that holds ': ', and check the indentation"),
    ("could not find expected ':'", "a key needs a colon and a space after it"),
    ("did not find expected key", "check the indentation, and quotes inside of quoted text"),
    ("did not find expected '-' indicator", "the items of one list start in the same column"),
    ("did not find expected ',' or", "a list ends with ']', a map in braces with '}'"),
    ("found unexpected end of stream", "write the closing quote"),
    ("found unknown escape character", "write the text in single quotes, or the backslash twice"),
    ("found undefined tag handle", "leave the tag out, or quote text that starts with '!'"),
    ("incompatible YAML document", "leave the %YAML line out"),
    ("block sequence entries are not allowed", "start the list on a line of its own"),
    ("maximum nesting depth", "nest less deeply"),
    ("while scanning an anchor", "quote text that starts with '&'"),
    ("while scanning an alias", "quote text that starts with '*'"),
)
# The parser's words → what they mean. What is in brackets is worth a search.
_PLAIN = (
    ("mapping values are not allowed", "no key can stand here (mapping values are not allowed)"),
    ("expected ',' or ']'", "'[' is not closed, or a comma is missing (expected ',' or ']')"),
    ("expected ',' or '}'", "'{' is not closed, or a comma is missing (expected ',' or '}')"),
    ("did not find expected key", "this is no key of the map around it (expected key)"),
    ("expected '-' indicator", "this is no item of the list around it (expected '-')"),
    ("could not find expected ':'", "a key without its ':' (could not find expected ':')"),
    (
        "found unexpected end of stream",
        "a quote that is opened is not closed (unexpected end of stream)",
    ),
    ("maximum nesting depth", "nested deeper than 200 (exceeded maximum nesting depth)"),
    ("while scanning an alias", "'*' is no alias: no name of an anchor follows"),
    ("while scanning an anchor", "'&' is followed by no name for an anchor"),
)
_TAB = "\t"
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
        if mark and error.context_mark and "flow" in (error.context or ""):
            mark = error.context_mark if mark.line > error.context_mark.line else mark
        if mark and error.context_mark and mark.line + 1 >= len(lines) > error.context_mark.line:
            at_end = mark.line >= len(lines) or mark.column >= len(lines[mark.line])
            mark = error.context_mark if at_end else mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or "this is not YAML"
        message = f"{problem} ({error.context})" if error.context else problem
        hint = _hint(message, lines[line - 1 : line], column)
        if "cannot start any token" in message and line <= len(lines):
            char = lines[line - 1][column - 1 : column]
            what = "no tab may stand here" if char == _TAB else f"nothing can start with {char!r}"
            message = f"{what} (cannot start any token)"
        plain = next((plain for words, plain in _PLAIN if words in message), message)
        return self.error(plain, line, column, hint)


def _hint(message: str, lines: list[str], column: int) -> str:
    line = "".join(lines)
    char = line[column - 1 : column]
    if "cannot start any token" in message and char in _STARTERS:
        return _STARTERS[char]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _STARTERS["\t"]
    return next((hint for words, hint in _HINTS if words in message), _LOOK)
