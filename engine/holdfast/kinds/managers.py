"""Who owns which fields of an object: the entries of metadata.managedFields.

Source: Kubernetes' documentation of server-side apply and ManagedFieldsEntry. This file knows how
entries are read, written and told apart, not when a field changes hands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from holdfast.kinds.fieldset import FieldSet, as_tree, from_tree
from holdfast.light import dataclass

APPLY, UPDATE = "Apply", "Update"

_NEVER_OWNED: FieldSet = frozenset(
    [("f:apiVersion",), ("f:kind",), ("f:metadata",)]
    + [
        ("f:metadata", f"f:{name}")
        for name in (
            "name namespace uid resourceVersion generation creationTimestamp selfLink managedFields"
        ).split()
    ]
)


@dataclass(frozen=True, slots=True)
class Manager:
    """What tells two owners apart; an applier is the same one whatever version it applies with."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The identity."""
        version = "" if self.operation == APPLY else self.api_version
        return (self.name, self.operation, version, self.subresource)


@dataclass(frozen=True, slots=True)
class Entry:
    """The fields of one manager, and when it last changed its set (RFC 3339)."""

    manager: Manager
    fields: FieldSet
    time: str

    def __str__(self) -> str:
        """As conflicts name a manager: `"kubectl" using apps/v1`."""
        text = f'"{self.manager.name}"'
        if self.manager.subresource:
            text += f' with subresource "{self.manager.subresource}"'
        if self.manager.operation == UPDATE:
            text += f" using {self.manager.api_version}"
        return text


def read_entries(obj: Mapping[str, Any]) -> tuple[Entry, ...]:
    """The entries of an object."""
    listed = (obj.get("metadata") or {}).get("managedFields") or ()
    return tuple(_entry(one) for one in listed)


def _entry(one: Mapping[str, Any]) -> Entry:
    manager = Manager(
        name=one.get("manager", ""),
        operation=one.get("operation", ""),
        api_version=one.get("apiVersion", ""),
        subresource=one.get("subresource", ""),
    )
    return Entry(manager, from_tree(one.get("fieldsV1") or {}), one.get("time", ""))


def write_entries(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """As managedFields: appliers first, then by time; an owner of nothing is left out."""
    kept = [entry for entry in entries if entry.fields]
    kept.sort(key=lambda one: (one.manager.operation, one.time, one.manager.key))
    return [_as_dict(entry) for entry in kept]


def _as_dict(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "manager": entry.manager.name,
        "operation": entry.manager.operation,
        "apiVersion": entry.manager.api_version,
        **({"time": entry.time} if entry.time else {}),
        "fieldsType": "FieldsV1",
        "fieldsV1": as_tree(entry.fields),
    }
    if entry.manager.subresource:
        found["subresource"] = entry.manager.subresource
    return found


def fields_of(entries: Sequence[Entry], manager: Manager) -> FieldSet:
    """What `manager` owns."""
    for entry in entries:
        if entry.manager.key == manager.key:
            return entry.fields
    return frozenset()


def with_fields(
    entries: Sequence[Entry], manager: Manager, fields: FieldSet, now: str
) -> tuple[Entry, ...]:
    """`entries` with what `manager` owns replaced, as of now."""
    others = tuple(one for one in entries if one.manager.key != manager.key)
    return (*others, Entry(manager, fields, now))


def without_fields(
    entries: Sequence[Entry], fields: FieldSet, *, spare: Manager | None = None
) -> tuple[Entry, ...]:
    """`entries` with `fields` taken from everybody but `spare`."""
    return tuple(
        one if spare and one.manager.key == spare.key else replace(one, fields=one.fields - fields)
        for one in entries
    )


def ownable(fields: FieldSet, subresource: str, *, has_status: bool) -> FieldSet:
    """`fields` without what no manager owns: identity, and what this door does not write.

    A write to the object itself does not own its status where that is a subresource; a write to
    the status owns nothing but that (Kubernetes: the strategies' GetResetFields).
    """
    found = fields - _NEVER_OWNED
    if subresource == "status":
        return frozenset(path for path in found if path[0] in ("f:status", "f:metadata"))
    if has_status:
        return frozenset(path for path in found if path[0] != "f:status")
    return found


def hand_over(
    entries: Sequence[Entry],
    *,
    to: str,
    api_version: str,
    taken: Sequence[str],
    ceded: FieldSet = frozenset(),
) -> tuple[Entry, ...]:
    """The entries once the applier `to` has all that the managers `taken` own, less `ceded`.

    Entries of subresources stay where they are: whoever scales goes on scaling. The applier's
    entry keeps the newest of the times, as client-go's csaupgrade does.
    """
    manager = Manager(to, APPLY, api_version)
    joined = [
        one
        for one in entries
        if one.manager.key == manager.key
        or (one.manager.name in taken and not one.manager.subresource)
    ]
    if not joined:
        return tuple(entries)
    own = next((one.manager for one in joined if one.manager.key == manager.key), manager)
    fields = frozenset(path for one in joined for path in one.fields) - ceded
    rest = tuple(one for one in entries if one not in joined)
    return (*rest, Entry(own, fields, max(one.time for one in joined)))
