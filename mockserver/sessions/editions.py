"""One edition of the contracts follows another while clients are served: two Editions come in, the state goes on, and what was dropped is told.

What nobody touched becomes what the new documents show; what clients made, changed or deleted stays so, as
long as its collection is there and the new contract takes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from contract.spec import Json
from mockserver.answering.shapes import compiled, record_schemas
from mockserver.api import Api
from mockserver.planning.model import Resource
from mockserver.sessions.sessions import Sessions
from mockserver.state.opening import opened
from mockserver.state.store import Store, below

_MOST_DIGITS = 19  # what a 64-bit integer can hold

Records = dict[tuple[str, str], bytes]
"""Bodies by parent and id, in order."""
Samples = Mapping[tuple[str, str], str]
"""Ids of records by the shape of their collection and the id in a documented path."""
Dropped = Counter[tuple[str, str]]
"""How many records by collection and reason."""


@dataclass(frozen=True)
class Edition:
    """Contracts that are ready to be served."""

    hosted: Any
    """The ASGI application."""
    apis: Sequence[Api]
    sessions: Sessions
    seed: int

    @property
    def first(self) -> Mapping[str, Records]:
        """The first state of every session, by collection."""
        return self._filled[0]

    @property
    def samples(self) -> Samples:
        """The records that ids of documented paths stand for at first."""
        return self._filled[1]

    @cached_property
    def _filled(self) -> tuple[Mapping[str, Records], Samples]:
        store = opened()
        try:
            Sessions(self.apis, store, self.seed).open()
            named = {
                (shape, each)
                for api in self.apis
                for found in api.samples.values()
                for shape, _, ids in found
                for each in ids
            }
            known = {(shape, each): store.fact(f"sample {shape}", each) for shape, each in named}
            return _by_collection(store), {key: other for key, other in known.items() if other}
        finally:
            store.close()

    @cached_property
    def collections(self) -> dict[str, tuple[Api, Resource]]:
        """All collections by shape, parents before children."""
        found = [(api, each) for api in self.apis for each in api.plan.resources]
        return {each.shape: (api, each) for api, each in sorted(found, key=lambda pair: len(pair[1].parents))}


def carry(store: Store, before: Edition, after: Edition) -> list[str]:
    """Take the state of all sessions over into another edition; give a line for each kind of record that was dropped."""
    carrying = _Carrying(before, after)
    for name in ("", *store.sessions()):
        session = store.of(name)
        with session.together():
            carrying.take_over(session)
            _remember(session, after)
    dropped = carrying.dropped.items()
    return [f"dropped {n} record{'' if n == 1 else 's'} of {name}: {reason}" for (name, reason), n in dropped]


def _by_collection(store: Store) -> dict[str, Records]:
    found: dict[str, Records] = {}
    for collection, parent, identity, body in store.all():
        found.setdefault(collection, {})[parent, identity] = body
    return found


@dataclass(frozen=True)
class _Carrying:
    before: Edition
    after: Edition
    dropped: Dropped = field(default_factory=Counter)

    def take_over(self, store: Store) -> None:
        """Write what a session holds from now on."""
        now, kept = _by_collection(store), dict[str, Records]()
        for shape in (*self.after.collections, *(each for each in now if each not in self.after.collections)):
            held = now.get(shape, {})
            kept[shape] = dict(self._following(shape, held, kept))
            if list(kept[shape].items()) != list(held.items()):
                for parent, identity in held:
                    store.remove(shape, parent, identity)
                for (parent, identity), body in kept[shape].items():
                    store.put(shape, parent, identity, body)

    def _following(
        self, shape: str, held: Records, kept: Mapping[str, Records]
    ) -> Iterator[tuple[tuple[str, str], bytes]]:
        """What a collection holds from now on; `kept` is what those above it do."""
        if shape not in self.after.collections:
            if held and shape in self.before.collections:
                self.dropped[self.before.collections[shape][1].name, "the collection is gone"] += len(held)
            return
        documented, documents = self.before.first.get(shape, {}), self.after.first.get(shape, {})
        resource = self.after.collections[shape][1]
        homes = {below(*key) for key in kept.get(resource.parent, ())} if resource.parent else {""}
        wanted = documents if held == documented else _merged(held, documented, documents)
        for key, body in wanted.items():
            reason = "the parent is gone" if key[0] not in homes else ""
            if not reason and documents.get(key) != body:
                reason = self._unfit(shape, key[1], body)
            if not reason:
                yield key, body
            elif key in held:
                self.dropped[resource.name, reason] += 1
        gone = sum(key not in wanted for key in held)
        if gone:
            self.dropped[resource.name, "no longer documented"] += gone

    def _unfit(self, shape: str, identity: str, body: bytes) -> str:
        """Why a record cannot stay; empty where it can. A fault that it had before is no reason."""
        record = msgspec.json.decode(body)
        name = self.after.collections[shape][1].id_property
        if name and str(record.get(name)) != identity:
            return f"the id is in `{name}` now"
        had = _faults(self.before, shape, record)
        new = next((each for each in _faults(self.after, shape, record) if each not in had), None)
        return f"against the new contract ({new})" if new else ""


def _faults(edition: Edition, shape: str, record: Json) -> list[str]:
    """What the contract has against a record."""
    if shape not in edition.collections:
        return []
    api, resource = edition.collections[shape]
    schema = next(iter(record_schemas(api, resource)), None)
    return [str(each).lstrip(".") for each in compiled(api, schema).faults(record, "")] if schema else []


def _merged(held: Records, documented: Records, documents: Records) -> Records:
    """What clients touched as they left it, the rest as the new documents show it."""
    made = {}
    for key, body in held.items():
        if documented.get(key) != body:
            made[key] = body
        elif key in documents:
            made[key] = documents[key]
    return {**made, **{key: body for key, body in documents.items() if key not in held and key not in documented}}


def _remember(store: Store, after: Edition) -> None:
    """What a first filling would have left beside the records."""
    for (shape, sample), other in after.samples.items():
        new = store.fact(f"sample {shape}", sample) is None and store.find(shape, sample) is None
        if new and store.find(shape, other):
            store.remember(f"sample {shape}", sample, other)
    for api in after.apis:
        store.remember("filled", api.fingerprint, str(api.populate))
        for step in api.plan.steps:
            if step.job and step.job.known and store.fact(f"job {step.job.name}", step.job.known) is None:
                store.remember(f"job {step.job.name}", step.job.known, "0")
        for resource in api.plan.resources:
            documents = after.first.get(resource.shape, {})
            numbers = [int(each) for _, each in documents if each.isdecimal() and len(each) < _MOST_DIGITS]
            highest = int(store.fact("highest", resource.counted_as) or 0)
            store.remember("highest", resource.counted_as, str(max(highest, *numbers, 0)))
