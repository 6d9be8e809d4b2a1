"""What the documented examples and schemas of an operation show: a Spec comes in, plain facts go out; no decision is taken here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from contract.spec import Example, Json, Media, Operation, Response, Spec, whole
from mockserver.planning.covers import (
    ID_NAMES,
    Clues,
    Place,
    Way,
    has_id,
    is_vague,
    likeliest,
    places,
    plain,
    properties_of,
)

CALLERS = ("me", "self", "current", "myself")
"""Last parts of a path that mean the caller's own record."""
THEIRS = (*CALLERS, "user", "profile", "account", "whoami", "viewer", "currentuser", "myprofile", "myaccount")
"""The same where the record itself is known to be one of a collection, or clients log in."""
REGISTERS = re.compile(r"(?:\w+[_-])?(?:register|registration|sign[_-]?up|create[_-]?account)", re.IGNORECASE)
"""Last parts of a path at which people register."""
Kind = Literal["records", "record", "object", "none"]

_FORMAT = re.compile(r"\.(?:json|xml)/?$")
_SLUG_LIKE = ("slug", "key", "code", "name", "number", "symbol", "handle", "login", "email", "reference", "token")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the success answer of an operation shows."""

    kind: Kind
    response: Response | None = None
    media: Media | None = None
    way: Way = ()
    """Where the records or the one record stand in the body."""
    properties: frozenset[str] = frozenset()
    """Of the record or records."""
    records: tuple[Mapping[str, Json], ...] = ()
    """Documented records, in order."""
    key: str | None = None
    """Property under whose value each record of an object stands; None for a list."""
    outer: Way | None = None
    """Where the answer holds the record above, and not the one that the operation is about (`way` then leads to its like inside of that)."""


@lru_cache(maxsize=8192)
def segments(path: str) -> tuple[str, ...]:
    """The parts of a path; neither a slash nor a format (`.json`) at its end counts."""
    return tuple(part for part in _FORMAT.sub("", path).split("/") if part)


def is_placeholder(segment: str) -> bool:
    """Tell whether a segment stands for a value (`{id}`)."""
    return segment.startswith("{") and segment.endswith("}") and segment.count("{") == 1


def shape(path: str) -> str:
    """A path with nameless placeholders and no slash at the end: equal for the same resource."""
    return "/" + "/".join("{}" if is_placeholder(part) else part for part in segments(path))


def placeholders(path: str) -> tuple[str, ...]:
    """Names of the placeholders, in order."""
    return tuple(re.findall(r"\{([^{}]+)\}", path))


def singular(name: str) -> str:
    """A collection's name for one of its records: teams -> team, companies -> company."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes", "uses")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def similar(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two sets of properties describe one kind of record."""
    return bool(one & other) and len(one & other) / min(len(one), len(other)) >= _SIMILAR


_SIMILAR = 0.6


def counts(name: str, items: str) -> bool:
    """Tell whether a name is that of how many items there are: `item_count`."""
    return plain(name) in (plain(singular(items)) + "count", plain(items) + "count", "num" + plain(items))


def is_placeholder_value(name: str, value: Json) -> bool:
    """Tell whether an example value only says what would stand there: `repo_id`, `MONGO_ID`, `{ID}`, `<String>`."""
    if not isinstance(value, str):
        return False
    if re.search(r"[{}<>]", value) or value in ("string", "..."):
        return True
    plainly = plain(value)
    if plainly == plain(name):
        return True
    return bool(re.fullmatch(r"[A-Za-z_ ]*[_ A-Z]?(?:id|ID|Id)", value)) and plain(name).endswith("id")


def ids_at(operation: Operation, position: int) -> Iterator[str]:
    """The documented values of a placeholder, by its place among all of the path."""
    parameters = {each.name: each for each in operation.parameters if each.location == "path"}
    names = [part[1:-1] for part in segments(operation.path) if part.startswith("{")]
    if position >= len(names) or names[position] not in parameters:
        return
    parameter = parameters[names[position]]
    schema = parameter.schema if isinstance(parameter.schema, dict) else {}
    shown = [each.value for each in parameter.examples] + [schema.get("example")]
    yield from (
        str(value)
        for value in shown
        if isinstance(value, (str, int))
        and not isinstance(value, bool)
        and not is_placeholder_value(parameter.name, value)
    )


def json_media(content: Iterable[Media]) -> Media | None:
    """The JSON entry among media types, if any."""
    return next((each for each in content if "json" in each.type.lower() or each.type == "*/*"), None)


def successes(operation: Operation) -> tuple[Response, ...]:
    """The documented 2xx answers, the lowest status first (`2XX` counts as 200)."""
    return tuple(sorted((each for each in operation.responses if each.status[:1] == "2"), key=lambda each: each.status))


def shown(spec: Spec, operation: Operation, clues: Clues) -> Shown:
    """Read the success answer: the first 2xx that has a JSON body, else the first 2xx."""
    found = successes(operation)
    for response in found:
        media = json_media(response.content)
        if media and (media.examples or not is_vague(spec, media.schema)):
            return _read(spec, response, media, clues)
    return Shown("none", found[0] if found else None)


def _read(spec: Spec, response: Response, media: Media, clues: Clues) -> Shown:
    known = list(places(spec, media.schema, [each.value for each in media.examples]))
    best = likeliest(known, clues)
    if best and (best.many or best.way or has_id(best.properties, clues) or _echoes(best, clues)):
        kind: Kind = "records" if best.many else "record"
        return Shown(kind, response, media, best.way, best.properties, best.records, best.key)
    top = next((each for each in known if not each.way and not each.many), None)
    if top is None:
        return Shown("object" if not known else "none", response, media)
    return Shown("object", response, media, (), top.properties, top.records)


def _echoes(place: Place, clues: Clues) -> bool:
    """Most of what was sent comes back."""
    return clues.changes and bool(clues.sent) and 2 * len(place.properties & clues.sent) >= min(len(clues.sent), 4)


def schema_of_records(spec: Spec, mine: Shown) -> Json:
    """The schema of one record that an answer shows."""
    schema: Json = mine.media.schema if mine.media else {}
    for cover in mine.way:
        schema = properties_of(spec, schema).get(cover, {})
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return {}
    mapped = resolved.get("additionalProperties") if mine.key else None
    return mapped if isinstance(mapped, dict) else resolved.get("items", resolved)


def id_property(properties: frozenset[str], collection: str, placeholder: str | None) -> str | None:
    """The property that names a record: the one the item's path names, `id` and its like, `team_id` of teams, a slug."""
    asked = plain(placeholder) if placeholder else ""
    exact = next((name for name in sorted(properties) if plain(name) == asked), None)
    ending = [name for name in sorted(properties) if asked.endswith(plain(name)) and plain(name) in _SLUG_LIKE]
    if exact or (ending and not asked.endswith("id")):
        return exact or ending[0]
    for name in ID_NAMES:
        if name in properties:
            return name
    wanted = {plain(singular(last_word(collection))) + "id", plain(last_word(collection)) + "id", *map(plain, ending)}
    return next((name for name in sorted(properties) if plain(name) in wanted), None)


def last_word(path: str) -> str:
    """The last part of a path that is no placeholder."""
    return next((part for part in reversed(segments(path)) if not is_placeholder(part)), "")


def id_style(values: Iterable[Json]) -> str | None:
    """How ids look: `hex24`, `uuid`, `integer`, `digits` (integers as text), `opaque` or `slug`; None without any."""
    found = [style for value in values if (style := _style(value))]
    return max(found, key=found.count) if found else None


def told_by(items: Iterable[Operation], records: Iterable[Mapping[str, Json]], collection: str) -> str | None:
    """The property whose documented value some path asks by (`cus_8Fk` in `token`), else one named like the collection's first letter (`eid`)."""
    asked = {str(example.value) for each in items for example in _asked_values(each)}
    shown = [(name, each) for record in records for name, each in record.items() if _style(each)]
    found = (name for name, each in shown if str(each) in asked and (_telling(each) or plain(name).endswith(_NUMBERED)))
    initial = last_word(collection)[:1].lower() + "id"
    return next(found, None) or next((name for name, _ in shown if plain(name) == initial), None)


_NUMBERED = ("id", "number", "no", "nr", "code", "key")
"""How names of numbers that name records end; other numbers may be the same by chance."""


def _telling(value: Json) -> bool:
    return (
        isinstance(value, str) and len(value) > _SHORT and not value.isdecimal() and not is_placeholder_value("", value)
    )


_SHORT = 3


def _asked_values(item: Operation) -> Iterator[Example]:
    names = placeholders(item.path)
    for parameter in item.parameters:
        if parameter.location == "path" and names and parameter.name == names[-1]:
            yield from parameter.examples


def asked_style(items: Iterable[Operation]) -> str | None:
    """How the ids look that paths ask by, where no answer shows one: a number by its type or in samples, else as samples have it."""
    values: list[Json] = []
    for each in items:
        names = placeholders(each.path)
        for parameter in each.parameters:
            if parameter.location == "path" and names and parameter.name == names[-1]:
                kind = parameter.schema.get("type") if isinstance(parameter.schema, dict) else None
                if kind in ("integer", "number"):
                    return "integer"
                if isinstance(parameter.schema, dict) and parameter.schema.get("format") == "uuid":
                    return "uuid"
                values += (example.value for example in parameter.examples)
    style = id_style(str(each) for each in values)
    return {"digits": "integer", "hex24": "hex24", "uuid": "uuid"}.get(style or "")


def _style(value: Json) -> str | None:
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list, float)):
        return None
    if isinstance(value, int):
        return "integer"
    for style, pattern in (
        ("hex24", r"[0-9a-f]{22,24}"),  # some documents lose a digit or two
        ("uuid", r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"),
        ("digits", r"[0-9]+"),
    ):
        if re.fullmatch(pattern, value):
            return style
    last = re.split(r"[_-]", value)[-1]
    turns = len(re.findall(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])", last))
    return "opaque" if last.isalnum() and turns >= _TURNS else "slug"


_TURNS = 2
"""Changes between letters and digits, from which on nobody takes an id for a word."""


def request_examples(operation: Operation) -> Iterator[tuple[str, Json]]:
    """The documented bodies of requests, by name."""
    media = sent_media(operation)
    for each in media.examples if media else ():
        yield each.name, each.value


def sent_media(operation: Operation) -> Media | None:
    """The JSON entry among the media types of a request, else the first; None without a body."""
    content = operation.body.content if operation.body else ()
    return json_media(content) or next(iter(content), None)


def sent_way(spec: Spec, operation: Operation, way: Way, properties: frozenset[str]) -> Way:
    """Where a request holds the record: covered as answers cover it, in the one object that is all there is, else in one named like it."""
    media = sent_media(operation)
    if media is None:
        return ()
    known = list(places(spec, media.schema, [value for _, value in request_examples(operation)]))
    outer = next((each.properties for each in known if not each.way), frozenset[str]())
    covers = [each for each in known if len(each.way) == 1 and not each.many and each.way[0] not in properties]
    usual = next((each.way for each in covers if each.way == way[-1:] or outer == {*each.way}), None)
    if usual is None and media.type.startswith("multipart/") and len(covers) == 1:  # what stands beside it is files
        usual = next((each.way for each in covers if similar(each.properties, properties)), None)
    if usual is None and way and outer == {*way[-1:]} - properties and _is_open(spec, media.schema, way[-1]):
        return way[-1:]
    named = (each for each in covers if is_named_after(each.way[0], operation.path))
    # Of several objects side by side each may be a part of the record, so one of them has to show more than its name.
    return usual or next((each.way for each in named if len(covers) == 1 or each.properties & properties), ())


def _is_open(spec: Spec, schema: Json, name: str) -> bool:
    """Tell whether a property is an object of which nothing more is said."""
    described = spec.resolve(properties_of(spec, schema).get(name))
    return isinstance(described, dict) and described.get("type") == "object" and not properties_of(spec, described)


def is_named_after(cover: str, path: str) -> bool:
    """Tell whether a cover is called what a collection's records are: `team` of `/teams`, `post` of `/blog_posts`."""
    own = plain(cover)
    names = (last_word(path), singular(last_word(path)), re.split(r"[_-]", singular(last_word(path)))[-1])
    return bool(own) and own in map(plain, names)


def request_properties(spec: Spec, operation: Operation, way: Way = ()) -> frozenset[str]:
    """The properties a request may name, at the end of a way."""
    media = sent_media(operation)
    if media is None:
        return frozenset()
    found = places(spec, media.schema, [each.value for each in media.examples])
    named = next((each.properties for each in found if each.way == way and not each.many), frozenset[str]())
    schema = media.schema
    for name in way:
        schema = properties_of(spec, schema).get(name, {})
    known = {name: spec.resolve(each) for name, each in properties_of(spec, schema).items()}
    return named - {name for name, each in known.items() if isinstance(each, dict) and each.get("readOnly") is True}


def is_sent_whole(spec: Spec, operation: Operation, way: Way) -> bool:
    """Tell whether anything shows that a request names all of a record: a documented one, or a property that it requires."""
    media = sent_media(operation)
    schema: Json = media.schema if media else {}
    for name in way:
        schema = properties_of(spec, schema).get(name, {})
    resolved = spec.resolve(schema)
    asked = isinstance(resolved, dict) and resolved.get("required")
    return bool(media and media.examples) or bool(asked) or not properties_of(spec, schema)


def defaults(spec: Spec, operation: Operation, way: Way) -> dict[str, Json]:
    """The documented defaults of the properties that a request may name at the end of a way."""
    media = sent_media(operation)
    schema: Json = media.schema if media else {}
    for name in way:
        schema = properties_of(spec, schema).get(name, {})
    known = [(name, side) for name, each in properties_of(spec, schema).items() for side in (spec.resolve(each), each)]
    # what stands beside a reference goes before what is referred to (OpenAPI 3.1)
    return {name: whole(each["default"]) for name, each in known if isinstance(each, dict) and "default" in each}


def header_example(header: Json) -> Json:
    """The documented value of a Header Object; None without one."""
    if "example" in header:
        return header["example"]
    for each in (header.get("examples") or {}).values():
        return each.get("value")
    schema = header.get("schema") or {}
    return schema.get("example", schema.get("default"))


def location(response: Response) -> str | None:
    """The documented path in the Location header (RFC 9110, section 10.2.2); None without one."""
    for name, header in response.headers.items():
        value = header_example(header)
        if name.lower() == "location" and isinstance(value, str):
            return urlsplit(value.strip("'\"")).path
    return None


def matched(template: str, path: str) -> dict[str, str] | None:
    """The values of a template's placeholders in a concrete path; None when it does not fit."""
    ours, theirs = segments(template), segments(path)
    if len(ours) != len(theirs):
        return None
    pairs = list(zip(ours, theirs, strict=True))
    if any(not is_placeholder(mine) and mine != other for mine, other in pairs):
        return None
    return {mine[1:-1]: other for mine, other in pairs if is_placeholder(mine)}
