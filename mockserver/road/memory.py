"""What was read before: requests that read come in; the same request, byte for byte, is answered as before for as long as the state is the same.

A read depends on its bytes and on the state alone: time, tokens and counters are part of the state, faults and preferences are dealt
with before. So an answer that was judged, let in and made twice need not be again. What writes, or has a session of its own, goes by.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockserver.road.heads import HEADERS
from mockserver.road.routing import MATCH, Asgi, Match
from mockserver.road.steering import STEER
from mockserver.road.validation import BODY
from mockserver.sessions.sessions import SESSION
from mockserver.state.store import Store

_MOST = 8 * 1024 * 1024
"""Bytes that all answers may take; one more, and all are forgotten."""
_LARGE = 256 * 1024
"""Bytes of an answer that is not worth keeping."""
_MOST_ASKED = 10_000
"""Requests of which is known that they came."""
_ENTRY = 1000
"""Bytes that an answer takes beside its body, about."""
_OTHERWISE = (SESSION, "content-length", "transfer-encoding")
"""Header fields of requests that are not remembered."""

_Answer = tuple[int, tuple[tuple[bytes, bytes], ...], bytes]


class Memory:
    """The ASGI stage before credentials and the contract are looked at."""

    def __init__(self, app: Asgi, store: Store) -> None:
        self._app = app
        self._store = store
        self._version: object = None
        self._answers: dict[tuple[object, ...], _Answer] = {}
        self._size = 0
        self._asked: set[int] = set()
        """Hashes of requests that came once: what never comes again is not worth keeping."""

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Answer what was answered before; pass everything else on, and listen to what comes of a read."""
        if scope["method"] != "GET" or STEER in scope:
            return self._app(scope, receive, send)
        return self._read(scope, receive, send)

    async def _read(self, scope: Any, receive: Any, send: Any) -> None:
        version = self._store.version()
        if version != self._version:
            self._forget(version)
        path = scope.get("raw_path") or scope["path"]
        key = (path, scope["query_string"], scope.get("scheme"), *scope["headers"])
        known = self._answers.get(key)
        if known:
            status, headers, body = known
            scope[BODY] = b""
            await send({"type": "http.response.start", "status": status, "headers": [*headers]})
            await send({"type": "http.response.body", "body": body})
            return
        start: Any = None
        mark = hash(key)
        again = mark in self._asked
        if not again:
            if len(self._asked) >= _MOST_ASKED:
                self._asked.clear()
            self._asked.add(mark)

        async def heard(message: Any) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message.get("more_body"):
                start = None  # an answer in parts is not kept
            elif start and again and version is not None and self._store.version() == version:
                self._keep(scope, key, start, message["body"])
            await send(message)

        await self._app(scope, receive, heard)

    def _forget(self, version: object) -> None:
        self._version, self._size = version, 0
        self._answers.clear()

    def _keep(self, scope: Any, key: tuple[object, ...], start: Any, body: bytes) -> None:
        """Remember an answer that would be the same again, and is worth its room."""
        match: Match = scope[MATCH]
        asked = scope[HEADERS]
        size = sum(map(len, asked.values())) + len(scope["path"]) + len(scope["query_string"])
        if (
            start["status"] not in range(200, 300)
            or len(body) > _LARGE
            or size > _ENTRY
            or any(name in asked for name in _OTHERWISE)
            or "callbacks" in match.target.step.operation.node
        ):
            return
        self._size += _ENTRY + len(body)
        if self._size > _MOST:
            self._forget(self._version)
            return
        self._answers[key] = (start["status"], tuple(start["headers"]), body)
