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
from pathlib import Path

from tests.controlplane.api import Api
from tests.controlplane.control_plane import serving
from tests.tools.openapi import Entry, Schema, Types, short

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
