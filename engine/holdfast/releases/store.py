"""The releases of a cluster: read them, list them, and take one in hand to change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from holdfast.cluster.client import Cluster
from holdfast.errors import Conflict, HoldfastError, NotFound, ReleaseError
from holdfast.model.clock import Clock
from holdfast.model.release import Head, Lock, ReleaseSummary, Revision, Status
from holdfast.releases import lock as locks
from holdfast.releases import records, transitions
from holdfast.releases.chunks import Chunks
from holdfast.releases.hold import Hold, read_head, write_head
from holdfast.releases.labels import heads_selector, summary_of
from holdfast.releases.names import check_name, head_ref

RACES = 50
"""How often to try for a lock that nobody holds: another may be faster each time."""
POLL = 1.0
"""Seconds between two looks at a lock that somebody else holds."""


class Store:
    """Releases as Secrets: one head each, read and written through the cluster's client.

    What it reads of a record it keeps, for the life of this object: chunks never change.
    """

    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._chunks: dict[tuple[str, str], Chunks] = {}

    def head(self, release: str, namespace: str) -> Head | None:
        """The release's head, None where there is none. Raises ReleaseError (damaged)."""
        return read_head(self._cluster, release, namespace)

    def read(self, head: Head, number: int) -> Revision:
        """Revision `number`, whole.

        A release that is being forgotten has an entry without a record: its revision is bare.
        Raises ReleaseNotFound for an unknown number, ReleaseError for a damaged record.
        """
        return records.read(self._chunks_of(head), head, number)

    def list(
        self,
        namespace: str | None = None,
        *,
        statuses: Sequence[Status] = (),
        selector: str = "",
        on_damage: Callable[[ReleaseError], None] | None = None,
    ) -> tuple[ReleaseSummary, ...]:
        """One line per release by namespace and name, from metadata alone; None is everywhere.

        The server chooses: by the state of the current revision, and by a label selector over the
        user's labels. A line that is damaged is left out and told to `on_damage`; without it
        ReleaseError is raised.
        """
        chosen = heads_selector(statuses, selector)
        found = self._cluster.list_metadata("v1", "Secret", namespace, label_selector=chosen)
        lines = [_line(item["metadata"], on_damage) for item in found]
        return tuple(sorted(filter(None, lines), key=lambda line: (line.namespace, line.name)))

    def wait_free(self, release: str, namespace: str, *, timeout: float = 0.0) -> Head | None:
        """The head once nobody holds the release: to be called before a plan is made.

        A plan made while another operation runs would be out of date when that one ends.
        Raises ReleaseLocked after `timeout` seconds.
        """
        deadline = self._clock.now() + timeout
        while True:
            head = self.head(release, namespace)
            now = self._clock.now()
            if head is None or head.lock is None or not locks.held(head.lock, now):
                return head
            if now >= deadline:
                raise locks.locked_error(head, head.lock, now)
            self._clock.sleep(min(POLL, deadline - now))

    def acquire(
        self, release: str, namespace: str, *, holder: str, operation: str, timeout: float = 0.0
    ) -> Hold:
        """Lock the release, waiting at most `timeout` seconds for another's lock.

        An expired lock is taken over: what its holder was doing is settled as failed, and the
        Hold's `interrupted` says what it was. Raises ReleaseLocked, ReleaseError (bad name,
        damaged head, no such namespace).
        """
        check_name(release)
        deadline = self._clock.now() + timeout
        for _ in range(RACES):
            left = deadline - self._clock.now()
            head = self.wait_free(release, namespace, timeout=left)
            mine = locks.take(holder, operation, self._clock.now())
            if hold := self._take(head or Head(release, namespace, 0), mine):
                return hold
        raise ReleaseError(
            f"lock release {release}: the server refused it {RACES} times as out of date, "
            "though nobody holds it",
            hint="does something else write to the Secrets of the release?",
        )

    def _take(self, head: Head, mine: Lock) -> Hold | None:
        """Write the lock; None where another came first."""
        wanted = replace(transitions.recover(head, mine.acquired), lock=mine)
        try:
            stored = write_head(self._cluster, wanted)
        except Conflict:
            # Another came first; or it was this very write, sent again after its answer was lost.
            live = self.head(head.release, head.namespace)
            if live is None or not locks.same(live.lock, mine):
                return None
            stored = live
        except NotFound as error:
            if head.resource_version:
                return None
            raise ReleaseError(
                f"lock release {head.release}: namespace {head.namespace} does not exist",
                hint="--create-namespace makes it",
            ) from error
        except KeyboardInterrupt:
            self._let_go(head, mine)
            raise
        return Hold(self._cluster, self._clock, stored, self._chunks_of(head), found=head)

    def _let_go(self, head: Head, mine: Lock) -> None:
        """Undo a lock that may have been written when the user stopped it: it would block them."""
        with suppress(HoldfastError):
            live = self.head(head.release, head.namespace)
            if live is None or not locks.same(live.lock, mine):
                return
            if live.revisions:
                write_head(self._cluster, replace(live, lock=None))
            else:
                ref = head_ref(head.release, head.namespace)
                self._cluster.delete(ref, resource_version=live.resource_version)

    def _chunks_of(self, head: Head) -> Chunks:
        key = (head.namespace, head.release)
        return self._chunks.setdefault(key, Chunks(self._cluster, head.release, head.namespace))


def _line(
    metadata: Mapping[str, Any], on_damage: Callable[[ReleaseError], None] | None
) -> ReleaseSummary | None:
    try:
        return summary_of(metadata)
    except ReleaseError as error:
        if on_damage is None:
            raise
        on_damage(error)
        return None
