"""State written from outside: records by collection come in, as `Sessions.shown` gives them, and go into a session; all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from contract.spec import Json
from mockserver.answering.maker import Maker
from mockserver.api import Api
from mockserver.planning.model import Resource
from mockserver.sessions.sessions import Sessions
from mockserver.state.store import Store

Told = Mapping[str, Json]
"""Collections by name: a list of records, below a parent by the parent's key; a document is the record itself."""


def resources(apis: Iterable[Api]) -> dict[str, Resource]:
    """The collections and documents that a state holds, by name."""
    return {each.name: each for api in apis for each in api.plan.resources}


def replace(sessions: Sessions, session: str, known: Mapping[str, Resource], told: Told) -> None:
    """Put what is told in place of all records of the collections `known`; those not told are empty afterwards."""
    store, maker = sessions.open(session)
    shapes = {each.shape for each in known.values()}
    with store.together():
        for collection, parent, identity, _ in list(store.all()):
            if collection in shapes:
                store.remove(collection, parent, identity)
        _write(store, maker, known, told)


def merge(sessions: Sessions, session: str, known: Mapping[str, Resource], told: Told) -> None:
    """Change the records told by their ids, property by property, and add those that are new."""
    store, maker = sessions.open(session)
    with store.together():
        _write(store, maker, known, told)


def _write(store: Store, maker: Maker, known: Mapping[str, Resource], told: Told) -> None:
    for name, value in told.items():
        resource = known[name]
        for parent, record in _records(resource, value):
            _put(store, maker, resource, parent, record)
        alike = {each.shape for each in known.values() if each.counted_as == resource.counted_as}
        numbers = [
            int(identity)
            for collection, _, identity, _ in store.all()
            if collection in alike and identity.isdecimal() and len(identity) < 19
        ]
        store.remember("highest", resource.counted_as, str(max(numbers, default=0)))


def _records(resource: Resource, value: Json) -> Iterator[tuple[str, Json]]:
    """The records of a collection with the key of their parent."""
    for parent, told in value.items() if resource.parents else [("", value)]:
        yield from ((parent, each) for each in ([told] if resource.kind == "document" else told))


def _put(store: Store, maker: Maker, resource: Resource, parent: str, record: Mapping[str, Json]) -> None:
    kept = {name: each for name, each in record.items() if name not in resource.write_only}
    identity: Json = ""
    if resource.kind == "collection":
        name = resource.id_property or ""
        identity = kept.get(name)
        if identity is None:
            identity = maker.identity(resource, kept, parent)
            kept = {name: identity, **kept} if name else kept
    before = store.get(resource.shape, parent, str(identity))
    merged = {**(msgspec.json.decode(before) if before else {}), **kept}
    store.put(resource.shape, parent, str(identity), msgspec.json.encode(merged))
