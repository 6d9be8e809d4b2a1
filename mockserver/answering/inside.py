"""Records inside of others: a written record comes in, what its collection below or its parent shows follows; an item inside is the record below.

A customer is shown with its contacts, and `/customers/{id}/contacts` holds the same ones. Either may be written; the other is kept
the same at once, so that reading costs nothing. Items are numbered by the collection below.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

import msgspec

from contract.spec import Json
from mockserver.api import Call
from mockserver.planning.evidence import counts
from mockserver.planning.model import Resource
from mockserver.state.store import below

Record = dict[str, Json]


def numbered(call: Call, resource: Resource, record: Record, parent: str) -> Record:
    """A record whose items inside have the ids of the collections that they belong to."""
    if resource.shape not in call.api.inside:
        return record
    made = {}
    for name, child in call.api.inside[resource.shape]:
        items = record.get(name)
        if isinstance(items, list) and any(_is_new(each, child) for each in items):
            home = home_of(resource, parent, str(record.get(resource.id_property or "")))
            made[name] = [_with_id(call, child, home, each) if _is_new(each, child) else each for each in items]
    return {**record, **made}


def _is_new(item: Json, child: Resource) -> bool:
    return isinstance(item, dict) and item.get(child.id_property or "") is None


def _with_id(call: Call, child: Resource, home: str, item: Record) -> Record:
    own = {child.id_property or "": call.maker.identity(child, item, home)}
    return {**own, **item, **own}


def spread(call: Call, place: tuple[str, str, str], before: bytes | None, record: Mapping[str, Json] | None) -> None:
    """Let the records below a changed one, or the one above it, show the change; None for one that is gone."""
    shape, parent, identity = place
    if record is not None:
        known = msgspec.json.decode(before) if before and shape in call.api.inside else {}
        for name, child in call.api.inside.get(shape, ()):
            items = record.get(name)
            if isinstance(items, list) and items != known.get(name):
                _unfold(call, child, home_of(call.api.collections[shape], parent, identity), items)
    if shape in call.api.around:
        _fold(call, place, record)


def _unfold(call: Call, child: Resource, home: str, items: list[Json]) -> None:
    """Make the records below a parent those that it was written with."""
    name = child.id_property or ""
    told = {str(each[name]): each for each in items if isinstance(each, dict) and each.get(name) is not None}
    held = {str(msgspec.json.decode(each).get(name)): each for each in call.store.bodies(child.shape, home)}
    for identity in held.keys() - told.keys():
        call.store.remove(child.shape, home, identity)
    for identity, each in told.items():
        before = msgspec.json.decode(held[identity]) if identity in held else {}
        call.store.put(child.shape, home, identity, msgspec.json.encode({**before, **each}))


def _fold(call: Call, place: tuple[str, str, str], record: Mapping[str, Json] | None) -> None:
    """Show a record in the one above it as it is now, with what is shown of its like there."""
    shape, parent, identity = place
    upper, name = call.api.around[shape]
    place = place_above(upper, parent)
    body = call.store.get(*place)
    above = msgspec.json.decode(body) if body else {}
    items, child = above.get(name), call.api.collections[shape]
    if items is None and (body or upper.kind == "document") and name in upper.lists:
        items = []
    if not isinstance(items, list):
        return
    key = child.id_property or ""
    at = next((index for index, each in enumerate(items) if _id(each, key) == identity), len(items))
    shown = _shown(upper, name) | (items[at].keys() if at < len(items) else frozenset())
    item = [] if record is None else [{each: value for each, value in record.items() if not shown or each in shown}]
    above[name] = [*items[:at], *item, *items[at + 1 :]]
    above.update((each, len(above[name])) for each in above if type(above[each]) is int and counts(each, name))
    call.store.put(*place, msgspec.json.encode(above))


def recount(call: Call, shape: str, parent: str, by: int) -> None:
    """Let the record above tell that there is one more, or less, below it."""
    upper, name = call.api.counting[shape]
    place = place_above(upper, parent)
    body = call.store.get(*place)
    above = msgspec.json.decode(body) if body else {}
    if type(above.get(name)) is int:
        call.store.put(*place, msgspec.json.encode({**above, name: max(0, above[name] + by)}))


def home_of(upper: Resource, parent: str, identity: str) -> str:
    """The key of the records below one: a document and what is below it have the same parents."""
    return parent if upper.kind == "document" else below(parent, identity)


def place_above(upper: Resource, parent: str) -> tuple[str, str, str]:
    """Where the record above is kept, by the key of the records below it."""
    if upper.kind == "document":
        return upper.shape, parent, ""
    grand, _, own = parent.rpartition("/")
    return upper.shape, grand, unquote(own)


def _id(item: Json, name: str) -> str | None:
    return str(item.get(name)) if isinstance(item, dict) else None


def _shown(upper: Resource, name: str) -> frozenset[str]:
    """What the documents show of an item."""
    items = upper.example.get(name)
    told = [*items] if isinstance(items, list) else []
    shown = frozenset(key for each in told if isinstance(each, dict) for key in each)
    return shown or upper.lists.get(name, frozenset())
