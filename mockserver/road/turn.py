"""One request and its answer on a connection: parts of a body come in as they arrive, ASGI messages go to and fro, bytes go out in one piece where they can.

An answer that the application breaks off is never taken for a whole one: it ends as 500, or the connection does.
"""

from __future__ import annotations

import asyncio
import logging
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

_STATUS_LINES = {
    code: f"HTTP/1.1 {code} {HTTPStatus(code).phrase if code in set(HTTPStatus) else ''}\r\n".encode()
    for code in range(100, 600)
}
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_FRAMING = {b"content-length", b"connection", b"transfer-encoding"}
_BODILESS = (204, 304)  # RFC 9110, section 6.4.1

logger = logging.getLogger(__name__)

Fields = list[tuple[bytes, bytes]]
Asgi = Callable[[Any, Any, Any], Awaitable[None]]


class Line(Protocol):
    """The connection, as a turn sees it."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    written: asyncio.Future[None] | None
    """Where set, more may be written when it is done."""

    @property
    def usual(self) -> list[tuple[bytes, bytes]]:
        """Header fields of every answer."""

    def resume_reading(self) -> None:
        """The rest of the body is wanted."""

    def answered(self, turn: Turn) -> None:
        """The answer has been written."""


def whole(answer: tuple[int, Fields, bytes], usual: Fields) -> bytes:
    """An answer as it goes out on a connection that goes on."""
    status, fields, body = answer
    return b"%b\r\n%b" % (_head(status, usual, fields), body)


def _head(status: int, usual: Fields, fields: Fields) -> bytes:
    """Status line and header fields; RuntimeError for those that would be read as more."""
    lines = [_STATUS_LINES[status], *[b"%b: %b\r\n" % each for each in usual]]
    lines += [b"%b: %b\r\n" % each for each in fields]
    head = b"".join(lines)
    if head.count(b"\n") != len(lines) or head.count(b"\r") != len(lines) or b"\0" in head:
        raise RuntimeError("a header field of the answer holds a line end")
    return head


class Turn:
    """A request that is being read or answered; what the application gets as `receive` and `send`."""

    __slots__ = (
        "_body",
        "_chunked",
        "_done",
        "_given",
        "_head",
        "_left",
        "_line",
        "_waiter",
        "early",
        "ended",
        "expects",
        "keep_alive",
        "lost",
        "refusal",
        "scope",
        "size",
        "started",
    )

    def __init__(self, line: Line, scope: Any, *, keep_alive: bool, expects: bool = False, large: bool = False) -> None:
        self.scope = scope
        self.keep_alive = keep_alive
        self.started = False
        """The application has the request."""
        self.ended = False
        """The whole body is here."""
        self.lost = False
        """The client is gone, or what it sends cannot be read."""
        self.refusal: Asgi | None = None
        """What answers in the application's place."""
        self._line = line
        self.expects = expects
        """The client waits for 100 before it sends the body (RFC 9110, section 10.1.1)."""
        self.early = expects or large
        """The application is to decide about the body before it comes."""
        self._body: list[bytes] = []
        self.size = 0
        """Bytes of the body that nobody has asked for yet."""
        self._given = False
        self._waiter: asyncio.Future[None] | None = None
        self._head: list[bytes] | None = None
        """The head of the answer until it is written; empty from then on."""
        self._left: int | None = None
        """Bytes of the answer that are still to come, where it says how many there are."""
        self._chunked = False
        self._done = False

    # ---- the request

    def take(self, body: bytes) -> int:
        """Keep a part of the body; how many bytes wait now."""
        self._body.append(body)
        self.size += len(body)
        self._wake()
        return self.size

    def be(self, body: bytes) -> None:
        """Have the whole body at once."""
        self._body.append(body)
        self.size, self.ended = len(body), True

    def end(self) -> None:
        """The body is complete."""
        self.ended = True
        self._wake()

    def lose(self) -> None:
        """Nobody waits for the answer any more."""
        self.lost = True
        self._wake()

    async def receive(self) -> Any:
        """The next part of the body; after the last, that the client is gone, once it is."""
        while not (self.lost or self._done or (not self._given and (self._body or self.ended))):
            if self.expects and not self._given and self._head is None:
                self.expects = False
                self._line.transport.write(_CONTINUE)
            if not self.ended:
                self._line.resume_reading()
            self._waiter = self._line.loop.create_future()
            await self._waiter
        if self.lost or self._done:
            return {"type": "http.disconnect"}
        body, self._body, self.size = b"".join(self._body), [], 0
        self._given = self.ended
        return {"type": "http.request", "body": body, "more_body": not self.ended}

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    # ---- the answer

    def begin(self, app: Asgi) -> asyncio.Task[None] | None:
        """Have the application answer; a Task where it has to wait for something, and most answers have not."""
        running = self._run(app)
        try:
            awaited = running.send(None)
        except StopIteration:
            return None
        return self._line.loop.create_task(_rest(running, awaited))

    async def _run(self, app: Asgi) -> None:
        try:
            await (self.refusal or app)(self.scope, self.receive, self.send)
        except Exception:
            logger.exception("%s %s failed", self.scope["method"], self.scope.get("path"))
        finally:
            if not (self._done or self.lost):
                self._break_off()

    async def send(self, message: Any) -> None:
        """Take a part of the answer. RuntimeError for what the protocol does not allow."""
        while self._line.written is not None and not self.lost:
            await self._line.written
        if self.lost:
            return
        if message["type"] == "http.response.start" and self._head is None:
            self._begin(message["status"], message.get("headers") or ())
        elif message["type"] == "http.response.body" and self._head is not None and not self._done:
            self._go_on(message.get("body", b""), more=message.get("more_body", False))
        else:
            raise RuntimeError(f"{message['type']} does not belong here in an answer")

    def _begin(self, status: int, headers: Any) -> None:
        self.keep_alive = (
            self.keep_alive and self.ended
        )  # who has not read the whole body does not see the next request
        fields: list[tuple[bytes, bytes]] = []
        for name, value in headers:
            name = name.lower()
            if name in _FRAMING:
                if name == b"content-length":
                    self._left = int(value)
                else:
                    ends = name == b"connection" and b"close" in value.lower()
                    self.keep_alive = self.keep_alive and not ends
                    continue
            fields.append((name, value))
        if self.scope["method"] == "HEAD" or status in _BODILESS:
            self._left = -1
        self._head = [_head(status, self._line.usual, fields)]

    def _go_on(self, body: bytes, *, more: bool) -> None:
        out: list[bytes] = []
        if self._head:
            out, self._head = self._head, []
            self._frame(out, len(body), more=more)
        if self._chunked:
            out += (b"%x\r\n" % len(body), body, b"\r\n") if body else ()
            out += () if more else (b"0\r\n\r\n",)
        elif self._left is None:
            out.append(body)
        elif self._left >= 0:
            self._left -= len(body)
            if self._left < 0 or (self._left and not more):
                raise RuntimeError("an answer is not as long as it says")
            out.append(body)
        self._line.transport.write(b"".join(out))
        if not more:
            self._done = True
            self._wake()
            self._line.answered(self)

    def _frame(self, head: list[bytes], size: int, *, more: bool) -> None:
        """Say where the answer ends (RFC 9112, section 6), and whether the connection does."""
        modern = self.scope["http_version"] == "1.1"
        if self._left is None and not more:
            head.append(b"content-length: %d\r\n" % size)
            self._left = size
        elif self._left is None and modern:
            head.append(b"transfer-encoding: chunked\r\n")
            self._chunked = True
        elif self._left is None:
            self.keep_alive = False
        if not self.keep_alive:
            head.append(b"connection: close\r\n")
        elif not modern:
            head.append(b"connection: keep-alive\r\n")
        head.append(b"\r\n")

    def _break_off(self) -> None:
        """The application gave up: say so, or let the client see that something is missing."""
        if self._head == []:
            self._line.transport.abort()
            return
        self._head, self._left, self.keep_alive = None, None, False
        self._begin(500, ())
        self._go_on(b"", more=False)


async def _rest(running: Coroutine[Any, Any, None], awaited: Any) -> None:
    """What is left of a coroutine that was begun without a Task and waits for something."""
    await _steps(running, awaited)


@types.coroutine
def _steps(running: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    while True:
        step: Callable[[], Any]
        try:
            step = partial(running.send, (yield awaited))
        except BaseException as error:  # noqa: BLE001 - a cancellation is the coroutine's to deal with
            step = partial(running.throw, error)
        try:
            awaited = step()
        except StopIteration:
            return
