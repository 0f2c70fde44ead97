"""What a chart's schemas say of one value, as schemas of their own that need no chart.

Kept with a release, so that a scale, which has no chart at hand, can ask them. What stands at the
value's path is kept, behind `$ref` and `allOf`, too; conditions and choices that speak of the path
are kept whole, for they may look at other values. What refers to itself without end is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from holdfast.errors import Problem
from holdfast.model.chart import Chart
from holdfast.model.values import Path, Values
from holdfast.values.assemble import read_chart_schema
from holdfast.values.schema import find_problems
from holdfast.values.schematext import Schema, SchemaText

_DATA = frozenset(("const", "enum"))
_MAPS = frozenset(("properties", "patternProperties", "dependentSchemas"))
_SAYS_NOTHING = frozenset(
    "$schema $id $anchor $comment $defs definitions title description default examples".split()
)
_CHOICES = ("anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")
_REF_ALONE = ("draft-04", "draft-06", "draft-07")
"""Drafts in which nothing beside a `$ref` counts."""


_Around: TypeAlias = Callable[[Any], dict[str, Any]]


class _Endless(Exception):
    """A schema that refers to itself, or to where it was called from."""


def schemas_of_value(chart: Chart, path: Path) -> tuple[dict[str, Any], ...]:
    """What the schemas of the charts around `path` say of it, each for the whole tree of values.

    Raises ValuesError for a schema that cannot be read.
    """
    found = []
    for scope, sub in chart.walk():
        if not sub.schema or path[: len(scope)] != scope:
            continue
        text = read_chart_schema(sub)
        said = _Extract(text).at(text.root, text.root, path[len(scope) :])
        if said != {}:
            found.append(_scoped(said, text, scope))
    return tuple(found)


def problems_of_value(values: Values, schemas: Sequence[dict[str, Any]]) -> tuple[Problem, ...]:
    """What the schemas of a value, as schemas_of_value gave them, have against `values`."""
    found = [find_problems(values, SchemaText("values.schema.json", one)) for one in schemas]
    return tuple(dict.fromkeys(problem for some in found for problem in some))


def _scoped(schema: Schema, text: SchemaText, scope: Path) -> dict[str, Any]:
    for name in reversed(scope):
        schema = {"properties": {str(name): schema}}
    draft = text.root.get("$schema") if isinstance(text.root, dict) else None
    whole = schema if isinstance(schema, dict) else {"allOf": [schema]}
    return {**({"$schema": draft} if draft else {}), **whole}


class _Extract:
    """The way through one schema."""

    def __init__(self, text: SchemaText) -> None:
        self.text = text
        draft = str(text.root.get("$schema", "")) if isinstance(text.root, dict) else ""
        self.ref_alone = any(word in draft for word in _REF_ALONE)

    def at(
        self, schema: Any, document: Schema, path: Path, seen: frozenset[int] = frozenset()
    ) -> Any:
        """What `schema` says of the value at `path` below it; `{}` for nothing."""
        try:
            if not path or not isinstance(schema, dict):
                return self.whole(schema, document, seen) if not path else {}
        except _Endless:
            return {}
        if id(schema) in seen:
            return {}
        parts = [part for part in self._parts(schema, document, path, seen) if part != {}]
        return {"allOf": parts} if len(parts) > 1 else next(iter(parts), {})

    def _parts(
        self, schema: dict[str, Any], document: Schema, path: Path, seen: frozenset[int]
    ) -> Iterator[Any]:
        here = seen | {id(schema)}
        if "$ref" in schema:
            if found := self.text.resolve(schema["$ref"], document):
                yield self.at(*found, path, here)
            if self.ref_alone:
                return
        for sub in schema.get("allOf", ()):
            yield self.at(sub, document, path, here)
        for around, sub in _below(schema, path[0]):
            if (said := self.at(sub, document, path[1:])) != {}:
                yield around(said)
        yield self._choices(schema, document, path, here)

    def _choices(
        self, schema: dict[str, Any], document: Schema, path: Path, seen: frozenset[int]
    ) -> Any:
        chosen = {key: schema[key] for key in _CHOICES if key in schema}
        subs = [sub for key, value in chosen.items() for sub in _listed(key, value)]
        if all(self.at(sub, document, path, seen) == {} for sub in subs):
            return {}
        try:
            return self.whole(chosen, document, seen)
        except _Endless:
            return {}

    def whole(self, schema: Any, document: Schema, seen: frozenset[int]) -> Any:
        """`schema` with what it refers to in its place, and without what only explains."""
        if isinstance(schema, list):
            return [self.whole(item, document, seen) for item in schema]
        if not isinstance(schema, dict):
            return schema
        if id(schema) in seen or "$dynamicRef" in schema or "$recursiveRef" in schema:
            raise _Endless
        here = seen | {id(schema)}
        referred = self.text.resolve(schema["$ref"], document) if "$ref" in schema else None
        behind = self.whole(*referred, here) if referred else {}
        own = {} if referred and self.ref_alone else self._keywords(schema, document, here)
        return {**own, "allOf": [*own.get("allOf", ()), behind]} if behind != {} else own

    def _keywords(
        self, schema: dict[str, Any], document: Schema, seen: frozenset[int]
    ) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, value in schema.items():
            if key in _DATA:
                kept[key] = value
            elif key in _MAPS and isinstance(value, dict):
                kept[key] = {name: self.whole(sub, document, seen) for name, sub in value.items()}
            elif key != "$ref" and key not in _SAYS_NOTHING:
                kept[key] = self.whole(value, document, seen)
        return kept


def _listed(keyword: str, value: Any) -> list[Any]:
    """The schemas that stand under a keyword of `_CHOICES`."""
    if keyword == "dependentSchemas":
        return list(value.values())
    return value if isinstance(value, list) else [value]


def _below(schema: dict[str, Any], step: str | int) -> Iterator[tuple[_Around, Any]]:
    """Each schema that speaks of what is at `step`, and how to put another in its place."""
    if isinstance(step, int):
        yield from _items(schema, step)
        return
    named = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    if step in named:
        yield _under("properties", step), named[step]
    for pattern, sub in patterns.items():
        yield _under("patternProperties", pattern), sub
    if step not in named and not patterns and "additionalProperties" in schema:
        yield _under("properties", step), schema["additionalProperties"]


def _under(keyword: str, name: str) -> _Around:
    return lambda said: {keyword: {name: said}}


def _items(schema: dict[str, Any], index: int) -> Iterator[tuple[_Around, Any]]:
    """The same for an item of a list (`items` as a list is draft 2019-09 and before)."""
    items = schema.get("items")
    keyword = "items" if isinstance(items, list) else "prefixItems"
    first = schema.get(keyword, [])
    if index < len(first):
        yield (lambda said: {keyword: [*[{}] * index, said]}), first[index]
    elif isinstance(items, dict):
        yield (lambda said: {"items": said}), items
