"""A rendered template as a flat run of documents, each with its own positions.

A `List` is taken apart here, so that nothing later has to know that one exists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from holdfast.errors import ManifestError, ValueAt, Where
from holdfast.model.culprit import node_at
from holdfast.model.manifest import Rendered, RenderedObject
from holdfast.model.values import Path, spell

T = TypeVar("T")

_SHOWN = 3
_MIN_SECRET = 3


def documents(rendered: Rendered) -> Iterator[RenderedObject]:
    """Every document of one template that is not null, in order; the items of a List in its place.

    Raises ManifestError for a document that is no mapping, or a List whose items are no list.
    """
    for document in rendered.objects:
        yield from _flatten(document)


def place(document: RenderedObject, path: Path) -> Where:
    """The template line of the node at `path`, or of the nearest parent that has one."""
    for end in range(len(path), 0, -1):
        if found := document.positions.get(path[:end]):
            return found
    return document.where


def refuse(
    document: RenderedObject, path: Path, problem: str, *, hint: str | None = None
) -> ManifestError:
    """The error for the node at `path` of `document`."""
    subject = _title(document)
    field = f"{spell(path)} " if path else ""
    return ManifestError(
        _masked(document, f"reading {subject}: {field}{problem}"),
        hint=hint,
        where=place(document, path),
        values=[ValueAt(spell(read)) for read in _reads(document, path)],
    )


def no_string(document: RenderedObject, path: Path, value: Any) -> ManifestError:
    """The error for something else where a string has to be; a secret value is not told."""
    secret = document.object.get("kind") == "Secret" and path[0] != "metadata"
    if secret or path in document.sensitive:
        found = "this is no string"
    else:
        found = f"not {json.dumps(value, default=str)}"
    hint = "put it in quotes, or use the filter `| string`"
    if value is None:
        hint = "give it a value, or leave it out with `| omit_empty`"
    if isinstance(value, dict | list):
        hint = "write a text there; `| to_json` makes one of a map or a list"
    return refuse(document, path, f"must be a string, {found}", hint=hint)


def _reads(document: RenderedObject, path: Path) -> tuple[Path, ...]:
    """The value paths that the node at `path` was made from."""
    if not path:
        return ()
    if found := document.reads.get(path):
        return found[:_SHOWN]
    for at, reads in document.reads.items():
        # a map or list placed whole: what its first scalar was made from says where it is
        if at[:-1] == path and len(reads) == 1 and reads[0][-1:] == at[-1:]:
            return (reads[0][:-1],)
    return ()


def _masked(document: RenderedObject, text: str) -> str:
    for path in document.sensitive:
        secret = node_at(document.object, path)
        if isinstance(secret, str) and len(secret) >= _MIN_SECRET:
            text = text.replace(secret, "***")
    return text


def _title(document: RenderedObject) -> str:
    obj = document.object if isinstance(document.object, dict) else {}
    metadata = obj.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    kind = obj.get("kind")
    if isinstance(kind, str) and isinstance(name, str):
        return f"{kind}/{name}"
    return f"a {kind}" if isinstance(kind, str) and kind else "a rendered document"


def _flatten(document: RenderedObject) -> Iterator[RenderedObject]:
    obj = document.object
    if obj is None:
        return
    if not isinstance(obj, dict):
        raise refuse(
            document,
            (),
            f"a Kubernetes object is a mapping, this is {_type_name(obj)}",
            hint="start the document with apiVersion, kind and metadata",
        )
    if not _is_list(obj):
        yield document
        return
    items = [] if obj["items"] is None else obj["items"]  # Kubernetes: null items are no items
    if not isinstance(items, list):
        wrong = f"must be a list, not {_type_name(items)}"
        raise refuse(document, ("items",), wrong, hint="list the objects there, each with its kind")
    for index in range(len(items)):
        yield from _flatten(_item(document, index))


def _is_list(obj: Mapping[str, Any]) -> bool:
    """A list has no name (Kubernetes: ListMeta); a kind of its own may be called BlockList."""
    kind, metadata = obj.get("kind"), obj.get("metadata")
    named = isinstance(metadata, dict) and "name" in metadata
    return isinstance(kind, str) and kind.endswith("List") and "items" in obj and not named


def _item(document: RenderedObject, index: int) -> RenderedObject:
    root: Path = ("items", index)
    return replace(
        document,
        object=_named_by_list(document.object, document.object["items"][index]),
        where=place(document, root),
        positions=_below(document.positions, root),
        reads=_below(document.reads, root),
        sensitive=frozenset(
            path[len(root) :] for path in document.sensitive if path[: len(root)] == root
        ),
    )


def _named_by_list(parent: Mapping[str, Any], item: Any) -> Any:
    """An item of a ConfigMapList need not say what it is (UnstructuredJSONScheme: decodeToList)."""
    kind = parent["kind"].removesuffix("List")
    if not kind or not isinstance(item, dict) or item.get("kind"):
        return item
    return {**item, "apiVersion": parent.get("apiVersion"), "kind": kind}


def _below(entries: Mapping[Path, T], root: Path) -> Mapping[Path, T]:
    size = len(root)
    return {path[size:]: entry for path, entry in entries.items() if path[:size] == root}


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "a boolean", str: "a string", int: "a number", float: "a number"}
    return names.get(type(value), "a list" if isinstance(value, list) else "a mapping")
