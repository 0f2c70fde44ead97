"""From a request's JSON to the object that the server keeps: typed, known fields only, canonical.

Field names that a kind does not have are collected, for the caller to refuse, warn of or ignore
(`fieldValidation`); a value of the wrong type is refused at once. Of custom resources it
reads the metadata alone. This file judges form only: whether the values make sense is validation's
to say.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import field
from typing import Any

from holdfast.embedded.quantities import MUST_MATCH, canonical_quantity
from holdfast.kinds.fields import Field, Shape
from holdfast.kinds.omitted import counts
from holdfast.light import dataclass

_INT_LIMITS = {"int32": 2**31, "int64": 2**63}


class WrongType(Exception):
    """A value that its field cannot hold; the message is the server's, without its beginning."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """Reads one object; `unknown` collects the paths of fields that its kind does not have."""

    unknown: list[str] = field(default_factory=list)

    def decode(self, value: Any, schema: Field) -> dict[str, Any]:
        """The object in its canonical form. Raises WrongType."""
        found: dict[str, Any] = self._value(value, schema, _Place("", "", schema.type))
        return found

    def _value(self, value: Any, schema: Field, place: _Place) -> Any:
        if schema.shape is Shape.ANY or value is None:
            return value
        if schema.shape is Shape.STRUCT:
            return self._struct(value, schema, place)
        if schema.shape is Shape.LIST:
            return self._list(value, schema, place)
        if schema.shape is Shape.MAP:
            return self._map(value, schema, place)
        return _scalar(value, schema, place)

    def _struct(self, value: Any, schema: Field, place: _Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WrongType(place.refuse(value, _go_type(schema)))
        found = {}
        for name, item in value.items():
            child = schema.child(name)
            inner = place.field(name, schema.type)
            if child is None:
                self.unknown.append(inner.path)
                continue
            read = self._value(item, child, inner)
            if child.shape is Shape.ANY or counts(name, child, read, parent=schema.type):
                found[name] = read
        return found

    def _list(self, value: Any, schema: Field, place: _Place) -> list[Any]:
        if not isinstance(value, list):
            raise WrongType(place.refuse(value, _go_type(schema)))
        return [
            self._value(
                _zero(schema.item) if item is None else item, schema.item, place.item(index)
            )
            for index, item in enumerate(value)
        ]

    def _map(self, value: Any, schema: Field, place: _Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WrongType(place.refuse(value, _go_type(schema)))
        values = schema.values or schema
        return {
            key: self._value(item, values, place.entry(key))
            for key, item in value.items()
            if item is not None
        }


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the decoder is: `path` as errors of ours spell it, `names` as Go's decoder does."""

    path: str
    names: str
    struct: str

    def field(self, name: str, struct: str) -> _Place:
        return _Place(f"{self.path}.{name}".lstrip("."), f"{self.names}.{name}".lstrip("."), struct)

    def item(self, index: int) -> _Place:
        return _Place(f"{self.path}[{index}]", self.names, self.struct)

    def entry(self, key: str) -> _Place:
        return _Place(f"{self.path}.{key}", self.names, self.struct)

    def refuse(self, value: Any, wanted: str) -> str:
        struct = self.struct.rpartition(".")[2]
        return (
            f"json: cannot unmarshal {_json_type(value)} into Go struct field "
            f"{struct}.{self.names} of type {wanted}"
        )


def _zero(schema: Field) -> Any:
    """What Go makes of a null among items, as far as it can be written down."""
    if schema.shape in (Shape.STRUCT, Shape.MAP):
        return {}
    return "" if schema.type == "string" else None


def _scalar(value: Any, schema: Field, place: _Place) -> Any:
    if schema.type == "quantity":
        return _quantity(value)
    if schema.type == "int-or-string":
        return _int_or_string(value, place)
    if not _fits(value, schema):
        raise WrongType(place.refuse(value, _go_type(schema)))
    if schema.format == "byte":
        _check_base64(value)
    return int(value) if schema.type == "integer" else value


def _check_base64(text: str) -> None:
    try:
        b64decode(text, validate=True)
    except ValueError:
        bad = re.search("[^A-Za-z0-9+/]", text)
        place = bad.start() if bad else len(text)
        raise WrongType(f"illegal base64 data at input byte {place}") from None


def _quantity(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WrongType(MUST_MATCH)
    try:
        return canonical_quantity(value)
    except ValueError as error:
        raise WrongType(str(error)) from None


def _int_or_string(value: Any, place: _Place) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise WrongType(place.refuse(value, "intstr.IntOrString"))
    return value


def _fits(value: Any, schema: Field) -> bool:
    if schema.type == "string":
        return isinstance(value, str)
    if schema.type == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return schema.type == "number" or _whole(value, schema.format)


def _whole(value: float, width: str) -> bool:
    limit = _INT_LIMITS.get(width, 2**63)
    return value == int(value) and -limit <= value < limit


def _json_type(value: Any) -> str:
    names = {bool: "bool", str: "string", list: "array", dict: "object"}
    if type(value) in names:
        return names[type(value)]
    return f"number {value}" if isinstance(value, float) else "number"


def _go_type(schema: Field) -> str:
    if schema.shape is Shape.STRUCT:
        return ".".join(schema.type.split(".")[-2:])
    if schema.shape is Shape.LIST:
        return f"[]{_go_type(schema.item)}"
    if schema.shape is Shape.MAP:
        return f"map[string]{_go_type(schema.values) if schema.values else 'interface {}'}"
    names = {"integer": schema.format or "int", "boolean": "bool", "number": "float64"}
    return names.get(schema.type, schema.type)
