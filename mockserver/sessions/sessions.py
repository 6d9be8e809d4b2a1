"""Sessions: a name comes in, the state that its clients share comes out; a new session starts from the documented examples.

Clients that name no session share the nameless one, which always stays. Of the others there are at most MOST: a new one
takes the place of the least recently used, unless that is in use right now.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from contract.spec import Json
from mockserver.answering.maker import Maker
from mockserver.answering.room import MOST as RECORDS
from mockserver.api import Api, Opened
from mockserver.planning.model import StateError
from mockserver.sessions.first import fill
from mockserver.state.store import SEPARATOR, Store

SESSION = "x-mock-session"
"""The request header that names one."""
MOST = 1000
LONGEST = 200
"""Characters in a name."""

_NOTED = 1.0
"""Seconds after which it is noted again that a session is in use; other processes know no more than these notes."""
_IDLE = 2 * _NOTED
"""Seconds without a note after which no process uses a session, so that it can make room."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


_STAYS = "%s: the state was filled before and stays as it is; a reset fills its collections to %s records"

logger = logging.getLogger(__name__)


class Sessions:
    """The states of all clients of some contracts."""

    def __init__(
        self,
        apis: Sequence[Api],
        store: Store,
        seed: int,
        *,
        most: int = MOST,
        records: int = RECORDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._apis = apis
        self._store = store
        self._seed = seed
        self._most = most
        self._records = records
        self._now = now
        self._open: dict[str, tuple[Store, Maker]] = {}
        self._noted: dict[str, float] = {}

    def of(self, headers: Mapping[str, str]) -> tuple[Store, Maker]:
        """The state that a request's headers ask for; filled when it is new. StateError when there is no room for it."""
        name = headers.get(SESSION, "")
        known = self._open.get(name)
        if known is None or (name and not self._is_there(name, known[0])):
            return self.open(name)
        return known

    def open(self, name: str = "") -> tuple[Store, Maker]:
        """Fill in what the state does not know yet: all contracts at first, new ones later; what is there stays."""
        store = self._store.of(name)
        maker = Maker(store, self._seed, self._records)
        if name and not store.stamp(self._now()):
            _check(name)
            self._make_room()
        with store.together():
            if name:
                store.enter(self._now())
            for api in self._apis:
                filled = store.fact("filled", api.fingerprint)
                if filled is None:
                    fill(Opened(api, store, maker))
                elif api.populate and filled != str(api.populate) and not name:
                    logger.warning(_STAYS, api.spec.name, api.populate)
        self._open[name], self._noted[name] = (store, maker), self._now()
        if len(self._open) > self._most + 1:
            oldest = next(iter(self._open))  # opened again when it is asked for
            del self._open[oldest], self._noted[oldest]
        return store, maker

    def _is_there(self, name: str, store: Store) -> bool:
        """Tell whether no process has dropped a session since it was last used here."""
        now = self._now()
        if now - self._noted[name] < _NOTED:
            return True
        self._noted[name] = now
        return store.stamp(now)

    def _make_room(self) -> None:
        """Drop the least recently used sessions until there is room for one more; 429 where all are in use."""
        before = self._now() - _IDLE
        listed = self._store.sessions()
        for name in listed[: max(len(listed) - self._most + 1, 0)]:
            with self._store.together():
                if self._store.of(name).leave(before):
                    self._clear(name)
        if len(listed) >= self._most and len(self._store.sessions()) >= self._most:
            raise StateError(f"All {self._most} sessions are in use; use one of them, or try again.", 429)

    def reset(self, name: str = "") -> None:
        """Go back to the documented examples, in one change."""
        store, maker = self.open(name)
        with store.together():
            store.clear()
            for api in self._apis:
                fill(Opened(api, store, maker))

    def forget(self, name: str) -> None:
        """Let a session go; who names it again gets a new one."""
        with self._store.together():
            self._store.of(name).leave(float("inf"))
            self._clear(name)
        self._open.pop(name, None)
        self._noted.pop(name, None)

    def _clear(self, name: str) -> None:
        """Forget what a session holds, with the snapshots and faults that hang on its name."""
        for each in self._store.held():
            if each.startswith(name + SEPARATOR):
                self._store.of(each).clear()
        self._store.of(name).clear()

    def shown(self, name: str = "") -> dict[str, Json]:
        """All records by collection; below a parent, by the parent's id."""
        names = {each.shape: each for api in self._apis for each in api.plan.resources}
        shown: dict[str, Json] = {
            each.name: {} if each.parents or each.kind == "document" else [] for each in names.values()
        }
        for collection, parent, _, body in self.open(name)[0].all():
            resource = names.get(collection)
            if resource is None:
                continue
            if resource.kind == "document":
                shown[resource.name] = (
                    {**(shown[resource.name] or {}), parent: msgspec.Raw(body)}
                    if resource.parents
                    else msgspec.Raw(body)
                )
            elif resource.parents:
                shown[resource.name].setdefault(parent, []).append(msgspec.Raw(body))
            else:
                shown[resource.name].append(msgspec.Raw(body))
        return shown


def _check(name: str) -> None:
    if len(name) > LONGEST or _CONTROL.search(name):
        raise StateError(
            f"X-Mock-Session is no name for a session; write at most {LONGEST} characters, none of them a control.", 400
        )
