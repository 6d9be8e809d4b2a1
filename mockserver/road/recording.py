"""The outermost stage: every exchange comes by, and is in the journal before the last byte of its answer goes out; admin pages are not recorded."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Sequence
from typing import Any

from mockserver.journals.journal import Exchange, Journal, Violation
from mockserver.road.heads import HEADERS, texts
from mockserver.road.routing import MATCH, Answer, Asgi, Line, is_admin, line_of, raw_path
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
        match = scope.get(MATCH)
        if match is None and is_admin(raw_path(scope)):
            return
        violations = _violations(scope[FAULTS]) if FAULTS in scope else []
        whole = head["status"], head.get("headers") or [], answer
        operation = match.target.step.operation.key if match else None
        line, body, times = line_of(scope), scope.get(BODY), (at, started)
        scope[EXCHANGE] = record(self._journal, times, line, body, whole, operation=operation, violations=violations)


def record(
    journal: Journal,
    times: tuple[float, float],
    line: Line,
    body: bytes | None,
    answer: Answer,
    *,
    operation: str | None,
    violations: Sequence[Violation] = (),
) -> Exchange:
    """Have an exchange in the journal: `times` are those of the clock and of the stopwatch at its beginning."""
    (at, started), (status, fields, sent), limit = times, answer, journal.bounds.body
    exchange = Exchange(
        journal.number(),
        at,
        time.perf_counter() - started,
        *line,
        body if body is None or len(body) <= limit else body[:limit],
        len(body) if body else 0,
        status,
        fields,
        sent if len(sent) <= limit else sent[:limit],
        len(sent),
        operation,
        violations,
        journal.worker,
    )
    journal.record(exchange)
    return exchange


def _violations(faults: Any) -> list[Violation]:
    return [
        (str(each), each.source.file if each.source else None, each.source.line if each.source else None)
        for each in faults
    ]
