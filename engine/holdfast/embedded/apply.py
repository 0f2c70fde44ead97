"""Server-side apply: an applied configuration, the live object and the owners become a new object.

Source of the rules: Kubernetes' documentation of server-side apply, and the behaviour of
structured-merge-diff's Updater. Pure: nothing is stored here, and nothing is defaulted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.embedded.status import StatusError
from holdfast.kinds.fields import Field
from holdfast.kinds.fieldset import (
    FieldSet,
    changed,
    in_order,
    leaves,
    removed,
    spell,
    with_parents,
)
from holdfast.kinds.managers import (
    UPDATE,
    Entry,
    Manager,
    fields_of,
    ownable,
    read_entries,
    with_fields,
    without_fields,
    write_entries,
)
from holdfast.kinds.merge import merge, remove
from holdfast.light import dataclass

Object = dict[str, Any]


_ALWAYS_THERE = ("f:metadata", "f:spec", "f:status", "f:podSelector")
"""Structs that the server writes even when they are empty: nobody gives them."""


@dataclass(frozen=True, slots=True)
class Door:
    """How a write comes in: as whom, to which part, when, and over which kind of object."""

    manager: Manager
    schema: Field
    has_status: bool
    now: str

    def ownable(self, fields: FieldSet) -> FieldSet:
        """What of `fields` a writer through this door can own."""
        return ownable(fields, self.manager.subresource, has_status=self.has_status)


def apply(live: Object | None, applied: Object, door: Door, *, force: bool) -> Object:
    """The object that applying `applied` gives, with managedFields.

    Raises StatusError 409 where another manager owns a field that would change, unless `force`.
    """
    given = frozenset(leaves(applied, door.schema))
    mine = door.ownable(given)
    if live is None:
        return _with_entries(applied, with_fields((), door.manager, mine, door.now))
    base = _without_entries(live)
    entries = read_entries(live) or _first_entries(base, door)
    last = fields_of(entries, door.manager)
    entries = with_fields(entries, door.manager, mine, door.now)
    merged = merge(base, applied, door.schema)
    owned = given.union(*(one.fields for one in entries))
    merged = _prune(merged, last, owned, door.schema)
    entries = _settle(base, merged, entries, door, force=force)
    return _with_entries(merged, entries)


def track(live: Object | None, written: Object, door: Door) -> Object:
    """`written` with managedFields after an update, patch or creation that is no apply.

    The writer takes what it changes from whoever had it; what is gone belongs to nobody. An object
    whose fields are nobody's stays so until it is applied.
    """
    if live is not None and not read_entries(live):
        return _without_entries(written)
    base = _without_entries(live or {})
    written = _without_entries(written)
    before, after = leaves(base, door.schema), leaves(written, door.schema)
    gone = removed(before, after)
    taken = frozenset(
        path
        for path in door.ownable(changed(before, after))
        if after[path] != {} or path[-1] not in _ALWAYS_THERE
    )
    entries = without_fields(read_entries(live or {}), gone)
    entries = without_fields(entries, taken, spare=door.manager)
    if taken:
        mine = fields_of(entries, door.manager) | taken
        entries = with_fields(entries, door.manager, mine, door.now)
    return _with_entries(written, entries)


def _first_entries(base: Object, door: Door) -> tuple[Entry, ...]:
    """Before the first apply, all fields of an object without owners belong to whoever made it."""
    manager = Manager("before-first-apply", UPDATE, door.manager.api_version)
    fields = door.ownable(frozenset(leaves(base, door.schema)))
    return (Entry(manager, fields, door.now),)


def _prune(merged: Any, last: FieldSet, owned: FieldSet, schema: Field) -> Any:
    """`merged` without what the applier applied before, no longer does, and nobody else owns."""
    orphaned = with_parents(last) - with_parents(owned)
    return remove(merged, schema, orphaned) if orphaned else merged


def _settle(
    base: Object, merged: Object, entries: Sequence[Entry], door: Door, *, force: bool
) -> tuple[Entry, ...]:
    before, after = leaves(base, door.schema), leaves(merged, door.schema)
    touched = changed(before, after)
    others = [one for one in entries if one.manager.key != door.manager.key]
    conflicts = [(one, one.fields & touched) for one in others if one.fields & touched]
    if conflicts and not force:
        raise _refuse(conflicts)
    kept = without_fields(entries, touched, spare=door.manager)
    return without_fields(kept, removed(before, after), spare=door.manager)


def _refuse(conflicts: Sequence[tuple[Entry, FieldSet]]) -> StatusError:
    pairs = [(str(one), spell(path)) for one, paths in conflicts for path in in_order(paths)]
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {who}", "field": path}
        for who, path in pairs
    ]
    if len(pairs) == 1:
        said = f"Apply failed with 1 conflict: conflict with {pairs[0][0]}: {pairs[0][1]}"
    else:
        said = f"Apply failed with {len(pairs)} conflicts: " + "\n".join(_groups(conflicts))
    return StatusError(409, "Conflict", said, {"causes": causes})


def _groups(conflicts: Sequence[tuple[Entry, FieldSet]]) -> list[str]:
    found = []
    for one, paths in conflicts:
        found.append(f"conflicts with {one}:")
        found += [f"- {spell(path)}" for path in in_order(paths)]
    return found


def _without_entries(obj: Object) -> Object:
    metadata = obj.get("metadata") or {}
    if "managedFields" not in metadata:
        return obj
    kept = {name: value for name, value in metadata.items() if name != "managedFields"}
    return {**obj, "metadata": kept}


def _with_entries(obj: Object, entries: Sequence[Entry]) -> Object:
    listed = write_entries(entries)
    metadata = {**(obj.get("metadata") or {}), **({"managedFields": listed} if listed else {})}
    return {**obj, "metadata": metadata}
