"""Nodes → data, as Kubernetes reads them: dict, list, str, bool, int, float and None."""

from __future__ import annotations

import math
from dataclasses import field
from typing import Any, NoReturn

from holdfast.errors import Where, YamlError
from holdfast.light import dataclass
from holdfast.model.excerpt import excerpt
from holdfast.model.values import Path
from holdfast.yamltext.build import EMPTY, Unusual, build
from holdfast.yamltext.compose import MAX_DEPTH, compose
from holdfast.yamltext.decode import check_size
from holdfast.yamltext.entries import key_text
from holdfast.yamltext.failures import Source
from holdfast.yamltext.nodes import Mapping, Node, Scalar, Sequence
from holdfast.yamltext.scalars import Plain, resolve, shorten

_CORE = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Document:
    """One document's data and the place of every value in it.

    The place of a map's entry is its key's, of a list's item the item's own, of the root the
    document's first value.
    """

    data: Any
    positions: dict[Path, Where] = field(default_factory=dict)


def construct(node: Node, *, source: str = "<text>") -> Any:
    """The data of a node. Raises YamlError for a number JSON has no word for, or a strange tag."""
    if isinstance(node, Scalar):
        return value_of(node, source=source)
    _check_tag(node, source)
    if isinstance(node, Sequence):
        return [construct(item, source=source) for item in node.items]
    return {key_text(key): construct(value, source=source) for key, value in node.entries}


def value_of(node: Scalar, *, source: str = "<text>") -> Plain:
    """The value of one scalar: its text decides when it is plain, else its tag, else it is text."""
    if node.tag is not None and node.tag not in ("!", _CORE + "str"):
        return _tagged(node, source)
    if not node.plain:
        return node.text
    try:
        value = resolve(node.text)
    except ValueError as error:
        _refuse(node, source, str(error), "quote it if it is text")
    if isinstance(value, float) and not math.isfinite(value):
        _refuse(node, source, f"{node.text} is no number in JSON", "quote it if it is text")
    return value


def load(text: str, *, source: str) -> Any:
    """The data of the one document in `text`, None where there is none. Empty ones do not count."""
    found = [data for data in _quickly(text, source) or () if data is not EMPTY]
    if len(found) == 1:
        return found[0]
    documents = _filled(text, source)
    if len(documents) > 1:
        second = documents[1]
        raise Source(source, text).error_at(
            second,
            "a second document starts here, only one is expected",
            "remove the line '---' or the second document",
        )
    return _build(documents[0], text, source) if documents else None


def load_all(text: str, *, source: str) -> list[Any]:
    """The data of every document; None for an empty one."""
    found = _quickly(text, source)
    if found is not None:
        return [None if data is EMPTY else data for data in found]
    return [_build(node, text, source) for node in compose(text, source=source)]


def load_documents(text: str, *, source: str, kind: str = "file") -> list[Document]:
    """Every document with the places of its values; `kind` is that of the places' Where."""
    return [
        Document(
            _build(node, text, source),
            _places(node, source, kind),
        )
        for node in compose(text, source=source)
    ]


def _quickly(text: str, source: str) -> list[Any] | None:
    """The documents' data without a look at places; None where that look is needed."""
    check_size(len(text), source)
    try:
        return build(text, MAX_DEPTH)
    except (Unusual, ImportError):
        return None


def _filled(text: str, source: str) -> list[Node]:
    nodes = compose(text, source=source)
    return [n for n in nodes if not (isinstance(n, Scalar) and n.plain and not n.text)]


def _build(node: Node, text: str, source: str) -> Any:
    try:
        return construct(node, source=source)
    except YamlError as error:
        if error.where and error.where.line and error.where.column:
            error.excerpt = excerpt(text, error.where.line, error.where.column)
        raise


def _places(root: Node, source: str, kind: str) -> dict[Path, Where]:
    found: dict[Path, Where] = {}

    def note(path: Path, at: Node, node: Node) -> None:
        found[path] = Where(source, at.line, at.column, kind)
        if isinstance(node, Mapping):
            for key, value in node.entries:
                note((*path, key_text(key) or ""), key, value)
        elif isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                note((*path, index), item, item)

    note((), root, root)
    return found


def _tagged(node: Scalar, source: str) -> Plain:
    kind = node.tag.removeprefix(_CORE) if node.tag else ""
    if kind == "binary":
        return _binary(node, source)
    if kind == "timestamp":
        return node.text
    if kind not in ("bool", "int", "float", "null"):
        _refuse(node, source, f"the tag {node.tag} is not known", "remove the tag, or quote a '!'")
    value = value_of(Scalar(node.text, "plain", None, node.line, node.column, 0, 0), source=source)
    if kind == "float" and type(value) is int:
        return shorten(float(value))
    if {bool: "bool", int: "int", float: "float", type(None): "null"}.get(type(value)) != kind:
        _refuse(node, source, f"{node.text!r} is no {kind}, as its tag says", "remove the tag")
    return value


def _binary(node: Scalar, source: str) -> str:
    import base64

    try:
        return base64.b64decode("".join(node.text.split()), validate=True).decode()
    except ValueError:
        _refuse(node, source, "!!binary needs base64 of UTF-8 text", "write the text as it is")


def _check_tag(node: Sequence | Mapping, source: str) -> None:
    expected = _CORE + ("seq" if isinstance(node, Sequence) else "map")
    if node.tag not in (None, "!", expected):
        _refuse(node, source, f"the tag {node.tag} is not known", "remove the tag")


def _refuse(node: Node, source: str, message: str, hint: str) -> NoReturn:
    raise Source(source).error_at(node, message, hint)
