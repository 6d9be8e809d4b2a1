"""What the documented examples and schemas of an operation show: a Spec comes in, plain facts go out; no decision is taken here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from contract.spec import Json, Media, Operation, Response, Spec

Kind = Literal["records", "record", "object", "none"]

ID_NAMES = ("id", "_id", "uuid", "guid", "ID", "Id")
_FORMAT = re.compile(r"\.(?:json|xml)/?$")
_SLUG_LIKE = ("slug", "key", "code", "name")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the success answer of an operation shows."""

    kind: Kind
    response: Response | None = None
    media: Media | None = None
    envelope: str | None = None
    """Property that holds the records of a list; None for a bare array."""
    wrapper: str | None = None
    """Property that holds the one record; None where the answer is the record."""
    properties: frozenset[str] = frozenset()
    """Of the record or records."""
    records: tuple[Mapping[str, Json], ...] = ()
    """Documented records, in order."""


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
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def plain(name: str) -> str:
    """A name without case and punctuation, to compare `RECIPE_ID` with `recipeId`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


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


def properties_of(spec: Spec, schema: Json, depth: int = 0) -> dict[str, Json]:
    """The properties a schema names, those of its parts (`allOf`, `oneOf`, `anyOf`) merged in."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict) or depth > 6:
        return {}
    merged = dict(resolved.get("properties") or {})
    for key in ("allOf", "oneOf", "anyOf"):
        for each in resolved.get(key) or ():
            merged = {**properties_of(spec, each, depth + 1), **merged}
    return merged


def json_media(content: Iterable[Media]) -> Media | None:
    """The JSON entry among media types, if any."""
    return next((each for each in content if "json" in each.type.lower() or each.type == "*/*"), None)


def successes(operation: Operation) -> tuple[Response, ...]:
    """The documented 2xx answers, the lowest status first (`2XX` counts as 200)."""
    return tuple(sorted((each for each in operation.responses if each.status[:1] == "2"), key=lambda each: each.status))


def shown(spec: Spec, operation: Operation) -> Shown:
    """Read the success answer: the first 2xx that has a JSON body, else the first 2xx."""
    found = successes(operation)
    for response in found:
        media = json_media(response.content)
        if media:
            return _read(spec, response, media)
    return Shown("none", found[0] if found else None)


def _read(spec: Spec, response: Response, media: Media) -> Shown:
    values = [each.value for each in media.examples]
    items = _items(spec, media.schema)
    lists = [value for value in values if isinstance(value, list)]
    if items is not None or lists:
        records = tuple(each for value in lists for each in value if isinstance(each, dict))
        properties = _names(records, properties_of(spec, items or {}))
        return Shown(
            "records" if properties or items is not None else "none", response, media, None, None, properties, records
        )
    objects = tuple(value for value in values if isinstance(value, dict))
    known = properties_of(spec, media.schema)
    names = _names(objects, known)
    if not names:
        return Shown("object", response, media)
    if names & {*ID_NAMES}:
        return Shown("record", response, media, properties=names, records=objects)
    return _wrapped(spec, response, media, objects, known) or Shown(
        "object", response, media, properties=names, records=objects
    )


def _wrapped(
    spec: Spec, response: Response, media: Media, objects: tuple[dict[str, Json], ...], known: Mapping[str, Json]
) -> Shown | None:
    """An object that is but the cover of its records, or of its one record."""
    lists, singles = [], []
    for name in dict.fromkeys([*known, *(key for value in objects for key in value)]):
        values = [value[name] for value in objects if name in value]
        items = _items(spec, known.get(name, {}))
        if any(isinstance(value, list) for value in values) or items is not None:
            records = tuple(
                each for value in values if isinstance(value, list) for each in value if isinstance(each, dict)
            )
            inside = _names(records, properties_of(spec, items or {}))
            if inside or (not any(values) and not properties_of(spec, items or {})):
                lists.append((name, inside, records))
        elif inside := _names(
            records := tuple(value for value in values if isinstance(value, dict)),
            properties_of(spec, known.get(name, {})),
        ):
            singles.append((name, inside, records))
    named = [each for each in singles if each[1] & {*ID_NAMES}]
    if len(lists) == 1 and not named:
        name, inside, records = lists[0]
        return Shown("records", response, media, name, None, inside, records)
    if len(named) == 1 and len(singles) == 1 and not lists:
        name, inside, records = named[0]
        return Shown("record", response, media, None, name, inside, records)
    return None


def _items(spec: Spec, schema: Json) -> Json:
    """The item schema of an array schema; None for any other."""
    resolved = spec.resolve(schema)
    if isinstance(resolved, dict) and (resolved.get("type") == "array" or "items" in resolved):
        return resolved.get("items") or {}
    return None


def _names(records: Iterable[Mapping[str, Json]], known: Mapping[str, Json]) -> frozenset[str]:
    return frozenset(known) | {name for record in records for name in record}


def id_property(properties: frozenset[str], collection: str, placeholder: str | None) -> str | None:
    """The property that names a record: `id` and its like, `team_id` of teams, or the one the item's path names."""
    for name in ID_NAMES:
        if name in properties:
            return name
    last = next((part for part in reversed(segments(collection)) if not is_placeholder(part)), "")
    wanted = {plain(singular(last)) + "id", plain(last) + "id"}
    if placeholder:
        wanted.add(plain(placeholder))
        wanted.update(each for each in _SLUG_LIKE if plain(placeholder).endswith(each))
    return next((name for name in sorted(properties) if plain(name) in wanted), None)


def id_style(values: Iterable[Json]) -> str | None:
    """How ids look: `hex24`, `uuid`, `integer`, `digits` (integers as text) or `slug`; None without any."""
    found = [style for value in values if (style := _style(value))]
    return max(found, key=found.count) if found else None


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
    return "slug"


def request_examples(operation: Operation) -> Iterator[tuple[str, Json]]:
    """The documented JSON bodies of requests, by name."""
    media = json_media(operation.body.content) if operation.body else None
    for each in media.examples if media else ():
        yield each.name, each.value


def request_properties(spec: Spec, operation: Operation, wrapper: str | None = None) -> frozenset[str]:
    """The properties a request may name: at its top, or inside its cover."""
    media = json_media(operation.body.content) if operation.body else None
    if media is None:
        return frozenset()
    examples = [value for _, value in request_examples(operation) if isinstance(value, dict)]
    known = properties_of(spec, media.schema)
    names = _names(examples, known)
    if wrapper is None or names != {wrapper}:
        return names
    inside = [value[wrapper] for value in examples if isinstance(value.get(wrapper), dict)]
    return _names(inside, properties_of(spec, known.get(wrapper, {})))


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
