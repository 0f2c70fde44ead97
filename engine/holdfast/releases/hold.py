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
from holdfast.releases import head as heads
from holdfast.releases import lock as locks
from holdfast.releases import records, transitions
from holdfast.releases.chunks import Chunks
from holdfast.releases.history import find_entry
from holdfast.releases.names import head_ref


def write_head(cluster: Cluster, head: Head) -> Head:
    """Send a head: made where it was not read before, else replaced at the version it was read.

    Raises Conflict where another version is there, NotFound where it, or its namespace, is gone.
    """
    send = cluster.update if head.resource_version else cluster.create
    answer = send(heads.to_secret(head))
    return replace(head, resource_version=str(answer["metadata"]["resourceVersion"]))


def read_head(cluster: Cluster, release: str, namespace: str) -> Head | None:
    """The release's head, None where there is none. Raises ReleaseError (damaged)."""
    secret = cluster.find(head_ref(release, namespace))
    return heads.from_secret(secret) if secret else None


class Hold:
    """The lock on one release. `head` is as last written; `interrupted` what was found cut off.

    Every operation raises ReleaseError ("lost the lock to …") once another holder took over.
    """

    def __init__(
        self, cluster: Cluster, clock: Clock, head: Head, chunks: Chunks, *, interrupted: str = ""
    ) -> None:
        if head.lock is None:
            raise ValueError("a hold starts with a locked head")
        self.head = head
        self.interrupted = interrupted
        self._lost: ReleaseError | None = None
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
            if not locks.held(self._lock, now):
                raise
            return
        self._lock = renewed

    def begin(self, revision: Revision, *, history_max: int = 10) -> RevisionEntry:
        """Record a pending revision, with its whole record; before the first mutation."""
        self.keep()
        before = self.head
        entry = records.write(self._chunks, before, revision)
        self._commit(transitions.prune(transitions.begin(before, entry), history_max))
        self._sweep(before)
        return entry

    def mark(self, status: Status, *, description: str = "") -> None:
        """Say what is being done with the current revision, the lock kept."""
        self._commit(self._settled(self.head.current, status, description))

    def note(self, step: str, detail: Mapping[str, Any]) -> None:
        """Write a step that may not be done twice into the journal; the steps before are done."""
        before = transitions.struck_off(self.head.journal)
        self._commit(replace(self.head, journal=(*before, JournalEntry(step, dict(detail)))))

    def done(self) -> None:
        """Strike off all steps of the journal."""
        if any(not row.done for row in self.head.journal):
            self._commit(replace(self.head, journal=transitions.struck_off(self.head.journal)))

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

    def release(self, *, unfinished: bool = False) -> None:
        """Let go of the lock with no revision changed; a head without any revision goes with it.

        The journal stays where an operation is left `unfinished`.
        """
        self._remove(sorted(set(self._chunks.names()) - records.chunk_names(self.head)))
        if self.head.revisions:
            journal = self.head.journal if unfinished else ()
            self._commit(replace(self.head, lock=None, journal=journal))
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
        settled = transitions.settle(
            self.head,
            number,
            status,
            description=description,
            now=self._clock.now(),
            interrupted=interrupted,
        )
        # What failed may go on where its journal ends.
        return settled if status is Status.FAILED else replace(settled, journal=())

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
            if live and heads.content_of(live) == heads.content_of(wanted):
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
        self._lost = locks.lost_error(self.head.release, self._lock, live.lock if live else None)
        return self._lost
