"""A values.schema.json as read: one JSON text whose references stay inside the chart.

Needs no validator: references, defaults and sensitive places are found without one.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from holdfast.errors import Where
from holdfast.values.jsontext import read_number, refuse_constant
from holdfast.values.schemafault import reference_to, schema_fault

Schema: TypeAlias = dict[str, Any] | bool

_DATA = frozenset(("const", "enum", "default", "examples"))
_OBJECT = "a schema is one JSON object"

MOST = 128
"""Schemas that are kept once read, so that many releases of a chart read its schema once."""


@dataclass(frozen=True, slots=True, eq=False)
class SchemaText:
    """A schema, and the files of the chart it may refer to (by path, parsed on demand).

    Nothing changes one, and it is equal to itself alone: what is made of it can be kept by it.
    """

    source: str
    root: Schema
    files: Mapping[str, Schema] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    """What `source` and the files were read from, for the lines of messages."""

    def resolve(self, reference: str, document: Schema) -> tuple[Schema, Schema] | None:
        """What `reference` in `document` names, and the document that is in; None for nothing."""
        name, _, fragment = reference.partition("#")
        target = document if not name else self._document(name, self._name_of(document))
        if target is None:
            return None
        found = _find(target, _unquote(fragment))
        return None if found is None else (found, target)

    def _name_of(self, document: Schema) -> str:
        return next((name for name, file in self.files.items() if file is document), "")

    def _document(self, name: str, base: str) -> Schema | None:
        if (path := _joined(base, name)) in self.files:
            return self.files[path]
        return next((sub for sub in subschemas(self.root) if _id(sub) == name), None)


def read_schema(text: str, *, source: str, files: Mapping[str, str] | None = None) -> SchemaText:
    """Parse a schema and prove that every `$ref` stays inside of it or names one of `files`.

    Raises ValuesError for text that is no JSON, a schema that is no object or boolean, and a
    reference to anything else: nothing is ever fetched.
    """
    return _read(text, source, tuple((files or {}).items()))


@lru_cache(maxsize=MOST)
def _read(text: str, source: str, files: tuple[tuple[str, str], ...]) -> SchemaText:
    root = _parse(text, source)
    used: dict[str, Schema] = {}
    texts = dict(files)
    _collect(root, source, text, "", texts, used)
    return SchemaText(source, root, used, {source: text, **{name: texts[name] for name in used}})


def subschemas(schema: Any) -> Iterator[Schema]:
    """A schema and all that may be a schema inside of it; data such as `enum` is left out."""
    todo = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
            todo.extend(value for key, value in node.items() if key not in _DATA)
        elif isinstance(node, list):
            todo.extend(node)


def _parse(text: str, source: str) -> Schema:
    try:
        root = json.loads(
            text.removeprefix("\ufeff"), parse_constant=refuse_constant, parse_float=read_number
        )
    except json.JSONDecodeError as error:
        where = Where(source, error.lineno, error.colno, "schema")
        message = f"not JSON: {error.msg}"
        raise schema_fault(source, text, message, where=where, hint=_OBJECT) from None
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise schema_fault(source, text, reason, hint=_OBJECT) from None
    if not isinstance(root, dict | bool):
        raise schema_fault(source, text, "a schema is a JSON object", at=(), hint=_OBJECT)
    return root


def _joined(base: str, name: str) -> str:
    """The file that a reference in the file `base` names: relative to it, as RFC 3986 says."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), name))


def _collect(
    schema: Schema,
    source: str,
    text: str,
    base: str,
    files: dict[str, str],
    used: dict[str, Schema],
) -> None:
    """Read every file that `schema` refers to, and those that these refer to."""
    ids = {_id(sub) for sub in subschemas(schema)}
    for name in _references(schema):
        path = _joined(base, name)
        if name in ids or path in used:
            continue
        if path not in files:
            raise schema_fault(
                source,
                text,
                f"$ref to {name}, which is outside of the chart",
                at=reference_to(schema, name),
                hint=_near(path, files) or "copy it under $defs, and refer to it as #/$defs/…",
            )
        used[path] = _parse(files[path], path)
        _collect(used[path], path, files[path], path, files, used)


def _near(path: str, files: dict[str, str]) -> str | None:
    from difflib import get_close_matches

    near = get_close_matches(path, list(files), n=1)
    return f"did you mean {near[0]}?" if near else None


def _references(schema: Schema) -> Iterator[str]:
    for sub in subschemas(schema):
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            reference = sub.get(keyword) if isinstance(sub, dict) else None
            if isinstance(reference, str) and (name := reference.partition("#")[0]):
                yield name


def _id(schema: Schema) -> str:
    found = schema.get("$id", "") if isinstance(schema, dict) else ""
    return found.removesuffix("#") if isinstance(found, str) else ""


def _find(document: Schema, fragment: str) -> Schema | None:
    if fragment and not fragment.startswith("/"):
        return next((sub for sub in subschemas(document) if _anchored(sub, fragment)), None)
    node: Any = document
    for part in fragment.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            return None
    return node if isinstance(node, dict | bool) else None


def _unquote(fragment: str) -> str:
    if "%" not in fragment:
        return fragment
    from urllib.parse import unquote  # costs more than all the rest of a start-up here

    return unquote(fragment)


def _anchored(schema: Schema, name: str) -> bool:
    if not isinstance(schema, dict):
        return False
    return name in (schema.get("$anchor"), schema.get("$dynamicAnchor")) or (
        schema.get("$id") == f"#{name}"
    )
