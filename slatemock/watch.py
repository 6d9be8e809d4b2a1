"""Files on one side, a mock that is running on the other: whenever a file changes, the mock serves what it says now, or goes on as before.

The files are looked at again and again, not subscribed to: that works on every file system, in the bind
mounts of containers too, and a look at fifty files takes less than a millisecond.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contract.spec import Spec
    from mockserver.app import MockApp

INTERVAL = 0.2
"""Seconds between two looks."""
_SETTLED = 0.05
"""Seconds without a further change after which a file is taken for written."""

Stamps = Mapping[Path, tuple[int, int, int] | None]
"""Time of the last change, size and inode by file; None for a file that is not there."""


def stamps(files: Iterable[Path]) -> Stamps:
    """Look at files."""
    return {each: _stamp(each) for each in files}


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Asked(set[Path]):
    """Files that were asked for, each with how it was just before: what changes later, if it be at once, is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.stamps: dict[Path, tuple[int, int, int] | None] = {}

    def add(self, file: Path, /) -> None:
        """Look at a file that is about to be read."""
        self.stamps.setdefault(file, _stamp(file))
        super().add(file)


@dataclass
class Watch:
    """Follows the files that contracts were made of."""

    load: Callable[[set[Path]], list[Spec]]
    """Makes the contracts anew, and adds every file that it asks for before it reads it."""
    known: Stamps
    """The files as they were when the contracts were made that are served."""
    explain: Callable[[Exception], str]
    """An error in one line."""
    say: Callable[[str], None]

    async def follow(self, app: MockApp) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL)
            now = await asyncio.to_thread(stamps, self.known)
            if now == self.known:
                continue
            await asyncio.sleep(_SETTLED)
            if await asyncio.to_thread(stamps, self.known) == now:
                await self._reload(app, now)

    async def _reload(self, app: MockApp, now: Stamps) -> None:
        """Serve what the files say now; where they say nothing sensible, say why and go on with what was."""
        started = time.perf_counter()
        files = Asked()
        try:
            specs = await asyncio.to_thread(self.load, files)
            told = app.follow(await asyncio.to_thread(app.edition_after, specs))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with an edit, the mock goes on
            self.known = {**now, **files.stamps}
            self.say(f"Not reloaded, the edition before goes on: {self.explain(error)}")
        else:
            self.known = files.stamps
            took = time.perf_counter() - started
            what = ", ".join(f"{each.title}: {len(each.operations)} operations" for each in specs)
            self.say(f"Reloaded in {took:.2f} s: {what}")
            for line in told:
                self.say(f"  {line}")
