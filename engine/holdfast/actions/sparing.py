"""Undoing an install without what it had not made, but taken over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from holdfast.model.plan import Plan, Verb

THERE_BEFORE = "kept: it was there before the install"


def spared(back: Plan, there: Collection[tuple[str, ...]]) -> Plan:
    """The uninstall `back` without the objects (ObjectRef.key) that were `there` before."""
    return replace(
        back,
        changes=tuple(
            replace(change, verb=Verb.NONE, reason=THERE_BEFORE)
            if change.verb is Verb.DELETE and change.ref.key in there
            else change
            for change in back.changes
        ),
    )
