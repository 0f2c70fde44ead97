"""A definition's structural schema: what becomes of a custom resource before it is judged.

Unknown fields are pruned, nulls dropped, defaults filled in; and the schema as fields, so that
owners of fields are kept as for built-in kinds. Source: Kubernetes' documentation of
CustomResourceDefinition (specifying a structural schema, pruning, defaulting, merge strategy), and
the answers of a real API server. Whether values make sense is rules_custom's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from holdfast.embedded.decode import Decoder
from holdfast.kinds.fields import ANY, CUSTOM, OBJECT_META, Field, Shape, struct
from holdfast.model.later import Later

Schema: TypeAlias = Mapping[str, Any]

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"
_WHOLE = 2**63
"""From here on Go keeps a whole number as a float."""
_HEAD = ("apiVersion", "kind", "metadata")


def fields_of_kind(schema: Schema) -> Field:
    """The schema of a kind as fields, read when first looked at; what every object has, too."""
    own = {name: sub for name, sub in _properties(schema).items() if name not in _HEAD}
    fields = Later(lambda: {**struct(CUSTOM).fields, **_named(own)})
    return Field(Shape.STRUCT, type=CUSTOM, own=fields, open=bool(schema.get(PRESERVE)))


def prune(obj: dict[str, Any], schema: Schema) -> tuple[dict[str, Any], list[str]]:
    """`obj` without the fields that its schema does not know, and their paths, sorted.

    Raises WrongType for metadata that cannot be read.
    """
    decoder = Decoder()
    head = {name: obj[name] for name in _HEAD if name in obj}
    head = decoder.decode(head, struct(CUSTOM))
    rest = {name: value for name, value in obj.items() if name not in _HEAD}
    kept = _prune(rest, schema, "", decoder.unknown)
    return {**head, **kept}, sorted(decoder.unknown)


def complete(obj: dict[str, Any], schema: Schema, *, keep_nulls: bool = False) -> dict[str, Any]:
    """`obj` with the schema's defaults in place of what is missing, and without nulls.

    A null is dropped where it may not be one; with `keep_nulls` (an apply says what it says) only
    where a default takes its place.
    """
    done: dict[str, Any] = _complete(obj, schema, keep_nulls)
    return done


def children(schema: Schema, name: str) -> Schema | None:
    """The schema of a key of a map: its own, or that of all keys; None where there is none."""
    properties, extra = _properties(schema), schema.get("additionalProperties")
    if name in properties:
        found: Schema = properties[name]
        return found
    return extra if isinstance(extra, dict) else None


def _prune(value: Any, schema: Schema, path: str, unknown: list[str]) -> Any:
    if isinstance(value, list):
        items = schema.get("items") or {}
        return [_prune(item, items, f"{path}[{n}]", unknown) for n, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, item in value.items():
        inner = f"{path}.{name}".lstrip(".")
        if schema.get(EMBEDDED) and name in _HEAD:
            kept[name] = _head(name, item, inner, unknown)
        elif (sub := children(schema, name)) is not None:
            kept[name] = _prune(item, sub, inner, unknown)
        elif schema.get(PRESERVE) or schema.get("additionalProperties") is True:
            kept[name] = item
        else:
            unknown.append(inner)
    return kept


def _head(name: str, value: Any, path: str, unknown: list[str]) -> Any:
    """apiVersion, kind or metadata of an object within the object."""
    if name != "metadata" or not isinstance(value, dict):
        return value
    decoder = Decoder()
    known = decoder.decode(value, struct(OBJECT_META))
    unknown += [f"{path}.{one}" for one in decoder.unknown]
    return known


def _complete(value: Any, schema: Schema, keep_nulls: bool) -> Any:
    if isinstance(value, list):
        items = schema.get("items") or {}
        return [_complete(item, items, keep_nulls) for item in value]
    if isinstance(value, float) and schema.get("type") in ("integer", "number"):
        return int(value) if value.is_integer() and abs(value) < _WHOLE else value
    if not isinstance(value, dict):
        return value
    given = {
        name: item
        for name, item in value.items()
        if item is not None or not _drops_null(children(schema, name), keep_nulls)
    }
    for name, sub in _properties(schema).items():
        if name not in given and sub.get("default") is not None:
            given[name] = deepcopy(sub["default"])
    return {
        name: _complete(item, children(schema, name) or {}, keep_nulls)
        for name, item in given.items()
    }


def _drops_null(schema: Schema | None, keep_nulls: bool) -> bool:
    if not schema or schema.get("nullable") or schema.get(PRESERVE):
        return False
    return "default" in schema or not keep_nulls


def _properties(schema: Schema) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema.get("properties") or {}
    return found


def _named(properties: Mapping[str, Any]) -> dict[str, Field]:
    return {name: _field(sub) for name, sub in properties.items()}


def _field(schema: Schema) -> Field:
    kind = schema.get("type")
    if schema.get(INT_OR_STRING) or kind is None:
        return ANY
    if kind == "array":
        return Field(
            Shape.LIST,
            list_type=schema.get("x-kubernetes-list-type", "atomic"),
            keys=tuple(schema.get("x-kubernetes-list-map-keys") or ()),
            items=_field(schema.get("items") or {}),
        )
    if kind == "object":
        return _map(schema)
    return Field(
        Shape.SCALAR, type=kind, format=schema.get("format", ""), default=schema.get("default")
    )


def _map(schema: Schema) -> Field:
    atomic = schema.get("x-kubernetes-map-type") == "atomic"
    if extra := schema.get("additionalProperties"):
        values = _field(extra) if isinstance(extra, dict) else ANY
        return Field(Shape.MAP, values=values, atomic=atomic)
    own = _named(_properties(schema))
    if schema.get(EMBEDDED):
        own = {**struct(CUSTOM).fields, **own}
    is_open = bool(schema.get(PRESERVE))
    return Field(Shape.STRUCT, type=CUSTOM, own=own, open=is_open, atomic=atomic)


def correlated(
    new: Sequence[Any], old: Any, schema: Schema
) -> Iterator[tuple[int, Any, tuple[Any, ...]]]:
    """Index and value of each item, and the item of `old` that it takes the place of, if any."""
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    before = old if isinstance(old, list) and keys else ()
    for index, item in enumerate(new):
        yield index, item, tuple(one for one in before if _same(one, item, keys))[:1]


def _same(one: Any, other: Any, keys: Sequence[str]) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(other, dict)
        and all(one.get(key) == other.get(key) for key in keys)
    )
