"""The mock's own connection without a socket: requests of httpx come in as bytes, answers go back as they would stand on the wire."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx

from mockserver.app import MockApp
from mockserver.road.connection import Connection
from mockserver.road.heads import Heads
from mockserver.road.limits import Limits

_BODILESS = (204, 304)


class Wire(httpx.AsyncBaseTransport):
    """Opens a connection where all others wait for an answer, and keeps it for the next request."""

    def __init__(self, app: MockApp, heads: Heads | None = None) -> None:
        self._config = SimpleNamespace(loaded_app=app, asgi_version="3.0")
        self._server = SimpleNamespace(connections=set(), tasks=set(), total_requests=0, default_headers=[])
        self._heads = heads or Heads()
        self._idle: list[_Line] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        line = self._idle.pop() if self._idle else self._opened()
        answer = await line.ask(request, content)
        if not line.closed:
            self._idle.append(line)
        return answer

    async def aclose(self) -> None:
        for line in self._idle:
            line.connection.connection_lost(None)

    def _opened(self) -> _Line:
        connection = Connection(Limits(), self._heads, config=self._config, server_state=self._server, app_state={})
        return _Line(connection)


class _Line:
    """A connection, and what its event loop's transport would be."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.closed = False
        self._out = b""
        self._written = asyncio.Event()
        connection.connection_made(self)  # type: ignore[arg-type]

    async def ask(self, request: httpx.Request, content: bytes) -> httpx.Response:
        target = request.url.raw_path
        lines = [b"%b %b HTTP/1.1" % (request.method.encode(), target), *map(b": ".join, request.headers.raw)]
        self._out = b""
        self.connection.data_received(b"\r\n".join(lines) + b"\r\n\r\n" + content)
        while (answer := _answer(request.method, self._out)) is None and not self.closed:
            self._written.clear()
            await self._written.wait()
        if answer is None:
            raise httpx.RemoteProtocolError("closed before the whole answer was there", request=request)
        return answer

    # ---- what a connection asks of its transport

    def write(self, data: bytes) -> None:
        self._out += data
        self._written.set()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self._written.set()
            self.connection.connection_lost(None)

    abort = close

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str) -> Any:
        return {"sockname": ("127.0.0.1", 80), "peername": ("127.0.0.1", 50_000)}.get(name)

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def can_write_eof(self) -> bool:
        return False


def _answer(method: str, out: bytes) -> httpx.Response | None:
    """The answer, once all of it is there."""
    head, end, body = out.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    if not end:
        return None
    status, headers = (
        int(first.split()[1]),
        [(name, value) for name, _, value in (each.partition(b": ") for each in lines)],
    )
    if status == 100:
        return _answer(method, body)
    size = next((int(value) for name, value in headers if name == b"content-length"), 0)
    if method == "HEAD" or status in _BODILESS:
        size = 0
    return httpx.Response(status, headers=headers, content=body) if len(body) == size else None
