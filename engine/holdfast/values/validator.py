"""jsonschema as holdfast uses it: no retrieval, ECMA-262 patterns, exact `multipleOf`.

The only module here that imports jsonschema, inside of its functions. It gives jsonschema's own
errors; problems.py turns them into words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from holdfast.errors import ValuesError
from holdfast.values.patterns import translate
from holdfast.values.schemafault import reference_to, schema_fault
from holdfast.values.schematext import MOST, Schema, SchemaText, subschemas

_DRAFTS = {
    "draft-04": "Draft4Validator",
    "draft-06": "Draft6Validator",
    "draft-07": "Draft7Validator",
    "draft/2019-09": "Draft201909Validator",
    "draft/2020-12": "Draft202012Validator",
}
_SUBSCHEMA_MAPS = frozenset(
    ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
)
_ITEMS = frozenset(("items", "prefixItems", "additionalItems"))
_DYNAMIC = ("$dynamicRef", "$recursiveRef")
_REMEMBERED, _LONGEST = 4096, 4096
"""Values of the root that are remembered as valid, and the characters of the longest."""
_DATA = frozenset(("const", "enum", "default", "examples"))
_Way: TypeAlias = tuple[str | int, ...]


class _Text(NamedTuple):
    """A file of a schema, for messages."""

    name: str
    text: str


def find_errors(schema: SchemaText, tree: Any) -> list[Any]:
    """Every error of `tree`, as jsonschema's ValidationError, in the order of their paths.

    Raises ValuesError for a schema that is not valid, of a draft that is not known, or that leads
    back to itself without end.
    """
    from jsonschema.exceptions import SchemaError
    from referencing.exceptions import Unresolvable

    try:
        validator = _validator(schema)
        errors = list(validator.iter_errors(tree))
    except SchemaError as error:
        at = list(error.absolute_path)
        raise _fault(
            schema, f"not a valid JSON Schema at {_spelled(at)}: {error.message}", at
        ) from None
    except Unresolvable as error:
        name = f"#{error.ref}" if error.ref.startswith("/") else error.ref
        hint = "put it under $defs, or correct the reference"
        message = f"$ref to {name}, which is not there"
        raise _fault(schema, message, reference_to(schema.root, name), hint=hint) from None
    except RecursionError:
        hint = "a $ref may lead back to a schema only through properties or items"
        message = "it leads back to itself without end"
        raise _fault(schema, message, reference_to(schema.root, "#"), hint=hint) from None
    return sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])


@lru_cache(maxsize=MOST)
def _validator(schema: SchemaText) -> Any:
    """The validator of a schema that has been proven valid, which takes longest of all."""
    from jsonschema import validators
    from referencing import Registry

    draft = _draft(schema)
    _check_files(schema, draft)
    draft.check_schema(schema.root, format_checker=_no_formats())
    root = _prepare(schema.root, _Text(schema.source, schema.texts.get(schema.source, "")), ())
    resources = [
        (uri, _resource(_prepare(file, _Text(name, schema.texts.get(name, "")), ()), draft))
        for name, file in schema.files.items()
        for uri in _uris(name, schema.root)
    ]
    registry: Any = Registry().with_resources(resources)
    extend: Any = validators.extend
    own = {"multipleOf": _multiple_of, "properties": _remembering(draft, root)}
    return extend(draft, own)(root, registry=registry)


def _check_files(schema: SchemaText, draft: Any) -> None:
    """Prove that the files it refers to are schemas: the validator takes them at their word."""
    from jsonschema.exceptions import SchemaError

    for name, file in schema.files.items():
        try:
            draft.check_schema(file, format_checker=_no_formats())
        except SchemaError as error:
            at = list(error.absolute_path)
            message = f"{name}, which it refers to, is not a valid JSON Schema at {_spelled(at)}"
            raise _fault(schema, f"{message}: {error.message}", at, name) from None


def _no_formats() -> Any:
    """No `format` is checked in the schema itself: patterns are read by us, as ECMA-262."""
    from jsonschema import FormatChecker

    return FormatChecker(formats=())


def _draft(schema: SchemaText) -> Any:
    import jsonschema

    named = schema.root.get("$schema") if isinstance(schema.root, dict) else None
    if named is None:
        return jsonschema.Draft202012Validator
    for word, name in _DRAFTS.items():
        if isinstance(named, str) and "json-schema.org/" in named and word in named:
            return getattr(jsonschema, name)
    hint = 'leave $schema out, or write "https://json-schema.org/draft/2020-12/schema"'
    raise _fault(schema, f"the draft {named!r} is not known", ["$schema"], hint=hint)


def _resource(schema: Schema, draft: Any) -> Any:
    from referencing.jsonschema import specification_with

    meta = draft.META_SCHEMA
    return specification_with(meta.get("$id") or meta["id"]).create_resource(schema)


def _uris(name: str, root: Schema) -> list[str]:
    """The names under which a file is asked for: its own, and relative to the schema's `$id`."""
    base = root.get("$id") if isinstance(root, dict) else None
    if not isinstance(base, str):
        return [name]
    from urllib.parse import urljoin

    return [name, urljoin(base, name)]


def _prepare(node: Any, source: _Text, path: _Way) -> Any:
    """A copy of a schema with every pattern in Python's words, and `false` with a place.

    jsonschema's error for a bare `false` forgets the path of the value; `{"not": {}}` keeps it.
    """
    if isinstance(node, list):
        return [_prepare(item, source, (*path, n)) for n, item in enumerate(node)]
    if not isinstance(node, dict):
        return node
    return {key: _prepare_keyword(key, value, source, path) for key, value in node.items()}


def _prepare_keyword(key: str, value: Any, source: _Text, path: _Way) -> Any:
    here = (*path, key)
    if key in _DATA:
        return value
    if key == "pattern" and isinstance(value, str):
        return _translated(value, source, here)
    if key in _SUBSCHEMA_MAPS and isinstance(value, dict):
        return {
            _translated(name, source, here) if key == "patternProperties" else name: _closed(
                _prepare(sub, source, (*here, name))
            )
            for name, sub in value.items()
        }
    found = _prepare(value, source, here)
    if key in _ITEMS:
        return [_closed(item) for item in found] if isinstance(found, list) else _closed(found)
    return found


def _closed(schema: Any) -> Any:
    return {"not": {}} if schema is False else schema


class Translated(str):
    """A pattern in Python's words that remembers how it was `written`."""

    written: str


def _translated(pattern: str, source: _Text, path: _Way) -> str:
    try:
        found = Translated(translate(pattern))
    except ValueError as error:
        message = f"at {_spelled(path)}: {error}"
        hint = "write an ECMA-262 pattern, as JSON Schema says"
        raise schema_fault(source.name, source.text, message, at=path, hint=hint) from None
    found.written = pattern
    return found


def _remembering(draft: Any, root: Any) -> Any:
    """`properties` that checks a value of the root once: most releases of a chart share most.

    Only "valid" is remembered, by the value's JSON. What a schema says of a value depends on
    nothing else, but for references that look for their target where they were called from.
    """
    plain = draft.VALIDATORS["properties"]
    known: set[tuple[str, str]] = set()

    def properties(validator: Any, subs: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if schema is not root or not isinstance(instance, dict):
            yield from plain(validator, subs, instance, schema)
            return
        for name in subs:
            if name not in instance:
                continue
            key = (name, json.dumps(instance[name]))
            if key in known:
                continue
            errors = list(plain(validator, {name: subs[name]}, instance, schema))
            if not errors and len(known) < _REMEMBERED and len(key[1]) <= _LONGEST:
                known.add(key)
            yield from errors

    return plain if any(map(_looks_back, subschemas(root))) else properties


def _looks_back(schema: Any) -> bool:
    return isinstance(schema, dict) and not schema.keys().isdisjoint(_DYNAMIC)


def _multiple_of(validator: Any, divisor: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """Exact where jsonschema divides floats (0.3 is a multiple of 0.1)."""
    from jsonschema import ValidationError

    if validator.is_type(instance, "number"):
        if (Fraction(str(instance)) / Fraction(str(divisor))).denominator != 1:
            yield ValidationError(f"is not a multiple of {divisor}")


def _fault(
    schema: SchemaText,
    message: str,
    at: Sequence[str | int] | None,
    name: str = "",
    hint: str | None = None,
) -> ValuesError:
    """The error at a place of the schema, or of the file of that `name`."""
    text = schema.texts.get(name or schema.source, "")
    if not name:
        return schema_fault(schema.source, text, message, at=at, hint=hint)
    place = schema_fault(name, text, message, at=at, hint=hint)
    return schema_fault(schema.source, text, message, where=place.where, hint=place.hint)


def _spelled(at: Sequence[str | int]) -> str:
    return "#/" + "/".join(str(part) for part in at)
