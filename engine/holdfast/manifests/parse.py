"""Rendered documents → Manifests: what the API server would refuse for its shape is refused here.

The server's message could only name the object; here the template line is still known. What fields
a kind has is the server's business (strict field validation), not checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from holdfast.errors import ManifestError, ValueAt, Where
from holdfast.kinds.definitions import scopes
from holdfast.kinds.groups import groups_of
from holdfast.kinds.hooks import is_hook
from holdfast.manifests.annotations import check_place, check_policy, check_rules
from holdfast.manifests.documents import documents, no_string, refuse
from holdfast.manifests.hooks import check_hook
from holdfast.manifests.metadata import check_strings
from holdfast.manifests.names import name_problem, namespace_problem
from holdfast.manifests.replicas import check_members
from holdfast.model.culprit import value_at
from holdfast.model.later import Later
from holdfast.model.manifest import Manifest, Manifests, ObjectRef, Rendered, RenderedObject
from holdfast.model.values import Path, Values, spell

_SECRET_FIELDS = ("data", "stringData")
_RENAME = "it is made of the release's name and of values: choose others"


def parse(
    rendered: Sequence[Rendered],
    values: Values | None,
    *,
    namespace: str,
    namespaced: Callable[[str, str], bool | None],
) -> Manifests:
    """The Kubernetes objects of `rendered`, in its order.

    `namespace` is filled in where a namespaced kind names none; `namespaced` tells whether an
    (apiVersion, kind) lives in one; where it is unknown (None), a definition among `rendered` may
    tell, else the object stays as written.
    `values` give the origins of what the templates read.

    Raises ManifestError, with the template line, for anything that is no Kubernetes object and for
    an object that two documents define, and for an order that cannot be.
    """
    try:
        return _parse(rendered, values, namespace, namespaced)
    except ManifestError as error:
        if values is not None:
            error.values = _with_origins(error.values, rendered, values)
        raise


def _with_origins(
    found: Sequence[ValueAt], rendered: Sequence[Rendered], values: Values
) -> tuple[ValueAt, ...]:
    reads = (doc.reads.values() for page in rendered for doc in page.objects)
    every = {path for several in reads for some in several for path in some}
    paths = {spell(path[:end]): path[:end] for path in every for end in range(1, len(path) + 1)}
    return tuple(value_at(values, paths[value.path]) for value in found)


def _parse(
    rendered: Sequence[Rendered],
    values: Values | None,
    namespace: str,
    namespaced: Callable[[str, str], bool | None],
) -> Manifests:
    seen: dict[tuple[str, str, str, str], Manifest] = {}
    found = [(page.template, document) for page in rendered for document in documents(page)]
    own = scopes(document.object for _, document in found)

    def scope(api_version: str, kind: str) -> bool | None:
        known = namespaced(api_version, kind)
        return own.get((api_version, kind)) if known is None else known

    for template, document in found:
        manifest = _manifest(template, document, values, namespace, scope)
        if first := seen.get(manifest.ref.key):
            raise ManifestError(
                f"reading {manifest.ref}: it is defined twice, first at {first.source}",
                where=document.where,
                hint="give one of them another name, or remove it",
            )
        seen[manifest.ref.key] = manifest
    parsed = tuple(seen.values())
    # An order that cannot be would only show in the plan; hooks have an order of their own.
    groups_of(tuple(one for one in parsed if not is_hook(one.object)))
    return parsed


def _manifest(
    template: str,
    document: RenderedObject,
    values: Values | None,
    namespace: str,
    namespaced: Callable[[str, str], bool | None],
) -> Manifest:
    obj = document.object
    api_version, kind = _text(document, "apiVersion"), _text(document, "kind")
    name = _name(document, api_version, kind)
    check_strings(document)
    check_policy(document)
    check_rules(document)
    check_place(document, ObjectRef(api_version, kind, "", name))
    home = _namespace(document, namespace, namespaced(api_version, kind))
    if home:
        obj = {**obj, "metadata": _with_namespace(obj["metadata"], home)}
    manifest = Manifest(
        ref=ObjectRef(api_version, kind, home, name),
        object=obj,
        # Not document.where: that is a path on this disk, and manifests are stored in the cluster.
        source=Where(template, document.where.line, document.where.column, document.where.kind),
        origins=Later(lambda: _origins(document, values)),
        sensitive=document.sensitive | frozenset(_secret_paths(api_version, kind, obj)),
        positions=document.positions,
        reads=document.reads,
    )
    check_hook(manifest, document)
    check_members(document)
    return manifest


def _text(document: RenderedObject, field: str) -> str:
    value = document.object.get(field)
    if isinstance(value, str) and value:
        return value
    if field in document.object:
        hint = "put it in quotes: YAML takes y, n, on, off, yes and no for true and false"
        raise refuse(document, (field,), "must be a string that is not empty", hint=hint)
    hint = "every Kubernetes object needs apiVersion, kind and metadata.name"
    raise refuse(document, (), f"it has no {field}", hint=hint)


def _name(document: RenderedObject, api_version: str, kind: str) -> str:
    metadata = document.object.get("metadata")
    if not isinstance(metadata, dict):
        path: Path = ("metadata",) if "metadata" in document.object else ()
        hint = "every Kubernetes object needs a metadata.name"
        wrong = "must be a mapping" if path else "it has no metadata"
        raise refuse(document, path, wrong, hint=hint)
    name = metadata.get("name")
    if name is None and metadata.get("generateName"):
        raise refuse(
            document,
            ("metadata", "generateName"),
            "cannot be used: an object without a fixed name cannot be upgraded or rolled back",
            hint="give it a metadata.name; what is to run at each upgrade is a hook",
        )
    if name is None:
        raise refuse(document, ("metadata",), "has no name", hint="give it a metadata.name")
    if not isinstance(name, str):
        raise no_string(document, ("metadata", "name"), name)
    if problem := name_problem(api_version, kind, name):
        raise refuse(document, ("metadata", "name"), f'"{name}" {problem}', hint=_RENAME)
    return name


def _namespace(document: RenderedObject, default: str, namespaced: bool | None) -> str:
    given = document.object["metadata"].get("namespace")
    path = ("metadata", "namespace")
    if given in (None, ""):
        return default if namespaced else ""
    if not isinstance(given, str):
        raise no_string(document, path, given)
    if namespaced is False:
        hint = "remove metadata.namespace"
        raise refuse(document, path, "is set, but this kind lives in no namespace", hint=hint)
    if problem := namespace_problem(given):
        raise refuse(document, path, f'"{given}" {problem}', hint=_RENAME)
    return given


def _with_namespace(metadata: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    """The namespace directly after the name, as people write it."""
    if metadata.get("namespace"):
        return dict(metadata)
    given = {key: value for key, value in metadata.items() if key != "namespace"}
    placed: dict[str, Any] = {}
    for key, value in given.items():
        placed[key] = value
        if key == "name":
            placed["namespace"] = namespace
    return placed


def _origins(document: RenderedObject, values: Values | None) -> Mapping[Path, tuple[Where, ...]]:
    if values is None:
        return {}
    found = {}
    for path, reads in document.reads.items():
        origins = (values.origin(read) for read in reads)
        if known := tuple(dict.fromkeys(origin for origin in origins if origin)):
            found[path] = known
    return found


def _secret_paths(api_version: str, kind: str, obj: Mapping[str, Any]) -> Iterator[Path]:
    if (api_version, kind) != ("v1", "Secret"):
        return
    for field in _SECRET_FIELDS:
        if isinstance(entries := obj.get(field), dict):
            yield from ((field, key) for key in entries)
