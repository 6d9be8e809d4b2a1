"""The state behind one small interface: JSON bytes go in and come out; what is written together is seen together.

sqlite3 (WAL, synchronous=OFF: a mock's data is disposable) in a file, or in memory where none is named.
A record is known by session, collection, parent and id; `parent` is the path of ids above it (`u1`, `u1/p2`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from mockserver.model import MockError

_TABLES = """
CREATE TABLE IF NOT EXISTS records (
    session TEXT, collection TEXT, parent TEXT, id TEXT, seq INTEGER, body BLOB,
    PRIMARY KEY (session, collection, parent, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS in_order ON records (session, collection, parent, seq);
CREATE TABLE IF NOT EXISTS facts (
    session TEXT, kind TEXT, name TEXT, value TEXT, PRIMARY KEY (session, kind, name)
) WITHOUT ROWID;
"""


def below(parent: str, identity: str) -> str:
    """The key under which the records below a record are kept: the ids on the way to it."""
    return f"{parent}/{quote(identity, safe='')}".lstrip("/")


def opened(path: str | None = None) -> Store:
    """Open the state in a file, or in memory where none is named. MockError when the file cannot be used."""
    connection = None
    try:
        connection = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=10, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(_TABLES)
    except sqlite3.Error as error:
        if connection:
            connection.close()
        raise MockError(f"{path}: the state cannot be kept there ({error}); name a file that can be written") from error
    return Store(connection)


class Store:
    """Records, counters and small facts of one session; all sessions share a connection."""

    def __init__(self, connection: sqlite3.Connection, session: str = "") -> None:
        self._connection = connection
        self._execute = connection.execute
        self._session = session

    def of(self, session: str) -> Store:
        """The state of another session; the nameless one is what clients share who ask for none."""
        return Store(self._connection, session)

    def close(self) -> None:
        """Close the file, for all sessions; twice does no harm."""
        self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make several changes one: all of them are seen, or none."""
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")

    def get(self, collection: str, parent: str, identity: str) -> bytes | None:
        """The body of a record; None where there is none."""
        row = self._execute(
            "SELECT body FROM records WHERE session = ? AND collection = ? AND parent = ? AND id = ?",
            (self._session, collection, parent, identity),
        ).fetchone()
        return row[0] if row else None

    def put(self, collection: str, parent: str, identity: str, body: bytes) -> None:
        """Write a record; a new one comes last, a known one keeps its place."""
        self._execute(
            "INSERT INTO records SELECT ?1, ?2, ?3, ?4, coalesce(max(seq), 0) + 1, ?5 FROM records"
            " WHERE session = ?1 AND collection = ?2 AND parent = ?3"
            " ON CONFLICT DO UPDATE SET body = excluded.body",
            (self._session, collection, parent, identity, body),
        )

    def remove(self, collection: str, parent: str, identity: str) -> bool:
        """Remove a record; False where there is none."""
        found = self._execute(
            "DELETE FROM records WHERE session = ? AND collection = ? AND parent = ? AND id = ?",
            (self._session, collection, parent, identity),
        )
        return found.rowcount > 0

    def remove_below(self, collection: str, parent: str) -> None:
        """Remove the records of a collection that belong to a parent, or to anything below it."""
        self._execute(
            "DELETE FROM records WHERE session = ? AND collection = ? AND (parent = ? OR substr(parent, 1, ?) = ?)",
            (self._session, collection, parent, len(parent) + 1, parent + "/"),
        )

    def bodies(self, collection: str, parent: str, limit: int = -1, offset: int = 0) -> list[bytes]:
        """The bodies of a collection in order; a negative limit means all."""
        rows = self._execute(
            "SELECT body FROM records WHERE session = ? AND collection = ? AND parent = ? ORDER BY seq LIMIT ? OFFSET ?",
            (self._session, collection, parent, limit, offset),
        )
        return [row[0] for row in rows]

    def first(self, collection: str) -> tuple[str, str] | None:
        """Parent and id of the oldest record of a collection; None where it is empty."""
        row = self._execute(
            "SELECT parent, id FROM records WHERE session = ? AND collection = ? ORDER BY seq, parent LIMIT 1",
            (self._session, collection),
        ).fetchone()
        return (row[0], row[1]) if row else None

    def find(self, collection: str, identity: str) -> tuple[str, bytes] | None:
        """Parent and body of a record whose parent is not known; None where there is none."""
        row = self._execute(
            "SELECT parent, body FROM records WHERE session = ? AND collection = ? AND id = ? ORDER BY parent LIMIT 1",
            (self._session, collection, identity),
        ).fetchone()
        return (row[0], row[1]) if row else None

    def count(self, collection: str, parent: str) -> int:
        """How many records a collection holds below a parent."""
        row = self._execute(
            "SELECT count(*) FROM records WHERE session = ? AND collection = ? AND parent = ?",
            (self._session, collection, parent),
        ).fetchone()
        return int(row[0])

    def all(self) -> Iterator[tuple[str, str, str, bytes]]:
        """Every record as (collection, parent, id, body), in order."""
        yield from self._execute(
            "SELECT collection, parent, id, body FROM records WHERE session = ? ORDER BY collection, parent, seq",
            (self._session,),
        )

    def next(self, counter: str) -> int:
        """Count one up, from 1."""
        row = self._execute(
            "INSERT INTO facts VALUES (?, 'counter', ?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
            (self._session, counter),
        ).fetchone()
        return int(row[0])

    def fact(self, kind: str, name: str) -> str | None:
        """A small fact (a job's polls, a token); None where nothing is known."""
        row = self._execute(
            "SELECT value FROM facts WHERE session = ? AND kind = ? AND name = ?", (self._session, kind, name)
        ).fetchone()
        return str(row[0]) if row else None

    def remember(self, kind: str, name: str, value: str) -> None:
        """Keep a small fact, in place of what was known."""
        self._execute(
            "INSERT INTO facts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (self._session, kind, name, value),
        )

    def held(self) -> list[str]:
        """Names of all sessions that hold anything, those that no client can name too, in order."""
        return [str(row[0]) for row in self._execute("SELECT DISTINCT session FROM facts ORDER BY session")]

    def copy(self, to: str) -> None:
        """Make another session hold what this one does, in place of what it held."""
        self.of(to).clear()
        for table, columns in (("records", "collection, parent, id, seq, body"), ("facts", "kind, name, value")):
            self._execute(
                f"INSERT INTO {table} (session, {columns}) SELECT CAST(? AS TEXT), {columns} FROM {table} WHERE session = ?",  # noqa: S608 - own words only
                (to, self._session),
            )

    def clear(self) -> None:
        """Forget everything of the session."""
        self._execute("DELETE FROM records WHERE session = ?", (self._session,))
        self._execute("DELETE FROM facts WHERE session = ?", (self._session,))
