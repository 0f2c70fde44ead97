"""A patch file's text → patches, each with its target and the place of every part.

A document is an object with what is to be merged into it, named by its own apiVersion, kind and
metadata.name; or `target` and `patch`, where `patch` is such a map, or a list of JSON patch
operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.errors import PatchError, Where
from holdfast.kinds.patches import PatchFailed, pointer
from holdfast.model.patch import Patch, PatchTarget
from holdfast.model.values import Path
from holdfast.yamltext import load_documents

_FORMS = (
    "write an object (apiVersion, kind, metadata.name) with the fields to merge, "
    "or `target: {kind, name}` and `patch: [{op, path, value}]`"
)
_TARGET = {
    "apiVersion": "api_version",
    "kind": "kind",
    "name": "name",
    "namespace": "namespace",
}
_NEEDS = {
    "add": ("path", "value"),
    "copy": ("path", "from"),
    "move": ("path", "from"),
    "remove": ("path",),
    "replace": ("path", "value"),
    "test": ("path", "value"),
}

Places = Mapping[Path, Where]


def read_patches(text: str, *, source: str) -> tuple[Patch, ...]:
    """The patches in a file's text, in its order; empty documents do not count.

    Raises YamlError, PatchError (no target, no patch, an operation that RFC 6902 does not know).
    """
    documents = load_documents(text, source=source, kind="patch")
    found = tuple(_patch(one.data, one.positions) for one in documents if one.data is not None)
    if not found:
        raise PatchError(f"reading {source}: there is no patch in it", hint=_FORMS)
    return found


def _patch(data: Any, places: Places) -> Patch:
    if not isinstance(data, dict):
        what = "a JSON patch does not say which object it is for" if isinstance(data, list) else ""
        raise _wrong(places, (), what or "a patch is a map", _FORMS)
    if "patch" in data or "target" in data:
        return _targeted(data, places)
    metadata = data.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    given = {"apiVersion": data.get("apiVersion"), "kind": data.get("kind")}
    given |= {key: named[key] for key in ("name", "namespace") if key in named}
    at = {"name": ("metadata", "name"), "namespace": ("metadata", "namespace")}
    target = _target(given, places, {"apiVersion": ("apiVersion",), "kind": ("kind",), **at})
    body = {key: value for key, value in data.items() if key not in ("apiVersion", "kind")}
    rest = {key: named[key] for key in named if key not in ("name", "namespace")}
    body = (
        {**body, "metadata": rest} if rest else {k: v for k, v in body.items() if k != "metadata"}
    )
    return Patch(target, body, places[()], places)


def _targeted(data: dict[str, Any], places: Places) -> Patch:
    for key in data:
        if key not in ("target", "patch"):
            raise _wrong(places, (key,), f"{key} is neither target nor patch", _FORMS)
    given, body = data.get("target"), data.get("patch")
    if not isinstance(given, dict):
        raise _wrong(places, ("target",), "target has to be a map", "target: {kind: …, name: …}")
    for key in given:
        if key not in _TARGET:
            hint = f"known are {', '.join(_TARGET)}"
            raise _wrong(places, ("target", key), f"a target has no {key}", hint)
    target = _target(given, places, {key: ("target", key) for key in _TARGET})
    if not isinstance(body, dict | list) or not body:
        raise _wrong(places, ("patch",), "patch has to be a map or a list of operations", _FORMS)
    if isinstance(body, list):
        for index, operation in enumerate(body):
            _check_operation(operation, index, places)
    inside = {path[1:]: place for path, place in places.items() if path[:1] == ("patch",)}
    return Patch(target, body, places[()], inside)


def _target(given: Mapping[str, Any], places: Places, at: Mapping[str, Path]) -> PatchTarget:
    for key, value in given.items():
        if not isinstance(value, str) or not value:
            raise _wrong(places, at[key], f"{'.'.join(map(str, at[key]))} has to be text", _FORMS)
    for key in ("kind", "name"):
        if key not in given:
            raise _wrong(places, at[key][:-1], f"it names no {key}", _FORMS)
    return PatchTarget(**{_TARGET[key]: value for key, value in given.items()})


def _check_operation(operation: Any, index: int, places: Places) -> None:
    at: Path = ("patch", index)
    if not isinstance(operation, dict):
        raise _wrong(places, at, "an operation is a map", "{op: replace, path: /spec/x, value: 1}")
    verb = operation.get("op")
    needs = _NEEDS.get(verb) if isinstance(verb, str) else None
    if needs is None:
        known = f"known are {', '.join(_NEEDS)}"
        raise _wrong(places, (*at, "op"), f"there is no operation {verb!r}", known)
    for key in needs:
        if key not in operation:
            raise _wrong(places, at, f"{verb} needs {key}", "RFC 6902 tells what each one takes")
    for key in ("path", "from"):
        if key in needs:
            _check_pointer(operation[key], (*at, key), places)


def _check_pointer(text: Any, at: Path, places: Places) -> None:
    try:
        pointer(text)
    except PatchFailed:
        wrong = f"{text!r} is no JSON pointer"
        raise _wrong(places, at, wrong, "it starts with /: /spec/replicas") from None


def _wrong(places: Places, path: Path, what: str, hint: str) -> PatchError:
    found = (places.get(path[:end]) for end in range(len(path), -1, -1))
    where = next(filter(None, found))
    return PatchError(f"reading a patch: {what}", where=where, hint=hint)
