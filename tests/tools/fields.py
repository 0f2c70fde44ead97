"""Write down the fields of the Kubernetes kinds that we know, as the API server tells them.

    python -m tests.tools.fields [--check]

The engine's table of fields (types, list keys, atomic maps, required fields, defaults) is data
made here from the OpenAPI documents and the discovery of a running kube-apiserver, so that nobody
copies such facts by hand. With --check nothing is written, and a table that is out of date fails.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.controlplane.api import Api
from tests.controlplane.control_plane import serving

TABLE = Path(__file__).resolve().parents[2] / "engine" / "holdfast" / "kinds" / "fields.json"

KINDS = {
    "v1": (
        "ConfigMap",
        "Endpoints",
        "Event",
        "LimitRange",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Pod",
        "ReplicationController",
        "ResourceQuota",
        "Secret",
        "Service",
        "ServiceAccount",
    ),
    "apiextensions.k8s.io/v1": ("CustomResourceDefinition",),
    "apps/v1": ("ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "autoscaling/v2": ("HorizontalPodAutoscaler",),
    "batch/v1": ("CronJob", "Job"),
    "coordination.k8s.io/v1": ("Lease",),
    "discovery.k8s.io/v1": ("EndpointSlice",),
    "networking.k8s.io/v1": ("Ingress", "IngressClass", "NetworkPolicy"),
    "policy/v1": ("PodDisruptionBudget",),
    "rbac.authorization.k8s.io/v1": ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    "scheduling.k8s.io/v1": ("PriorityClass",),
    "storage.k8s.io/v1": ("StorageClass",),
}

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


def read_types(api: Api) -> Types:
    """Read the documents of the groups that we know kinds of; they share their common types."""
    paths = api.get("/openapi/v3")["paths"]
    schemas: dict[str, Schema] = {}
    for version in KINDS:
        document = api.get(paths[_root(version)]["serverRelativeURL"])
        schemas |= document["components"]["schemas"]
    return Types(schemas)


def _root(version: str) -> str:
    return f"apis/{version}" if "/" in version else f"api/{version}"


def read_kinds(api: Api, types: Types) -> dict[str, Entry]:
    """Describe the kinds by discovery: their names in paths, their scope and subresources."""
    kinds = {}
    for version, names in KINDS.items():
        resources = api.get(f"/{_root(version)}")["resources"]
        for kind in names:
            entry = _resource(kind, resources)
            entry["type"] = short(_type_name(types, version, kind))
            kinds[f"{version}/{kind}"] = entry
    return kinds


def _resource(kind: str, resources: list[Schema]) -> Entry:
    main = next(one for one in resources if one["kind"] == kind and "/" not in one["name"])
    plural = main["name"]
    below = [one["name"] for one in resources if one["name"].startswith(f"{plural}/")]
    return {
        "plural": plural,
        "singular": main["singularName"],
        "short_names": sorted(main.get("shortNames", ())),
        "namespaced": main["namespaced"],
        "subresources": sorted({name.removeprefix(f"{plural}/") for name in below}),
    }


def _type_name(types: Types, version: str, kind: str) -> str:
    group, _, number = version.rpartition("/")
    wanted = {"group": group, "version": number, "kind": kind}
    for name, schema in types.schemas.items():
        if schema.get("x-kubernetes-group-version-kind") == [wanted]:
            return name
    raise LookupError(f"no type for {version} {kind}")


def make_table(api: Api) -> Entry:
    """Put the table together."""
    types = read_types(api)
    kinds = read_kinds(api, types)
    full_names = {short(name): name for name in types.schemas}
    if len(full_names) != len(types.schemas):
        raise LookupError("two types have the same short name")
    roots = [full_names[entry["type"]] for entry in kinds.values()]
    return {
        "version": api.get("/version")["gitVersion"].removeprefix("v"),
        "kinds": kinds,
        "types": {short(name): types.structure(name) for name in types.reachable(roots)},
    }


def as_text(table: Entry) -> str:
    """Write one line a kind and a type: compact, and a changed one is seen in a diff."""
    lines = [f'"version":{json.dumps(table["version"])}']
    for part in ("kinds", "types"):
        rows = (
            f"{json.dumps(name)}:{json.dumps(entry, sort_keys=True, separators=(',', ':'))}"
            for name, entry in sorted(table[part].items())
        )
        lines.append(f'"{part}":{{\n' + ",\n".join(rows) + "}")
    return "{" + ",\n".join(lines) + "}\n"


def main() -> int:
    """Start an API server, ask it, and write or compare."""
    parser = argparse.ArgumentParser(description="Write the engine's table of fields.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as plane:
        text = as_text(make_table(Api(plane.url, plane.ca_file, plane.token)))
    if not options.check:
        TABLE.parent.mkdir(parents=True, exist_ok=True)
        TABLE.write_text(text)
        return 0
    if TABLE.read_text() == text:
        return 0
    print(f"error: {TABLE} is out of date (hint: python -m tests.tools.fields)", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
