"""Where the state is kept: what the user names comes in, a Store goes out.

Nothing is shared between processes and nothing outlives them unless something is named.
"""

from __future__ import annotations

from mockserver.planning.model import MockError, StateError
from mockserver.state import sqlite
from mockserver.state.dictionaries import DictStore
from mockserver.state.sql import SqlStore
from mockserver.state.store import Store

LOST = (StateError, *sqlite.LOST)
"""What a state raises that is there no more, is full, or is held by somebody else for too long."""

_SERVERS = ("postgresql", "postgres")


def opened(where: str | None = None, *, durable: bool = False) -> Store:
    """Open the state: in this process, in the SQLite file named, or on the PostgreSQL server whose URL is given.

    A durable state is on disk before a change is over. MockError when the state cannot be used.
    """
    if where is None:
        return DictStore()
    scheme, found, _ = where.partition("://")
    if not found:
        return SqlStore(sqlite.connected(where, durable=durable))
    if scheme.lower() not in _SERVERS:
        raise MockError(f"{scheme}://: the state cannot be kept there; name a file or postgresql://user@host/database")
    from mockserver.state import postgresql  # its driver is optional

    return SqlStore(postgresql.connected(where, durable=durable))
