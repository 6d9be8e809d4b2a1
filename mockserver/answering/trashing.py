"""Records that are deleted and can be taken back: a Call that deletes, restores or lists comes in, records go to the trash and back, or out of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mockserver.answering.inside import spread
from mockserver.answering.records import Record, parent_of, place_of
from mockserver.api import Call


def thrown_away(call: Call, record: Record) -> None:
    """Put the record of the path into the trash, as it is from then on; what is below it waits."""
    collection, parent, identity = place_of(call)
    call.store.remove(collection, parent, identity)
    call.store.put(call.step.trash, parent, identity, msgspec.json.encode(record))
    spread(call, (collection, parent, identity), None, None)


def taken_back(call: Call) -> None:
    """Put the record of the path back where it was, if it is in the trash."""
    collection, parent, identity = place_of(call)
    body = call.store.get(call.step.trash, parent, identity)
    if body is None or call.store.get(collection, parent, identity) is not None:
        return
    call.store.remove(call.step.trash, parent, identity)
    call.store.put(collection, parent, identity, body)
    spread(call, (collection, parent, identity), None, msgspec.json.decode(body))


def with_deleted(call: Call, records: list[Record]) -> list[Record]:
    """The records of a list, with the deleted ones or these alone where the request asks so."""
    asked = [only for name, only in call.step.shows_trash.items() if _is_true(call.values.query.get(name))]
    return [*([] if any(asked) else records), *(_deleted(call) if asked else ())]


def _deleted(call: Call) -> Iterator[Record]:
    yield from (msgspec.json.decode(each) for each in call.store.bodies(call.step.trash, parent_of(call)))


def _is_true(value: object) -> bool:
    return str(value).lower() in ("true", "1", "yes", "only", "with")
