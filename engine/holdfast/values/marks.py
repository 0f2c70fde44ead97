"""What a schema marks (sensitive, deprecated), without walking through all that it marks not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from holdfast.model.values import Path
from holdfast.values.deprecations import is_deprecated
from holdfast.values.schematext import MOST, Schema, SchemaText
from holdfast.values.schemawalk import is_sensitive, named_schemas


def marked_schemas(schema: SchemaText, tree: Any) -> tuple[tuple[Path, Schema], ...]:
    """The paths of the schema, and of the items that `tree` has, whose schema marks them."""
    only = _leading(schema)
    if not only:
        return ()
    found = named_schemas(schema, tree, only=only)
    return tuple((path, sub) for path, sub in found if _is_marked(sub))


def _is_marked(schema: Any) -> bool:
    return is_sensitive(schema) or is_deprecated(schema)


@lru_cache(maxsize=MOST)
def _leading(schema: SchemaText) -> frozenset[int]:
    """The ids of the schemas that are marked, or that lead to one by nesting or by reference."""
    around: dict[int, set[int]] = defaultdict(set)
    todo: list[int] = []
    for document in (schema.root, *schema.files.values()):
        for node, outer in _nested(document):
            around[id(node)].add(outer)
            if _is_marked(node):
                todo.append(id(node))
            reference = node.get("$ref")
            if isinstance(reference, str) and (found := schema.resolve(reference, document)):
                around[id(found[0])].add(id(node))
    leading: set[int] = set()
    while todo:
        if (number := todo.pop()) not in leading:
            leading.add(number)
            todo.extend(around[number])
    return frozenset(leading)


def _nested(document: Schema) -> Iterator[tuple[dict[str, Any], int]]:
    """Every map of a schema, with the id of the one around it (0 is none)."""
    todo: list[tuple[Any, int]] = [(document, 0)]
    while todo:
        node, outer = todo.pop()
        if isinstance(node, dict):
            yield node, outer
            todo.extend((inner, id(node)) for inner in node.values())
        elif isinstance(node, list):
            todo.extend((inner, outer) for inner in node)
