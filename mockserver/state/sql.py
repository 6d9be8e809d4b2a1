"""The state in a database: the SQL that SQLite and PostgreSQL share; what they do not share stands in `sqlite` and `postgresql`.

What is written together is one transaction, so that others see all of it or nothing, and a change that fails leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from typing_extensions import override

from mockserver.state.store import Store

_MOST = 2**62  # as good as no limit, and both databases can count so far


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


class SqlStore(Store):
    """One session; all sessions share a connection."""

    def __init__(self, database: Database, session: str = "") -> None:
        self._database = database
        self._execute = database.execute
        self._session = session

    @override
    def of(self, session: str) -> SqlStore:
        return SqlStore(self._database, session)

    @override
    def close(self) -> None:
        self._database.close()

    @override
    def version(self) -> object:
        return self._database.version()

    @override
    def together(self) -> AbstractContextManager[None]:
        return _Change(self._database, self._session)

    # ---- records

    @override
    def get(self, collection: str, parent: str, identity: str) -> bytes | None:
        row = self._execute(
            "SELECT body FROM records WHERE session = ? AND collection = ? AND parent = ? AND id = ?",
            (self._session, collection, parent, identity),
        ).fetchone()
        return row[0] if row else None

    @override
    def put(self, collection: str, parent: str, identity: str, body: bytes) -> None:
        siblings = (self._session, collection, parent)
        self._execute(
            "INSERT INTO records (session, collection, parent, id, seq, body) VALUES (?, ?, ?, ?,"
            " coalesce((SELECT seq FROM records WHERE session = ? AND collection = ? AND parent = ? ORDER BY seq DESC LIMIT 1), 0)"
            " + 1, ?)"
            " ON CONFLICT (session, collection, id, parent) DO UPDATE SET body = excluded.body",
            (*siblings, identity, *siblings, body),
        )

    @override
    def remove(self, collection: str, parent: str, identity: str) -> bool:
        found = self._execute(
            "DELETE FROM records WHERE session = ? AND collection = ? AND parent = ? AND id = ?",
            (self._session, collection, parent, identity),
        )
        return found.rowcount > 0

    @override
    def remove_below(self, collection: str, parent: str) -> None:
        siblings = (self._session, collection, parent)
        self._execute("DELETE FROM records WHERE session = ? AND collection = ? AND parent = ?", siblings)
        self._execute(  # all that starts with the parent and a slash; 0 is the character after the slash
            "DELETE FROM records WHERE session = ? AND collection = ? AND parent >= ? AND parent < ?",
            (self._session, collection, parent + "/", parent + "0"),
        )

    @override
    def bodies(self, collection: str, parent: str, limit: int = -1, offset: int = 0) -> list[bytes]:
        rows = self._execute(
            "SELECT body FROM records WHERE session = ? AND collection = ? AND parent = ? ORDER BY seq LIMIT ? OFFSET ?",
            (self._session, collection, parent, min(limit, _MOST) if limit >= 0 else _MOST, min(offset, _MOST)),
        )
        return [row[0] for row in rows.fetchall()]  # row by row, SQLite takes twice as long

    @override
    def everywhere(self, collection: str) -> list[bytes]:
        rows = self._execute(
            "SELECT body FROM records WHERE session = ? AND collection = ? ORDER BY seq, parent",
            (self._session, collection),
        )
        return [row[0] for row in rows]

    @override
    def first(self, collection: str) -> tuple[str, str] | None:
        row = self._execute(
            "SELECT parent, id FROM records WHERE session = ? AND collection = ? ORDER BY parent, seq LIMIT 1",
            (self._session, collection),
        ).fetchone()
        return (row[0], row[1]) if row else None

    @override
    def find(self, collection: str, identity: str) -> tuple[str, bytes] | None:
        row = self._execute(
            "SELECT parent, body FROM records WHERE session = ? AND collection = ? AND id = ? ORDER BY parent LIMIT 1",
            (self._session, collection, identity),
        ).fetchone()
        return (row[0], row[1]) if row else None

    @override
    def count(self, collection: str, parent: str) -> int:
        row = self._execute(
            "SELECT count(*) FROM records WHERE session = ? AND collection = ? AND parent = ?",
            (self._session, collection, parent),
        ).fetchone()
        return int(row[0])

    @override
    def size(self) -> int:
        row = self._execute("SELECT count(*) FROM records WHERE session = ?", (self._session,)).fetchone()
        return int(row[0])

    @override
    def all(self) -> Iterator[tuple[str, str, str, bytes]]:
        yield from self._execute(
            "SELECT collection, parent, id, body FROM records WHERE session = ? ORDER BY collection, parent, seq",
            (self._session,),
        )

    # ---- counters and facts

    @override
    def next(self, counter: str) -> int:
        row = self._execute(
            "INSERT INTO facts (session, kind, name, value) VALUES (?, 'counter', ?, '1')"
            " ON CONFLICT (session, kind, name) DO UPDATE SET value = CAST(CAST(facts.value AS BIGINT) + 1 AS TEXT)"
            " RETURNING value",
            (self._session, counter),
        ).fetchone()
        return int(row[0])

    @override
    def fact(self, kind: str, name: str) -> str | None:
        row = self._execute(
            "SELECT value FROM facts WHERE session = ? AND kind = ? AND name = ?", (self._session, kind, name)
        ).fetchone()
        return str(row[0]) if row else None

    @override
    def remember(self, kind: str, name: str, value: str) -> None:
        self._execute(
            "INSERT INTO facts (session, kind, name, value) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (session, kind, name) DO UPDATE SET value = excluded.value",
            (self._session, kind, name, value),
        )

    @override
    def held(self) -> list[str]:
        return [str(row[0]) for row in self._execute("SELECT DISTINCT session FROM facts ORDER BY session")]

    @override
    def copy(self, to: str) -> None:
        self.of(to).clear()
        for table, columns in (("records", "collection, parent, id, seq, body"), ("facts", "kind, name, value")):
            self._execute(
                f"INSERT INTO {table} (session, {columns}) SELECT CAST(? AS TEXT), {columns} FROM {table} WHERE session = ?",  # noqa: S608 - own words only
                (to, self._session),
            )

    @override
    def clear(self) -> None:
        self._execute("DELETE FROM records WHERE session = ?", (self._session,))
        self._execute("DELETE FROM facts WHERE session = ?", (self._session,))

    # ---- the list of sessions

    @override
    def sessions(self) -> list[str]:
        return [row[0] for row in self._execute("SELECT name FROM sessions ORDER BY used, name")]

    @override
    def enter(self, at: float) -> None:
        self._execute(
            "INSERT INTO sessions (name, used) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET used = excluded.used",
            (self._session, at),
        )

    @override
    def stamp(self, at: float) -> bool:
        return self._execute("UPDATE sessions SET used = ? WHERE name = ?", (at, self._session)).rowcount > 0

    @override
    def leave(self, before: float) -> bool:
        return self._execute("DELETE FROM sessions WHERE name = ? AND used < ?", (self._session, before)).rowcount > 0
