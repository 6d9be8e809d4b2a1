"""Calls that the documented service makes: a Reply and its Call come in, requests go out after the answer; a receiver that fails harms nobody."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import msgspec

from contract.spec import Json
from mockserver.api import Call
from mockserver.problems import Reply
from mockserver.samples import conformed

_TIMEOUT = 5.0
_MOST_UNDER_WAY = 32
_EXPRESSION = re.compile(r"\{?\$request\.(body#|query\.|header\.|path\.)([^}\s]*)\}?")

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
    return None if missing or not re.match(r"https?://", url) else url


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
    compiled = call.api.checks.request_schema(schemas[0])
    return msgspec.json.encode(conformed(call.api.spec, compiled, schemas[0], record))


class Postman:
    """Sends callbacks in the background."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, callback: Callback) -> None:
        """Start one; when too many are under way it is dropped, and the log says so."""
        if len(self._under_way) >= _MOST_UNDER_WAY:
            logger.warning("callback to %s dropped: %d are under way", callback.url, _MOST_UNDER_WAY)
            return
        task = asyncio.get_running_loop().create_task(self._deliver(callback))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Wait for what is under way (each has its timeout), then close the connections."""
        await asyncio.gather(*self._under_way)
        if self._client:
            await self._client.aclose()
            self._client = None

    async def _deliver(self, callback: Callback) -> None:
        self._client = self._client or httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False)
        headers = {"content-type": "application/json", "accept": "application/json"}
        try:
            async with asyncio.timeout(2 * _TIMEOUT):
                await self._client.request(callback.method, callback.url, content=callback.body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            logger.warning("callback to %s failed: %s", callback.url, error or type(error).__name__)
