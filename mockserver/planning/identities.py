"""What names the records of a collection: what answers show and paths ask by comes in, the property, the place and the looks of ids come out; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from contract.spec import Json, Operation, Spec
from mockserver.planning.covers import ID_NAMES, Way, plain, properties_of
from mockserver.planning.evidence import (
    Shown,
    asked_style,
    id_property,
    id_style,
    is_placeholder_value,
    last_word,
    placeholders,
    schema_of_records,
    segments,
    singular,
    told_by,
)
from mockserver.planning.model import linked_id


@dataclass(frozen=True, slots=True)
class Identity:
    """What names the records of a collection."""

    property: str | None = None
    way: Way = ()
    """Where it is inside of an object."""
    link: Way = ()
    """Where a link ends with it, if nothing else tells it."""
    pattern: str = ""
    style: str = ""


def identity(
    spec: Spec,
    path_shape: str,
    about: list[tuple[Operation, Shown]],
    item: Mapping[str, Operation],
    taken: frozenset[str],
) -> Identity:
    """What names the records that operations show, and paths below theirs ask by; `taken` is what requests say of them."""
    shows = [mine for _, mine in about if mine.kind in ("records", "record")]
    properties = frozenset().union(*(mine.properties for mine in shows)) if shows else frozenset[str]()
    path = next(iter(item.values())).path if item else ""
    found = id_property(properties, path_shape, placeholders(path)[-1] if path else None)
    found = _common_id(about, path_shape, found, taken)
    way: Way = ()
    link: Way = ()
    if found is None and item:
        found = told_by(item.values(), [record for mine in shows for record in mine.records], path_shape)
        way = () if found else _way(spec, shows, path)
        link = () if found or way else _link(shows, path)
        found = found if found or way or link else _named_by(path, properties)
    style = _style(spec, shows, found, link) or asked_style(item.values()) or ""
    return Identity(found, way, link, _pattern(spec, shows, found, item.values()), style)


def _common_id(
    about: list[tuple[Operation, Shown]], path_shape: str, named: str | None, taken: frozenset[str]
) -> str | None:
    """`id` rather than `task_id` of `/tasks/{task_id}`, where records have both: the second may be another's.

    A `guid` that clients send beside a `task_id` that they do not is no id of ours.
    """
    if named is None or named in ID_NAMES or plain(named) != plain(singular(last_word(path_shape))) + "id":
        return named
    read = [record for operation, mine in about if operation.method == "GET" for record in mine.records]
    count = {name: sum(name in record for record in read) for name in (*ID_NAMES, named)}
    best = max(
        (each for each in ID_NAMES if each not in taken or named in taken), key=lambda name: count[name], default=""
    )
    return best if best and count[best] and count[best] >= count[named] else named


def _named_by(item: str, properties: frozenset[str]) -> str:
    """The name of an id that no answer shows, and that clients must be told: `id`, or what the item's path calls it."""
    name = placeholders(item)[-1]
    return "id" if plain(name).endswith(("id", "key", "uuid")) and "id" not in properties else name


def _style(spec: Spec, shows: list[Shown], name: str | None, link: Way) -> str | None:
    """The style of documented ids; where none is real, the schema's word on them."""
    if name is None:
        style = id_style(linked_id(record, link) for mine in shows for record in mine.records) if link else None
        return "integer" if style == "digits" else style
    values = [record[name] for mine in shows for record in mine.records if name in record]
    style = id_style(value for value in values if not is_placeholder_value(name, value))
    return style or next((found for mine in shows if (found := _styled_by_schema(spec, mine, name))), None)


def _styled_by_schema(spec: Spec, mine: Shown, name: str) -> str | None:
    described = _described(spec, mine, name)
    return {"integer": "integer", "number": "integer"}.get(str(described.get("type"))) or (
        {"uuid": "uuid"}.get(str(described.get("format")))
    )


def _described(spec: Spec, mine: Shown, name: str) -> dict[str, Json]:
    """What the schema of an answer says of a property of its records."""
    described = spec.resolve(properties_of(spec, schema_of_records(spec, mine)).get(name, {}))
    return described if isinstance(described, dict) else {}


def _pattern(spec: Spec, shows: list[Shown], name: str | None, items: Iterable[Operation]) -> str:
    """The pattern of ids, by the schema of the property or of the placeholder that asks by it; empty without one."""
    described = [_described(spec, mine, name) for mine in shows] if name else []
    for each in items:
        last = placeholders(each.path)[-1:]
        asked = [one.schema for one in each.parameters if one.location == "path" and (one.name,) == last]
        described += [found for one in asked if isinstance(found := spec.resolve(one), dict)]
    return next((each["pattern"] for each in described if isinstance(each.get("pattern"), str)), "")


def _link(shows: list[Shown], item: str) -> Way:
    """Where records hold a link to themselves, by which alone they are known: its last part stands behind the name of their collection."""
    own, found = last_word(item), set[Way]()
    records = [record for mine in shows for record in mine.records]
    for record in records:
        found.update(way for way, value in _links(record, ()) if segments(urlsplit(value).path)[-2:-1] == (own,))
    ranked = sorted(found, key=lambda way: (len(way), plain(way[0]) not in _ITSELF, way))
    whole = (way for way in ranked if all(linked_id(record, way) for record in records))
    return next(whole, ()) if own else ()


def _links(value: Json, way: Way) -> Iterator[tuple[Way, str]]:
    """Links of a record to itself, by their names: `self`, `_links.self.href`, `url`."""
    for name, inner in value.items() if isinstance(value, dict) and len(way) < _DEEPEST else ():
        here = (*way, name)
        if isinstance(inner, dict) and plain(name) in ("links", "self", "meta"):
            yield from _links(inner, here)
        itself = plain(name) in _ITSELF or (plain(name) == "href" and plain("".join(way[-1:])) in _ITSELF)
        if isinstance(inner, str) and itself:
            yield here, inner


_ITSELF = ("self", "href", "url", "uri", "resourceuri")
_DEEPEST = 3


def _way(spec: Spec, shows: list[Shown], item: str) -> Way:
    """Where records hold what the last placeholder of their path is called, if that is in just one of their objects."""
    own, found = plain(placeholders(item)[-1]), set[Way]()
    for mine in shows:
        described = properties_of(spec, schema_of_records(spec, mine)).items()
        shown = [(key, inner) for each in mine.records for key, inner in each.items() if isinstance(inner, dict)]
        for key, names in [*((key, properties_of(spec, each)) for key, each in described), *shown]:
            found.update((key, name) for name in names if plain(name) == own)
    return found.pop() if len(found) == 1 else ()
