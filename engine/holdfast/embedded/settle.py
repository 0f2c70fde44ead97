"""Bringing the clock up to date: the controllers run at every moment that something falls due.

A discrete-event simulation inside the request's transaction: whoever asks, and whenever, finds the
same history. Nothing runs between requests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from holdfast.embedded.session import Session
from holdfast.embedded.state import State, Write
from holdfast.embedded.status import internal
from holdfast.embedded.store import Store

Reconcile: TypeAlias = Callable[[State, float], tuple[Write, ...]]

_ROUNDS = 2_000
"""How often the controllers may follow on from their own writes at one moment."""
_MOMENTS = 5_000
"""How many past moments are gone through one by one; then time jumps to the present."""


def catch_up(
    store: Store, reconcile: Reconcile, now: float, make: Callable[[float], Session]
) -> None:
    """Run the controllers at every due moment up to `now`."""
    clock = store.clock
    for _ in range(_MOMENTS):
        due = store.next_due(clock)
        if due is None or due > now:
            return
        clock = due
        settle(make(due), reconcile)
    settle(make(now), reconcile)


def settle(session: Session, reconcile: Reconcile) -> None:
    """Run the controllers until they want nothing more at this moment."""
    for _ in range(_ROUNDS):
        writes = reconcile(session, session.now)
        # Every write is carried out, so no short-circuit.
        changes = [session.carry_out(write) for write in writes]
        if not any(changes):
            session.store.set_clock(session.now)
            return
    raise internal("the controllers do not come to rest")
