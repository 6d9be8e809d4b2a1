"""The state in dictionaries of this process: as quick as can be, seen by nobody else, and gone with the process.

Changes are made at once and noted with what undoes them, so that one that fails half way leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from typing_extensions import override

from mockserver.state.store import Store

_Row = tuple[int, bytes]
"""A place in the order of its collection, and a body."""
_Rows = dict[str, _Row]
"""Records that have a collection and a parent in common, by id, in order."""


@dataclass(slots=True)
class _Session:
    """What one session holds."""

    records: dict[str, dict[str, _Rows]] = field(default_factory=dict)
    """By collection and parent; no parent is there without records."""
    facts: dict[tuple[str, str], str] = field(default_factory=dict)
    """By kind and name."""


@dataclass(slots=True)
class _Shared:
    """What all sessions share: themselves, the list of them, and the change that is under way."""

    sessions: dict[str, _Session] = field(default_factory=dict)
    listed: dict[str, float] = field(default_factory=dict)
    changes: int = 0
    undo: list[tuple[Callable[..., Any], tuple[Any, ...]]] | None = None
    """What undoes the change under way, the last step first; None between changes."""


_NOTHING = _Session()
_NO_ROWS: _Rows = {}
_NO_PARENTS: dict[str, _Rows] = {}


class _Change:
    """A change of several steps; a class, since a generator costs as much as a step."""

    __slots__ = ("_mine", "_shared")

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared
        self._mine = shared.undo is None

    def __enter__(self) -> None:
        if self._mine:
            self._shared.undo = []

    def __exit__(self, kind: object, *_: object) -> None:
        if not self._mine:
            return
        steps, self._shared.undo = self._shared.undo, None
        if kind is not None:
            for undo, values in reversed(steps or ()):
                undo(*values)


class DictStore(Store):
    """One session of a process."""

    def __init__(self, shared: _Shared | None = None, session: str = "") -> None:
        self._shared = shared or _Shared()
        self._session = session

    @override
    def of(self, session: str) -> DictStore:
        return DictStore(self._shared, session)

    @override
    def close(self) -> None:
        """Nothing is held open."""

    @override
    def version(self) -> object:
        return self._shared.changes

    @override
    def together(self) -> AbstractContextManager[None]:
        return _Change(self._shared)

    def _held(self) -> _Session:
        """What the session holds, to be read; a session is made by what is written into it."""
        return self._shared.sessions.get(self._session, _NOTHING)

    def _rows(self, collection: str, parent: str) -> _Rows:
        return self._held().records.get(collection, _NO_PARENTS).get(parent, _NO_ROWS)

    def _written(self) -> _Session:
        sessions = self._shared.sessions
        if self._session not in sessions:
            sessions[self._session] = _Session()
        return sessions[self._session]

    def _changed(self, undo: Callable[..., Any], *values: Any) -> None:
        shared = self._shared
        shared.changes += 1
        if shared.undo is not None:
            shared.undo.append((undo, values))

    # ---- records

    @override
    def get(self, collection: str, parent: str, identity: str) -> bytes | None:
        held = self._shared.sessions.get(self._session, _NOTHING)
        row = held.records.get(collection, _NO_PARENTS).get(parent, _NO_ROWS).get(identity)
        return row[1] if row else None

    @override
    def put(self, collection: str, parent: str, identity: str, body: bytes) -> None:
        parents = self._written().records.setdefault(collection, {})
        rows = parents.setdefault(parent, {})
        if old := rows.get(identity):
            rows[identity] = (old[0], body)
            self._changed(_put_back, parents, parent, identity, old)
        else:
            place = rows[next(reversed(rows))][0] + 1 if rows else 1
            rows[identity] = (place, body)
            self._changed(_taken_out, parents, parent, identity)

    @override
    def remove(self, collection: str, parent: str, identity: str) -> bool:
        row = self._rows(collection, parent).get(identity)
        if row is None:
            return False
        parents = self._held().records[collection]
        _taken_out(parents, parent, identity)
        self._changed(_put_back, parents, parent, identity, row)
        return True

    @override
    def remove_below(self, collection: str, parent: str) -> None:
        parents, inside = self._held().records.get(collection, {}), parent + "/"
        for each in [each for each in parents if each == parent or each.startswith(inside)]:
            rows = parents.pop(each)
            self._changed(parents.__setitem__, each, rows)

    @override
    def bodies(self, collection: str, parent: str, limit: int = -1, offset: int = 0) -> list[bytes]:
        rows = self._rows(collection, parent)
        start = min(offset, len(rows))
        end = len(rows) if limit < 0 else min(start + limit, len(rows))
        return [body for _, body in islice(rows.values(), start, end)]

    @override
    def everywhere(self, collection: str) -> list[bytes]:
        parents = self._held().records.get(collection, {})
        rows = [(place, parent, body) for parent, rows in parents.items() for place, body in rows.values()]
        return [body for _, _, body in sorted(rows)]

    @override
    def first(self, collection: str) -> tuple[str, str] | None:
        parents = self._held().records.get(collection)
        if not parents:
            return None
        parent = min(parents)
        return parent, next(iter(parents[parent]))

    @override
    def find(self, collection: str, identity: str) -> tuple[str, bytes] | None:
        parents = self._held().records.get(collection, {})
        parent = min((parent for parent, rows in parents.items() if identity in rows), default=None)
        return None if parent is None else (parent, parents[parent][identity][1])

    @override
    def count(self, collection: str, parent: str) -> int:
        return len(self._rows(collection, parent))

    @override
    def size(self) -> int:
        return sum(len(rows) for parents in self._held().records.values() for rows in parents.values())

    @override
    def all(self) -> Iterator[tuple[str, str, str, bytes]]:
        for collection, parents in sorted(self._held().records.items()):
            for parent in sorted(parents):
                yield from ((collection, parent, identity, body) for identity, (_, body) in parents[parent].items())

    # ---- counters and facts

    @override
    def next(self, counter: str) -> int:
        facts, key = self._written().facts, ("counter", counter)
        old = facts.get(key)
        count = int(old) + 1 if old else 1
        facts[key] = str(count)
        self._changed(_restored, facts, key, old)
        return count

    @override
    def fact(self, kind: str, name: str) -> str | None:
        return self._held().facts.get((kind, name))

    @override
    def remember(self, kind: str, name: str, value: str) -> None:
        facts, key = self._written().facts, (kind, name)
        self._changed(_restored, facts, key, facts.get(key))
        facts[key] = value

    @override
    def held(self) -> list[str]:
        return sorted(name for name, session in self._shared.sessions.items() if session.facts)

    @override
    def copy(self, to: str) -> None:
        held, sessions = self._held(), self._shared.sessions
        records = {
            collection: {parent: dict(rows) for parent, rows in parents.items()}
            for collection, parents in held.records.items()
        }
        self._changed(_restored, sessions, to, sessions.get(to))
        sessions[to] = _Session(records, dict(held.facts))

    @override
    def clear(self) -> None:
        sessions = self._shared.sessions
        self._changed(_restored, sessions, self._session, sessions.pop(self._session, None))

    # ---- the list of sessions

    @override
    def sessions(self) -> list[str]:
        listed = self._shared.listed
        return sorted(listed, key=lambda name: (listed[name], name))

    @override
    def enter(self, at: float) -> None:
        listed = self._shared.listed
        self._changed(_restored, listed, self._session, listed.get(self._session))
        listed[self._session] = at

    @override
    def stamp(self, at: float) -> bool:
        known = self._session in self._shared.listed
        if known:
            self.enter(at)
        return known

    @override
    def leave(self, before: float) -> bool:
        listed = self._shared.listed
        used = listed.get(self._session)
        if used is None or used >= before:
            return False
        del listed[self._session]
        self._changed(_restored, listed, self._session, used)
        return True


def _taken_out(parents: dict[str, _Rows], parent: str, identity: str) -> None:
    rows = parents[parent]
    del rows[identity]
    if not rows:
        del parents[parent]


def _put_back(parents: dict[str, _Rows], parent: str, identity: str, row: _Row) -> None:
    """Undo a change or a removal: the record is again what it was, and in its place."""
    rows = {**parents.get(parent, {}), identity: row}
    parents[parent] = dict(sorted(rows.items(), key=lambda each: each[1][0]))


def _restored(where: dict[Any, Any], key: Any, old: Any) -> None:
    if old is None:
        where.pop(key, None)
    else:
        where[key] = old
