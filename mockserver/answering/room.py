"""How many records one session may hold: what is to be made comes in, StateError goes out where there is no room for it.

Counting takes time, so it is done again only when half of the room that was left may have been used: by then other processes
may have used the rest.
"""

from __future__ import annotations

from mockserver.planning.model import StateError
from mockserver.state.store import Store

MOST = 100_000
"""Records that a session may hold unless the user chooses."""
_LEAST = 50


class Room:
    """What is left of one session's bound."""

    __slots__ = ("_left", "_most", "_store")

    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._most = most
        self._left = 0
        """So many can be made before it has to be counted again."""

    def take(self, number: int = 1) -> None:
        """Use room for some records. StateError (507) where there is none."""
        if self._left < number:
            held = self._store.size()
            if held + number > self._most:
                raise StateError(
                    f"The mock keeps {self._most} records for a session, and this one holds {held}. Delete some, POST"
                    " /__admin/reset, or serve with --max-records N.",
                    507,
                )
            self._left = max((self._most - held) // 2, min(self._most - held, _LEAST), number)
        self._left -= number
