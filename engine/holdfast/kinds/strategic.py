"""Strategic merge patch: a merge patch that knows which lists are merged item by item.

Source: Kubernetes' contributor documentation of strategic merge patch. A list is merged by the
first of its keys, which is its patchMergeKey; a list of type set by its values; any other list is
replaced. Directives: `$patch`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…`, `$retainKeys`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from holdfast.kinds.fields import ANY, Field
from holdfast.kinds.patches import PatchFailed

_DELETE_VALUES = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"


def strategic_merge(document: Any, patch: Any, schema: Field) -> Any:
    """`document` with `patch` merged in by the shapes of `schema`. Neither is changed."""
    if not isinstance(patch, dict):
        return deepcopy(patch)
    if patch.get("$patch") == "replace":
        return {name: value for name, value in patch.items() if name != "$patch"}
    found = dict(document) if isinstance(document, dict) else {}
    if patch.get("$patch") == "delete":
        return {}
    _retain(found, patch)
    for name, value in patch.items():
        if not name.startswith("$"):
            _merge_field(found, name, value, schema.child(name) or ANY)
    _delete_values(found, patch)
    for name, order in patch.items():
        if name.startswith(_ORDER):
            _reorder(found, name.removeprefix(_ORDER), order, schema)
    return found


def _retain(found: dict[str, Any], patch: dict[str, Any]) -> None:
    if "$retainKeys" in patch:
        for name in [name for name in found if name not in patch["$retainKeys"]]:
            del found[name]


def _merge_field(found: dict[str, Any], name: str, value: Any, schema: Field) -> None:
    if value is None:
        found.pop(name, None)
    elif isinstance(value, list):
        found[name] = _merge_list(found.get(name) or [], value, schema)
    else:
        found[name] = strategic_merge(found.get(name), value, schema)


def _merge_list(items: list[Any], patch: list[Any], schema: Field) -> list[Any]:
    if schema.list_type == "set":
        return items + [value for value in patch if value not in items]
    if schema.list_type != "map":
        return deepcopy(patch)
    if not all(isinstance(one, dict) for one in patch):
        raise PatchFailed("an item of a list of maps is no map")
    if any(one.get("$patch") == "replace" for one in patch):
        return [one for one in patch if "$patch" not in one]
    key = schema.keys[0]
    found = list(items)
    for one in patch:
        found = _merge_item(found, one, key, schema.item)
    return found


def _merge_item(items: list[Any], one: dict[str, Any], key: str, schema: Field) -> list[Any]:
    index = next((n for n, item in enumerate(items) if item.get(key) == one.get(key)), None)
    if one.get("$patch") == "delete":
        return [item for item in items if item.get(key) != one.get(key)]
    if index is None:
        return [*items, strategic_merge({}, one, schema)]
    merged = strategic_merge(items[index], one, schema)
    return [*items[:index], merged, *items[index + 1 :]]


def _delete_values(found: dict[str, Any], patch: dict[str, Any]) -> None:
    for name, values in patch.items():
        if name.startswith(_DELETE_VALUES):
            field = name.removeprefix(_DELETE_VALUES)
            found[field] = [value for value in found.get(field) or [] if value not in values]


def _reorder(found: dict[str, Any], name: str, order: list[Any], schema: Field) -> None:
    """Put the items that `order` names into that order; the others keep their places after."""
    child = schema.child(name) or ANY
    key = child.keys[0] if child.keys else None
    wanted = [one.get(key) if key and isinstance(one, dict) else one for one in order]

    def place(item: Any) -> int:
        value = item.get(key) if key else item
        return wanted.index(value) if value in wanted else len(wanted)

    if name in found:
        found[name] = sorted(found[name], key=place)
