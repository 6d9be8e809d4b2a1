"""What operations show of the record above their own: a path shape and what its operations show come in, the same as seen from there goes out; pure.

`POST /carts/{id}/items` may answer the cart, which has the new item among its `items`; an action answers its record, whatever names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from contract.spec import Json, Operation, Spec
from mockserver.planning.covers import ID_NAMES, items_of, places, plain, properties_of
from mockserver.planning.covers import at as inside
from mockserver.planning.evidence import (
    Shown,
    is_placeholder,
    last_word,
    placeholders,
    request_properties,
    schema_of_records,
    segments,
    sent_way,
    singular,
)

Shapes = Mapping[str, Mapping[str, Operation]]
"""Operations by path shape and method."""
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def seen_from_above(spec: Spec, at: str, by_shape: Shapes, made: Mapping[str, Shown]) -> Iterator[tuple[str, Shown]]:
    """What operations at a path show, where that is the record above: of an action its record, of a list inside of one the items."""
    parts = segments(at)
    if parts and not is_placeholder(parts[-1]):
        yield from _acted(at, by_shape, made)
    listed = parts[:-1] if parts and is_placeholder(parts[-1]) else parts
    upper = "/" + "/".join(listed[:-1])
    read = by_shape.get(upper, {}).get("GET")
    alone = parts == listed and len(by_shape[at]) == 1 and at + "/{}" not in by_shape
    whole = made[read.key] if read and not alone and len(listed) > 1 else None
    if whole is None or whole.kind not in ("record", "object"):
        return
    name, items = _items(spec, whole, listed[-1])
    for method, operation in by_shape[at].items() if items else ():
        mine = made[operation.key]
        if method in _CHANGING and mine.media and (way := _outer(spec, mine, whole.properties)) is not None:
            shown = [each for record in whole.records for each in record.get(name) or () if isinstance(each, dict)]
            seen = replace(mine, kind="record", way=(*way, name), properties=items, records=tuple(shown), outer=way)
            yield operation.key, replace(seen, key=None)


def as_holder(spec: Spec, at: str, by_shape: Shapes, made: Mapping[str, Shown]) -> Iterator[tuple[str, Shown]]:
    """What is read at a path is one object, and no list, where the list in it is that of the collection below (`/cart` of `/cart/items`)."""
    read = by_shape[at].get("GET")
    mine = made[read.key] if read else None
    if not (read and mine and mine.media and mine.kind == "records" and mine.way) or "POST" in by_shape[at]:
        return
    if at + "/{}" in by_shape or not _is_kept_below(at, mine.way[-1], by_shape):
        return
    values = [each.value for each in mine.media.examples]
    outer = next((each for each in places(spec, mine.media.schema, values) if each.way == mine.way[:-1]), None)
    if outer and not outer.many:
        yield (
            read.key,
            replace(mine, kind="object", way=outer.way, properties=outer.properties, records=outer.records, key=None),
        )


def as_listed(spec: Spec, at: str, by_shape: Shapes, made: Mapping[str, Shown]) -> Iterator[tuple[str, Shown]]:
    """What a POST answers is records, where its answer holds a list of what is listed there, though they have no ids."""
    read, posted = by_shape[at].get("GET"), by_shape[at].get("POST")
    listed, mine = (made[read.key], made[posted.key]) if read and posted else (None, None)
    if not (listed and mine and mine.media and listed.kind == "records" and mine.kind in ("none", "object")):
        return
    values = [each.value for each in mine.media.examples]
    found = (each for each in places(spec, mine.media.schema, values) if each.many and each.way == listed.way)
    same = next((each for each in found if each.properties and each.properties == listed.properties), None)
    if same and posted:
        seen = replace(mine, kind="records", way=same.way, properties=same.properties, records=same.records)
        yield posted.key, replace(seen, key=same.key)


def as_told(spec: Spec, at: str, by_shape: Shapes, made: Mapping[str, Shown]) -> Iterator[tuple[str, Shown]]:
    """What a POST answers is no record, where it only describes an id, and how it went in a word or two, of which neither requests nor records have any."""
    posted, read = by_shape[at].get("POST"), by_shape.get(at + "/{}", {}).get("GET")
    if not (posted and read and (mine := made[posted.key]).media and mine.kind == "record"):
        return
    assert mine.media
    if any(each.name != "schema" for each in mine.media.examples):
        return
    ids = {*map(plain, ID_NAMES), plain(singular(last_word(at))) + "id", plain(placeholders(read.path)[-1])}
    way = sent_way(spec, posted, (), frozenset())
    of_records = made[read.key].properties | request_properties(spec, posted) | request_properties(spec, posted, way)
    rest = {each for each in mine.properties if plain(each) not in ids}
    if any(plain(each) not in ids for each in of_records) and len(rest) <= _WORDS and rest.isdisjoint(of_records):
        yield posted.key, replace(mine, kind="object", records=())


_WORDS = 3


def holds_others(spec: Spec, at: str, by_shape: Shapes, made: Mapping[str, Shown]) -> str:
    """The list in what is read at a path that is the collection below; empty without one."""
    read = by_shape[at].get("GET")
    lists = lists_inside(spec, made[read.key]) if read else {}
    return next((name for name in lists if _is_kept_below(at, name, by_shape)), "")


def _is_kept_below(at: str, name: str, by_shape: Shapes) -> bool:
    """Tell whether clients post to a collection of a name right below a path, and name its records there."""
    below = f"{at.rstrip('/')}/{name}"
    return "POST" in by_shape.get(below, {}) and below + "/{}" in by_shape


def _acted(at: str, by_shape: Shapes, made: Mapping[str, Shown]) -> Iterator[tuple[str, Shown]]:
    """An action answers the record, where it shows all that is read of one (`iban`)."""
    upper = segments(at)[:-1]
    read = by_shape.get("/" + "/".join(upper), {}).get("GET") if upper and is_placeholder(upper[-1]) else None
    whole = made[read.key].properties if read else frozenset[str]()
    for method, operation in by_shape[at].items() if whole else ():
        mine = made[operation.key]
        if method in _CHANGING and mine.kind == "object" and whole <= mine.properties:
            yield operation.key, replace(mine, kind="record")


def _items(spec: Spec, whole: Shown, called: str) -> tuple[str, frozenset[str]]:
    """The list inside of a record that is called like a path's part, and what its items have; nothing where these are such records themselves."""
    for name, items in lists_inside(spec, whole).items():
        if plain(name) == plain(called) and len(items & whole.properties) <= _SAME * len(items):
            return name, items
    return "", frozenset()


_SAME = 0.6


def lists_inside(spec: Spec, shown: Shown) -> dict[str, frozenset[str]]:
    """The lists of objects inside of the records that an answer shows, each with what its items have."""
    made: dict[str, frozenset[str]] = {}
    described = properties_of(spec, schema_of_records(spec, shown))
    for name in shown.properties:
        lists = [each[name] for each in shown.records if isinstance(each.get(name), list)]
        items = [each for one in lists for each in one if isinstance(each, dict)]
        inner: Json = items_of(spec, described.get(name)) if name in described else None
        known = frozenset(properties_of(spec, inner or {})).union(*items)
        if known and (items or inner is not None):
            made[name] = known
    return made


def _outer(spec: Spec, mine: Shown, whole: frozenset[str]) -> tuple[str, ...] | None:
    """Where an answer holds one record with all of some properties; None where it does not."""
    assert mine.media is not None
    values = [each.value for each in mine.media.examples]
    found = (each for each in places(spec, mine.media.schema, values) if not each.many and whole <= each.properties)
    way = next((each.way for each in found), None)
    return way if way is None or not values or inside(values[0], way) is not None else None
