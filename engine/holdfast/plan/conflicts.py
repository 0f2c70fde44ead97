"""Fields that somebody else owns: found in the server's no to a dry run, and told in words.

The server names manager and field; whose entry that is, and both values, are read from the live
object. What is decided about each is terms.py's to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from holdfast.kinds.fieldpaths import read_spelled
from holdfast.kinds.fieldset import spell
from holdfast.kinds.managers import Entry, read_entries
from holdfast.model.manifest import FIELD_MANAGER, ObjectRef
from holdfast.model.ownership import FieldConflict, FieldPath, Policy
from holdfast.model.plan import ABSENT
from holdfast.model.snapshot import Refusal
from holdfast.plan.paths import spell_field
from holdfast.plan.sending import conflict_of
from holdfast.plan.takeover import is_taken
from holdfast.plan.terms import ObjectTerms

_SHOWN = 3
_LONGEST = 40
_CAUSE = "FieldManagerConflict"


def is_conflict(refusal: Refusal | None) -> bool:
    """Whether a refusal is about fields that other field managers own (server-side apply)."""
    return (
        refusal is not None
        and refusal.status == 409
        and any(cause.get("reason") == _CAUSE for cause in refusal.causes)
    )


def read_conflicts(
    refusal: Refusal,
    desired: Mapping[str, Any],
    live: Mapping[str, Any],
    terms: ObjectTerms,
    taken: Sequence[str] = (),
) -> tuple[FieldConflict, ...]:
    """The conflicts that a refusal names, each with what becomes of it.

    Left out are those with ourselves (the scale subresource and patches record us under another
    operation than apply does), and those with managers whose fields are `taken` over first.
    """
    entries = read_entries(live)
    found: dict[tuple[FieldPath, str], FieldConflict] = {}
    for manager, field in _causes(refusal):
        path, entry = _owner(field, manager, entries)
        if manager == FIELD_MANAGER or (entry and is_taken(entry, taken)):
            continue
        policy, by = terms.decide(path)
        if policy is Policy.LEAVE:
            # What can be left out was left out already: this one came up since.
            policy = Policy.FAIL
        one = conflict_of(path, desired, live, entry, policy, by)
        found[path, manager] = replace(one, manager=manager)
    return tuple(found.values())


def _causes(refusal: Refusal) -> Iterator[tuple[str, str]]:
    for cause in refusal.causes:
        named = re.search(r'"([^"]+)"', cause.get("message", ""))
        yield named[1] if named else "another manager", cause.get("field", "")


def _owner(field: str, manager: str, entries: Sequence[Entry]) -> tuple[FieldPath, Entry | None]:
    """The path that a message spells, and the entry it is in: only the entry knows all of it."""
    for entry in entries:
        if entry.manager.name == manager:
            for path in entry.fields:
                if spell(path) == field:
                    return path, entry
    return read_spelled(field), None


def name_conflicts(conflicts: Sequence[FieldConflict]) -> str:
    """`spec.replicas is managed by kubectl-edit (theirs 2, ours 1)`, of the first few fields."""
    return _listed(
        [f"{spell_field(one.path)} is managed by {owner(one)} ({values(one)})" for one in conflicts]
    )


def name_taken(conflicts: Sequence[FieldConflict]) -> str:
    """`takes over spec.replicas from kubectl-edit (theirs 2, ours 1)`."""
    return _listed(
        [
            f"takes over {spell_field(one.path)} from {owner(one)} ({values(one)})"
            for one in conflicts
        ]
    )


def name_left(conflicts: Sequence[FieldConflict]) -> str:
    """`spec.replicas is left to HorizontalPodAutoscaler/web (theirs 5, ours 3)`."""
    return _listed(
        [f"{spell_field(one.path)} is left to {_heir(one)} ({values(one)})" for one in conflicts]
    )


def conflict_hint(ref: ObjectRef, conflicts: Sequence[FieldConflict]) -> str:
    """How to decide on the first of the conflicts, and on all of them."""
    field = spell_field(conflicts[0].path)
    return (
        f"leave it with --on-conflict '{ref}:{field}=leave', or take it over with =take; "
        "--force-conflicts takes all"
    )


def owner(conflict: FieldConflict) -> str:
    """Who owns the field, in a word."""
    scale = f" ({conflict.subresource})" if conflict.subresource else ""
    return f"{conflict.manager}{scale}" if conflict.manager else "nobody yet"


def values(conflict: FieldConflict) -> str:
    """Both values, short; a secret is not shown."""
    if conflict.masked:
        return "the values are secret"
    return f"theirs {shown(conflict.theirs)}, ours {shown(conflict.ours)}"


def shown(value: Any) -> str:
    """A value on less than a line."""
    if value is ABSENT:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _heir(conflict: FieldConflict) -> str:
    """Who keeps the field: an autoscaler, or its owner."""
    return conflict.by if conflict.by.startswith("HorizontalPodAutoscaler/") else owner(conflict)


def _listed(lines: Sequence[str]) -> str:
    more = f"; and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return "; ".join(lines[:_SHOWN]) + more
