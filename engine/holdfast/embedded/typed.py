"""Whether an applied configuration fits its kind: every field known, every value of its type.

An apply is stricter than other writes: a field that the kind does not have is refused whatever
`fieldValidation` says, because ownership of it could not be kept. The words are those of
structured-merge-diff, as the API server passes them on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.kinds.fields import ANY, Field, Shape
from holdfast.kinds.fieldset import element_of, spell


def misfits(value: Any, schema: Field, path: str = "") -> Iterator[str]:
    """What does not fit, each with its path; nothing for a configuration that can be applied."""
    if schema.shape is Shape.ANY or value is None:
        return
    if schema.shape in (Shape.STRUCT, Shape.MAP):
        yield from _map(value, schema, path)
    elif schema.shape is Shape.LIST:
        yield from _list(value, schema, path)
    elif problem := _scalar(value, schema):
        yield f"{path}: {problem}"


def _map(value: Any, schema: Field, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: expected map, got {_got(value)}"
        return
    for name, item in value.items():
        child = schema.child(name)
        if child is None:
            yield f"{path}.{name}: field not declared in schema"
        else:
            yield from misfits(item, child, f"{path}.{name}")


def _list(value: Any, schema: Field, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: expected list, got {_got(value)}"
        return
    seen = set()
    for index, item in enumerate(value):
        place = f"[{index}]"
        if schema.list_type != "atomic":
            if _lacks_keys(item, schema):
                names = " ".join(f'"{key}"' for key in schema.keys)
                yield (
                    f"{path}: element {index}: associative list with keys has an element that "
                    f"omits all key fields [{names}] (and doesn't have default values for any "
                    "key fields)"
                )
                continue
            element = element_of(item, schema)
            place = spell((element,))
            if element in seen:
                yield f"{path}: duplicate entries for key {place}"
            seen.add(element)
        yield from misfits(item, schema.items or ANY, path + place)


def _lacks_keys(item: Any, schema: Field) -> bool:
    if schema.list_type != "map" or not isinstance(item, dict):
        return False
    children = [schema.item.child(key) for key in schema.keys if key not in item]
    without = [child for child in children if child is None or child.default is None]
    return len(without) == len(schema.keys)


def _scalar(value: Any, schema: Field) -> str:
    if schema.type == "quantity" or schema.type == "int-or-string":
        fits = isinstance(value, str | int | float) and not isinstance(value, bool)
        return "" if fits else f"expected string, got {_got(value)}"
    if schema.type == "boolean":
        return "" if isinstance(value, bool) else f"expected boolean, got {_got(value)}"
    if schema.type == "string":
        return "" if isinstance(value, str) else f"expected string, got {_got(value)}"
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if numeric else f"expected numeric (int or float), got {_got(value)}"


def _got(value: Any) -> str:
    if isinstance(value, str):
        return "string"
    return f"&{{{str(value).lower() if isinstance(value, bool) else value}}}"
