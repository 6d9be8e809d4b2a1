"""The outermost stage: every exchange comes by, and is in the journal before the last byte of its answer goes out; admin pages are not recorded."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import Any

from mockserver.journals.journal import Exchange, Journal, Violation
from mockserver.road.heads import HEADERS, texts
from mockserver.road.routing import MATCH, Asgi, is_admin, raw_path
from mockserver.road.validation import BODY, FAULTS

EXCHANGE = "slatemock.exchange"
"""Key of the Exchange in the ASGI scope, once it is in the journal."""


class Recording:
    """The ASGI stage around all others."""

    def __init__(self, app: Asgi, journal: Journal) -> None:
        self._app = app
        self._journal = journal

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Pass a request on and listen to its answer."""
        at, started = time.time(), time.perf_counter()
        if HEADERS not in scope:
            scope[HEADERS] = texts(scope["headers"])
        head: Any = None
        chunks: list[bytes] = []

        def heard(message: Any) -> Awaitable[None]:
            nonlocal head
            if message["type"] == "http.response.start":
                head = message
            elif head is not None:
                chunks.append(message.get("body", b""))
                if not message.get("more_body"):
                    self._keep(scope, at, started, head, b"".join(chunks) if len(chunks) > 1 else chunks[0])
            sent: Awaitable[None] = send(message)
            return sent

        return self._app(scope, receive, heard)

    def _keep(self, scope: Any, at: float, started: float, head: Any, answer: bytes) -> None:
        match, path, journal = scope.get(MATCH), scope.get("raw_path") or scope["path"].encode(), self._journal
        if match is None and is_admin(raw_path(scope)):
            return
        body, limit = scope.get(BODY), journal.bounds.body
        exchange = Exchange(
            journal.number(),
            at,
            time.perf_counter() - started,
            scope["method"],
            path,
            scope["query_string"],
            scope["headers"],
            body if body is None or len(body) <= limit else body[:limit],
            len(body) if body else 0,
            head["status"],
            head.get("headers") or [],
            answer if len(answer) <= limit else answer[:limit],
            len(answer),
            match.target.step.operation.key if match else None,
            _violations(scope[FAULTS]) if FAULTS in scope else [],
            journal.worker,
        )
        journal.record(exchange)
        scope[EXCHANGE] = exchange


def _violations(faults: Any) -> list[Violation]:
    return [
        (str(each), each.source.file if each.source else None, each.source.line if each.source else None)
        for each in faults
    ]
