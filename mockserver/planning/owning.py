"""Whose records are: a Survey and a Resource come in, the properties that name the record above or the caller go out, each with what it holds; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contract.spec import Json
from mockserver.planning.covers import Way, plain, properties_of
from mockserver.planning.evidence import last_word, placeholders, schema_of_records, singular
from mockserver.planning.model import Resource
from mockserver.planning.resources import Survey

_PLAIN = ("integer", "string")
CALLERS = (
    *("owner", "user", "author", "creator", "createdby", "submittedby", "reporter", "reportedby", "sender", "postedby"),
    *("uploader", "uploadedby", "addedby", "requester", "requestedby"),
)
"""Who made a record; an id of theirs, if `id` follows."""
PEOPLE = ("user", "account", "member", "customer", "profile", "person", "people")
"""What one of those who use a service is called."""


def owners(known: Survey, own: Resource) -> Iterator[tuple[str, int, bool]]:
    """Properties that hold the id of a record above (`team_id`, or `team` where that is no object), each with the place of that in the path, and whether it is a number."""
    described = dict(_described(known, own)) if own.parents else {}
    yield from unknown_owners(known, own)
    for path_shape, position in own.parents:
        owner = plain(singular(last_word(path_shape)))
        ids = {owner + "id", "parentid"} if path_shape == own.parent else {owner + "id"}
        for name in own.properties:
            kind = described.get(name)
            if name != own.id_property and (plain(name) in ids or (plain(name) == owner and kind in _PLAIN)):
                shown = own.example.get(name)
                yield name, position, isinstance(shown, int) or (shown is None and kind == "integer")


def unknown_owners(known: Survey, own: Resource) -> Iterator[tuple[str, int, bool]]:
    """The same of records above that nothing else in the documents speaks of (`driverId` of `/drivers/{driverId}/trips`)."""
    placed = {position for _, position in own.parents}
    for position, placeholder in enumerate(placeholders(own.name)):
        for name in own.properties if position not in placed else ():
            if plain(name) == plain(placeholder) != plain(own.id_property or ""):
                kind = dict(_described(known, own)).get(name)
                yield name, position, isinstance(own.example.get(name), int) or kind == "integer"


def made_by(known: Survey, own: Resource, sent: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Properties that hold the id of whoever makes a record, or show them, which is told too, and that no request sends."""
    forms = {*CALLERS, *(each + "id" for each in CALLERS)}
    if own.kind != "collection" or own.is_json_api or not any(plain(each) in forms for each in own.properties):
        return
    for name, kind in dict(_described(known, own)).items():
        told = kind in (*_PLAIN, "object") and name not in (*sent, own.id_property)
        if plain(name) in forms and told and plain(name) + "id" not in map(plain, sent):
            yield name, kind == "object"


def references(known: Survey, own: Resource, names: Iterable[str]) -> Iterator[tuple[str, Way]]:
    """Where records show whole what requests name by its id, by the sent names: `category` of `category_id`, `buyer_details` of `buyer`."""
    named = {plain(each): each for each in names}
    if own.kind != "collection" or own.is_json_api or not named:
        return
    shown = {name: found for name in own.properties if (found := _named_by(plain(name), named))}
    for schema in _schemas(known, own) if shown else ():
        for name, each in properties_of(known.spec, schema).items():
            if name in shown and "id" in properties_of(known.spec, each):
                yield shown[name], (name, "id")


def _named_by(shown: str, sent: Mapping[str, str]) -> str | None:
    """What is sent for the id of what is shown whole under a name; both names are plain, what is sent is told as it is written."""
    stem = next((shown.removesuffix(each) for each in _WHOLE if shown.endswith(each) and shown != each), None)
    forms = (shown + "id", *((stem, stem + "id") if stem and shown not in sent else ()))
    return next((sent[each] for each in forms if each in sent), None)


_WHOLE = ("details", "detail", "info", "data", "object", "obj", "summary", "expanded")
"""How names end under which answers show whole what requests name by its id; serializers of Django have to call it otherwise."""


def _schemas(known: Survey, own: Resource) -> Iterator[Json]:
    """What answers describe of a record, most telling last."""
    for path_shape, method in ((own.shape, "POST"), (own.shape, "GET"), (own.shape + "/{}", "GET")):
        if shown := known.at(path_shape, method):
            yield schema_of_records(known.spec, shown)


def _described(known: Survey, own: Resource) -> Iterator[tuple[str, Json]]:
    """The types of what answers describe of a record."""
    for schema in _schemas(known, own):
        for name, each in properties_of(known.spec, schema).items():
            yield name, _kind(known, each)


def _kind(known: Survey, schema: Json) -> str | None:
    """The type of a value that is not null; an object where properties are described."""
    resolved = known.spec.resolve(schema)
    stated = resolved.get("type") if isinstance(resolved, dict) else None
    for each in stated if isinstance(stated, list) else [stated]:
        if isinstance(each, str) and each != "null":
            return each
    options = [*(resolved.get("anyOf") or ()), *(resolved.get("oneOf") or ())] if isinstance(resolved, dict) else []
    kinds = {kind for one in options if (kind := _kind(known, one))}
    return kinds.pop() if len(kinds) == 1 else "object" if properties_of(known.spec, schema) else None
