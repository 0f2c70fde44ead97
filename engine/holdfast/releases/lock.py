"""The rules of the lock in the head: who holds it, until when, and what is said of it.

Pure. A lock expires, so that a killed holder blocks nobody for long; a holder that lives renews it
well before. The slack of 40 seconds between the two also bears clocks that disagree by as much.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from holdfast.errors import ReleaseError, ReleaseLocked
from holdfast.model.release import Head, Lock

LEASE = 60.0
"""Seconds a lock lasts without being renewed."""
RENEW_AFTER = 20.0
"""Seconds of a lease after which its holder renews it."""


def take(holder: str, operation: str, now: float) -> Lock:
    """A lock that starts now."""
    return Lock(holder=holder, operation=operation, acquired=now, expires=now + LEASE)


def renewed(lock: Lock, now: float) -> Lock:
    """The same lock, for another lease."""
    return replace(lock, expires=now + LEASE)


def held(lock: Lock | None, now: float) -> bool:
    """Tell whether somebody holds the release at this moment."""
    return lock is not None and lock.expires > now


def due(lock: Lock, now: float) -> bool:
    """Tell whether the holder should renew before it does anything else."""
    return now >= lock.expires - LEASE + RENEW_AFTER


def same(one: Lock | None, other: Lock) -> bool:
    """Tell whether both are one holder's one operation, however often renewed."""
    return one is not None and (one.holder, one.acquired) == (other.holder, other.acquired)


def locked_error(head: Head, lock: Lock, now: float) -> ReleaseLocked:
    """What a second comer is told."""
    return ReleaseLocked(
        f"lock release {head.release}: {lock.holder} has held it for {lock.operation} "
        f"since {when(lock.acquired)}",
        hint=f"wait for it (--lock-timeout); if {lock.holder} is gone, the lock ends by itself "
        f"in {max(1, round(lock.expires - now))} seconds",
    )


def lost_error(release: str, mine: Lock, live: Head | None) -> ReleaseError:
    """What a holder is told that was away for too long."""
    to, now = "", ""
    if live and live.lock:
        to = f" to {live.lock.holder} ({live.lock.operation})"
    elif live and live.latest:
        now = f"; the release is at revision {live.latest.number} ({live.latest.status}) now"
    return ReleaseError(
        f"{mine.operation} of release {release}: lost the lock{to}; nothing more was changed{now}",
        hint=f"look at `holdfast history {release}` before going on",
    )


def when(seconds: float) -> str:
    """A moment, as people read it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
