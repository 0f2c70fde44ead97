"""Strategic merge patch: a merge patch that knows which lists are merged item by item.

Source: Kubernetes' contributor documentation of strategic merge patch. A list is merged by the
first of its keys, which is its patchMergeKey; a list of type set by its values; any other list is
replaced. Directives: `$patch`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…`, `$retainKeys`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from holdfast.kinds.fields import ANY, Field
from holdfast.kinds.patches import PatchFailed, below

_DELETE_VALUES = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"
_DIRECTIVES = ("delete", "merge", "replace")


def strategic_merge(document: Any, patch: Any, schema: Field) -> Any:
    """`document` with `patch` merged in by the shapes of `schema`. Neither is changed.

    Raises PatchFailed where the patch cannot be read, or does not fit what is there.
    """
    if not isinstance(patch, dict):
        return deepcopy(patch)
    directive = _directive(patch)
    if directive == "replace":
        return {name: value for name, value in patch.items() if name != "$patch"}
    found = dict(document) if isinstance(document, dict) else {}
    if directive == "delete":
        return {}
    _retain(found, patch)
    for name, value in patch.items():
        if not name.startswith("$"):
            with below(name):
                _merge_field(found, name, value, schema.child(name) or ANY)
    _delete_values(found, patch)
    for name, order in patch.items():
        if name.startswith(_ORDER):
            with below(name):
                _reorder(found, name.removeprefix(_ORDER), _listed(order), schema)
    return found


def _directive(patch: dict[str, Any]) -> Any:
    directive = patch.get("$patch", "merge")
    if directive not in _DIRECTIVES:
        raise PatchFailed(f"unknown directive {directive!r}", ("$patch",))
    return directive


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


def _merge_list(items: Any, patch: list[Any], schema: Field) -> list[Any]:
    if schema.list_type not in ("set", "map"):
        return deepcopy(patch)
    if schema.list_type == "set":
        return _listed(items) + [value for value in patch if value not in items]
    for index, one in enumerate(patch):
        if not isinstance(one, dict):
            raise PatchFailed("an item of a list of maps is no map", (index,))
    if any(one.get("$patch") == "replace" for one in patch):
        return [one for one in patch if "$patch" not in one]
    found = list(_listed(items))
    for index, one in enumerate(patch):
        with below(index):
            found = _merge_item(found, one, schema.keys[0], schema.item)
    return found


def _merge_item(items: list[Any], one: dict[str, Any], key: str, schema: Field) -> list[Any]:
    if key not in one:
        raise PatchFailed(f"an item has no {key}, which tells the items of this list apart")
    if not all(isinstance(item, dict) for item in items):
        raise PatchFailed("what is there is no list of maps")
    index = next((n for n, item in enumerate(items) if item.get(key) == one[key]), None)
    if _directive(one) == "delete":
        return [item for item in items if item.get(key) != one[key]]
    if index is None:
        return [*items, strategic_merge({}, one, schema)]
    merged = strategic_merge(items[index], one, schema)
    return [*items[:index], merged, *items[index + 1 :]]


def _delete_values(found: dict[str, Any], patch: dict[str, Any]) -> None:
    for name, values in patch.items():
        if name.startswith(_DELETE_VALUES):
            field = name.removeprefix(_DELETE_VALUES)
            with below(name):
                there, gone = _listed(found.get(field) or []), _listed(values)
            found[field] = [value for value in there if value not in gone]


def _reorder(found: dict[str, Any], name: str, order: list[Any], schema: Field) -> None:
    """Put the items that `order` names into that order; the others keep their places after."""
    child = schema.child(name) or ANY
    key = child.keys[0] if child.keys else None
    wanted = [one.get(key) if key and isinstance(one, dict) else one for one in order]

    def place(item: Any) -> int:
        value = item.get(key) if key and isinstance(item, dict) else item
        return wanted.index(value) if value in wanted else len(wanted)

    if name in found:
        found[name] = sorted(_listed(found[name]), key=place)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise PatchFailed("this has to be a list")
    return value
