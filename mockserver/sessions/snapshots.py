"""Snapshots: the state of a session comes in and is kept under a name, and can be had back; a snapshot never changes.

Records, counters, tokens, jobs and the clock are in it, so that a story told again from it gives the same bytes.
"""

from __future__ import annotations

from mockserver.sessions.sessions import Sessions
from mockserver.state.store import SEPARATOR

_MARK = f"{SEPARATOR}snapshot{SEPARATOR}"


class Snapshots:
    """The snapshots of all sessions; each is a session that no client can name."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def names(self, session: str) -> list[str]:
        """Names of the snapshots of a session, in order."""
        known = self._sessions.open(session)[0].held()
        return [each.removeprefix(session + _MARK) for each in known if each.startswith(session + _MARK)]

    def save(self, session: str, name: str) -> None:
        """Keep the present state, in place of an older snapshot of the name."""
        store, _ = self._sessions.open(session)
        with store.together():
            store.copy(session + _MARK + name)

    def restore(self, session: str, name: str) -> bool:
        """Go back to a snapshot; False where there is none."""
        if name not in self.names(session):
            return False
        store, _ = self._sessions.open(session)
        with store.together():
            store.of(session + _MARK + name).copy(session)
        return True

    def remove(self, session: str, name: str) -> bool:
        """Forget a snapshot; False where there is none."""
        if name not in self.names(session):
            return False
        self._sessions.forget(session + _MARK + name)
        return True
