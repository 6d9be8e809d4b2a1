"""Several processes on one socket and one state: contracts and a number come in, a function that serves goes out.

The contracts are compiled once; each process opens its own connection to the state, after the fork. A process that
dies is replaced, and when the parent ends, however it does, none is left.
"""

from __future__ import annotations

import logging
import os
import signal
import socket as sockets
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from contract.spec import Spec
from mockserver.api import Api
from mockserver.app import Beside, Settings, compiled, compose
from mockserver.planning.model import MockError
from mockserver.serving import serve

_ENDS = (signal.SIGINT, signal.SIGTERM)
_SHORT_LIFE = 2.0  # seconds; a worker that lives no longer is no good
_SHORT_LIVES = 3  # in a row, until it is clear that the next will be no better
_CANNOT_START = 3  # exit code

logger = logging.getLogger(__name__)

Listen = Callable[[sockets.socket], None]


@contextmanager
def ready(
    specs: Sequence[Spec], settings: Settings, workers: int = 1, beside: Beside | None = None
) -> Iterator[Listen]:
    """Give what serves the contracts on a bound socket until SIGINT or SIGTERM. MockError or SpecError when it cannot be.

    `beside` runs as long as the only process serves; it cannot speak for several.
    """
    apis = compiled(specs, settings)
    if workers == 1:
        app = compose(apis, settings)
        try:
            yield partial(serve, app, beside=beside)
        finally:
            app.close()
        return
    if beside:
        raise MockError("--watch: the workers would not know of each other's editions; serve with one worker")
    if not hasattr(os, "fork"):
        raise MockError("--workers: this system cannot fork a process; serve with one worker")
    with tempfile.TemporaryDirectory(prefix="slatemock-") as folder:
        shared = replace(
            settings,
            state=settings.state or str(Path(folder) / "state.db"),
            journal=settings.journal or str(Path(folder) / "journal.db"),
        )
        compose(apis, shared).close()  # whatever cannot be is told now, and the state is filled once
        yield lambda socket: _Crew(partial(_work, apis, shared, socket), workers).run()


def _work(apis: Sequence[Api], settings: Settings, socket: sockets.socket) -> None:
    serve(compose(apis, settings), socket)


class _Crew:
    """The processes that do one work."""

    def __init__(self, work: Callable[[], None], size: int) -> None:
        self._work = work
        self._size = size
        self._born: dict[int, float] = {}
        """When each process started, by its id."""
        self._ending = False
        self._failures = 0

    def run(self) -> None:
        """Keep them at work until SIGINT or SIGTERM; MockError when they do not stay alive."""
        watched, alive = os.pipe()
        before = {each: signal.signal(each, self._end) for each in _ENDS}
        try:
            for _ in range(self._size):
                self._hire(watched, alive)
            while self._born:
                pid, status = os.wait()
                if self._is_missed(pid, status):
                    self._hire(watched, alive)
        finally:
            os.close(watched)
            os.close(alive)
            for each, action in before.items():
                signal.signal(each, action)
        if self._failures >= _SHORT_LIVES:
            raise MockError(f"{self._failures} workers in a row ended as soon as they started; the lines above say why")

    def _hire(self, watched: int, alive: int) -> None:
        """Start a process; signals wait until it is known who it is."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
        pid = 0 if self._ending else os.fork()
        if pid:
            self._born[pid] = time.monotonic()
        elif not self._ending:
            os.close(alive)
            _child(self._work, watched)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)

    def _is_missed(self, pid: int, status: int) -> bool:
        """Strike a process that ended off the list; tell whether another has to take its place."""
        born = self._born.pop(pid, None)
        if born is None or self._ending:
            return False
        code = os.waitstatus_to_exitcode(status)
        short = time.monotonic() - born < _SHORT_LIFE or code == _CANNOT_START
        self._failures = self._failures + 1 if short else 0
        if self._failures >= _SHORT_LIVES:
            self._end()
            return False
        logger.warning(
            "worker %d ended (%s); another takes its place", pid, f"signal {-code}" if code < 0 else f"exit code {code}"
        )
        return True

    def _end(self, *_: object) -> None:
        """Ask all to end; when that is asked again, make them."""
        how = signal.SIGKILL if self._ending else signal.SIGTERM
        self._ending = True
        for pid in self._born:
            os.kill(pid, how)


def _child(work: Callable[[], None], watched: int) -> None:
    """Work in a new process and end it; nothing of the parent's is undone here."""
    code = 1
    try:
        for each in _ENDS:
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        threading.Thread(target=_end_with_parent, args=(watched,), daemon=True).start()
        work()
        code = 0
    except MockError as error:
        logger.error("%s", error)  # noqa: TRY400 - a line for the user
        code = _CANNOT_START
    except BaseException:
        logger.exception("a worker failed")
    finally:
        os._exit(code)


def _end_with_parent(watched: int) -> None:
    """The parent never writes to the pipe; it is closed when the parent ends, even by SIGKILL."""
    os.read(watched, 1)
    os.kill(os.getpid(), signal.SIGTERM)
