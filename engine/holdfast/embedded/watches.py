"""Watches: the log of revisions as a stream of events.

A watch holds no transaction open: each look into the log is a visit of its own. Without means to
wait, it tells what is known and ends, which a client takes for a timeout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from holdfast.embedded.bodies import option_number
from holdfast.embedded.reads import current_events, events_after, watch_from
from holdfast.embedded.routes import Request, target_of
from holdfast.embedded.session import Session
from holdfast.embedded.status import Causes, StatusError, Subject, invalid
from holdfast.embedded.verbs import served_at

Object = dict[str, Any]
Visit: TypeAlias = Callable[[Callable[[Session], Any]], Any]

_TICK = 0.1
_LONGEST = 3600.0


def is_watch(request: Request) -> bool:
    """Whether a request asks for a stream."""
    return request.method == "GET" and request.flag("watch") and target_of(request.path) is not None


def watch(
    visit: Visit,
    request: Request,
    *,
    now: Callable[[], float],
    wait: Callable[[float], None] | None,
) -> Iterator[Object]:
    """The events of a watch. What is wrong with the request is raised here, before the stream."""
    if request.flag("sendInitialEvents"):
        causes = Causes()
        causes.forbidden("sendInitialEvents", "sendInitialEvents is not served; list first")
        raise invalid(Subject("meta.k8s.io", "", "ListOptions"), causes.found)
    end = now() + (option_number(request, "timeoutSeconds") or _LONGEST)
    first, revision = visit(lambda session: _first_look(session, request))
    return _stream(visit, request, first, revision, end=end, now=now, wait=wait)


def _stream(
    visit: Visit,
    request: Request,
    events: list[Object],
    revision: int,
    *,
    end: float,
    now: Callable[[], float],
    wait: Callable[[float], None] | None,
) -> Iterator[Object]:
    while True:
        yield from events
        over = any(event["type"] == "ERROR" for event in events)
        if over or wait is None or now() >= end:
            return
        wait(_TICK)
        events, revision = visit(_later_look(request, revision))


def _first_look(session: Session, request: Request) -> tuple[list[Object], int]:
    served, target = served_at(session, request)
    start = watch_from(request)
    if start is None:
        events = list(current_events(session, request, served, target))
    else:
        events = list(events_after(session, request, served, target, start))
    return events, session.store.revision


def _later_look(request: Request, revision: int) -> Callable[[Session], tuple[list[Object], int]]:
    def look(session: Session) -> tuple[list[Object], int]:
        try:
            served, target = served_at(session, request)
        except StatusError as error:
            # The definition of a custom resource went away under the watch.
            return [{"type": "ERROR", "object": error.as_dict()}], session.store.revision
        events = list(events_after(session, request, served, target, revision))
        return events, session.store.revision

    return look
