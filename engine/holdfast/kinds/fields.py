"""What fields the built-in kinds have: their types, the keys of their lists, what is atomic.

The table beside this file (fields.json) was read from a real API server's OpenAPI documents and
discovery; here is the typed way in. It is read when first asked for, never at import. This file
knows no values and no objects: only shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from holdfast.light import dataclass

_NO_FIELDS: Mapping[str, Any] = MappingProxyType({})
OBJECT_META = "meta.v1.ObjectMeta"


class Shape(StrEnum):
    """How a value is built, and so how two values of it are merged."""

    STRUCT = "struct"
    MAP = "map"
    LIST = "list"
    SCALAR = "scalar"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Field:
    """A field, the items of a list, or the values of a map.

    `type` is a scalar's type (string, integer, boolean, number, int-or-string, quantity) or a
    struct's name in the table; `format` is OpenAPI's (int32, date-time, byte). A list is `map`
    (items are told apart by `keys`), `set` or `atomic` (Kubernetes: x-kubernetes-list-type);
    `atomic` tells that a map or struct is owned and replaced as one value. `own` are the fields of
    a struct that a definition describes, `open` whether it may have others.
    """

    shape: Shape
    type: str = ""
    format: str = ""
    list_type: str = "atomic"
    keys: tuple[str, ...] = ()
    atomic: bool = False
    items: Field | None = None
    values: Field | None = None
    enum: tuple[str, ...] = ()
    default: Any = None
    own: Mapping[str, Field] | None = None
    open: bool = False

    @property
    def fields(self) -> Mapping[str, Field]:
        """The fields of a struct; empty for everything else."""
        if self.own is not None:
            return self.own
        return _struct(self.type).fields if self.shape is Shape.STRUCT else _NO_FIELDS

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the fields that a struct may not lack."""
        return _struct(self.type).required if self.shape is Shape.STRUCT else ()

    def child(self, name: str) -> Field | None:
        """The field called `name` of a struct, or the values of a map; None where there is none."""
        if self.shape is Shape.MAP:
            return self.values
        untyped = self.type == CUSTOM and self.own is None
        rest = ANY if self.shape is Shape.ANY or untyped or self.open else None
        return self.fields.get(name, rest)

    @property
    def item(self) -> Field:
        """What a list is made of."""
        return self.items or ANY


ANY = Field(Shape.ANY)
"""A value of which nothing is known: maps merge by key, lists are replaced whole."""


@dataclass(frozen=True, slots=True)
class KindRow:
    """One built-in kind as the API server serves it."""

    api_version: str
    kind: str
    type: str
    plural: str
    singular: str
    short_names: tuple[str, ...]
    namespaced: bool
    subresources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Struct:
    fields: Mapping[str, Field]
    required: tuple[str, ...]
    atomic: bool


@cache
def _table() -> dict[str, Any]:
    import json

    text = files("holdfast.kinds").joinpath("fields.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def kube_version() -> str:
    """The Kubernetes version that the table was read from, such as `1.34.4`."""
    return str(_table()["version"])


@cache
def kinds() -> tuple[KindRow, ...]:
    """All built-in kinds that are known, by API version and name."""
    return tuple(_kind_row(name, entry) for name, entry in sorted(_table()["kinds"].items()))


def _kind_row(name: str, entry: Mapping[str, Any]) -> KindRow:
    api_version, _, kind = name.rpartition("/")
    return KindRow(
        api_version=api_version,
        kind=kind,
        type=entry["type"],
        plural=entry["plural"],
        singular=entry["singular"],
        short_names=tuple(entry["short_names"]),
        namespaced=entry["namespaced"],
        subresources=tuple(entry["subresources"]),
    )


@cache
def schema_of(api_version: str, kind: str) -> Field | None:
    """The shape of a built-in kind's objects, or None for a kind that is not built in."""
    entry = _table()["kinds"].get(f"{api_version}/{kind}")
    return struct(entry["type"]) if entry else None


def struct(name: str) -> Field:
    """A struct type of the table by its name, such as `core.v1.PodSpec`."""
    return Field(Shape.STRUCT, type=name, atomic=_struct(name).atomic)


@cache
def _struct(name: str) -> _Struct:
    if name == CUSTOM:
        return _custom()
    entry = _table()["types"][name]
    fields = {key: _field(value) for key, value in entry["fields"].items()}
    required = tuple(entry.get("required", ()))
    return _Struct(MappingProxyType(fields), required, entry.get("map") == "atomic")


CUSTOM = "custom"
"""The name of the struct that every custom resource has: known metadata, anything else."""


def _custom() -> _Struct:
    text = Field(Shape.SCALAR, type="string")
    known = {"apiVersion": text, "kind": text, "metadata": struct(OBJECT_META)}
    return _Struct(MappingProxyType(known), (), False)


def _field(entry: Mapping[str, Any]) -> Field:
    if "r" in entry:
        atomic = entry.get("map") == "atomic" or _is_atomic(entry["r"])
        return Field(Shape.STRUCT, type=entry["r"], atomic=atomic)
    kind = entry["t"]
    if kind == "array":
        return _list(entry)
    if kind == "object":
        values = _field(entry["values"]) if "values" in entry else ANY
        return Field(Shape.MAP, values=values, atomic=entry.get("map") == "atomic")
    if kind == "any":
        return ANY
    return Field(
        Shape.SCALAR,
        type=kind,
        format=entry.get("f", ""),
        enum=tuple(entry.get("enum", ())),
        default=entry.get("d"),
    )


def _is_atomic(name: str) -> bool:
    # Not through _struct: a type may hold itself (JSONSchemaProps).
    return bool(_table()["types"][name].get("map") == "atomic")


def _list(entry: Mapping[str, Any]) -> Field:
    return Field(
        Shape.LIST,
        list_type=entry.get("list", "atomic"),
        keys=tuple(entry.get("keys", ())),
        items=_field(entry["items"]),
    )


def field_at(root: Field, path: tuple[str | int, ...]) -> Field | None:
    """The field that a path leads to; an integer, or `*`, is any item of a list."""
    found: Field | None = root
    for part in path:
        if found is None:
            return None
        found = found.item if found.shape is Shape.LIST else found.child(str(part))
    return found


def merge_keys(api_version: str, kind: str, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that tell the items of the list at `path` apart; empty where items have none."""
    root = schema_of(api_version, kind)
    found = field_at(root, path) if root else None
    return found.keys if found else ()
