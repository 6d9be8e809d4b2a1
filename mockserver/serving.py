"""The mock on a socket: an application and a bound socket come in; it returns when a signal ends it, and prints nothing.

uvicorn listens and ends; what a client may take is up to the `connection`.
"""

from __future__ import annotations

import gc
import signal
import socket as sockets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from mockserver.app import Beside, MockApp
from mockserver.road.connection import Connection
from mockserver.road.heads import Heads
from mockserver.road.limits import Limits

if TYPE_CHECKING:
    import uvicorn

_GRACE = 10  # seconds that a request under way has at the end


def serve(app: MockApp, socket: sockets.socket, beside: Beside | None = None, limits: Limits | None = None) -> None:
    """Run on a bound socket until SIGINT or SIGTERM, then return; nothing is printed. `beside` runs as long."""
    import uvicorn

    app.beside = beside
    config = uvicorn.Config(
        app,
        http=partial(Connection, limits or Limits(), Heads()),  # type: ignore[arg-type]  # it is called as the class is
        proxy_headers=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = uvicorn.Server(config)
    with _returning(server), nullcontext() if beside else _frozen():
        server.run(sockets=[socket])


@contextmanager
def _returning(server: uvicorn.Server) -> Iterator[None]:
    """Uvicorn raises the signal that stopped it once more when it is done, and the caller wants to go on; one that comes before it listens counts too."""

    def end(*_: object) -> None:
        server.should_exit = True

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, action in before.items():
            signal.signal(each, action)


@contextmanager
def _frozen() -> Iterator[None]:
    """What is there now stays, so no garbage is looked for in it again and again; a request would spend a quarter of its time on that."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
