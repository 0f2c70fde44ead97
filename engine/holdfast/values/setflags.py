"""The `--set` family: one flag's text → edits, each with the flag and key as its origin.

Helm's typing of values (its strvals): with `--set`, true, false and null in any case and base-10
integers without leading zeros; all else is text. Integers are exact at any size here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

from holdfast.errors import SetSyntaxError, Where
from holdfast.model.values import Edit, EditPath, ItemKey, scalar_text, spell
from holdfast.values.jsontext import read_number, refuse_constant
from holdfast.values.patches import type_text
from holdfast.values.setgrammar import Reader

SetKind: TypeAlias = Literal["set", "set-string", "set-json", "set-file", "set-literal"]

_MAX_DEPTH = 150


def parse_set(text: str, kind: str, read_file: Callable[[str], bytes]) -> tuple[Edit, ...]:
    """The assignments of one flag of `kind` (a SetKind), in order.

    `read_file` is asked for the files of `set-file`, and its errors pass through. Raises
    SetSyntaxError, naming the flag and the key and never a value.
    """
    readers: dict[str, Callable[[], Iterator[Edit]]] = {
        "set": lambda: _texts(Reader(kind, text), lambda value, _: _typed(value), type_text),
        "set-string": lambda: _texts(Reader(kind, text), lambda value, _: value),
        "set-file": lambda: _texts(
            Reader(kind, text), lambda value, at: _content(read_file(value), at)
        ),
        "set-json": lambda: _jsons(Reader(kind, text)),
        "set-literal": lambda: _literal(Reader(kind, text, escapes=False, commas=False)),
    }
    try:
        _check_text(text)
    except ValueError as error:
        raise Reader(kind, "").error(str(error)) from None
    edits = tuple(readers[kind]())
    _check_shapes(edits)
    return edits


def _texts(
    reader: Reader,
    convert: Callable[[str, Where], Any],
    convert_key: Callable[[str], Any] = str,
) -> Iterator[Edit]:
    while not reader.done:
        path = _key(reader, convert_key)
        origin = reader.origin
        try:
            value = reader.value()
            if isinstance(value, list):
                yield Edit(path, [convert(item, origin) for item in value], origin)
            else:
                yield Edit(path, convert(value, origin), origin)
        except ValueError as error:
            raise reader.error(str(error), origin) from None


def _key(reader: Reader, convert: Callable[[str], Any]) -> EditPath:
    try:
        return reader.key(convert)
    except ValueError as error:
        raise reader.error(str(error)) from None


def _literal(reader: Reader) -> Iterator[Edit]:
    if reader.done:
        return
    path = reader.key()
    origin = reader.origin
    yield Edit(path, reader.text[reader.at :], origin)


def _jsons(reader: Reader) -> Iterator[Edit]:
    if reader.text.lstrip().startswith("{"):
        origin = Where("--set-json", kind="flag")
        value = _json(reader, origin)
        for key, item in value.items():
            yield Edit((key,), item, Where(f"--set-json {key}", kind="flag"))
        if not reader.done:
            raise reader.error("after the JSON object comes nothing", origin)
        return
    while not reader.done:
        path = _key(reader, type_text)
        origin = reader.origin
        value = None if reader.peek() in ("", ",") else _json(reader, origin)
        if not reader.skip(",") and not reader.done:
            raise reader.error("after a JSON value comes ',' or the end", origin)
        yield Edit(path, value, origin)


def _json(reader: Reader, origin: Where) -> Any:
    """One JSON value from the reader's place on, and the blanks around it."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_unique, parse_constant=refuse_constant, parse_float=read_number
    )
    text = reader.text
    start = reader.at + len(text[reader.at :]) - len(text[reader.at :].lstrip())
    try:
        value, end = decoder.raw_decode(text, start)
        _check_tree(value, 0)
    except json.JSONDecodeError as error:
        raise reader.error(f"the value is not JSON: {error.msg}", origin) from None
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise reader.error(f"the value cannot be used: {reason}", origin) from None
    reader.at = end + len(text[end:]) - len(text[end:].lstrip())
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} is there twice")
    return found


def _check_tree(value: Any, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise ValueError(f"nested deeper than {_MAX_DEPTH}")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check_tree(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_tree(item, depth + 1)


def _check_text(text: str) -> None:
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ValueError("a text holds half a character")


def _typed(text: str) -> Any:
    return None if text.lower() == "null" else type_text(text)


def _content(data: bytes, origin: Where) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise SetSyntaxError(
            f"reading {origin.source}: the file is not UTF-8 text",
            where=origin,
            hint="encode it first, for example with base64",
        ) from None


def _check_shapes(edits: tuple[Edit, ...]) -> None:
    """Refuse a flag that uses one key as a value and as a map or list (`a=1,a.b=2`)."""
    shapes: dict[EditPath, str] = {}
    for edit in edits:
        _check_items(edit)
        for end in range(1, len(edit.path)):
            parent, needed = edit.path[:end], _shape_of(edit.path[end])
            if shapes.setdefault(parent, needed) != needed:
                raise SetSyntaxError(
                    f"reading {edit.origin.source}: an earlier part of the flag makes"
                    f" {spell(parent)} {shapes[parent]}",
                    where=edit.origin,
                    hint="set it once",
                )
        for below in [path for path in shapes if path[: len(edit.path)] == edit.path]:
            del shapes[below]
        shapes.update(_shapes(edit.path, edit.value))


def _check_items(edit: Edit) -> None:
    """Refuse what would make an item another one, or no map at all."""
    for end, part in enumerate(edit.path, 1):
        if not isinstance(part, ItemKey):
            continue
        rest, problem = edit.path[end:], ""
        if not rest and not isinstance(edit.value, dict | None):
            problem = f"set a field of the item, as in {spell(edit.path)}.value=x"
        elif rest[:1] == (part.field,) or (not rest and _renames(part, edit.value)):
            problem = f"{part.field} names the item and cannot be set as well"
        if problem:
            raise SetSyntaxError(
                f"reading {edit.origin.source}: {problem}",
                where=edit.origin,
                hint=f"--set-json '{spell(edit.path[:end])}={{…}}' merges a map into the item,"
                " null removes it",
            )


def _renames(key: ItemKey, value: Any) -> bool:
    return bool(value) and key.field in value and scalar_text(value[key.field]) != key.text


def _shape_of(part: str | int | ItemKey) -> str:
    return "a map" if isinstance(part, str) else "a list"


def _shapes(path: EditPath, value: Any) -> Iterator[tuple[EditPath, str]]:
    """The shape of a value and of all that is inside of it; null may become anything."""
    if isinstance(value, dict):
        yield path, "a map"
        for key, item in value.items():
            yield from _shapes((*path, key), item)
    elif isinstance(value, list):
        yield path, "a list"
        for index, item in enumerate(value):
            yield from _shapes((*path, index), item)
    elif value is not None:
        yield path, "a single value"
