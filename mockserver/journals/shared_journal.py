"""One journal for several processes: each writes its exchanges to an SQLite file in batches, whoever is asked reads them all.

An exchange is in the file at most `_PAUSE` after its answer; who reads waits that long, and so misses none.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterable

import msgspec

from mockserver.journals.journal import Attempt, Bounds, Exchange, Journal, decoded, fitting, size_of
from mockserver.planning.model import MockError

_PAUSE = 0.05
"""Seconds between two batches."""

_TABLES = """
CREATE TABLE IF NOT EXISTS exchanges (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, at REAL, size INTEGER, body BLOB);
CREATE TABLE IF NOT EXISTS attempts (number INTEGER PRIMARY KEY AUTOINCREMENT, exchange TEXT, body BLOB);
CREATE INDEX IF NOT EXISTS by_exchange ON attempts (exchange);
"""
_DROP_OLD = "DELETE FROM {0} WHERE number <= (SELECT max(number) FROM {0}) - ?"
_DROP_LARGE = """
DELETE FROM exchanges WHERE number <= coalesce((
    SELECT max(number) FROM (SELECT number, sum(size) OVER (ORDER BY number DESC) AS total FROM exchanges) WHERE total > ?
), 0)
"""


class SharedJournal(Journal):
    """Exchanges of several processes, in a file; each opens it for itself, after any fork. MockError when it cannot be used."""

    def __init__(self, path: str, bounds: Bounds | None = None) -> None:
        super().__init__(bounds)
        self.worker = f"{os.getpid():x}-"
        self._pending: list[Exchange] = []
        self._noted: list[Attempt] = []
        self._timer: asyncio.TimerHandle | None = None
        try:
            self._connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=OFF")
            self._connection.executescript(_TABLES)
        except sqlite3.Error as error:
            raise MockError(
                f"{path}: the journal cannot be kept there ({error}); name a file that can be written"
            ) from error

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange for the next batch."""
        self._pending.append(exchange)
        self._write_soon()

    def note(self, attempt: Attempt) -> None:
        """Keep the outcome of a try for the next batch."""
        self._noted.append(attempt)
        self._write_soon()

    async def settle(self) -> None:
        """Let every process write what it has answered."""
        self._write()
        await asyncio.sleep(2 * _PAUSE)

    def exchanges(self) -> Iterable[Exchange]:
        """All of them, newest first."""
        self._write()
        rows = self._connection.execute("SELECT body FROM exchanges ORDER BY at DESC, number DESC")
        return [decoded(row[0]) for row in rows]

    def attempts(self, exchange: str) -> Iterable[Attempt]:
        """What became of the callbacks that an exchange earned, in order."""
        self._write()
        rows = self._connection.execute("SELECT body FROM attempts WHERE exchange = ? ORDER BY number", (exchange,))
        return [msgspec.msgpack.decode(row[0], type=Attempt) for row in rows]

    def forget(self, ids: Iterable[str]) -> None:
        """Drop exchanges."""
        self._write()
        with self._connection:
            self._connection.executemany("DELETE FROM exchanges WHERE id = ?", [(each,) for each in ids])

    def close(self) -> None:
        """Write what is left and close the file; twice does no harm."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        try:
            self._write()
        except sqlite3.ProgrammingError:  # closed before
            return
        self._connection.close()

    def _write_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PAUSE, self._write)

    def _write(self) -> None:
        """Write the batch, and drop what is too old or too much."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if not self._pending and not self._noted:
            return
        exchanges = [
            (each.id, each.at, size_of(kept), kept) for each in self._pending if (kept := fitting(each, self.bounds))
        ]
        noted = [(each.exchange, msgspec.msgpack.encode(each)) for each in self._noted]
        self._pending, self._noted = [], []
        with self._connection as run:
            run.executemany("INSERT INTO exchanges (id, at, size, body) VALUES (?, ?, ?, ?)", exchanges)
            run.executemany("INSERT INTO attempts (exchange, body) VALUES (?, ?)", noted)
            for table in ("exchanges", "attempts"):
                run.execute(_DROP_OLD.format(table), (self.bounds.entries,))
            run.execute(_DROP_LARGE, (self.bounds.size,))
