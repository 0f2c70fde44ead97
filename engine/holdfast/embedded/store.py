"""The database: objects, the log of their revisions, and the moments that are waited for.

One SQLite file. Every request is one transaction that takes the write lock at its start, so that
processes that share the file go one after another; a commit is on the disk before it returns. This
file knows keys and JSON, not what an object means.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from holdfast.light import dataclass

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """Where an object is kept; `resource` is group and plural, `apps/statefulsets`."""

    resource: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Logged:
    """One revision of one object: ADDED, MODIFIED or DELETED, and the object after it."""

    revision: int
    key: Key
    event: str
    object: Object


class Store:
    """An open database. Objects that it returns are shared: they are not to be changed in place."""

    def __init__(self, connection: sqlite3.Connection, *, log_kept: int) -> None:
        self._db = connection
        self._log_kept = log_kept
        self._parsed: dict[Key, tuple[int, Object]] = {}
        self._touched: set[Key] = set()

    # -- transactions ---------------------------------------------------------------------------

    def begin(self) -> None:
        """Take the write lock; waits while another process holds it."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep everything since `begin`, on the disk."""
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        """Forget everything since `begin`."""
        self._parsed.clear()
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def mark(self) -> None:
        """Set the point that `back` returns to."""
        self._touched.clear()
        self._db.execute("SAVEPOINT request")

    def back(self) -> None:
        """Forget everything since `mark`."""
        # A revision that is taken back is given again, to other content.
        for key in self._touched:
            self._parsed.pop(key, None)
        self._db.execute("ROLLBACK TO request")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # -- objects --------------------------------------------------------------------------------

    def get(self, key: Key) -> Object | None:
        """One object, or None."""
        row = self._db.execute(
            "SELECT namespace, name, revision, body FROM objects"
            " WHERE resource = ? AND namespace = ? AND name = ?",
            (key.resource, key.namespace, key.name),
        ).fetchone()
        return self._read(key.resource, row) if row else None

    def list(self, resource: str, namespace: str | None = None) -> Iterator[Object]:
        """The objects of a resource by namespace and name; None is every namespace."""
        where, values = ("", [resource])
        if namespace is not None:
            where, values = (" AND namespace = ?", [resource, namespace])
        rows = self._db.execute(
            "SELECT namespace, name, revision, body FROM objects WHERE resource = ?"
            f"{where} ORDER BY namespace, name",
            values,
        ).fetchall()
        return (self._read(resource, row) for row in rows)

    def resources(self) -> tuple[str, ...]:
        """The resources that there are objects of."""
        return tuple(row[0] for row in self._db.execute("SELECT DISTINCT resource FROM objects"))

    def put(self, key: Key, obj: Object) -> Object:
        """Keep `obj` under a new revision; the answer is `obj` with its resourceVersion."""
        revision = self._next_revision()
        kept = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
        body = _write(kept)
        event = "ADDED" if self.get(key) is None else "MODIFIED"
        self._db.execute(
            "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)",
            (key.resource, key.namespace, key.name, revision, body),
        )
        self._log(revision, key, event, body)
        self._parsed[key] = (revision, kept)
        self._touched.add(key)
        return kept

    def delete(self, key: Key, last: Object) -> Object:
        """Remove an object; `last` is what watches see of it."""
        revision = self._next_revision()
        gone = {**last, "metadata": {**last["metadata"], "resourceVersion": str(revision)}}
        for table in ("objects", "timers"):
            self._db.execute(
                f"DELETE FROM {table} WHERE resource = ? AND namespace = ? AND name = ?",
                (key.resource, key.namespace, key.name),
            )
        self._log(revision, key, "DELETED", _write(gone))
        self._parsed.pop(key, None)
        return gone

    def _read(self, resource: str, row: tuple[str, str, int, str]) -> Object:
        namespace, name, revision, body = row
        key = Key(resource, namespace, name)
        known = self._parsed.get(key)
        if known is None or known[0] != revision:
            known = (revision, json.loads(body))
            self._parsed[key] = known
        return known[1]

    # -- revisions ------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """The newest revision."""
        return int(self._fact("revision"))

    @property
    def compacted(self) -> int:
        """The newest revision that the log no longer has."""
        return int(self._fact("compacted"))

    def log(self, resource: str, namespace: str | None, after: int) -> Iterator[Logged]:
        """The revisions of a resource after a given one, oldest first."""
        rows = self._db.execute(
            "SELECT revision, namespace, name, event, body FROM log"
            " WHERE resource = ? AND revision > ? ORDER BY revision",
            (resource, after),
        ).fetchall()
        for revision, space, name, event, body in rows:
            if namespace in (None, space):
                yield Logged(revision, Key(resource, space, name), event, json.loads(body))

    def before(self, logged: Logged) -> Object | None:
        """The object as it was before a revision, if the log still knows it."""
        key = logged.key
        row = self._db.execute(
            "SELECT event, body FROM log WHERE resource = ? AND namespace = ? AND name = ?"
            " AND revision < ? ORDER BY revision DESC LIMIT 1",
            (key.resource, key.namespace, key.name, logged.revision),
        ).fetchone()
        if row is None or row[0] == "DELETED":
            return None
        found: Object = json.loads(row[1])
        return found

    def _next_revision(self) -> int:
        revision = self.revision + 1
        self._set_fact("revision", revision)
        if revision % (self._log_kept // 10 + 1) == 0:
            self._compact(revision - self._log_kept)
        return revision

    def _compact(self, upto: int) -> None:
        if upto > self.compacted:
            self._db.execute("DELETE FROM log WHERE revision <= ?", (upto,))
            self._set_fact("compacted", upto)

    def _log(self, revision: int, key: Key, event: str, body: str) -> None:
        self._db.execute(
            "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)",
            (revision, key.resource, key.namespace, key.name, event, body),
        )

    # -- time -----------------------------------------------------------------------------------

    @property
    def clock(self) -> float:
        """The moment up to which the controllers have been run."""
        return self._fact("clock")

    def set_clock(self, moment: float) -> None:
        """Note that the controllers have been run up to `moment`."""
        self._set_fact("clock", moment)

    def due(self, key: Key) -> float | None:
        """The moment that an object waits for."""
        row = self._db.execute(
            "SELECT due FROM timers WHERE resource = ? AND namespace = ? AND name = ?",
            (key.resource, key.namespace, key.name),
        ).fetchone()
        return None if row is None else float(row[0])

    def set_due(self, key: Key, due: float | None) -> None:
        """Set, or with None clear, the moment that an object waits for."""
        values = (key.resource, key.namespace, key.name)
        if due is None:
            self._db.execute(
                "DELETE FROM timers WHERE resource = ? AND namespace = ? AND name = ?", values
            )
        else:
            self._db.execute("INSERT OR REPLACE INTO timers VALUES (?, ?, ?, ?)", (*values, due))

    def next_due(self, after: float) -> float | None:
        """The first moment later than `after` that any object waits for."""
        row = self._db.execute("SELECT min(due) FROM timers WHERE due > ?", (after,)).fetchone()
        return None if row[0] is None else float(row[0])

    def _fact(self, name: str) -> float:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return float(row[0])

    def _set_fact(self, name: str, value: float) -> None:
        self._db.execute("UPDATE facts SET value = ? WHERE name = ?", (value, name))


def _write(obj: Object) -> str:
    return json.dumps(obj, separators=(",", ":"), ensure_ascii=False)
