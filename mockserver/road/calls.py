"""The end of the road: what the stages found by the head of a request comes in, with its values; a Call for a behaviour goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from contract.checks import Values, unquoted
from mockserver.api import Call
from mockserver.planning.variants import chosen
from mockserver.road.heads import HEADERS
from mockserver.road.routing import MATCH, Line, Match, line_of
from mockserver.road.stages import USER
from mockserver.sessions.sessions import SESSION, Sessions


class Found(msgspec.Struct, frozen=True, gc=False, eq=False):
    """What a request means, but for its body."""

    match: Match
    user: str | None
    """Whom the credentials name."""
    origin: str
    """Scheme and host as the client used them."""
    segments: tuple[str, ...]
    """Values of the path's placeholders, decoded, in order."""
    headers: Mapping[str, str]
    """By lower-case name."""
    line: Line
    only_reads: bool
    """Nothing but the state has a say in the answer."""


def found_in(scope: Any) -> Found:
    """Gather what the stages left in an ASGI scope."""
    match: Match = scope[MATCH]
    headers = scope[HEADERS]
    host = headers.get("host") or ":".join(str(part) for part in scope.get("server") or ("localhost",))
    segments = tuple([unquoted(each) if "%" in each else each for each in match.raw])
    origin = f"{scope.get('scheme', 'http')}://{host}"
    only_reads = scope["method"] == "GET" and not any(name in headers for name in _OTHERWISE)
    return Found(match, scope.get(USER), origin, segments, headers, line_of(scope), only_reads)


_OTHERWISE = (SESSION, "content-length", "transfer-encoding")
"""Header fields of reads that something else has a say in: whether the session is still there, or a body."""


def call_to(found: Found, sessions: Sessions, values: Values, body: bytes) -> Call:
    """The call that a valid request is. StateError when there is no room for its session."""
    store, maker = sessions.of(found.headers)
    api, step = found.match.target.api, found.match.target.step
    return Call(
        api=api,
        step=step,
        store=store,
        maker=maker.at_once(),
        segments=found.segments,
        values=values,
        variant=chosen(api.variants[step.operation.key], values.body),
        user=found.user,
        origin=found.origin,
        headers=found.headers,
        body=body,
    )
