"""Keyed patches of lists: what `$patch(name)` in a tree of values says, and which item is meant.

A map whose one key is `$patch(FIELD)` changes the list below it: each of its entries names an item
by that field, and holds the item's changes, or null to remove it. Pure data; cells.py lays it on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from holdfast.errors import ValuesError, Where
from holdfast.light import dataclass
from holdfast.model.values import EditPath, ItemKey, Path, scalar_text, spell

_START = "$patch("
_HINT = "write it as `env: {$patch(name): {TZ: {value: UTC}, OLD: null}}`"
_DIGITS = 4300


@dataclass(frozen=True, slots=True)
class Patch:
    """The changes of one list. `name` is the key as written; `items` has map or null per item."""

    name: str
    field: str
    items: Mapping[str, Any]

    def key(self, text: str) -> ItemKey:
        """The key of an item: of the type that the entry gives it, else as `--set` types it."""
        change = self.items[text]
        own = change.get(self.field) if isinstance(change, dict) else None
        return ItemKey(self.field, type_text(text) if own is None else own)


def is_patch(value: Any) -> bool:
    """Whether a value is a patch (or was meant to be one) and no data."""
    return isinstance(value, dict) and any(key.startswith(_START) for key in value)


def read_patch(
    tree: dict[str, Any], path: Path, where: Where, place: Callable[[Path], Where | None]
) -> Patch:
    """The patch that stands at `path`. Raises ValuesError for a wrong one.

    `place` knows where things stand, `where` is the list's own place.
    """
    name = next(key for key in tree if key.startswith(_START))
    field, items = name[len(_START) : -1], tree[name]
    if not name.endswith(")") or not field or "." in field:
        raise _fail(path, f"{name} must name one field of the items", where)
    if len(tree) > 1:
        other = next(key for key in tree if key != name)
        raise _fail(path, f"beside {name} stands {other!r}", where)
    if not isinstance(items, dict):
        raise _fail((*path, name), "it must be a map from each item's key to its changes", where)
    patch = Patch(name, field, items)
    for text, change in items.items():
        here = (*path, name, text)
        _check_change(patch, text, change, here, place(here) or where)
    return patch


def to_patch(key: ItemKey, change: Any) -> dict[str, Any]:
    """The patch that one keyed assignment comes to."""
    if isinstance(change, dict) and type_text(key.text) != key.value:
        change = {key.field: key.value, **change}
    return {f"{_START}{key.field})": {key.text: change}}


def find_item(items: Iterable[Any], key: ItemKey, path: EditPath, where: Where) -> int | None:
    """The index of the item that `key` names, None where there is none.

    `items` are the plain values of a list's items, maps of their fields one level deep. Raises
    ValuesError where several are meant, and for a list with items that are no maps.
    """
    found = []
    for index, item in enumerate(items):
        if not isinstance(item, Mapping):
            message = f"the list has an item that is no map ([{index}])"
            raise _fail(path, message, where, "set items of such a list by index")
        if scalar_text(item.get(key.field)) == key.text:
            found.append(index)
    if len(found) > 1:
        message = f"{len(found)} items have this {key.field}"
        raise _fail((*path, key), message, where, "set the one that is meant by index")
    return found[0] if found else None


def not_a_list(path: EditPath, value: Any, where: Where) -> ValuesError:
    """The refusal to patch what is there."""
    kind = "a map" if isinstance(value, dict) else "a single value"
    return _fail(path, f"it is {kind}, not a list", where, "set it whole")


def inside_list(where: Where) -> ValuesError:
    """The refusal of a patch in a list that is written out."""
    message = "reading values: a patch stands in a list that replaces the one below"
    return ValuesError(message, where=where, hint="patch the outer list too, or write items out")


def written(path: Path) -> EditPath:
    """A path in a tree as users write it in flags: `env."$patch(name)".TZ` is `env[name=TZ]`."""
    found: list[str | int | ItemKey] = []
    field = ""
    for part in path:
        if field:
            found.append(ItemKey(field, str(part)))
            field = ""
        elif isinstance(part, str) and part.startswith(_START):
            field = part[len(_START) : -1]
        else:
            found.append(part)
    return tuple(found)


def type_text(text: str) -> Any:
    """A text as `--set` types it (Helm's strvals): booleans and plain integers, else text.

    Raises ValueError for an integer of more than 4300 digits.
    """
    if (word := text.lower()) in ("true", "false"):
        return word == "true"
    digits = text.removeprefix("-") if text.startswith("-") else text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or (digits[0] == "0" and digits != "0"):
        return text
    if len(digits) > _DIGITS:
        raise ValueError(f"an integer of more than {_DIGITS} digits")
    return int(text)


def _check_change(patch: Patch, text: str, change: Any, path: Path, where: Where) -> None:
    if change is None:
        return
    if not isinstance(change, dict) or is_patch(change):
        raise _fail(path, "an item's changes are a map, or null to remove it", where)
    if not text:
        raise _fail(path, f"the item's {patch.field} is empty", where)
    own = scalar_text(change.get(patch.field))
    if patch.field in change and own != text:
        raise _fail((*path, patch.field), "the field that names the item cannot change", where)


def _fail(path: EditPath, message: str, where: Where, hint: str = _HINT) -> ValuesError:
    plain = tuple(part for part in path if not isinstance(part, ItemKey))
    shown = written(plain) if len(plain) == len(path) else path
    return ValuesError(f"patching {spell(shown)}: {message}", where=where, hint=hint)


def paths_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of everything in a tree of values; a keyed patch is one thing."""
    if path:
        yield path
    if isinstance(value, dict) and not is_patch(value):
        for key, item in value.items():
            yield from paths_in(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths_in(item, (*path, index))
