"""A schema that cannot be used: what is wrong in it, with its line where a pointer leads to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.errors import HoldfastError, ValuesError, Where
from holdfast.model.excerpt import excerpt

_TYPES = "types are array, boolean, integer, null, number, object and string"
_HINT = "see the keyword in JSON Schema 2020-12"
Pointer = Sequence[str | int]


def schema_fault(
    source: str,
    text: str,
    message: str,
    *,
    at: Pointer | None = None,
    where: Where | None = None,
    hint: str | None = None,
) -> ValuesError:
    """The error for a schema; `at` leads from its root to what is wrong, `where` is its place."""
    where = where or place_in(source, text, at)
    shown = excerpt(text, where.line, where.column) if where.line else None
    hint = hint or (_TYPES if at and at[-1] == "type" else _HINT)
    message = f"reading the schema {source}: {message}"
    return ValuesError(message, where=where, hint=hint, excerpt=shown)


def reference_to(schema: Any, name: str) -> list[str | int] | None:
    """The way to the first reference to `name`, or to a part of it."""
    for path, node in _walk(schema, []):
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            found = node.get(keyword) if isinstance(node, dict) else None
            if isinstance(found, str) and name in (found, found.partition("#")[0]):
                return [*path, keyword]
    return None


def _walk(node: Any, path: list[str | int]) -> Iterator[tuple[list[str | int], Any]]:
    yield path, node
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, inner in entries:
        if isinstance(inner, dict | list):
            yield from _walk(inner, [*path, key])


def place_in(source: str, text: str, at: Pointer | None) -> Where:
    """The line of a pointer: JSON is read as YAML for it. Without one, the whole file."""
    from holdfast.yamltext import load_documents

    nowhere = Where(source, kind="schema")
    if at is None:
        return nowhere
    try:
        found = load_documents(text, source=source)[0].positions.get(tuple(at))
    except (HoldfastError, IndexError):  # JSON that is no YAML, such as one with tabs
        return nowhere
    return Where(source, found.line, found.column, "schema") if found else nowhere
