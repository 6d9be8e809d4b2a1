"""The short road: a request whose head came before, byte for byte, comes in and is answered at once; only its body is judged anew.

The stages are the long road, which everything takes that comes for the first time. At its end they leave what they found by the head. Where more
than the head decides (preferences, pages of another origin, tokens that the state knows, callbacks), they leave nothing, and the next one takes the
long road again. So does what a fault befalls, what breaks the contract, and what fails: only the long road refuses.
"""

from __future__ import annotations

from collections.abc import Awaitable
from time import perf_counter, time
from typing import Any

from contract.checks import Sent
from mockserver.answering.behaviours import behave
from mockserver.journals.journal import Journal
from mockserver.road.calls import Found, call_to
from mockserver.road.credentials import is_basic
from mockserver.road.faults import Faults
from mockserver.road.heads import MOST, WAY, Way
from mockserver.road.memory import Memory
from mockserver.road.recording import record
from mockserver.road.routing import Answer, Asgi, written
from mockserver.road.steering import STEER
from mockserver.sessions.sessions import SESSION, Sessions

Ways = dict[Way, Found]
"""What was found by heads, by one edition of the contracts."""


class Short:
    """The ASGI application around all stages, which can do without them."""

    def __init__(
        self,
        app: Asgi,
        ways: Ways,
        sessions: Sessions,
        *,
        faults: Faults,
        journal: Journal,
        memory: Memory,
    ) -> None:
        self._app = app
        self._ways = ways
        self._sessions = sessions
        self._faults = faults
        self._journal = journal
        self._memory = memory

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Take the long road."""
        return self._app(scope, receive, send)

    def at_once(self, way: Way, body: bytes) -> Answer | None:
        """The answer, which is in the journal then; None where a request has to take the long road, and nothing has happened."""
        found = self._ways.get(way)
        if found is None or self._faults.of(found.headers.get(SESSION, "")):
            return None
        at, started = time(), perf_counter()
        answer = self._memory.of(found)
        if answer is None:
            answer = self._made(found, body)
            if answer is None:
                return None
            self._memory.keep(found, answer)
        record(self._journal, (at, started), found.line, body, answer, operation=found.match.target.step.operation.key)
        return answer

    def _made(self, found: Found, body: bytes) -> Answer | None:
        target = found.match.target
        named = dict(zip(target.names, found.match.raw, strict=True)) if target.names else {}
        sent = Sent(named, found.line[2], found.headers, body)
        values, breaches = target.api.checks.request(target.step.operation, sent)
        if breaches:
            return None
        try:
            return written(behave(call_to(found, self._sessions, values, body)))
        except Exception:  # noqa: BLE001 - the long road fails in the same way, and has the means to tell
            return None


def leave(scope: Any, found: Found, ways: Ways) -> None:
    """Leave what was found for the next request with the same head, where that decides as this one did."""
    way: Way | None = scope.get(WAY)
    if way is None or STEER in scope or "origin" in found.headers:
        return
    api, operation = found.match.target.api, found.match.target.step.operation
    asks_the_state = api.gives_tokens and not is_basic(api.spec, operation)
    if not asks_the_state and "callbacks" not in operation.node:
        if len(ways) >= MOST:
            ways.clear()
        ways[way] = found
