"""A release in hand: every write to its head, conditional on what was read, while the lock lasts.

A holder that was paused finds another's lock in the head at its next write, and from then on
changes nothing. Whoever mutates the cluster calls `keep` right before, so that the pause is found
there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.errors import Conflict, NotFound, ReleaseError, ServerFailed, Unreachable
from holdfast.model.clock import Clock
from holdfast.model.release import Head, JournalEntry, Lock, Revision, RevisionEntry, Status
from holdfast.model.work import Asked, Work
from holdfast.releases import head as heads
from holdfast.releases import lock as locks
from holdfast.releases import records, transitions
from holdfast.releases.chunks import Chunks
from holdfast.releases.history import find_entry
from holdfast.releases.names import head_ref
from holdfast.releases.unfinished import base_of, interruption, unfinished


def write_head(cluster: Cluster, head: Head) -> Head:
    """Send a head: made where it was not read before, else replaced at the version it was read.

    Raises Conflict where another version is there, NotFound where it, or its namespace, is gone.
    """
    secret = heads.to_secret(head)
    if head.resource_version:
        answer = cluster.update(secret)
    else:
        answer = cluster.create(secret, recognised=True)
    return replace(head, resource_version=str(answer["metadata"]["resourceVersion"]))


def read_head(cluster: Cluster, release: str, namespace: str) -> Head | None:
    """The release's head, None where there is none. Raises ReleaseError (damaged)."""
    secret = cluster.find(head_ref(release, namespace))
    return heads.from_secret(secret) if secret else None


class Hold:
    """The lock on one release. `head` is as last written; `found` as it was when nobody held it,
    `interrupted` tells what was cut off then.

    Every operation raises ReleaseError ("lost the lock to …") once another holder took over.
    """

    def __init__(
        self, cluster: Cluster, clock: Clock, head: Head, chunks: Chunks, *, found: Head
    ) -> None:
        if head.lock is None:
            raise ValueError("a hold starts with a locked head")
        self.head = head
        self.found = found
        self.interrupted = interruption(found)
        self._lost: ReleaseError | None = None
        self._noted: list[JournalEntry] = []
        self._resumes = False
        self._cluster = cluster
        self._clock = clock
        self._chunks = chunks
        self._lock: Lock = head.lock

    @property
    def lost(self) -> bool:
        """Another holder has taken over; there is nothing left to settle."""
        return self._lost is not None

    def keep(self) -> None:
        """Renew the lock where it is due; to be called before each mutation and while waiting."""
        now = self._clock.now()
        self._check()
        if not locks.due(self._lock, now):
            return
        renewed = locks.renewed(self._lock, now)
        try:
            self._commit(replace(self.head, lock=renewed))
        except (Unreachable, ServerFailed):
            if not locks.held(self._lock, self._clock.now()):
                raise
            return
        self._lock = renewed

    def begin(
        self, revision: Revision, *, history_max: int = 10, asked: Asked | None = None
    ) -> RevisionEntry:
        """Record a pending revision, with its whole record; before the first mutation."""
        self.keep()
        before = self.head
        entry = records.write(self._chunks, before, revision)
        begun = transitions.begin(before, entry, self._work(revision.number, asked))
        self._commit(transitions.prune(begun, history_max))
        self._sweep(before)
        return entry

    def begin_removal(self, *, description: str = "", asked: Asked | None = None) -> None:
        """Mark the current revision as being removed; before the first mutation."""
        now, work = self._clock.now(), self._work(self.head.current, asked)
        self._commit(transitions.begin_removal(self.head, work, description=description, now=now))

    def go_on(self, status: Status, asked: Asked, *, description: str = "") -> Work:
        """Take over what was left half done: the current revision is under way again.

        `asked` is added to what is on record. Raises ReleaseError where nothing is.
        """
        left = unfinished(self.head)
        if left is None or left.work.revision != self.head.current:
            raise ReleaseError(f"release {self.head.release}: there is nothing to go on with")
        work = replace(
            left.work,
            holder=self._lock.holder,
            began=self._lock.acquired,
            asked=left.work.asked.under(asked),
        )
        now = self._clock.now()
        self._resumes = True
        self._commit(transitions.go_on(self.head, status, work, description=description, now=now))
        return work

    def passed(self, step: str, detail: Mapping[str, Any]) -> bool:
        """Whether the journal has this very step as done: it may not be done again.

        `detail` is compared as it was read back from JSON.
        """
        return self._resumes and JournalEntry(step, dict(detail), done=True) in self.head.journal

    def note(self, step: str, detail: Mapping[str, Any]) -> None:
        """Write a step that may not be done twice into the journal; the steps before are done."""
        row = JournalEntry(step, dict(detail))
        # One that was cut off at this step left it open, and does it again now.
        before = [other for other in self.head.journal if other != row]
        self._commit(
            replace(self.head, journal=(*transitions.struck_off(before, self._noted), row))
        )
        self._noted.append(row)

    def done(self) -> None:
        """Strike off the steps that were noted."""
        journal = transitions.struck_off(self.head.journal, self._noted)
        if journal != self.head.journal:
            self._commit(replace(self.head, journal=journal))

    def settle(
        self,
        number: int,
        status: Status,
        *,
        description: str = "",
        history_max: int = 0,
        interrupted: str = "",
    ) -> RevisionEntry:
        """Give revision `number` its outcome and let go of the lock."""
        before = self.head
        outcome = self._settled(number, status, description, interrupted=interrupted)
        settled = transitions.prune(outcome, history_max)
        if len(settled.revisions) < len(before.revisions):
            self._commit(settled)
            self._sweep(before)
        self._commit(replace(settled, lock=None, resource_version=self.head.resource_version))
        return find_entry(self.head, number)

    def release(self, *, done: bool = False) -> None:
        """Let go of the lock with no revision changed; a head without any revision goes with it.

        The journal stays, unless the operation that it is of is `done`.
        """
        self._remove(sorted(set(self._chunks.names()) - records.chunk_names(self.head)))
        if self.head.revisions:
            self._commit(replace(self.head, lock=None, journal=self._left(done)))
        else:
            self._remove_head()

    def forget(self) -> RevisionEntry:
        """Remove the release's records, the head last; what is read again meanwhile is empty."""
        self._commit(transitions.emptied(self.head, self._clock.now()))
        last = find_entry(self.head, None)
        self._remove(self._chunks.names())
        self._remove_head()
        return last

    def _settled(
        self, number: int, status: Status, description: str, *, interrupted: str = ""
    ) -> Head:
        return transitions.settle(
            self.head,
            number,
            status,
            description=description,
            now=self._clock.now(),
            interrupted=interrupted,
        )

    def _work(self, number: int, asked: Asked | None) -> Work:
        lock, base = self._lock, base_of(self.head)
        return Work(lock.operation, number, lock.holder, lock.acquired, base, asked or Asked())

    def _left(self, done: bool) -> tuple[JournalEntry, ...]:
        """What stays of the journal: the steps of an operation that was cut off before."""
        if not done:
            return self.head.journal
        mine = (*self._noted, *transitions.struck_off(self._noted, self._noted))
        others = tuple(row for row in self.head.journal if row not in mine)
        return others if self.head.work else ()

    def _sweep(self, before: Head) -> None:
        """Remove the chunks that nothing needs any more; after an interruption, look for strays."""
        there = self._chunks.names() if self.interrupted else records.chunk_names(before)
        self._remove(sorted(set(there) - records.chunk_names(self.head)))

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            self.keep()
            self._chunks.remove((name,))

    def _remove_head(self) -> None:
        self.keep()
        ref = head_ref(self.head.release, self.head.namespace)
        try:
            self._cluster.delete(ref, resource_version=self.head.resource_version)
        except NotFound:
            return
        except Conflict as error:
            live = read_head(self._cluster, self.head.release, self.head.namespace)
            if live is None:
                return
            if not locks.same(live.lock, self._lock):
                raise self._lose(live) from error
            self._cluster.delete(ref, resource_version=live.resource_version)

    def _commit(self, wanted: Head) -> None:
        self._check()
        try:
            self.head = write_head(self._cluster, wanted)
        except (Conflict, NotFound) as error:
            live = read_head(self._cluster, wanted.release, wanted.namespace)
            if live and _same_but_for_times(live, wanted):
                self.head = live  # It arrived before; only the answer was lost.
            elif live and locks.same(live.lock, self._lock):
                again = replace(wanted, resource_version=live.resource_version)
                self.head = write_head(self._cluster, again)
            else:
                raise self._lose(live) from error

    def _check(self) -> None:
        if self._lost:
            raise self._lost

    def _lose(self, live: Head | None) -> ReleaseError:
        self._lost = locks.lost_error(self.head.release, self._lock, live)
        return self._lost


def _same_but_for_times(one: Head, other: Head) -> bool:
    """A write that is tried again later has another time in it."""

    def timeless(head: Head) -> bytes:
        lock = replace(head.lock, expires=0.0) if head.lock else None
        entries = tuple(replace(entry, updated=0.0) for entry in head.revisions)
        return heads.content_of(replace(head, lock=lock, revisions=entries))

    return timeless(one) == timeless(other)
