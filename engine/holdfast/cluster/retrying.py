"""Asking once more: which requests, after what, how often, and for how long at most.

A request that the server surely did not carry out is sent again, whatever it is. One of which that
is not sure is sent again where twice does no more than once (Request.repeatable). All of it ends
before the request's own timeout, and before LONGEST: a step that was checked against the lock may
not be carried out when the lock has long run out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from holdfast.cluster.request import Request
from holdfast.cluster.responses import CUT_OFF
from holdfast.errors import ClusterError, ServerFailed, Unreachable
from holdfast.model.clock import Clock

T = TypeVar("T")

ATTEMPTS = 6
FIRST_ATTEMPTS = 4
"""Of a server that has never answered: is it the right address at all?"""
FIRST_PAUSE = 0.1
"""Seconds before the second attempt; before each further one twice as long."""
LONGEST = 30.0
"""Seconds for all attempts of one request together."""


class Retry:
    """The patience with one server. `timeout` in seconds is that of each request."""

    def __init__(self, clock: Clock, timeout: float) -> None:
        self._clock = clock
        self._seconds = min(timeout, LONGEST)
        self._answered = False

    def run(self, sent: Request, once: Callable[[], T]) -> T:
        """What `once` gives, which sends the request; its last error where nothing helps."""
        end = self._clock.now() + self._seconds
        attempt = 1
        while True:
            try:
                found = once()
            except ClusterError as error:
                self._answered = self._answered or error.status is not None
                pause = pause_after(error, sent, attempt, first=not self._answered)
                if pause is None or self._clock.now() + pause > end:
                    raise
                self._clock.sleep(pause)
                attempt += 1
            else:
                self._answered = True
                return found


def pause_after(
    error: ClusterError, sent: Request, attempt: int, *, first: bool = False
) -> float | None:
    """The seconds to let pass before the request is sent again; None where it is not.

    `attempt` counts from 1; `first` tells that the server has never answered. A server that names a
    pause (Retry-After, RFC 9110 10.2.3) gets it.
    """
    if attempt >= (FIRST_ATTEMPTS if first else ATTEMPTS):
        return None
    if not _may_help(error) or not (_surely_not_done(error) or sent.repeatable):
        return None
    usual = FIRST_PAUSE * 2.0 ** (attempt - 1)
    return usual if error.retry_after is None else max(error.retry_after, FIRST_PAUSE)


def _may_help(error: ClusterError) -> bool:
    if isinstance(error, Unreachable):
        return error.passing
    if isinstance(error, ServerFailed):
        return error.reason == CUT_OFF or (error.status or 0) >= 400
    return False


def _surely_not_done(error: ClusterError) -> bool:
    """Nobody got the request, or the server turned it away unread (429, RFC 6585)."""
    return not error.sent if isinstance(error, Unreachable) else error.status == 429
