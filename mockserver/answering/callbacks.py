"""Calls that the documented service makes: a Reply and its Call come in, requests go out after the answer; a receiver that fails harms nobody.

A callback that no receiver takes is sent again after a pause; every attempt is noted in the journal, below the request that earned it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import httpx
import msgspec

from contract.spec import Json
from mockserver.answering.problems import Reply
from mockserver.answering.samples import conformed, generated
from mockserver.api import Call
from mockserver.journals.journal import Attempt, Journal
from mockserver.planning.covers import plain, properties_of
from mockserver.planning.evidence import last_word, singular

_TIMEOUT = 5.0
_MOST_UNDER_WAY = 32
_PAUSES = (0.5, 2.0)
"""Seconds before the second and the third try; no chance in them, so that runs are alike."""
_LATER = (408, 425, 429)
"""Refusals that invite another try (RFC 9110, 15.5.9; RFC 8470, 5.2; RFC 6585, 4), as every 5xx does."""
_EXPRESSION = re.compile(r"\{?\$request\.(body#|query\.|header\.|path\.)([^}\s]*)\}?")

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)

_Outcome = tuple[int | None, str | None]
"""The receiver's status, or why there is none."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Callback:
    """One request to be made."""

    method: str
    url: str
    body: bytes


def due(call: Call, reply: Reply) -> Iterator[Callback]:
    """The callbacks that a request has earned (OpenAPI 3.0.3, section 4.7.18); none without a record or a URL."""
    if reply.record is None or not 200 <= reply.status < 300:
        return
    for named in (call.step.operation.node.get("callbacks") or {}).values():
        for expression, item in (call.api.spec.resolve(named) or {}).items():
            url = _evaluated(call, expression)
            for method, operation in item.items() if url and isinstance(item, dict) else ():
                if isinstance(operation, dict) and method in ("post", "put", "patch", "get", "delete"):
                    yield Callback(method.upper(), str(url), _payload(call, operation, reply.record))


def _evaluated(call: Call, expression: str) -> str | None:
    """A runtime expression's value (OpenAPI 3.0.3, section 4.7.20.2); None when the request does not give it."""
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        told = _value(call, found[1], found[2])
        missing = missing or told is None
        return told or ""

    url = _EXPRESSION.sub(value, expression)
    return None if missing or not url else url


def _value(call: Call, place: str, name: str) -> str | None:
    if place == "query.":
        found = call.values.query.get(name)
    elif place == "path.":
        found = call.values.path.get(name)
    elif place == "header.":
        found = call.headers.get(name.lower())
    else:
        found = call.values.body
        for part in name.strip("/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, dict) else None
    return str(found) if isinstance(found, (str, int)) else None


def _payload(call: Call, operation: Json, record: Json) -> bytes:
    """The record in the documented shape of the callback."""
    body = call.api.spec.resolve(operation.get("requestBody") or {})
    schemas = [media.get("schema") for name, media in (body.get("content") or {}).items() if "json" in name]
    if not schemas or not schemas[0]:
        return msgspec.json.encode(record)
    described = properties_of(call.api.spec, schemas[0])
    if described and isinstance(record, dict) and described.keys().isdisjoint(record):
        record = _told_of(call, schemas[0], record)  # an event, and no record of the kind that was made
    compiled = call.api.checks.request_schema(schemas[0])
    return msgspec.json.encode(conformed(call.api.spec, compiled, schemas[0], record))


def _told_of(call: Call, schema: Json, record: Json) -> Json:
    """What the contract describes of an event, with the record where that has a part of its name."""
    told = generated(call.api.spec, schema, turn=1)
    own = singular(last_word(call.step.resource.shape)) if call.step.resource else ""
    return {name: record if plain(name) == plain(own) else each for name, each in told.items()}


class Postman:
    """Sends callbacks in the background."""

    def __init__(self, journal: Journal, pauses: Sequence[float] = _PAUSES) -> None:
        self._journal = journal
        self._pauses = pauses
        self._client: httpx.AsyncClient | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def send(self, callback: Callback, exchange: str = "") -> None:
        """Start one that an exchange earned; with too many under way, or no URL to call, it is dropped, and journal and log say so."""
        full, strange = len(self._under_way) >= _MOST_UNDER_WAY, not _ADDRESS.match(callback.url)
        if full or strange:
            reason = "dropped: that is no http(s) URL" if strange else f"dropped: {_MOST_UNDER_WAY} are under way"
            logger.warning("callback to %s %s", callback.url, reason)
            self._note(callback, exchange, 0, time.time(), (None, reason))
            return
        task = asyncio.get_running_loop().create_task(self._deliver(callback, exchange))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._under_way)

    async def close(self) -> None:
        """Wait for what is under way (each try has its timeout, none is made again), then close the connections."""
        self._closing.set()
        await self.settle()
        if self._client:
            await self._client.aclose()
            self._client = None

    async def _deliver(self, callback: Callback, exchange: str) -> None:
        for number, pause in enumerate((*self._pauses, None), 1):
            at = time.time()
            status, error = await self._posted(callback)
            self._note(callback, exchange, number, at, (status, error))
            if status is not None and status < 500 and status not in _LATER:
                return
            if pause is None or await self._closes_within(pause):
                break
        logger.warning("callback to %s failed: %s", callback.url, error or f"it answers {status}")

    async def _closes_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._closing.wait(), seconds)
        return False

    async def _posted(self, callback: Callback) -> _Outcome:
        """The receiver's status, or why there is none."""
        self._client = self._client or httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False)
        headers = {"content-type": "application/json", "accept": "application/json"}
        try:
            async with asyncio.timeout(2 * _TIMEOUT):
                answer = await self._client.request(
                    callback.method, callback.url, content=callback.body, headers=headers
                )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            return None, str(error) or type(error).__name__
        return answer.status_code, None

    def _note(self, callback: Callback, exchange: str, number: int, at: float, outcome: _Outcome) -> None:
        told = (callback.method, callback.url, callback.body)
        self._journal.note(Attempt(exchange, *told, number, at, time.time() - at, *outcome))
