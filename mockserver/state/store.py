"""The state behind one small interface: JSON bytes go in and come out; what is written together is seen together.

A record is known by session, collection, parent and id; `parent` is the path of ids above it (`u1`, `u1/p2`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from urllib.parse import quote, unquote

SEPARATOR = "\x1f"
"""Stands in names of hidden sessions; no header can hold it (RFC 9110, section 5.5)."""


def below(parent: str, identity: str) -> str:
    """The key under which the records below a record are kept: the ids on the way to it."""
    return f"{parent}/{quote(identity, safe='')}".lstrip("/")


def ids_in(parent: str) -> tuple[str, ...]:
    """The ids on the way to the records below a parent."""
    return tuple(map(unquote, parent.split("/"))) if parent else ()


class Store(ABC):
    """Records, counters and small facts of one session."""

    @abstractmethod
    def of(self, session: str) -> Store:
        """The state of another session; the nameless one is what clients share who ask for none."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection, for all sessions; twice does no harm."""

    @abstractmethod
    def version(self) -> object:
        """What is equal for as long as no session changes; None where that cannot be told."""

    @abstractmethod
    def together(self) -> AbstractContextManager[None]:
        """Make several changes one: all of them are seen, or none; inside of another such change, become part of it."""

    # ---- records

    @abstractmethod
    def get(self, collection: str, parent: str, identity: str) -> bytes | None:
        """The body of a record; None where there is none."""

    @abstractmethod
    def put(self, collection: str, parent: str, identity: str, body: bytes) -> None:
        """Write a record; a new one comes last, a known one keeps its place."""

    @abstractmethod
    def remove(self, collection: str, parent: str, identity: str) -> bool:
        """Remove a record; False where there is none."""

    @abstractmethod
    def remove_below(self, collection: str, parent: str) -> None:
        """Remove the records of a collection that belong to a parent, or to anything below it."""

    @abstractmethod
    def bodies(self, collection: str, parent: str, limit: int = -1, offset: int = 0) -> list[bytes]:
        """The bodies of a collection in order; a negative limit means all."""

    @abstractmethod
    def everywhere(self, collection: str) -> list[bytes]:
        """The bodies of a collection below all parents, in order."""

    @abstractmethod
    def first(self, collection: str) -> tuple[str, str] | None:
        """Parent and id of the oldest record below the first parent; None where the collection is empty."""

    @abstractmethod
    def find(self, collection: str, identity: str) -> tuple[str, bytes] | None:
        """Parent and body of a record whose parent is not known; None where there is none."""

    @abstractmethod
    def count(self, collection: str, parent: str) -> int:
        """How many records a collection holds below a parent."""

    @abstractmethod
    def size(self) -> int:
        """How many records the session holds."""

    @abstractmethod
    def all(self) -> Iterator[tuple[str, str, str, bytes]]:
        """Every record as (collection, parent, id, body), in order."""

    # ---- counters and facts

    @abstractmethod
    def next(self, counter: str) -> int:
        """Count one up, from 1."""

    @abstractmethod
    def fact(self, kind: str, name: str) -> str | None:
        """A small fact (a job's polls, a token); None where nothing is known."""

    @abstractmethod
    def remember(self, kind: str, name: str, value: str) -> None:
        """Keep a small fact, in place of what was known."""

    @abstractmethod
    def held(self) -> list[str]:
        """Names of all sessions that hold anything, those that no client can name too, in order."""

    @abstractmethod
    def copy(self, to: str) -> None:
        """Make another session hold what this one does, in place of what it held."""

    @abstractmethod
    def clear(self) -> None:
        """Forget the records, counters and facts of the session."""

    # ---- the list of sessions

    @abstractmethod
    def sessions(self) -> list[str]:
        """The sessions that are listed, the least recently used first."""

    @abstractmethod
    def enter(self, at: float) -> None:
        """List the session as used at a time (seconds since 1970)."""

    @abstractmethod
    def stamp(self, at: float) -> bool:
        """Note that the session was used; False where it is not listed any more."""

    @abstractmethod
    def leave(self, before: float) -> bool:
        """Take the session off the list if it was last used before a time; False if not."""
