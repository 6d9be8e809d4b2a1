"""Sessions: a name comes in, the state that its clients share comes out; a new session starts from the documented examples.

Clients that name no session share the nameless one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from contract.spec import Json
from mockserver.api import Api, Opened
from mockserver.first import fill
from mockserver.maker import Maker
from mockserver.store import Store

SESSION = "x-mock-session"
"""The request header that names one."""


class Sessions:
    """The states of all clients of some contracts."""

    def __init__(self, apis: Sequence[Api], store: Store, seed: int) -> None:
        self._apis = apis
        self._store = store
        self._seed = seed
        self._open: dict[str, tuple[Store, Maker]] = {}

    def of(self, headers: Mapping[str, str]) -> tuple[Store, Maker]:
        """The state that a request's headers ask for; filled when it is new."""
        name = headers.get(SESSION, "")
        return self._open.get(name) or self.open(name)

    def open(self, name: str = "") -> tuple[Store, Maker]:
        """Fill in what the state does not know yet: all contracts at first, new ones later; what is there stays."""
        store = self._store.of(name)
        maker = Maker(store, self._seed)
        with store.together():
            for api in self._apis:
                if store.fact("filled", api.fingerprint) is None:
                    fill(Opened(api, store, maker))
        self._open[name] = (store, maker)
        return store, maker

    def reset(self, name: str = "") -> None:
        """Go back to the documented examples, in one change."""
        store, maker = self.open(name)
        with store.together():
            store.clear()
            for api in self._apis:
                fill(Opened(api, store, maker))

    def forget(self, name: str) -> None:
        """Let a session go; who names it again gets a new one."""
        self._store.of(name).clear()
        self._open.pop(name, None)

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
