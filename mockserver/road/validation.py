"""Requests against the contract: a matched request comes in, its values go on in the scope; a breach is answered here, the state untouched.

This stage stands where Connexion's validators would; the true contract is judged by contract/checks.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import ClientDisconnect

from contract.checks import Fault, Sent
from mockserver.answering.problems import Reply, asked_path
from mockserver.road.heads import HEADERS
from mockserver.road.routing import MATCH, Asgi, Match, not_allowed, send_reply

VALUES = "slatemock.values"
"""Key of the request's Values in the ASGI scope."""

BODY = "slatemock.body"
"""Key of the request's body in the ASGI scope, once it has been read."""

FAULTS = "slatemock.faults"
"""Key of the Faults of a refused request in the ASGI scope."""

DESCRIBED_BY = ("link", '</__admin/openapi>; rel="describedby"')
"""Where the broken rule can be read (RFC 8288; rel from the IANA registry)."""


class Validation:
    """The ASGI stage: reads the body, judges the request."""

    def __init__(self, app: Asgi, body_limit: int) -> None:
        self._app = app
        self._limit = body_limit

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request that keeps the contract on with its Values; refuse any other."""
        match: Match | None = scope.get(MATCH)
        if match is None:
            await self._app(scope, receive, send)
            return
        headers = scope[HEADERS]
        body = await read_body(headers, receive, self._limit)
        if body is None:
            await send_reply(scope, send, self._too_large(match))
            return
        scope[BODY] = body
        target = match.target
        named = dict(zip(target.names, match.raw, strict=True)) if match.raw else {}
        sent = Sent(named, scope["query_string"], headers, body)
        values, faults = target.api.checks.request(target.step.operation, sent)
        if faults:
            scope[FAULTS] = faults
            await send_reply(scope, send, refusal(match, scope["method"], faults))
            return
        if match.allow and target.step.operation.body and not body:  # nothing proves that it was meant
            await send_reply(scope, send, not_allowed(target, scope["method"], match.allow))
            return
        scope[VALUES] = values
        await self._app(scope, receive, send)

    def _too_large(self, match: Match) -> Reply:
        sentence = f"The body is larger than {self._limit} bytes."
        return match.target.api.problems.refusal(
            match.target.step.operation, 413, sentence, headers=(DESCRIBED_BY, ("connection", "close"))
        )


def refusal(match: Match, method: str, faults: Sequence[Fault]) -> Reply:
    """400 (or 415) with every fault and the line of the documents that states the rule."""
    if match.allow:
        # The path is a spelling that lost; only a request that fits the operation proves that it was meant.
        return not_allowed(match.target, method, match.allow)
    documented = {each.status for each in match.target.step.operation.responses}
    problems = match.target.api.problems
    usual = next((each for each in (400, 422) if str(each) in documented), problems.breach)
    status = next((each.status for each in faults if each.status != 400), usual)
    faults = list({(each.place, each.message): each for each in reversed(faults)}.values())[::-1]
    told = "; ".join(f"{each}{f' ({each.source})' if each.source else ''}" for each in faults)
    operation = match.target.step.operation
    path = asked_path(operation, match.raw or ())
    return problems.refusal(operation, status, told, faults, (DESCRIBED_BY,), path=path)


async def read_body(headers: dict[str, str], receive: Any, limit: int) -> bytes | None:
    """The whole body; None as soon as it is known to be over the limit. ClientDisconnect when the client leaves in the middle."""
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length[:20]) > limit:
        return None
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
    return b"".join(chunks) if len(chunks) > 1 else chunks[0]
