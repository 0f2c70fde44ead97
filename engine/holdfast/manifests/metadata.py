"""Labels and annotations are maps of strings, and so is a ConfigMap's data.

YAML turns an unquoted `1.10`, `yes` or `8080` into something else; the API server then answers with
a decoder's message that names no line. Here the line is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.manifests.documents import no_string, refuse
from holdfast.model.manifest import RenderedObject
from holdfast.model.values import Path

_TEMPLATES: tuple[Path, ...] = (
    ("metadata",),
    ("spec", "template", "metadata"),
    ("spec", "jobTemplate", "metadata"),
    ("spec", "jobTemplate", "spec", "template", "metadata"),
)
_DATA_KINDS = {"ConfigMap": ("data",), "Secret": ("data", "stringData")}


def check_strings(document: RenderedObject) -> None:
    """Raise ManifestError where a label, an annotation or a data key is no string."""
    for path in _string_maps(document.object):
        entries = _at(document.object, path)
        if entries is None:
            continue
        if not isinstance(entries, dict):
            hint = "write keys with texts below it"
            raise refuse(document, path, "must be a mapping of strings", hint=hint)
        for key, value in entries.items():
            if not isinstance(value, str):
                raise no_string(document, (*path, key), value)


def _string_maps(obj: dict[str, Any]) -> Iterator[Path]:
    claims = _at(obj, ("spec", "volumeClaimTemplates"))
    count = len(claims) if isinstance(claims, list) else 0
    roots = [*_TEMPLATES]
    roots += [("spec", "volumeClaimTemplates", index, "metadata") for index in range(count)]
    for root in roots:
        yield (*root, "labels")
        yield (*root, "annotations")
    if obj.get("apiVersion") == "v1":
        yield from ((field,) for field in _DATA_KINDS.get(obj["kind"], ()))


def _at(obj: Any, path: Path) -> Any:
    for part in path:
        if isinstance(obj, dict):
            obj = obj.get(part)
        elif isinstance(obj, list) and isinstance(part, int):
            obj = obj[part]
        else:
            return None
    return obj
