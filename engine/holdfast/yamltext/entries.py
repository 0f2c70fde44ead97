"""The keys of a map: told apart as Kubernetes tells them apart, and `<<` resolved.

A map's own key beats a merged one wherever `<<` stands (YAML merge key type, draft of 2005).
"""

from __future__ import annotations

from typing import TypeAlias

from holdfast.errors import YamlError
from holdfast.yamltext.failures import Source
from holdfast.yamltext.nodes import Mapping, Node, Scalar, Sequence
from holdfast.yamltext.scalars import resolve, spell_key

Entry: TypeAlias = tuple[Scalar, Node]
_MERGEABLE = (
    "only maps written out in this text, key by key, can be merged; quote '<<' if it is a name"
)


def key_text(key: Scalar) -> str | None:
    """The key as text, as Kubernetes reads it (`1` and `'1'` are the same); None for null.

    Raises ValueError for an integer of more than 4300 digits.
    """
    if not key.plain:
        return key.text
    return spell_key(resolve(key.text), key.text)


def pair(items: list[Node], source: Source) -> tuple[tuple[Entry, ...], int]:
    """Keys and values in turn → entries, merged ones first, and how many of those there are."""
    own: dict[str, Entry] = {}
    merge: Entry | None = None
    pairs = iter(items)
    for key in pairs:
        value = next(pairs)
        if isinstance(key, Scalar) and key.text == "<<" and key.plain:
            if merge:
                hint = "write one << with a list: `<<: [*a, *b]`"
                raise _duplicate(key, merge[0], hint, source)
            merge = (key, value)
            continue
        name, scalar = _name(key, source)
        if earlier := own.get(name):
            raise _duplicate(scalar, earlier[0], "keep one of the two", source)
        own[name] = (scalar, value)
    merged = _merged(merge, own, source) if merge else []
    return (*merged, *own.values()), len(merged)


def _merged(merge: Entry, own: dict[str, Entry], source: Source) -> list[Entry]:
    """What `<<` adds: an earlier map of its list beats a later one."""
    key, value = merge
    found: dict[str, Entry] = {}
    for node in value.items if isinstance(value, Sequence) else (value,):
        if not isinstance(node, Mapping):
            raise source.error_at(key, "<< needs a map or a list of maps", _MERGEABLE)
        for entry in node.entries:
            name, _ = _name(entry[0], source)
            if name not in own:
                found.setdefault(name, entry)
    return list(found.values())


def _name(key: Node, source: Source) -> tuple[str, Scalar]:
    if not isinstance(key, Scalar):
        raise source.error_at(key, "a key must be text: this is a map or a list", "quote the key")
    try:
        name = key_text(key)
    except ValueError as error:
        raise source.error_at(key, str(error), "quote the key") from None
    if name is None:
        raise source.error_at(key, "a key must be text: this one is null", "quote the key")
    return name, key


def _duplicate(key: Scalar, earlier: Scalar, hint: str, source: Source) -> YamlError:
    place = f"line {earlier.line}, column {earlier.column}"
    return source.error_at(key, f"the key {key.text!r} is already at {place}", hint)
