"""Values against a chart's schema: defaults, names, sensitive places, and all problems at once.

JSON Schema 2020-12 unless `$schema` names an older draft. The verdict "valid" can be remembered by
key, so that an unchanged chart with unchanged values need not load a validator.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from holdfast.errors import Problem, Where
from holdfast.model.values import Layer, Path, Values
from holdfast.values.schematext import MOST, SchemaText, read_schema
from holdfast.values.schemawalk import (
    declared_paths,
    default_tree,
    is_sensitive,
    named_schemas,
    sensitive_paths,
)
from holdfast.version import __version__

__all__ = [
    "SchemaText",
    "always_declared",
    "check",
    "declared_paths",
    "default_layer",
    "default_tree",
    "find_problems",
    "is_sensitive",
    "named_schemas",
    "read_schema",
    "sensitive_paths",
    "verdict_key",
]


def check(
    values: Values, schema_text: str, *, source: str, files: Mapping[str, str] | None = None
) -> tuple[Problem, ...]:
    """Everything that the schema has against `values`; empty when they are valid.

    `files` are those of the chart that a `$ref` may name. Raises ValuesError for a schema that is
    not valid or that refers to anything outside.
    """
    return find_problems(values, read_schema(schema_text, source=source, files=files))


def find_problems(values: Values, schema: SchemaText) -> tuple[Problem, ...]:
    """As `check`, for a schema that has been read."""
    from holdfast.values.problems import to_problems
    from holdfast.values.schemafault import place_in
    from holdfast.values.validator import find_errors

    def required_at(pointer: Sequence[str | int]) -> Where:
        beyond = "$ref" in pointer  # what follows is another schema's
        text = schema.texts.get(schema.source, "")
        return place_in(schema.source, text, None if beyond else pointer)

    return to_problems(find_errors(schema, values.tree), values, required_at)


@lru_cache(maxsize=MOST)
def default_layer(schema: SchemaText) -> Layer:
    """The schema's defaults as the lowest layer."""
    tree = default_tree(schema)
    origin = Where(schema.source, kind="schema")
    origins: dict[Path, Where] = {(): origin}
    return Layer(tree, origins)


@lru_cache(maxsize=MOST)
def always_declared(schema: SchemaText) -> frozenset[Path]:
    """The paths that the schema names whatever the values are.

    Raises ValuesError for a schema that names too many.
    """
    return declared_paths(schema)


def verdict_key(schema_text: str, tree: Any, files: Mapping[str, Any] | None = None) -> str:
    """`sha256:…` over schema, values and version: what a verdict is remembered by."""
    parts = [__version__, schema_text, tree, dict(files or {})]
    data = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(data.encode()).hexdigest()
