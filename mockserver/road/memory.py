"""What was read before: answers to reads come in, each by what was found by its head; they are given again for as long as the state is the same.

A read depends on its bytes and on the state alone: time, tokens and counters are part of the state. So an answer that was made once
need not be made again. What writes, or has a session of its own, is not kept.
"""

from __future__ import annotations

from mockserver.road.calls import Found
from mockserver.road.routing import Answer
from mockserver.state.store import Store

_MOST = 8 * 1024 * 1024
"""Bytes that all answers may take; one more, and all are forgotten."""
_LARGE = 256 * 1024
"""Bytes of an answer that is not worth keeping."""
_ENTRY = 2000
"""Bytes that an answer takes beside its body, about."""


class Memory:
    """The answers of one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version: object = None
        self._answers: dict[Found, Answer] = {}
        self._size = 0

    def of(self, found: Found) -> Answer | None:
        """What was answered before; None after a change."""
        if not found.only_reads:
            return None
        version = self._store.version()
        if version != self._version:
            self._forget(version)
        return self._answers.get(found)

    def keep(self, found: Found, answer: Answer) -> None:
        """Remember what was answered just now, where it would be the same again and is worth its room."""
        status, _, body = answer
        if not found.only_reads or status not in range(200, 300) or len(body) > _LARGE:
            return
        if self._version is None or self._store.version() != self._version:
            return  # the read moved something
        self._size += _ENTRY + len(body)
        if self._size > _MOST:
            self._forget(self._version)
        else:
            self._answers[found] = answer

    def _forget(self, version: object) -> None:
        self._version, self._size = version, 0
        self._answers.clear()
