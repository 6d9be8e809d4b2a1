"""Where records stand in a body: examples and a schema come in, Places go out, the likeliest first; nothing is said of what records are.

APIs cover their records in objects of their own (`{"data": {"items": [...]}}`, `{"user": {...}}`). A Place is the way through
such covers to a list of records or to one record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from contract.spec import Json, Spec

Way = tuple[str, ...]
"""Names of properties from the top of a body; empty where the body itself is meant."""

ID_NAMES = ("id", "_id", "uuid", "guid", "ID", "Id")
_DEEPEST = 3
_LONG = 64  # characters of a name; clients may send any, and nobody remembers those
GENERIC = frozenset(
    (
        *("data", "datos", "dados", "result", "results", "resultado", "resultados", "response", "payload", "body"),
        *("item", "items", "record", "records", "object", "objects", "entry", "entries", "list", "rows", "content"),
        *("value", "values", "hits", "elements", "collection"),
    )
)
"""Names of covers that say nothing of what is below them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A list of records, or one record, inside a body."""

    way: Way
    many: bool
    properties: frozenset[str]
    records: tuple[Mapping[str, Json], ...]
    key: str | None = None
    """Property under whose value each record stands, where an object takes the place of a list (`{"k1": {"key": "k1"}}`)."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What a path and a request say of the records in an answer."""

    plural: str
    """The last word of the path, without case and punctuation: `users`."""
    ids: frozenset[str]
    """Names that may be a record's id, without case and punctuation: `userid`."""
    sent: frozenset[str] = frozenset()
    """Properties that requests name."""
    many: bool | None = None
    """A list is expected, or one record; None where either may come."""
    changes: bool = False
    """The request creates or changes something."""


def at(body: Json, way: Way) -> Json:
    """What stands at the end of a way; None where it does not lead there."""
    for name in way:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def covered(inner: Json, way: Way, cover: Json = None) -> Json:
    """A body with `inner` at the end of a way; everything beside it is that of `cover`."""
    if not way:
        return inner
    outer = cover if isinstance(cover, dict) else {}
    return {**outer, way[0]: covered(inner, way[1:], outer.get(way[0]))}


def blank(spec: Spec, schema: Json, way: Way) -> Json:
    """A cover of which only the schema is documented: a zero, false or null for everything beside the records, and that all went well."""
    body: dict[str, Json] = {}
    for name, inner in properties_of(spec, schema).items():
        if way[:1] == (name,):
            body[name] = blank(spec, inner, way[1:]) if way[1:] else []
            continue
        resolved = spec.resolve(inner)
        stated = resolved.get("type") if isinstance(resolved, dict) else None
        kind = stated[0] if isinstance(stated, list) and stated else stated
        body[name] = blank(spec, inner, ()) if kind == "object" else _BLANKS.get(str(kind))
        if kind == "boolean" and is_success(name):
            body[name] = True
    return body


def is_success(name: str) -> bool:
    """Tell whether a name says that all went well, as the answers do that are made."""
    return plain(name) in ("success", "ok", "succeeded", "successful", "issuccess", "issuccessful", "issucceeded")


_BLANKS: Mapping[str, Json] = {"integer": 0, "number": 0, "boolean": False, "array": []}


def plain(name: str) -> str:
    """A name without case and punctuation, to compare `RECIPE_ID` with `recipeId`."""
    return _plain(name) if len(name) < _LONG else _plain.__wrapped__(name)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def properties_of(spec: Spec, schema: Json, depth: int = 0) -> dict[str, Json]:
    """The properties a schema names, those of its parts (`allOf`, `oneOf`, `anyOf`) merged in."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict) or depth > 6:
        return {}
    merged = dict(resolved.get("properties") or {})
    for key in ("allOf", "oneOf", "anyOf"):
        for each in resolved.get(key) or ():
            found = properties_of(spec, each, depth + 1)
            vague = {name for name in found.keys() & merged.keys() if _is_open(spec, merged[name])}
            merged = {**found, **{name: inner for name, inner in merged.items() if name not in vague}}
    return merged


def _is_open(spec: Spec, schema: Json) -> bool:
    """Tell whether a schema leaves open what is inside: a cover that answers share says no more of what each of them has there (`data: {type: array, items: {}}`)."""
    items = items_of(spec, schema)
    return is_vague(spec, schema if items is None else items)


def is_vague(spec: Spec, schema: Json) -> bool:
    """Tell whether a schema takes a value of any kind, or any object: many a tool writes `schema: {}` where the code says nothing."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict) or resolved.keys() - _VAGUE:
        return False
    return resolved.get("type") in (None, "object") and resolved.get("additionalProperties") in (None, True, {})


_VAGUE = frozenset(("type", "title", "description", "nullable", "additionalProperties"))


def items_of(spec: Spec, schema: Json) -> Json:
    """The item schema of an array schema; None for any other."""
    resolved = spec.resolve(schema)
    if isinstance(resolved, dict) and (resolved.get("type") == "array" or "items" in resolved):
        return resolved.get("items") or {}
    return None


def names(records: Iterable[Mapping[str, Json]], known: Mapping[str, Json]) -> frozenset[str]:
    """Every property that records or a schema name."""
    return frozenset(known) | {name for record in records for name in record}


def places(spec: Spec, schema: Json, values: Sequence[Json]) -> Iterator[Place]:
    """Every list of objects and every object that examples or the schema show, the outermost first."""
    level: list[tuple[Way, Json, Sequence[Json]]] = [((), schema, values)]
    for _ in range(_DEEPEST + 1):
        deeper: list[tuple[Way, Json, Sequence[Json]]] = []
        for way, described, shown in level:
            items = items_of(spec, described)
            lists = [value for value in shown if isinstance(value, list)]
            if items is not None or lists:
                records = tuple(each for value in lists for each in value if isinstance(each, dict))
                inside = names(records, properties_of(spec, items or {}))
                if inside or not any(lists):
                    yield Place(way, many=True, properties=inside, records=records)
                continue
            objects = tuple(value for value in shown if isinstance(value, dict))
            known = properties_of(spec, described)
            if key := _key(objects):
                records = tuple(each for value in objects for each in value.values())
                yield Place(way, many=True, properties=names(records, {}), records=records, key=key)
            elif not objects and not known and (mapped := _mapped(spec, described)):
                yield Place(way, many=True, properties=frozenset(mapped), records=(), key=_id_in(mapped))
            elif inside := names(objects, known):
                yield Place(way, many=False, properties=inside, records=objects)
                order = dict.fromkeys([*known, *(key for value in objects for key in value)])
                deeper += [
                    ((*way, name), known.get(name, {}), [value[name] for value in objects if name in value])
                    for name in order
                ]
        level = deeper


def _mapped(spec: Spec, schema: Json) -> dict[str, Json]:
    """What the values of an object have that may bear any names, if they have ids."""
    resolved = spec.resolve(schema)
    found = properties_of(spec, resolved.get("additionalProperties")) if isinstance(resolved, dict) else {}
    return found if _id_in(found) else {}


def _id_in(known: Iterable[str]) -> str:
    return next((each for each in ID_NAMES if each in known), "")


def _key(objects: Sequence[Mapping[str, Json]]) -> str | None:
    """The property that says under which name each of an object's values stands; None where they are no records."""
    pairs = [pair for value in objects for pair in value.items()]
    if not pairs or not all(isinstance(each, dict) and each.keys() & {*ID_NAMES} for _, each in pairs):
        return None
    return next((name for name in pairs[0][1] if all(str(each.get(name)) == key for key, each in pairs)), None)


def likeliest(found: Iterable[Place], clues: Clues) -> Place | None:
    """The place that most speaks for holding records; None where nothing does."""
    ranked = [(rank(each, clues), each) for each in found]
    best = max((score for score, _ in ranked), default=0)
    first = [each for score, each in ranked if score == best and best >= _ENOUGH]
    if len(first) > 1 and first[0].many and best < _CLEAR:
        return None  # several lists side by side, and nothing says which of them the path is about
    return first[0] if first else None


_ENOUGH = 3
_CLEAR = 5


def rank(place: Place, clues: Clues) -> int:
    """How much speaks for a place: what its records are called, whether they have ids, and what is expected there."""
    return sum(weight for weight, speaks in EVIDENCE if speaks(place, clues)) - len(place.way)


def has_id(properties: frozenset[str], clues: Clues) -> bool:
    """Tell whether one of the properties may name the record."""
    return bool(properties & {*ID_NAMES}) or any(plain(name) in clues.ids for name in properties)


def _named(place: Place, clues: Clues) -> bool:
    """`users` or `user` covers what the path calls users, `links` what it calls share links."""
    last = plain(place.way[-1]) if place.way else ""
    begins = len(last) > 2 and clues.plural.startswith(last.removesuffix("s"))
    return bool(last) and (last == clues.plural or begins or (len(last) > _LAST and clues.plural.endswith(last)))


_LAST = 4
"""Letters that the last word of a name has at least, to be told from an ending."""


def _overlaps(place: Place, clues: Clues) -> bool:
    shared = len(place.properties & clues.sent)
    return shared > 1 or (shared == 1 and len(clues.sent) == 1)


_COVERS = frozenset(("data", "result", "results", "items", "records"))
"""Properties that what has no id itself hardly has but for records below them."""
_LEVELS = (("attributes",), ("relationships",), ("links",), ("meta",))
"""What is no record inside of an answer, unless the path asks for it: `/files/{id}/share-links`."""


EVIDENCE: tuple[tuple[int, Callable[[Place, Clues], bool]], ...] = (
    (4, lambda place, clues: has_id(place.properties, clues)),
    (3, _named),
    (2, lambda place, _: bool(place.way) and plain(place.way[-1]) in GENERIC),
    (2, lambda place, _: not place.way),
    (-1, lambda place, clues: not has_id(place.properties, clues) and not _COVERS.isdisjoint(place.properties)),
    (2, _overlaps),
    (3, lambda place, clues: clues.many is place.many),
    (2, lambda place, _: {"type", "attributes"} <= place.properties),
    (-5, lambda place, clues: place.way[-1:] in _LEVELS and not clues.plural.endswith(place.way[-1])),
)
"""What speaks for a place, and how much."""
