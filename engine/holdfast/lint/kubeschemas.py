"""The Kubernetes schemas of the installed package kubernetes-validate, one self-contained each.

The package (an extra) keeps one folder per Kubernetes version, where each kind refers to one large
file of definitions by an absolute name. Here a kind's schema is given with just the definitions it
needs inside, so that any validator can use it alone. Only the package's data is read: its code is
never imported, and nothing is fetched.
"""

from __future__ import annotations

import json
import re
from dataclasses import field
from pathlib import Path
from typing import Any

from holdfast.errors import SchemasMissing, UsageError
from holdfast.light import dataclass

PACKAGE = "kubernetes-validate"
INSTALL = "pip install 'holdfast[validate]'"
FORMAT = 1
"""The form of what is made of the package's schemas; it is raised when that changes."""

_FOLDER = re.compile(r"v(\d+)\.(\d+)\.(\d+)-local-strict")
_DEFINITION = "#/$defs/"


@dataclass(frozen=True, slots=True)
class KubeSchemas:
    """The strict schemas of one Kubernetes version: fields that a kind does not have are refused.

    `version` is such as `1.34`; `package` is the installed package's version.
    """

    version: str
    package: str
    folder: Path
    _definitions: dict[str, Any] = field(default_factory=dict)
    _found: dict[tuple[str, str], dict[str, Any] | None] = field(default_factory=dict)

    def name(self, api_version: str, kind: str) -> str:
        """A kind's file name without its ending: `statefulset-apps-v1` (kubeconform's naming)."""
        group, _, version = api_version.rpartition("/")
        parts = (kind.lower(), group.partition(".")[0], version)
        return "-".join(part for part in parts if part)

    def find(self, api_version: str, kind: str) -> dict[str, Any] | None:
        """The self-contained schema of a kind, or None where there is none (a custom resource)."""
        key = (api_version, kind)
        if key not in self._found:
            self._found[key] = self._read(*key)
        return self._found[key]

    def versions_of(self, kind: str) -> list[str]:
        """The API versions that have a kind of that name."""
        found = []
        for file in sorted(self.folder.glob(f"{kind.lower()}-*.json")):
            for one in json.loads(file.read_bytes()).get("x-kubernetes-group-version-kind", ()):
                if one.get("kind") == kind:
                    found.append("/".join(filter(None, (one.get("group"), one.get("version")))))
        return found

    def _read(self, api_version: str, kind: str) -> dict[str, Any] | None:
        name = self.name(api_version, kind)
        file = self.folder / f"{name}.json"
        if not re.fullmatch(r"[a-z0-9.-]+", name) or not file.is_file():
            return None
        schema = json.loads(file.read_bytes())
        group, _, version = api_version.rpartition("/")
        own = {"group": group, "kind": kind, "version": version}
        if own not in schema.get("x-kubernetes-group-version-kind", ()):
            return None
        return self._contained(schema)

    def _contained(self, schema: dict[str, Any]) -> dict[str, Any]:
        if not self._definitions:
            text = (self.folder / "_definitions.json").read_bytes()
            self._definitions.update(json.loads(text)["$defs"])
        needed: dict[str, Any] = {}
        todo: list[str] = []
        found: dict[str, Any] = _stripped(schema, todo)
        while todo:
            if (name := todo.pop()) not in needed:
                needed[name] = _stripped(self._definitions[name], todo)
        return {**found, "$defs": needed}


def open_schemas(kube_version: str) -> KubeSchemas:
    """The schemas of a Kubernetes version, such as `1.34` or `v1.34.4`.

    Raises SchemasMissing where the package is not installed, UsageError for a version that it does
    not have.
    """
    root, package = _package()
    known = {
        (int(found[1]), int(found[2])): folder
        for folder in sorted(root.iterdir())
        if (found := _FOLDER.fullmatch(folder.name))
    }
    match = re.match(r"v?(\d+)\.(\d+)(?![\d])", kube_version)
    wanted = (int(match[1]), int(match[2])) if match else None
    if wanted not in known:
        first, last = (".".join(map(str, edge)) for edge in (min(known), max(known)))
        raise UsageError(
            f"checking against Kubernetes {kube_version}: there are no schemas of that version",
            hint=f"{PACKAGE} {package} has {first} to {last}",
        )
    return KubeSchemas(".".join(map(str, wanted)), package, known[wanted])


def _package() -> tuple[Path, str]:
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    spec = find_spec(PACKAGE.replace("-", "_"))
    try:
        if spec and spec.submodule_search_locations:
            root = Path(next(iter(spec.submodule_search_locations))) / "kubernetes-json-schema"
            return root, version(PACKAGE)
    except PackageNotFoundError:
        pass
    raise SchemasMissing(
        f"checking against Kubernetes' schemas: the package {PACKAGE} is not installed",
        hint=f"install it: {INSTALL}",
    )


def _without_null(types: list[str]) -> str | list[str]:
    """Null is a field that is not there: it is gone before an object is checked."""
    kept = [name for name in types if name != "null"]
    return kept[0] if len(kept) == 1 else kept


def _stripped(node: Any, refs: list[str]) -> Any:
    """A copy with local references, and without what only readers need.

    The names of what it refers to are added to `refs`.
    """
    if isinstance(node, list):
        return [_stripped(item, refs) for item in node]
    if not isinstance(node, dict):
        return node
    found: dict[str, Any] = {}
    for key, value in node.items():
        if key == "$ref" and isinstance(value, str):
            refs.append(value.rpartition("/")[2])
            found[key] = f"{_DEFINITION}{refs[-1]}"
        elif key == "type" and isinstance(value, list):
            found[key] = _without_null(value)
        elif key == "properties":
            found[key] = {name: _stripped(sub, refs) for name, sub in value.items()}
        elif key not in ("description", "$id") and not key.startswith("x-kubernetes-"):
            found[key] = _stripped(value, refs)
    return found
