"""The state behind one small interface: JSON bytes go in and come out; what is written together is seen together.

The statements here are the SQL that SQLite and PostgreSQL share; what they do not share stands in `sqlite` and
`postgresql`. A record is known by session, collection, parent and id; `parent` is the path of ids above it (`u1`, `u1/p2`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from urllib.parse import quote

from mockserver.planning.model import MockError, StateError
from mockserver.state import sqlite

LOST = (StateError, *sqlite.LOST)
"""What a state raises that is there no more, is full, or is held by somebody else for too long."""

_SERVERS = ("postgresql", "postgres")
_MOST = 2**62  # as good as no limit, and both databases can count so far

SEPARATOR = "\x1f"
"""Stands in names of hidden sessions; no header can hold it (RFC 9110, section 5.5)."""


class Rows(Protocol):
    """What a statement found."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Any:
        """The next row; None after the last."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """One connection, as a Store needs it; `?` stands for a value in a statement."""

    @property
    def busy(self) -> bool:
        """A change of several statements is under way."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Rows:
        """Run one statement."""

    def begin(self, session: str, /) -> None:
        """Start a change; nobody else changes the session until it ends, so that what is read stays true."""

    def commit(self) -> None:
        """Make the change seen."""

    def rollback(self) -> None:
        """Undo the change, if one is under way."""

    def version(self) -> object:
        """What is equal for as long as nothing changes, whoever would change it; None where that cannot be told."""

    def close(self) -> None:
        """End the connection; twice does no harm."""


def below(parent: str, identity: str) -> str:
    """The key under which the records below a record are kept: the ids on the way to it."""
    return f"{parent}/{quote(identity, safe='')}".lstrip("/")


def opened(where: str | None = None, *, durable: bool = False) -> Store:
    """Open the state: in memory, in the SQLite file named, or on the PostgreSQL server whose URL is given.

    A durable state is on disk before a change is over. MockError when the state cannot be used.
    """
    scheme, found, _ = (where or "").partition("://")
    if not found:
        return Store(sqlite.connected(where, durable=durable))
    if scheme.lower() not in _SERVERS:
        raise MockError(f"{scheme}://: the state cannot be kept there; name a file or postgresql://user@host/database")
    from mockserver.state import postgresql  # its driver is optional

    return Store(postgresql.connected(where or "", durable=durable))


class _Change:
    """A change of several statements; a class, since a generator costs as much as a statement."""

    __slots__ = ("_database", "_mine", "_session")

    def __init__(self, database: Database, session: str) -> None:
        self._database = database
        self._session = session
        self._mine = not database.busy

    def __enter__(self) -> None:
        if self._mine:
            self._database.begin(self._session)

    def __exit__(self, kind: object, *_: object) -> None:
        if not self._mine:
            return
        if kind is not None:
            self._database.rollback()
            return
        try:
            self._database.commit()
        except BaseException:
            self._database.rollback()
            raise


class Store:
    """Records, counters and small facts of one session; all sessions share a connection."""

    def __init__(self, database: Database, session: str = "") -> None:
        self._database = database
        self._execute = database.execute
        self._session = session

    def of(self, session: str) -> Store:
        """The state of another session; the nameless one is what clients share who ask for none."""
        return Store(self._database, session)

    def close(self) -> None:
        """Close the connection, for all sessions; twice does no harm."""
        self._database.close()

    def version(self) -> object:
        """What is equal for as long as no session changes; None where that cannot be told."""
        return self._database.version()

    def together(self) -> AbstractContextManager[None]:
        """Make several changes one: all of them are seen, or none; inside of another such change, become part of it."""
        return _Change(self._database, self._session)

    # ---- records

    def get(self, collection: str, parent: str, identity: str) -> bytes | None:
        """The body of a record; None where there is none."""
        row = self._execute(
            "SELECT body FROM records WHERE session = ? AND collection = ? AND parent = ? AND id = ?",
            (self._session, collection, parent, identity),
        ).fetchone()
        return row[0] if row else None

    def put(self, collection: str, parent: str, identity: str, body: bytes) -> None:
        """Write a record; a new one comes last, a known one keeps its place."""
        siblings = (self._session, collection, parent)
        self._execute(
            "INSERT INTO records (session, collection, parent, id, seq, body) VALUES (?, ?, ?, ?,"
            " coalesce((SELECT seq FROM records WHERE session = ? AND collection = ? AND parent = ? ORDER BY seq DESC LIMIT 1), 0)"
            " + 1, ?)"
            " ON CONFLICT (session, collection, id, parent) DO UPDATE SET body = excluded.body",
            (*siblings, identity, *siblings, body),
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
        siblings = (self._session, collection, parent)
        self._execute("DELETE FROM records WHERE session = ? AND collection = ? AND parent = ?", siblings)
        self._execute(  # all that starts with the parent and a slash; 0 is the character after the slash
            "DELETE FROM records WHERE session = ? AND collection = ? AND parent >= ? AND parent < ?",
            (self._session, collection, parent + "/", parent + "0"),
        )

    def bodies(self, collection: str, parent: str, limit: int = -1, offset: int = 0) -> list[bytes]:
        """The bodies of a collection in order; a negative limit means all."""
        rows = self._execute(
            "SELECT body FROM records WHERE session = ? AND collection = ? AND parent = ? ORDER BY seq LIMIT ? OFFSET ?",
            (self._session, collection, parent, min(limit, _MOST) if limit >= 0 else _MOST, min(offset, _MOST)),
        )
        return [row[0] for row in rows.fetchall()]  # row by row, SQLite takes twice as long

    def everywhere(self, collection: str) -> list[bytes]:
        """The bodies of a collection below all parents, in order."""
        rows = self._execute(
            "SELECT body FROM records WHERE session = ? AND collection = ? ORDER BY seq, parent",
            (self._session, collection),
        )
        return [row[0] for row in rows]

    def first(self, collection: str) -> tuple[str, str] | None:
        """Parent and id of the oldest record below the first parent; None where the collection is empty."""
        row = self._execute(
            "SELECT parent, id FROM records WHERE session = ? AND collection = ? ORDER BY parent, seq LIMIT 1",
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

    # ---- counters and facts

    def next(self, counter: str) -> int:
        """Count one up, from 1."""
        row = self._execute(
            "INSERT INTO facts (session, kind, name, value) VALUES (?, 'counter', ?, '1')"
            " ON CONFLICT (session, kind, name) DO UPDATE SET value = CAST(CAST(facts.value AS BIGINT) + 1 AS TEXT)"
            " RETURNING value",
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
            "INSERT INTO facts (session, kind, name, value) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (session, kind, name) DO UPDATE SET value = excluded.value",
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
        """Forget the records, counters and facts of the session."""
        self._execute("DELETE FROM records WHERE session = ?", (self._session,))
        self._execute("DELETE FROM facts WHERE session = ?", (self._session,))

    # ---- the list of sessions

    def sessions(self) -> list[str]:
        """The sessions that are listed, the least recently used first."""
        return [row[0] for row in self._execute("SELECT name FROM sessions ORDER BY used, name")]

    def enter(self, at: float) -> None:
        """List the session as used at a time (seconds since 1970)."""
        self._execute(
            "INSERT INTO sessions (name, used) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET used = excluded.used",
            (self._session, at),
        )

    def stamp(self, at: float) -> bool:
        """Note that the session was used; False where it is not listed any more."""
        return self._execute("UPDATE sessions SET used = ? WHERE name = ?", (at, self._session)).rowcount > 0

    def leave(self, before: float) -> bool:
        """Take the session off the list if it was last used before a time; False if not."""
        return self._execute("DELETE FROM sessions WHERE name = ? AND used < ?", (self._session, before)).rowcount > 0
