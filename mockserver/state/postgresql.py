"""A state on a PostgreSQL server: a URL comes in, a Database for a Store goes out; several machines may share it.

Everything stands in a schema of its own, `slatemock`. Who changes a session holds its advisory lock. A connection that
was lost is opened again once; a change that was under way is lost with it, and its request is answered 503.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from mockserver.planning.model import MockError, StateError

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.types.string import StrDumper, TextBinaryLoader
except ImportError as missing:  # the package, or the library that it loads
    raise MockError(
        f"a state on PostgreSQL needs its driver ({missing}); pip install 'slatemock[postgresql]'"
    ) from missing

VERSION = 1
"""Of the tables; kept as the comment on the schema."""

_MARK = "slatemock state, version "
_WAITS = {"connect_timeout": 5, "tcp_user_timeout": 10_000}  # seconds, milliseconds
_LOCK_TIMEOUT = "10s"
_ANALYZED = (1, 100, 1_000, 10_000, 100_000)
"""Changes after which the planner learns what the tables hold. The server does so by itself after a minute or more; until
then it may read a whole list to get one record."""

# Keys are compared byte by byte, as SQLite does it, and no server's locale changes an order.
_TABLES = f"""
CREATE SCHEMA slatemock;
COMMENT ON SCHEMA slatemock IS '{_MARK}{VERSION}';
CREATE TABLE slatemock.records (
    session TEXT COLLATE "C", collection TEXT COLLATE "C", parent TEXT COLLATE "C", id TEXT COLLATE "C", seq BIGINT, body BYTEA
);
CREATE UNIQUE INDEX by_id ON slatemock.records (session, collection, id, parent);
CREATE INDEX in_order ON slatemock.records (session, collection, parent, seq);
CREATE TABLE slatemock.facts (
    session TEXT COLLATE "C", kind TEXT COLLATE "C", name TEXT COLLATE "C", value TEXT, PRIMARY KEY (session, kind, name)
);
CREATE TABLE slatemock.sessions (name TEXT COLLATE "C" PRIMARY KEY, used DOUBLE PRECISION);
"""


def connected(url: str, *, durable: bool) -> PostgreSQL:
    """Connect to a server, and make the tables where there are none. MockError when it cannot be used."""
    try:
        where = make_conninfo(url, **{name: each for name, each in _WAITS.items() if name not in conninfo_to_dict(url)})
    except psycopg.Error as error:
        raise MockError(
            f"{_shown(url)}: no URL of a PostgreSQL server ({_line(error)}); write postgresql://user@host/database"
        ) from error
    try:
        with psycopg.connect(where) as connection:
            _prepare(connection, _shown(url))
        return PostgreSQL(where, durable=durable)
    except psycopg.Error as error:
        raise MockError(
            f"{_shown(url)}: the state cannot be kept there ({_line(error)}); check the URL, the server and the rights"
        ) from error


def _prepare(connection: psycopg.Connection[Any], url: str) -> None:
    """Make the tables, one process at a time; refuse those of another version."""
    connection.execute(f"SELECT pg_advisory_xact_lock({_key('')})")
    known = connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'slatemock'"
    ).fetchone()
    if known and known[0] != f"{_MARK}{VERSION}":
        raise MockError(
            f"{url}: the schema slatemock there is no {_MARK}{VERSION}; name another database, or drop the schema"
        )
    if not known:
        connection.execute(_TABLES)


def _shown(url: str) -> str:
    """A URL without its password and parameters."""
    return re.sub(r"//.*@", "//", url).partition("?")[0]


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


class PostgreSQL:
    """A connection that opens itself again."""

    def __init__(self, where: str, *, durable: bool) -> None:
        self._where = where
        self._settings = (
            f"SET search_path = slatemock; SET lock_timeout = '{_LOCK_TIMEOUT}';"
            f"SET synchronous_commit = {'on' if durable else 'off'}"
        )
        self.busy = False
        self._changes = 0
        self._connection = self._opened()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        """Run one statement."""
        return self._run(lambda on: on.execute(statement.replace("?", "%s"), values, binary=True))

    def begin(self, session: str) -> None:
        """Start a change as the only one who changes the session."""
        try:
            self._run(lambda on: on.execute(f"BEGIN; SELECT pg_advisory_xact_lock({_key(session)})"))
        except StateError:
            self.rollback()
            raise
        self.busy = True

    def commit(self) -> None:
        """Make the change seen."""
        self._run(lambda on: on.execute("COMMIT"))
        self.busy = False
        self._changes += 1
        if self._changes in _ANALYZED:
            with suppress(psycopg.Error):
                self._connection.execute("ANALYZE slatemock.records")

    def rollback(self) -> None:
        """Undo the change; the server does it where the connection is lost."""
        self.busy = False
        with suppress(psycopg.OperationalError):
            self._connection.execute("ROLLBACK")

    def version(self) -> None:
        """Nothing: to ask what others changed would cost as much as to read anew."""

    def close(self) -> None:
        """End the connection; twice does no harm."""
        self._connection.close()

    def _opened(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self._where, autocommit=True)
        connection.adapters.register_dumper(str, _Escaped)
        connection.adapters.register_loader("text", _Restored)
        connection.execute(self._settings)
        return connection

    def _run(self, work: Callable[[psycopg.Connection[Any]], psycopg.Cursor[Any]]) -> psycopg.Cursor[Any]:
        """Work on the connection; on a new one where it was lost since the last change."""
        try:
            try:
                return work(self._connection)
            except psycopg.OperationalError:
                if self.busy or not self._connection.closed:
                    raise
                self._connection = self._opened()
                return work(self._connection)
        except psycopg.errors.ProgramLimitExceeded as error:
            raise StateError(f"An id is too long for the state: {_line(error)}", 400) from error
        except psycopg.Error as error:
            raise StateError(f"The state cannot be used: {_line(error)}") from error


class _Escaped(StrDumper):
    """PostgreSQL's texts hold no NUL; an id may."""

    def dump(self, obj: str) -> Any:
        """Write it as two characters."""
        return super().dump(_without_nul(obj))


class _Restored(TextBinaryLoader):
    def load(self, data: Any) -> str:
        """Read it back."""
        return _with_nul(str(super().load(data)))


def _without_nul(text: str) -> str:
    return text.replace("\x01", "\x01\x01").replace("\0", "\x01\x02") if "\0" in text or "\x01" in text else text


def _with_nul(text: str) -> str:
    return "\x01".join(part.replace("\x01\x02", "\0") for part in text.split("\x01\x01")) if "\x01" in text else text


def _key(session: str) -> int:
    """The number of a session's advisory lock; sessions that share one only wait for each other."""
    return int.from_bytes(hashlib.sha256(f"slatemock {session}".encode()).digest()[:8], "big", signed=True)
