"""A state in SQLite: a file name comes in, a Database for a Store goes out; a file that is not ours is left as it is.

WAL, and synchronous=OFF: what was answered survives the end of the process, however it comes, which is enough for a
mock. A durable state (synchronous=FULL) survives the end of the machine too; each change then waits for the disk.
"""

from __future__ import annotations

import sqlite3

from mockserver.planning.model import MockError

VERSION = 1
"""Of the tables; kept in the file (PRAGMA user_version)."""
LOST = (sqlite3.OperationalError,)
"""What statements raise when the file is full, gone, or locked for longer than the timeout."""

_TIMEOUT = 10.0  # seconds that one process waits for another's change

# The bodies stand in a rowid table: they may be long, and the indexes stay small.
_TABLES = (
    "CREATE TABLE records (session TEXT, collection TEXT, parent TEXT, id TEXT, seq INTEGER, body BLOB)",
    "CREATE UNIQUE INDEX by_id ON records (session, collection, id, parent)",
    "CREATE INDEX in_order ON records (session, collection, parent, seq)",
    "CREATE TABLE facts (session TEXT, kind TEXT, name TEXT, value TEXT, PRIMARY KEY (session, kind, name)) WITHOUT ROWID",
    "CREATE TABLE sessions (name TEXT PRIMARY KEY, used REAL) WITHOUT ROWID",
    f"PRAGMA user_version = {VERSION}",
)


def connected(path: str, *, durable: bool) -> SQLite:
    """Open a file. MockError when it cannot be used."""
    connection = None
    try:
        connection = sqlite3.connect(
            path, isolation_level=None, timeout=_TIMEOUT, check_same_thread=False, cached_statements=256
        )
        _prepare(connection, path, durable=durable)
    except BaseException as error:
        if connection:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise MockError(
                f"{path}: the state cannot be kept there ({error}); name a file that can be written"
            ) from error
        raise
    return SQLite(connection)


def _prepare(connection: sqlite3.Connection, path: str, *, durable: bool) -> None:
    """Make the tables in a new file; refuse one that holds others, before anything in it is changed."""
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (known,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if known and version != VERSION:
        kind = f"of version {version}" if version else "of another program"
        raise MockError(
            f"{path}: a database {kind}, and this is version {VERSION}; name another file, or remove this one"
        )
    for each in _TABLES if not known else ():
        connection.execute(each)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")


class SQLite:
    """A connection; `execute` is its own, so that nothing stands between a Store and the library."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.execute = connection.execute

    @property
    def busy(self) -> bool:
        """A change of several statements is under way."""
        return self._connection.in_transaction

    def begin(self, _session: str) -> None:
        """Start a change; one process at a time has the file's write lock, for all sessions."""
        self.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the change seen."""
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the change; SQLite may have done so itself, when the disk was full."""
        if self.busy:
            self.execute("ROLLBACK")

    def version(self) -> object:
        """What this connection changed, and what others did (PRAGMA data_version)."""
        return self._connection.total_changes, self.execute("PRAGMA data_version").fetchone()

    def close(self) -> None:
        """Close the file; twice does no harm."""
        self._connection.close()
