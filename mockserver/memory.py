"""What was read once: requests that read come in; the same request, byte for byte, is answered as before for as long as the state is the same.

A read depends on its bytes and on the state alone: time, tokens and counters are part of the state, faults and preferences are dealt
with before. So an answer that was judged, let in and made once need not be again. What writes, or has a session of its own, goes by.
"""

from __future__ import annotations

from typing import Any

from mockserver.routing import MATCH, Asgi, Match
from mockserver.sessions import SESSION
from mockserver.steering import STEER
from mockserver.store import Store
from mockserver.validation import BODY, headers_of

_MOST = 8 * 1024 * 1024
"""Bytes that all answers may take; one more, and all are forgotten."""
_LARGE = 256 * 1024
"""Bytes of an answer that is not worth keeping."""
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

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer what was answered before; pass everything else on, and listen to what comes of a read."""
        if scope["type"] != "http" or scope["method"] != "GET" or STEER in scope:
            await self._app(scope, receive, send)
            return
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
        sent: list[Any] = []

        async def heard(message: Any) -> None:
            sent.append(message)
            await send(message)

        await self._app(scope, receive, heard)
        if version is not None and len(sent) == 2 and self._store.version() == version and _repeats(scope, *sent):
            self._keep(key, sent[0]["status"], sent[0]["headers"], sent[1]["body"])

    def _forget(self, version: object) -> None:
        self._version, self._size = version, 0
        self._answers.clear()

    def _keep(self, key: tuple[object, ...], status: int, headers: Any, body: bytes) -> None:
        self._size += _ENTRY + len(body)
        if self._size > _MOST:
            self._forget(self._version)
            return
        self._answers[key] = (status, tuple(headers), body)


def _repeats(scope: Any, start: Any, end: Any) -> bool:
    """Tell whether an answer would be the same again, and is worth its room."""
    match: Match = scope[MATCH]
    asked = headers_of(scope)
    return (
        200 <= start["status"] < 300
        and len(end["body"]) <= _LARGE
        and sum(map(len, asked.values())) + len(scope["path"]) + len(scope["query_string"]) <= _ENTRY
        and not any(name in asked for name in _OTHERWISE)
        and "callbacks" not in match.target.step.operation.node
    )
