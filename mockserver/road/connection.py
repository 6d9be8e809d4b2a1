"""One client's connection: bytes come in, requests go to the application in order, answers go out; a client takes bounded memory and time, whatever it sends or leaves unsent.

Stands where uvicorn's own protocol would (its option `http`), which reads header fields without end, waits without end for the rest
of a request, and goes on reading a body that nobody wants. uvicorn listens, keeps the clock and ends; llhttp reads HTTP/1.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from typing import Any

import httptools

from mockserver.answering.problems import Reply, problem
from mockserver.road.bodies import body_parser
from mockserver.road.heads import END, Head, Heads, Way, head_of
from mockserver.road.limits import Limits, UnreadableError
from mockserver.road.routing import send_reply
from mockserver.road.turn import Asgi, Turn, whole

_LINGERS = 2.0
"""Seconds in which a client that still sends may read why it was refused; closing at once would lose the answer (RFC 9112, section 9.6)."""


class Connection(asyncio.Protocol):
    """The protocol that uvicorn makes for each connection."""

    def __init__(
        self,
        limits: Limits,
        heads: Heads,
        *,
        config: Any,
        server_state: Any,
        app_state: Any,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.loop = _loop or asyncio.get_running_loop()
        self.transport: asyncio.Transport
        self.written: asyncio.Future[None] | None = None
        self.deadline = math.inf
        """When patience with the client ends; infinite while it is the mock's turn."""
        self._limits = limits
        self._heads = heads
        self._app = config.loaded_app
        self._server = server_state
        self._usual: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": config.asgi_version, "spec_version": "2.3"},
            "root_path": "",
        }
        self._app_state = app_state
        self._parser: Any = httptools.HttpRequestParser(self)
        self._timer: asyncio.TimerHandle | None = None
        self._line: deque[Turn] = deque()
        """Requests that are not answered yet, in order (RFC 9112, section 9.3.2); the first is being answered or read."""
        self.reading: Turn | None = None
        """The last of them, while its body is being read."""
        self._read: Head | None = None
        """The head that was parsed last."""
        self._headers: list[tuple[bytes, bytes]] = []
        self._url = b""
        self._head = 0
        """Bytes of a head and of trailers that the parser has told; 0 between requests."""
        self._body = 0
        """Bytes of bodies that it has told."""
        self._unheard = 0
        """Bytes since the parser last said anything: it holds a field that does not end."""
        self._skipped = b""
        """The field that says how long a body is which the parser takes for another protocol."""
        self._deaf = False
        """What still comes is thrown away."""
        self._paused = False
        self._due: Turn | None = None
        """The one whose answer is about to begin."""
        self._is_busy = False
        """Something is being read, or an answer begun; who does either begins what is due by then."""

    @property
    def usual(self) -> list[tuple[bytes, bytes]]:
        """The `Date` of every answer; uvicorn keeps it."""
        return self._server.default_headers  # type: ignore[no-any-return]

    # ---- what uvicorn and the event loop call

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet a client; where there are too many, the most silent one has to go."""
        self.transport = transport  # type: ignore[assignment]  # uvloop's is no asyncio.Transport, but does what one does
        server, client = (transport.get_extra_info(each) for each in ("sockname", "peername"))
        self._usual.update(
            scheme="https" if transport.get_extra_info("sslcontext") else "http",
            server=tuple(server[:2]) if isinstance(server, tuple) else None,
            client=tuple(client[:2]) if isinstance(client, tuple) else None,
        )
        self._server.connections.add(self)
        self._expect_within(self._limits.idle)
        self._timer = self.loop.call_later(self._glance, self._look)
        if len(self._server.connections) > self._limits.connections:
            min(self._server.connections, key=lambda each: each.deadline).close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """The client is gone; whoever answers it is told."""
        self._server.connections.discard(self)
        self._deaf, self._parser = True, None  # it holds us as we hold it
        if self._timer:
            self._timer.cancel()
        for turn in self._line:
            turn.lose()
        self._line.clear()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read what came; a breach of HTTP is answered in its turn, and nothing after it is read."""
        self._is_busy = True
        if self._line or self._head or self._deaf:
            self._parse(data)
        else:
            self._take_up(data)
        self._begin()

    def _take_up(self, data: bytes) -> None:
        """Read what comes between two requests; mostly it is exactly one, and mostly its head is like one before."""
        end = data.find(END) + len(END)
        told, size = data[:end], len(data) - end
        head = self._heads.of(told)
        if head and head.length == size:
            body = data[end:]
            if not self._answered_at_once(head.way, body):
                self._next(head).be(body)
                self._start()
            return
        self._read = None
        self._parse(data)
        if self._read and self._read.length == size and not (self._deaf or self._head):
            self._heads.keep(told, self._read)

    def _answered_at_once(self, way: Way, body: bytes) -> bool:
        """Answer without a turn, where the application knows the way and the client keeps up."""
        answer = self._app.at_once(way, body) if self.written is None else None
        if answer is None:
            return False
        self.transport.write(whole(answer, self.usual))
        self._server.total_requests += 1
        self._expect_within(self._limits.idle)
        return True

    def _parse(self, data: bytes) -> None:
        before = (self._head, self._body)
        while data and not self._deaf:
            try:
                self._parser.feed_data(data)
                break
            except httptools.HttpParserUpgrade as upgrade:
                # The protocol asked for is not spoken here; the request is like any other (RFC 9110, section 7.8).
                data = data[upgrade.args[0] :]
                if self._skipped and self.reading:
                    self.reading.keep_alive = False  # the next request would need the other parser again
                    self._parser, self._skipped = body_parser(self, self._skipped), b""
            except httptools.HttpParserCallbackError as error:
                cause = error.__context__
                told = (
                    cause if isinstance(cause, UnreadableError) else UnreadableError(400, "The request cannot be read.")
                )
                self._refuse(told.status, str(told))
            except httptools.HttpParserError as error:
                self._refuse(400, f"This is no HTTP/1.1 request: {error}.")
        if (self._head or self.reading) and not self._deaf:
            self._wait_for_more(before, len(data))

    def eof_received(self) -> bool:
        """The client sends nothing more; it may still read what it asked for."""
        if self.reading or not self._line:
            return False
        self._deaf = True
        self._line[-1].keep_alive = False
        return True

    def pause_writing(self) -> None:
        """The client reads more slowly than it is written to."""
        self.written = self.loop.create_future()

    def resume_writing(self) -> None:
        """It has caught up, or it is gone."""
        written, self.written = self.written, None
        if written and not written.done():
            written.set_result(None)

    def shutdown(self) -> None:
        """The server ends: what is being answered is finished, nothing more."""
        self._deaf = True
        if self._line and self._line[0].started:
            self._line[0].keep_alive = False
        else:
            self.transport.close()

    # ---- what the parser calls

    def on_message_begin(self) -> None:
        """A request begins."""
        if len(self._line) > self._limits.waiting:
            raise UnreadableError(429, f"More than {self._limits.waiting} requests wait for an answer.")
        self._headers, self._url, self._head = [], b"", 1

    def on_url(self, url: bytes) -> None:
        """A part of the request's target."""
        self._url += url
        self._head += len(url)
        if self._head > self._limits.head:
            raise UnreadableError(414, f"The target is longer than {self._limits.head} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header field, or a trailer field, which nobody asks for."""
        self._head += len(name) + len(value)
        self._headers.append((name.lower(), value))
        if self._head > self._limits.head or len(self._headers) > self._limits.fields:
            raise self._too_much()

    def on_headers_complete(self) -> None:
        """The head of a request is known."""
        parser = self._parser
        head = self._read = head_of(
            parser.get_http_version(),
            parser.get_method().decode("ascii"),
            self._url,
            self._headers,
            keep_alive=parser.should_keep_alive(),
            upgrades=parser.should_upgrade(),
        )
        self._headers = []
        self._skipped = head.framing if head.upgrades else b""
        turn = self.reading = self._next(head)
        if len(self._line) > 1:
            self._pause_reading()
        elif turn.early:
            self._start()

    def on_body(self, body: bytes) -> None:
        """A part of the body; it waits until somebody asks for it."""
        assert self.reading is not None
        self._body += len(body)
        if self.reading.take(body) > self._limits.ahead:
            self._pause_reading()
            self._start()

    def on_message_complete(self) -> None:
        """A request is here as a whole."""
        if self._skipped:
            return
        turn, self.reading, self._head = self.reading, None, 0
        assert turn is not None
        turn.end()
        self._start()

    def on_last_body(self) -> None:
        """A body that no request can follow is here as a whole."""
        self.on_message_complete()
        self.shutdown()

    # ---- turns

    def _next(self, head: Head) -> Turn:
        """The turn of a request, at the end of the line."""
        scope = {**self._usual, **head.scope, "state": self._app_state.copy()}
        large = head.length > self._limits.ahead
        turn = Turn(self, scope, keep_alive=head.keep_alive, expects=head.expects, large=large)
        self._line.append(turn)
        return turn

    def answered(self, turn: Turn) -> None:
        """An answer has been written; the next request is due, or the end."""
        self._server.total_requests += 1
        if turn is self.reading or turn.refusal:
            self._linger()  # what still comes, nobody wants
            return
        self._line.popleft()
        if not turn.keep_alive:
            self.transport.close()
        elif not self._line:
            self._expect_within(self._limits.request if self._head else self._limits.idle)
            self.resume_reading()
        else:
            self._expect_within(self._limits.request)
            self._start()
            if len(self._line) == 1:
                self.resume_reading()

    def resume_reading(self) -> None:
        """Read again."""
        if self._paused and not self.transport.is_closing():
            self._paused = False
            self.transport.resume_reading()

    def _pause_reading(self) -> None:
        """Let what comes wait in the kernel."""
        if not self._paused:
            self._paused = True
            self.transport.pause_reading()

    def _start(self) -> None:
        """Have the first request in line answered, once there is enough of it."""
        turn = self._line[0]
        if turn.ended:
            self.deadline = math.inf
        if turn.started or not (turn.ended or turn.early or turn.size > self._limits.ahead):
            return
        turn.started = True
        self._due = turn
        if not self._is_busy:
            self.loop.call_soon(self._begin)

    def _begin(self) -> None:
        """Let the application answer what is due; what is due then waits until other clients have had their turn."""
        turn, self._due, self._is_busy = self._due, None, True
        if turn and (task := turn.begin(self._app)):
            self._server.tasks.add(task)
            task.add_done_callback(self._server.tasks.discard)
        self._is_busy = False
        if self._due:
            self.loop.call_soon(self._begin)

    def _refuse(self, status: int, sentence: str) -> None:
        """Answer what cannot be read, after all that could be; nothing after it is read."""
        self._deaf = True
        broken, self.reading = self.reading, None
        if broken and broken.started:
            broken.lose()
            self.close()
            return
        if broken:
            self._line.pop()
        turn = Turn(self, {"method": "GET", "http_version": "1.1"}, keep_alive=False)
        turn.refusal = _refusal(problem(status, sentence))
        turn.end()
        self._line.append(turn)
        self._start()

    def _too_much(self) -> UnreadableError:
        bounds = f"{self._limits.fields} fields or {self._limits.head} bytes"
        return UnreadableError(431, f"The request's head, or its trailer, is longer than {bounds}.")

    # ---- time

    @property
    def _glance(self) -> float:
        return min(self._limits.idle, self._limits.request, _LINGERS) / 2

    def _expect_within(self, seconds: float) -> None:
        self.deadline = self.loop.time() + seconds

    def _wait_for_more(self, before: tuple[int, int], size: int) -> None:
        """A request is not complete: it has a while to be, and its fields have an end."""
        if not before[0] and not (self._line and self._line[0].ended):
            self._expect_within(self._limits.request)
        self._unheard = self._unheard + size if before == (self._head, self._body) else 0
        if self._unheard > self._limits.head:
            error = self._too_much()
            self._refuse(error.status, str(error))

    def _look(self) -> None:
        """See whether time is up; one timer for a connection's life costs less than one for each request."""
        if self._paused and self.reading:
            self._expect_within(self._limits.request)  # it is us who do not read
        if self.loop.time() < self.deadline:
            self._timer = self.loop.call_later(self._glance, self._look)
        elif self._deaf or not (self._head or self.reading):
            self.close()
        else:
            self._expect_within(_LINGERS)
            self._timer = self.loop.call_later(self._glance, self._look)
            self._refuse(408, f"The request was not complete after {self._limits.request:g} seconds.")

    def _linger(self) -> None:
        """Nothing more is answered; the client has a moment to read what was."""
        self._deaf, self.reading = True, None
        self._line.clear()
        self._expect_within(_LINGERS)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.resume_reading()

    def close(self) -> None:
        """End the connection; what the client has not read by now, it does not get."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()


def _refusal(reply: Reply) -> Asgi:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - there is nothing to read
        await send_reply(scope, send, reply)

    return refuse
