"""What was asked and answered: exchanges come in as they stood on the wire, the newest come out first; the journal never outgrows its bounds.

A request pays for one record, kept in one piece: thirty small ones would be as many cold ones to free, a thousand requests later.
JSON is read, and secrets are hidden, when somebody looks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

import msgspec

_OVERHEAD = 100
"""Bytes that an exchange costs beside its record."""

COUNT, SIZE = 1000, 16 * 1024 * 1024
"""What a journal keeps where nobody says: exchanges, and bytes of all of them."""

Headers = list[tuple[bytes, bytes]]
Violation = tuple[str, str | None, int | None]
"""What breaks the contract, and file and line of the documents that say so."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept; whichever is reached first drops the oldest."""

    entries: int = COUNT
    """Exchanges; 0 keeps none."""
    size: int = SIZE
    """Bytes of all exchanges together."""
    body: int = 64 * 1024
    """Bytes of one body."""


class Exchange(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A request and its answer. A Struct, since a frozen dataclass costs ten times as much to make."""

    number: int
    """Counts the exchanges of one process, from 1."""
    at: float
    """When the request came, in seconds since 1970."""
    seconds: float
    """From the request's head to the end of the answer."""
    method: str
    raw_path: bytes
    """As sent."""
    query: bytes
    headers: Headers
    body: bytes | None
    """None where nobody read it, since the request was refused before."""
    body_size: int
    status: int
    answer_headers: Headers
    answer: bytes
    answer_size: int
    operation: str | None
    """None where the request means none."""
    violations: Sequence[Violation]
    worker: str = ""
    """Tells the journals of several processes apart."""

    @property
    def id(self) -> str:
        """What the exchange is known by."""
        return f"{self.worker}{self.number}"

    @property
    def path(self) -> str:
        """The path without its query, percent-encoding kept."""
        return self.raw_path.decode("latin-1")


encoded = msgspec.msgpack.Encoder().encode
decoded = msgspec.msgpack.Decoder(Exchange).decode


def size_of(kept: bytes) -> int:
    """Bytes that an encoded exchange takes, about."""
    return _OVERHEAD + len(kept)


def fitting(exchange: Exchange, bounds: Bounds) -> bytes | None:
    """An exchange as it is kept: without its bodies where it alone is more than all may be, and not at all where even that is too much."""
    kept = encoded(exchange)
    if size_of(kept) <= bounds.size:
        return kept
    body = None if exchange.body is None else b""
    bare = encoded(msgspec.structs.replace(exchange, body=body, answer=b""))
    return bare if size_of(bare) <= bounds.size else None


class Attempt(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One try to deliver a callback that an exchange earned."""

    exchange: str
    """The id of the exchange."""
    method: str
    url: str
    body: bytes
    attempt: int
    """Counts from 1."""
    at: float
    seconds: float
    status: int | None
    """What the receiver answered; None where it did not."""
    error: str | None


class Journal:
    """Exchanges of one process, in its memory."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._exchanges: deque[bytes] = deque()
        self._attempts: deque[Attempt] = deque(maxlen=self.bounds.entries)
        self._size = 0
        self.number = count(1).__next__
        """Gives the number of the next exchange."""
        self.worker = ""
        """What ids of this process begin with."""

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange, and forget the oldest where that is too much."""
        kept, bounds = fitting(exchange, self.bounds), self.bounds
        if kept is None:
            return
        self._exchanges.append(kept)
        self._size += size_of(kept)
        while self._exchanges and (self._size > bounds.size or len(self._exchanges) > bounds.entries):
            self._size -= size_of(self._exchanges.popleft())

    def note(self, attempt: Attempt) -> None:
        """Keep the outcome of a try to deliver a callback."""
        self._attempts.append(attempt)

    async def settle(self) -> None:
        """Wait until everything that was answered before is in the journal."""

    def exchanges(self) -> Iterable[Exchange]:
        """All of them, newest first."""
        return [decoded(each) for each in reversed(self._exchanges)]

    def attempts(self, exchange: str) -> Iterable[Attempt]:
        """What became of the callbacks that an exchange earned, in order."""
        return (each for each in self._attempts if each.exchange == exchange)

    def forget(self, ids: Iterable[str]) -> None:
        """Drop exchanges."""
        gone = set(ids)
        self._exchanges = deque(each for each in self._exchanges if decoded(each).id not in gone)
        self._size = sum(map(size_of, self._exchanges))

    def close(self) -> None:
        """Let go of what the journal holds open."""
