"""A chart's schema, asked by the path of a value: named, described, deprecated, open, and where.

Only what maps name is followed, through references and every kind of branch; lists and free maps
end a path. Validation is the values' own business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.errors import YamlError
from holdfast.model.chart import ChartFile
from holdfast.model.values import Path
from holdfast.values.schema import SchemaText
from holdfast.yamltext import load_documents

_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")
_MAX_DEPTH = 24
_OPEN = ("patternProperties", "additionalProperties", "unevaluatedProperties")


class SchemaView:
    """What a schema says of each path that it names."""

    def __init__(self, schema: SchemaText) -> None:
        self._text = schema
        self._found: dict[Path, list[dict[str, Any]]] = {}
        self._pointers: dict[Path, Path] = {}
        self._visit((), schema.root, schema.root, (), frozenset())

    def paths(self) -> Iterator[Path]:
        """Every path that the schema names, parents first."""
        yield from (path for path in self._found if path)

    def names(self, path: Path) -> bool:
        """Whether the schema names the path."""
        return path in self._found

    def open(self, path: Path) -> bool:
        """Whether the map at `path` takes keys that the schema does not name, and says so."""
        return any(
            schema.get(keyword) not in (None, False)
            for schema in self._found.get(path, ())
            for keyword in _OPEN
        )

    def closed(self, path: Path) -> bool:
        """Whether the schema names keys of the map at `path`, and provides for no others."""
        names = any(schema.get("properties") for schema in self._found.get(path, ()))
        return names and not self.open(path)

    def schemas(self, path: Path) -> tuple[dict[str, Any], ...]:
        """Every schema that speaks of the value at `path`, the nearest first."""
        return tuple(self._found.get(path, ()))

    def description(self, path: Path) -> str:
        """The words of the schema on the value at `path`."""
        for schema in self._found.get(path, ()):
            said = schema.get("description") or schema.get("title")
            if isinstance(said, str) and said.strip():
                return " ".join(said.split())
        return ""

    def deprecated(self) -> Iterator[Path]:
        """The paths that the schema marks as deprecated."""
        for path, schemas in self._found.items():
            if path and any(schema.get("deprecated") is True for schema in schemas):
                yield path

    def line(self, path: Path, file: ChartFile | None) -> int | None:
        """The line of the schema that names `path`."""
        if file is None or path not in self._pointers:
            return None
        try:
            positions = load_documents(file.text, source=file.path)[0].positions
        except YamlError:
            return None
        where = positions.get(self._pointers[path])
        return where.line if where else None

    def _visit(
        self, path: Path, schema: Any, document: Any, pointer: Path, seen: frozenset[int]
    ) -> None:
        if not isinstance(schema, dict) or id(schema) in seen or len(path) > _MAX_DEPTH:
            return
        seen |= {id(schema)}
        self._found.setdefault(path, []).append(schema)
        self._pointers.setdefault(path, pointer)
        reference = schema.get("$ref")
        if isinstance(reference, str) and (found := self._text.resolve(reference, document)):
            self._visit(path, found[0], found[1], pointer, seen)
        for keyword, sub in _same(schema):
            self._visit(path, sub, document, (*pointer, *keyword), seen)
        properties = schema.get("properties")
        for name, sub in properties.items() if isinstance(properties, dict) else ():
            self._visit((*path, name), sub, document, (*pointer, "properties", name), seen)


def _same(schema: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The schemas that speak of the same value, with the way to each."""
    for keyword in _BRANCHES:
        branches = schema.get(keyword)
        for index, sub in enumerate(branches if isinstance(branches, list) else ()):
            yield (keyword, index), sub
    for keyword in _CONDITIONS:
        if keyword in schema:
            yield (keyword,), schema[keyword]
