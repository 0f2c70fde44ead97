r"""The JSONPath of kubectl, as far as it can name one value of an object.

`.a.b`, `.a['b.c']`, `.a\.b`, `[0]`, `[-1]`, `[*]`, `[?(@.type=="Ready")]`, `[?(@.type)]`; in braces
or without (kubernetes.io/docs/reference/kubectl/jsonpath). What leads nowhere finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Step: TypeAlias = Callable[[Any], Iterator[Any]]

_TEXT = r"'[^']*'|\"[^\"]*\""
_STEP = re.compile(
    rf"""
    (?P<all> \.\* | \[\s*\*\s*\] )
    | \. (?P<field> (?: \\. | [^.\[\]\\{{}}\s] )+ )
    | \[\s* (?P<key> {_TEXT} ) \s*\]
    | \[\s* (?P<index> -?[0-9]+ ) \s*\]
    | \[\?\(\s* @ (?P<path> [^()=!<>]+? ) \s*
      (?: (?P<sign> ==|!= ) \s* (?P<value> {_TEXT}|[^'"()\s]+ ) \s* )? \)\]
    """,
    re.VERBOSE,
)


def parse_path(text: str) -> tuple[Step, ...]:
    """The steps of a path. Raises ValueError for what is none, or may name several values."""
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1].strip()
    inner = inner.removeprefix("$")
    if inner[:1] not in (".", "["):
        inner = f".{inner}"
    return tuple(_steps(inner, text))


def find_values(steps: tuple[Step, ...], obj: Any) -> list[Any]:
    """What the steps lead to, in order."""
    found = [obj]
    for step in steps:
        found = [child for node in found for child in step(node)]
    return found


def _steps(inner: str, text: str) -> Iterator[Step]:
    end = 0
    while end < len(inner):
        match = _STEP.match(inner, end)
        if match is None:
            rest = inner[end:]
            raise ValueError(f"{text!r} is no path that names one value, from {rest!r} on")
        yield _step(match)
        end = match.end()


def _step(match: re.Match[str]) -> Step:
    if match["all"]:
        return _all
    if match["index"]:
        return _index(int(match["index"]))
    if match["path"]:
        return _where(parse_path(match["path"]), match["sign"], match["value"])
    return _field(match["key"][1:-1] if match["key"] else re.sub(r"\\(.)", r"\1", match["field"]))


def _field(name: str) -> Step:
    def step(node: Any) -> Iterator[Any]:
        if isinstance(node, Mapping) and name in node:
            yield node[name]

    return step


def _index(number: int) -> Step:
    def step(node: Any) -> Iterator[Any]:
        if isinstance(node, list) and -len(node) <= number < len(node):
            yield node[number]

    return step


def _all(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        yield from node.values()
    elif isinstance(node, list):
        yield from node


def _where(path: tuple[Step, ...], sign: str | None, value: str | None) -> Step:
    wanted = (value or "").strip("'\"")

    def fits(item: Any) -> bool:
        found = [spell(one) for one in find_values(path, item)]
        if sign is None:
            return bool(found)
        return (wanted in found) == (sign == "==")

    def step(node: Any) -> Iterator[Any]:
        yield from (item for item in _all(node) if fits(item))

    return step


def spell(value: Any) -> str:
    """A value as Go prints it, and so as kubectl compares it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else str(value)
