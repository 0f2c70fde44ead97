"""Two objects of one kind put together, and fields taken out of one, by the kind's shapes.

What is granular is merged by field and by list key, what is atomic is replaced. Source of the
rules: structured-merge-diff, which the API server uses for server-side apply.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.kinds.fields import ANY, Field, Shape
from holdfast.kinds.fieldset import FieldSet, as_tree, element_of


def merge(live: Any, applied: Any, schema: Field) -> Any:
    """`live` with all that `applied` says put over it. Neither is changed."""
    if applied is None or live is None or schema.atomic:
        return applied
    if isinstance(live, Mapping) and isinstance(applied, Mapping):
        return _merge_maps(live, applied, schema)
    if isinstance(live, list) and isinstance(applied, list) and schema.list_type != "atomic":
        return _merge_lists(live, applied, schema)
    return applied


def _merge_maps(
    live: Mapping[str, Any], applied: Mapping[str, Any], schema: Field
) -> dict[str, Any]:
    merged = dict(live)
    for name, value in applied.items():
        child = schema.child(name) or ANY
        merged[name] = merge(live[name], value, child) if name in live else value
    return merged


def _merge_lists(live: list[Any], applied: list[Any], schema: Field) -> list[Any]:
    """The items of both: others stand before what followed them, the rest in the order applied."""
    before = {element_of(item, schema): item for item in live}
    after = {element_of(item, schema): item for item in applied}
    result: list[Any] = []
    waiting = list(before)
    for element, item in after.items():
        while waiting and waiting[0] not in after:
            result.append(before[waiting.pop(0)])
        if element in before:
            waiting.remove(element)
            item = merge(before[element], item, schema.item)
        result.append(item)
    return result + [before[element] for element in waiting if element not in after]


def remove(value: Any, schema: Field, paths: FieldSet) -> Any:
    """`value` without the fields and items at `paths`; what is left empty by that goes too."""
    return _remove(value, schema, as_tree(paths))


def _remove(value: Any, schema: Field, tree: Mapping[str, Any]) -> Any:
    if not tree or schema.atomic:
        return value
    if isinstance(value, Mapping):
        return _remove_from_map(value, schema, tree)
    if isinstance(value, list) and schema.shape is Shape.LIST:
        return _remove_from_list(value, schema, tree)
    return value


def _remove_from_map(
    value: Mapping[str, Any], schema: Field, tree: Mapping[str, Any]
) -> dict[str, Any]:
    found = {}
    for name, item in value.items():
        below = tree.get(f"f:{name}")
        if below is None:
            found[name] = item
        elif below and "." not in below:
            rest = _remove(item, schema.child(name) or ANY, below)
            if rest or rest == item:
                found[name] = rest
    return found


def _remove_from_list(value: list[Any], schema: Field, tree: Mapping[str, Any]) -> list[Any]:
    if schema.list_type == "atomic":
        return value
    found = []
    for item in value:
        below = tree.get(element_of(item, schema))
        if below is None:
            found.append(item)
        elif below and "." not in below:
            found.append(_remove(item, schema.item, below))
    return found
