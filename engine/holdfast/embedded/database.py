"""Opening the file that a store is in, and making it: SQLite, tables, durability.

A commit is on the disk before it returns (synchronous=FULL), and readers do not wait for a writer
(WAL). Whatever is wrong with the file is said before anything is written to it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from holdfast.embedded.store import Store
from holdfast.errors import ClusterError

SCHEMA_VERSION = 1
_APPLICATION_ID = 0x68664B38
_BUSY_SECONDS = 60

_TABLES = """
CREATE TABLE objects (
    resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    revision INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (resource, namespace, name)
) WITHOUT ROWID;
CREATE TABLE log (
    revision INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL,
    name TEXT NOT NULL, event TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX log_of_resource ON log (resource, revision);
CREATE INDEX log_of_object ON log (resource, namespace, name, revision);
CREATE TABLE timers (
    resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, due REAL NOT NULL,
    PRIMARY KEY (resource, namespace, name)
) WITHOUT ROWID;
CREATE INDEX timers_by_due ON timers (due);
CREATE TABLE facts (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
INSERT INTO facts VALUES ('revision', 0), ('compacted', 0), ('clock', 0);
"""


def open_store(path: str | Path, *, log_kept: int) -> Store:
    """Open the database at `path` (`:memory:` for none on disk), making it where there is none.

    `log_kept` is how many of the newest revisions watches can go back. Raises ClusterError for a
    file that is no such database, is damaged, or was made by a newer version of this program.
    """
    place = str(path)
    try:
        _create_private(place)
        connection = sqlite3.connect(place, timeout=_BUSY_SECONDS, isolation_level=None)
    except (sqlite3.Error, OSError) as error:
        raise unusable(place, str(error)) from None
    try:
        _prepare(connection, place)
    except sqlite3.Error as error:
        connection.close()
        raise unusable(place, str(error)) from None
    except ClusterError:
        connection.close()
        raise
    return Store(connection, log_kept=log_kept)


def _create_private(place: str) -> None:
    """Make the file, readable for its owner only: it holds the cluster's Secrets."""
    if place != ":memory:" and not Path(place).exists():
        Path(place).touch(mode=0o600)


def _prepare(connection: sqlite3.Connection, place: str) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if empty:
        for statement in _TABLES.strip().split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    elif owner != _APPLICATION_ID:
        raise unusable(place, "it is the database of another program")
    elif version > SCHEMA_VERSION:
        raise unusable(place, f"a newer version of holdfast made it (schema {version})")
    elif problem := _damage(connection):
        raise unusable(place, problem)
    connection.execute("COMMIT")


def _damage(connection: sqlite3.Connection) -> str:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    missing = {"objects", "log", "timers", "facts"} - tables
    return f"it lacks the table {min(missing)}" if missing else ""


def unusable(place: str, why: str) -> ClusterError:
    """The error for a file that cannot be used as a cluster, or not now."""
    hint = "restore the file from a copy, or move it away to start with an empty cluster"
    if "locked" in why:  # SQLITE_BUSY: somebody writes, and has been writing for _BUSY_SECONDS
        hint = "another process is writing: try again; one that was stopped (Ctrl-Z) has to go on"
    return ClusterError(f"opening the embedded cluster: {place}: {why}", hint=hint)
