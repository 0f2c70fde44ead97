"""What a schema says about paths, without validating: names, defaults, and what is sensitive."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any, NamedTuple

from holdfast.errors import ValuesError, Where
from holdfast.model.values import Path
from holdfast.values.schematext import Schema, SchemaText

_ALWAYS = ("allOf",)
_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")
_MAX_VISITS = 100_000


def declared_paths(schema: SchemaText, tree: Any = None) -> frozenset[Path]:
    """Every path that the schema names; inside lists and free maps, those `tree` has items for."""
    return frozenset(path for path, _ in named_schemas(schema, tree) if path)


def sensitive_paths(schema: SchemaText, tree: Any = None) -> frozenset[Path]:
    """The paths that the schema marks `writeOnly: true` or `format: password`."""
    found = named_schemas(schema, tree)
    return frozenset(path for path, sub in found if is_sensitive(sub))


def named_schemas(
    schema: SchemaText, tree: Any, *, only: Set[int] | None = None
) -> tuple[tuple[Path, Any], ...]:
    """Every path that the schema names, with each schema that speaks of it, parents first.

    With `only` (ids of schemas) no others are looked at, nor what is below them.
    """
    return tuple(_Walk(schema, branches=True, only=only).visit(tree))


def is_sensitive(schema: Any) -> bool:
    """Whether this one schema marks its value as sensitive."""
    if not isinstance(schema, dict):
        return False
    return schema.get("writeOnly") is True or schema.get("format") == "password"


def default_tree(schema: SchemaText) -> dict[str, Any]:
    """The schema's defaults as a tree, behind `$ref` too, with the maps above them made.

    A map's own `default` beats those of its properties. Defaults in `anyOf`, `oneOf` and conditions
    are not known to apply, and those of list items have no path: both are left out.
    """
    found: dict[str, Any] = {}
    for path, sub in _Walk(schema, branches=False).visit(None):
        if isinstance(sub, dict) and sub.get("default") is not None:
            _fill(found, path, sub["default"])
    return found


def _fill(tree: dict[str, Any], path: Path, value: Any) -> None:
    """Put `value` at `path` where nothing is yet; maps are filled up."""
    if not path:
        for key, item in value.items() if isinstance(value, dict) else ():
            _fill(tree, (key,), item)
        return
    key = str(path[0])
    if len(path) == 1 and not isinstance(value, dict):
        tree.setdefault(key, value)
        return
    inner = tree.setdefault(key, {})
    if isinstance(inner, dict):
        _fill(inner, path[1:], value)


class _Spot(NamedTuple):
    """One schema at one path. `seen` are the references followed since the last existing value.

    A named tuple, because a large schema has very many of them.
    """

    path: Path
    schema: Schema
    document: Schema
    value: Any
    seen: frozenset[int] = frozenset()


class _Walk:
    """One way through a schema; with `branches` also where it is not known to apply."""

    def __init__(self, text: SchemaText, *, branches: bool, only: Set[int] | None = None) -> None:
        self.text = text
        self.branches = branches
        self.only = only

    def visit(self, tree: Any) -> Iterator[tuple[Path, Schema]]:
        """Every (path, schema) there is, parents first."""
        todo = [_Spot((), self.text.root, self.text.root, tree)]
        done: set[tuple[Path, int]] = set()
        while todo:
            spot = todo.pop()
            here = (spot.path, id(spot.schema))
            if not isinstance(spot.schema, dict) or id(spot.schema) in spot.seen or here in done:
                continue
            if self.only is not None and id(spot.schema) not in self.only:
                continue
            done.add(here)
            if len(done) > _MAX_VISITS:
                raise self._too_many()
            yield spot.path, spot.schema
            todo.extend(reversed([*self._same(spot, spot.schema), *self._below(spot, spot.schema)]))

    def _too_many(self) -> ValuesError:
        return ValuesError(
            f"reading the schema {self.text.source}: it names more than {_MAX_VISITS} paths",
            where=Where(self.text.source, kind="schema"),
            hint="look for a $ref that leads back to itself",
        )

    def _same(self, spot: _Spot, schema: dict[str, Any]) -> Iterator[_Spot]:
        """The schemas that speak of the same value."""
        seen = spot.seen | {id(schema)}
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if found := self.text.resolve(reference, spot.document):
                yield _Spot(spot.path, *found, spot.value, seen)
        for keyword in _BRANCHES if self.branches else _ALWAYS:
            for sub in _listed(schema.get(keyword)):
                yield _Spot(spot.path, sub, spot.document, spot.value, seen)
        for keyword in _CONDITIONS if self.branches else ():
            if keyword in schema:
                yield _Spot(spot.path, schema[keyword], spot.document, spot.value, seen)

    def _below(self, spot: _Spot, schema: dict[str, Any]) -> Iterator[_Spot]:
        """The schemas of the values inside this one."""
        seen = spot.seen | {id(schema)}
        properties = _mapped(schema.get("properties"))
        value = spot.value
        for name, sub in properties.items():
            inner = value.get(name) if isinstance(value, dict) else None
            fresh = frozenset[int]() if inner is not None else seen
            yield _Spot((*spot.path, name), sub, spot.document, inner, fresh)
        if isinstance(value, dict):
            for name, inner in value.items():
                for sub in () if name in properties else _free(schema):
                    yield _Spot((*spot.path, name), sub, spot.document, inner)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                for sub in _items(schema, index):
                    yield _Spot((*spot.path, index), sub, spot.document, inner)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapped(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _free(schema: dict[str, Any]) -> Iterator[Any]:
    """Schemas of keys without a name; any pattern may be meant, which errs towards masking."""
    yield from _mapped(schema.get("patternProperties")).values()
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if keyword in schema:
            yield schema[keyword]


def _items(schema: dict[str, Any], index: int) -> Iterator[Any]:
    """Schemas of the item at `index` (`items` as a list is draft 2019-09 and before)."""
    items = schema.get("items")
    first = _listed(schema.get("prefixItems")) or _listed(items)
    if index < len(first):
        yield first[index]
    elif isinstance(items, dict):
        yield items
    elif "additionalItems" in schema:
        yield schema["additionalItems"]
