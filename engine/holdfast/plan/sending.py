"""What of an object is sent, and what changes hands before: the fields of others are left out.

A field that we own and no longer send would go with the next apply (server-side apply removes what
its manager stops applying; `spec.replicas` would fall back to 1). So whatever is left to somebody
else is first ceded: it stops being ours and stays as it is. A dry run cannot do that beforehand; it
is asked with the live value instead, which comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.kinds.fieldpaths import keys_of, names_of, put, value_at
from holdfast.kinds.fieldset import FieldSet
from holdfast.kinds.managers import APPLY, Entry, Manager, fields_of, read_entries
from holdfast.light import dataclass
from holdfast.model.manifest import FIELD_MANAGER, Manifest
from holdfast.model.ownership import NO_HANDOVER, FieldConflict, FieldPath, Handover, Policy
from holdfast.model.plan import ABSENT
from holdfast.plan.ownership import foreign_owner
from holdfast.plan.predict import without_string_data
from holdfast.plan.takeover import is_taken, taken_from
from holdfast.plan.terms import REPLICAS, ObjectTerms, Terms

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sending:
    """One object on its way: what is sent, what a dry run is asked with, what changes hands first.

    `left` are the fields that stay with their owners.
    """

    object: Object
    probe: Object
    handover: Handover = NO_HANDOVER
    left: tuple[FieldConflict, ...] = ()


def sending(manifest: Manifest, live: Mapping[str, Any] | None, terms: Terms) -> Sending:
    """What is sent of an object that is wanted. Raises ManifestError (a bad annotation).

    An object that is not there yet is sent whole: an autoscaler starts from the chart's replicas.
    """
    own = terms.for_object(manifest)
    wanted = without_string_data(manifest.object)
    if live is None:
        return Sending(wanted, wanted)
    foreign = foreign_owner(live, release=terms.release, namespace=terms.namespace)
    hands_over = foreign and not terms.shared and terms.may_take(live)
    taken = taken_from(live) if hands_over else ()
    if not own.leaves:
        return Sending(wanted, wanted, Handover(taken=taken))
    ours, others = _sides(read_entries(live), taken)
    left = _left(wanted, live, ours, others, own)
    mine = frozenset(path for entry in ours for path in entry.fields)
    sent = probe = wanted
    for path in left:
        sent = put(sent, path, ABSENT)
        probe = put(probe, path, value_at(live, path) if path in mine else ABSENT)
    whole = [item for item in _left_items(others, own) if _only_keys(sent, item)]
    for item in whole:
        sent = put(sent, item, ABSENT)
        probe = probe if item in mine else put(probe, item, ABSENT)
    gone = (*left, *whole)
    ceded = sorted(path for path in mine if any(path[: len(one)] == one for one in gone))
    return Sending(sent, probe, Handover(taken, tuple(ceded)), tuple(left.values()))


def _sides(
    entries: Sequence[Entry], taken: Sequence[str]
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The entries whose fields are ours, or become so, and all others."""
    ours = tuple(one for one in entries if _is_ours(one) or is_taken(one, taken))
    return ours, tuple(
        one for one in entries if one not in ours and one.manager.name != FIELD_MANAGER
    )


def own_fields(live: Mapping[str, Any]) -> FieldSet:
    """The fields of a live object that are ours."""
    return fields_of(read_entries(live), Manager(FIELD_MANAGER, APPLY, ""))


def _is_ours(entry: Entry) -> bool:
    manager = entry.manager
    return (manager.name, manager.operation, manager.subresource) == (FIELD_MANAGER, APPLY, "")


def _left(
    desired: Object,
    live: Mapping[str, Any],
    ours: Sequence[Entry],
    others: Sequence[Entry],
    terms: ObjectTerms,
) -> dict[FieldPath, FieldConflict]:
    """The fields to leave out, each with whose it is."""
    found: dict[FieldPath, FieldConflict] = {}
    for entry in others:
        for path in sorted(entry.fields):
            if value_at(desired, path) is ABSENT or _is_mark(path, entry):
                continue
            policy, by = terms.decide(path)
            if policy is Policy.LEAVE:
                found.setdefault(path, conflict_of(path, desired, live, entry, policy, by))
    scaled = terms.decide(REPLICAS) if terms.scaler else (Policy.FAIL, "")
    wanted = value_at(desired, REPLICAS) is not ABSENT or any(REPLICAS in e.fields for e in ours)
    if scaled[0] is Policy.LEAVE and wanted and REPLICAS not in found:
        found[REPLICAS] = conflict_of(REPLICAS, desired, live, None, *scaled)
    return found


def _left_items(others: Sequence[Entry], terms: ObjectTerms) -> Iterator[FieldPath]:
    """The items of lists that are left whole: the rule is for the item, and not for a field of it.

    The innermost first.
    """
    paths = {path for entry in others for path in entry.fields if keys_of(path[-1])}
    for path in sorted(paths, key=len, reverse=True):
        if terms.decide(path)[0] is Policy.LEAVE:
            yield path


def _only_keys(obj: Object, item: FieldPath) -> bool:
    """Whether of an item no more is left than what tells it apart."""
    found = value_at(obj, item)
    return isinstance(found, dict) and found.keys() <= keys_of(item[-1]).keys()


def conflict_of(
    path: FieldPath,
    desired: Mapping[str, Any],
    live: Mapping[str, Any],
    entry: Entry | None,
    policy: Policy,
    by: str,
) -> FieldConflict:
    """One field that we want to set and `entry` owns."""
    return FieldConflict(
        path=names_of(path),
        manager=entry.manager.name if entry else "",
        ours=value_at(desired, path),
        theirs=value_at(live, path),
        policy=policy,
        by=by,
        operation=entry.manager.operation if entry else "",
        subresource=entry.manager.subresource if entry else "",
        time=entry.time if entry else "",
    )


def _is_mark(path: FieldPath, entry: Entry) -> bool:
    """Whether a path only says that a map or an item is there: its fields are owned one by one."""
    return any(len(other) > len(path) and other[: len(path)] == path for other in entry.fields)
