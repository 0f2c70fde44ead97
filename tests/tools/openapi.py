"""Read the API server's OpenAPI schemas as the short entries of the engine's table of fields.

An entry of a field: `t` its type, or `r` the name of the type with fields that it refers to; `f`
a format; `items` and `values` of lists and maps; `list`, `keys` and `map` how it is merged; `enum`;
`d` a default. An entry of a type: `fields`, `required`, and `map` if it is merged as a whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PREFIXES = (
    "io.k8s.apiextensions-apiserver.pkg.apis.",
    "io.k8s.apimachinery.pkg.apis.",
    "io.k8s.apimachinery.pkg.",
    "io.k8s.api.",
)
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
REFERENCE = "#/components/schemas/"
# The documents give Go's zero values as defaults, which say nothing.
ZEROS: tuple[object, ...] = ({}, "", 0)

Schema = Mapping[str, Any]
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Types:
    """The schemas of all documents by their full names, read as entries of the table."""

    schemas: Mapping[str, Schema]

    def field(self, schema: Schema) -> Entry:
        """Describe a field, the items of a list or the values of a map."""
        entry = self._shape(schema)
        if "items" in schema:
            entry["items"] = self.field(schema["items"])
        if isinstance(schema.get("additionalProperties"), dict):
            entry["values"] = self.field(schema["additionalProperties"])
        entry |= _merge_rules(schema) | _limits(schema)
        return entry

    def structure(self, name: str) -> Entry:
        """Describe a type that has fields."""
        schema = self.schemas[name]
        fields = {key: self.field(value) for key, value in schema["properties"].items()}
        entry: Entry = {"fields": fields}
        if schema.get("required"):
            entry["required"] = sorted(schema["required"])
        if schema.get("x-kubernetes-map-type") == "atomic":
            entry["map"] = "atomic"
        return entry

    def reachable(self, names: list[str]) -> Iterator[str]:
        """List the types with fields that the named ones lead to, and those themselves."""
        seen, waiting = set(names), list(names)
        while waiting:
            name = waiting.pop()
            yield name
            found = {one for one in _references(self.schemas[name]) if self._has_fields(one)}
            waiting += sorted(found - seen)
            seen |= found

    def _shape(self, schema: Schema) -> Entry:
        name = _reference(schema)
        if name is None:
            return _scalar(schema)
        if self._has_fields(name):
            return {"r": short(name)}
        return _well_known(name) or _scalar(self.schemas[name])

    def _has_fields(self, name: str) -> bool:
        return "properties" in self.schemas[name]


def short(name: str) -> str:
    """Drop what is the same in nearly all names of types."""
    for prefix in PREFIXES:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def _reference(schema: Schema) -> str | None:
    # A reference with a description or default beside it is wrapped in an allOf of one.
    for part in (schema, *schema.get("allOf", ())):
        if "$ref" in part:
            return str(part["$ref"]).removeprefix(REFERENCE)
    return None


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(REFERENCE)
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _references(part)


def _well_known(name: str) -> Entry | None:
    if name == QUANTITY:
        return {"t": "quantity"}
    return {"t": "int-or-string"} if name == INT_OR_STRING else None


def _scalar(schema: Schema) -> Entry:
    kind = schema.get("type", "any")
    if kind == "object" and "additionalProperties" not in schema:
        kind = "any"
    return {"t": kind} | ({"f": schema["format"]} if "format" in schema else {})


def _merge_rules(schema: Schema) -> Entry:
    rules = {
        "list": schema.get("x-kubernetes-list-type"),
        "keys": schema.get("x-kubernetes-list-map-keys"),
        "map": schema.get("x-kubernetes-map-type"),
    }
    return {key: value for key, value in rules.items() if value}


def _limits(schema: Schema) -> Entry:
    entry: Entry = {"enum": sorted(schema["enum"])} if "enum" in schema else {}
    if "default" in schema and schema["default"] not in ZEROS:
        entry["d"] = schema["default"]
    return entry
