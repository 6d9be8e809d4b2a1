"""What is done to a request on demand: the ASGI stage between routing and everything else; without a Prefer header and without faults it does nothing.

The order, as a front-end developer expects it:

1. A fault of `/__admin/faults` is a server in trouble: it comes before credentials and the contract are looked at.
2. `Prefer: delay=` holds every answer back, a refusal too.
3. Credentials and the contract are checked as ever: a forced code is no way around a 401 or a 400.
4. `Prefer: code=`, `example=` and `dynamic=` then stand in for the behaviour: the answer comes from the documents,
   and the records are left alone.

`Preference-Applied` (RFC 7240, section 3) names what was done, and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.answering.problems import Reply
from mockserver.road.faults import Blow, Faults
from mockserver.road.heads import HEADERS
from mockserver.road.preferences import PreferenceError, Preferences, preferences
from mockserver.road.routing import MATCH, Asgi, Match, send_reply
from mockserver.sessions.sessions import SESSION

STEER = "slatemock.steer"
"""Key of the Steer in the ASGI scope, where the client prefers something."""


@dataclass(slots=True)
class Steer:
    """A client's preferences, and which of them were followed so far."""

    wanted: Preferences
    applied: list[str] = field(default_factory=list)


class Steering:
    """The ASGI stage: delays and faults happen here, chosen answers at the end of the road."""

    def __init__(self, app: Asgi, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Pass a request on, late or not at all where somebody asked for that."""
        match: Match | None = scope.get(MATCH)
        asked = scope[HEADERS]
        session = asked.get(SESSION, "")
        if match is None or not ("prefer" in asked or self._faults.of(session)):
            return self._app(scope, receive, send)
        return self._steered(match, asked, scope, receive, send)

    async def _steered(self, match: Match, asked: Mapping[str, str], scope: Any, receive: Any, send: Any) -> None:
        session = asked.get(SESSION, "")
        try:
            steer = Steer(preferences([asked.get("prefer", "")]))
        except PreferenceError as error:
            await send_reply(scope, send, unfollowed(match, error))
            return
        scope[STEER], told = steer, _telling(send, steer)
        blow = self._faults.next(session, match.target.step.operation.key)
        await _hold(steer, blow)
        if blow.status is not None:
            await send_reply(scope, told, _failure(match, blow.status))
            return
        await self._app(scope, receive, told)


def unfollowed(match: Match, error: PreferenceError) -> Reply:
    """Say that a preference cannot be followed, in the documented shape."""
    return match.target.api.problems.refusal(match.target.step.operation, 400, str(error))


async def _hold(steer: Steer, blow: Blow) -> None:
    if "delay" in steer.wanted.told:
        steer.applied.append("delay")
    if seconds := steer.wanted.delay + blow.delay:
        await asyncio.sleep(seconds)


def _failure(match: Match, status: int) -> Reply:
    """A failure in the documented shape, where the documents know one."""
    operation = match.target.step.operation
    sentence = f"A fault of /__admin/faults: {operation.key} answers {status}."
    return match.target.api.problems.documented(operation, status, sentence)


def _telling(send: Any, steer: Steer) -> Any:
    async def told(message: Any) -> None:
        if message["type"] == "http.response.start" and steer.applied:
            line = (b"preference-applied", steer.wanted.applied(steer.applied).encode("latin-1"))
            message = {**message, "headers": [*message.get("headers", ()), line]}
        await send(message)

    return told
