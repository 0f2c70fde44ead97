"""What changes hands before an object is applied: one write to its managedFields, and nothing else.

As kubectl does when it goes from client-side to server-side apply (client-go, util/csaupgrade): a
JSON patch that holds only while the object is the one that was read. Done again it finds nothing to
do, so it needs no journal.
"""

from __future__ import annotations

from typing import Any

from holdfast.apply.run import Run
from holdfast.errors import Conflict
from holdfast.kinds.managers import hand_over, read_entries, write_entries
from holdfast.model.manifest import FIELD_MANAGER
from holdfast.model.plan import Change

TRIES = 5
"""How often the object may change under our hands before it is given up."""


def hand_over_fields(change: Change, run: Run) -> None:
    """Make the fields of other managers ours, and let go of those that are left to them.

    Raises NotFound, Conflict where the object is another one by now or never comes to rest.
    """
    for attempt in range(1, TRIES + 1):
        live = run.cluster.get(change.ref)
        _check_same(change, live)
        body = _patch(change, live)
        if not body:
            return
        run.guard.keep()
        try:
            run.cluster.patch(change.ref, body, type="json")
            return
        except Conflict:
            if attempt == TRIES:
                raise


def _check_same(change: Change, live: dict[str, Any]) -> None:
    if change.uid and live["metadata"].get("uid") != change.uid:
        raise Conflict(
            f"take over {change.ref}: it is not the object that the plan was made for",
            hint="it was deleted and made anew since: plan again",
        )


def _patch(change: Change, live: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations; none where all is as it should be."""
    before = read_entries(live)
    handover = change.handover
    after = hand_over(
        before,
        to=FIELD_MANAGER,
        api_version=change.ref.api_version,
        taken=handover.taken,
        ceded=frozenset(handover.ceded),
    )
    if set(after) == set(before):
        return []
    version = live["metadata"]["resourceVersion"]
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": write_entries(after) or [{}]},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]
