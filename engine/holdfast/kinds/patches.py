"""The patches that need no schema: JSON merge patch (RFC 7386) and JSON patch (RFC 6902).

Pure: a document and a patch give a new document. What the result means is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any


class PatchFailed(Exception):
    """A patch that does not fit the document, or a test in it that does not hold.

    `path` is the place in the patch where it fails: keys and list indices from its root.
    """

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


@contextmanager
def below(part: str | int) -> Iterator[None]:
    """Say of what fails inside that it stands at `part` of the patch."""
    try:
        yield
    except PatchFailed as error:
        raise PatchFailed(error.message, (part, *error.path)) from None


def merge_patch(document: Any, patch: Any) -> Any:
    """`document` with `patch` merged in: null removes, lists replace (RFC 7386, section 2)."""
    if not isinstance(patch, dict):
        return deepcopy(patch)
    found = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merge_patch(found.get(name), value)
    return found


def json_patch(document: Any, operations: Any) -> Any:
    """`document` after all `operations`, in order. Raises PatchFailed; nothing is half done."""
    if not isinstance(operations, list):
        raise PatchFailed("a JSON patch is a list of operations")
    found = deepcopy(document)
    for index, operation in enumerate(operations):
        with below(index):
            found = _carry_out(found, operation)
    return found


def pointer(text: Any) -> list[str]:
    """The parts of a JSON pointer (RFC 6901). Raises PatchFailed."""
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise PatchFailed("an operation needs a path that starts with /")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _carry_out(document: Any, operation: Any) -> Any:
    if not isinstance(operation, dict):
        raise PatchFailed("an operation is an object")
    verb, path = operation.get("op"), pointer(operation.get("path"))
    if verb == "test":
        if _get(document, path) != operation.get("value"):
            raise PatchFailed(f"testing value {operation.get('path')} failed")
        return document
    if verb == "remove":
        return _removed(document, path)
    if verb == "replace":
        _get(document, path)
        return (
            _added(_removed(document, path), path, operation.get("value"))
            if path
            else (operation.get("value"))
        )
    return _placed(document, verb, path, operation)


def _placed(document: Any, verb: Any, path: list[str], operation: dict[str, Any]) -> Any:
    if verb == "add":
        return _added(document, path, operation.get("value"))
    if verb not in ("copy", "move"):
        raise PatchFailed(f"unknown operation {verb!r}")
    source = pointer(operation.get("from"))
    value = deepcopy(_get(document, source))
    if verb == "move":
        document = _removed(document, source)
    return _added(document, path, value)


def _get(document: Any, path: list[str]) -> Any:
    found = document
    for depth, part in enumerate(path):
        found = found[_index(found, path[: depth + 1], part)]
    return found


def _index(container: Any, path: list[str], part: str, *, append: bool = False) -> Any:
    if isinstance(container, dict):
        if part in container or append:
            return part
    elif isinstance(container, list):
        if append and part == "-":
            return len(container)
        if part.isdecimal() and int(part) < len(container) + append:
            return int(part)
    raise PatchFailed(f"there is nothing at /{'/'.join(path)}")


def _added(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    container = _get(document, path[:-1])
    index = _index(container, path, path[-1], append=True)
    if isinstance(container, list):
        container.insert(index, value)
    else:
        container[index] = value
    return document


def _removed(document: Any, path: list[str]) -> Any:
    if not path:
        return None
    container = _get(document, path[:-1])
    del container[_index(container, path, path[-1])]
    return document
