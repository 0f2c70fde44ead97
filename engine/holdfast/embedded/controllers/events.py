"""Events: what went wrong, told in the words of the component that would have told it.

Stands for the event recorders and for the API server's habit of forgetting events after an hour.
Normal events (Scheduled, Pulled, Started) are left out: nobody waits on them.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.embedded.controllers import timings
from holdfast.embedded.controllers.objects import (
    Object,
    digest,
    name_of,
    namespace_of,
    ref_of,
    stamp,
    uid_of,
)
from holdfast.embedded.controllers.view import View
from holdfast.embedded.state import Put, Remove, Write
from holdfast.model.manifest import ObjectRef


def warn(
    view: View, about: Object, *, reason: str, message: str, source: str, once: bool = False
) -> Iterator[Write]:
    """A Warning about an object: a new Event, or one more count of the same one.

    A caller that comes by again and again without a change of the object passes `once`.
    """
    name = f"{name_of(about)}.{digest(uid_of(about), reason, message)}"
    known = view.get(ObjectRef("v1", "Event", namespace_of(about), name))
    if known is not None and once:
        return
    event: Object = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": namespace_of(about)},
        "involvedObject": _involved(about),
        "type": "Warning",
        "reason": reason,
        "message": message,
        "source": {"component": source},
        "reportingComponent": source,
        "reportingInstance": "",
        "firstTimestamp": stamp(view.now),
    }
    known = known or event
    seen = {"count": known.get("count", 0) + 1, "lastTimestamp": stamp(view.now)}
    yield view.put_later({**known, **seen}, timings.EVENT_LIFE)


def control_events(view: View) -> Iterator[Write]:
    """Forget events whose time is over."""
    for event in view.list("v1", "Event"):
        if view.has_come(event):
            yield Remove(ref_of(event))
        elif view.due(event) is None:
            yield Put(event, view.now + timings.EVENT_LIFE)


def _involved(about: Object) -> dict[str, str]:
    return {
        "apiVersion": about["apiVersion"],
        "kind": about["kind"],
        "namespace": namespace_of(about),
        "name": name_of(about),
        "uid": uid_of(about),
    }
