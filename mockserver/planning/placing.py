"""Where records hold what requests send, and answers hold records, where nobody says so: a Survey and a Resource come in, ways go out.

Requests are often flat where records are not (`name` for `attributes.name`, `plan_id` for `plan.id`), or spell a
name otherwise (`due_at` for `dueAt`). Of answers without an example those beside them tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from contract.spec import Json
from mockserver.planning.covers import GENERIC, ID_NAMES, Way, at, plain
from mockserver.planning.evidence import Shown, json_media, last_word
from mockserver.planning.model import LEVELS, Resource
from mockserver.planning.resources import Survey


def placed(resource: Resource, names: Iterable[str]) -> dict[str, Way]:
    """The ways to the values that records hold under other names than requests send, by the sent names."""
    found = ((name, _way(resource, name)) for name in sorted(names) if name not in resource.properties)
    return {name: way for name, way in found if way}


def is_flat(resource: Resource, names: Iterable[str]) -> bool:
    """Tell whether requests name the attributes of a JSON:API record as if they were its own properties."""
    return resource.is_json_api and {"attributes", "relationships"}.isdisjoint(names)


def _way(resource: Resource, name: str) -> Way | None:
    own = plain(name)
    if same := next((each for each in resource.properties if plain(each) == own), None):
        return (same,)
    if resource.is_json_api:
        return next(_at_levels(resource, own), None)
    inner = {key: value for key, value in resource.example.items() if isinstance(value, dict)}
    if referred := next(_referred(inner, own), None):
        return referred
    holders = [key for key, value in inner.items() if name in value and name not in ID_NAMES]
    return (holders[0], name) if len(holders) == 1 else None


def _at_levels(resource: Resource, own: str) -> Iterator[Way]:
    """An attribute of another spelling, or the relationship that an id (`folder_id`) names."""
    for level in LEVELS[:2]:
        held = resource.example.get(level)
        for key, value in held.items() if isinstance(held, dict) else ():
            if level == "attributes" and plain(key) == own:
                yield level, key
            linked = value.get("data") if isinstance(value, dict) else None
            if level == "relationships" and isinstance(linked, dict) and plain(key) + "id" == own:
                yield level, key, "data", "id"


def _referred(inner: Mapping[str, Mapping[str, Json]], own: str) -> Iterator[Way]:
    """The record inside of another that an id names: `plan` of `plan_id`."""
    for key, value in inner.items():
        name = next((each for each in ID_NAMES if each in value), None)
        if name and plain(key) + "id" == own:
            yield key, name


@dataclass(frozen=True, slots=True)
class Cover:
    """Where an answer holds a record or records."""

    way: Way
    shows_records: bool
    around: Mapping[str, Json] = field(default_factory=dict)
    """What stands beside them, where nothing of the answer itself is documented."""


def cover(known: Survey, resource: Resource, mine: Shown, *, many: bool) -> Cover:
    """Where an answer that does not tell holds its record or records: as others about the same do."""
    if mine.kind == "object" and not many:
        return Cover(*_alike(known, resource, mine))
    if mine.media is not None or resource.kind != "collection":
        return Cover(mine.way, mine.kind in ("record", "records") or mine.media is None)
    others = list(_beside(known, resource))
    alike = [each for each in others if each.kind == ("records" if many else "record")]
    # `data` covers whatever there is; `teams` covers no single team.
    generic = [
        each for each in others if each.way and plain(each.way[-1]) in GENERIC and plain(each.way[-1])[-1:] != "s"
    ]
    found = next(iter(alike or generic), None)
    if found:
        return Cover(found.way, shows_records=True, around=_words(found))
    # A list that can only be in an object stands there under the name of the collection.
    return Cover((last_word(resource.shape),) if many and _is_object(known, mine) else (), shows_records=True)


def _is_object(known: Survey, mine: Shown) -> bool:
    media = json_media(mine.response.content) if mine.response else None
    schema = known.spec.resolve(media.schema) if media else None
    return isinstance(schema, dict) and schema.get("type") == "object"


def _alike(known: Survey, resource: Resource, mine: Shown) -> tuple[Way, bool]:
    """The way to an object in an answer that is mostly known of records, and whether there is one: an answer may show little of them."""
    bodies = [each.value for each in mine.media.examples] if mine.media else []
    for way in dict.fromkeys([*(each.way for each in _beside(known, resource)), ()]):
        inner = at(bodies[0], way) if bodies else dict.fromkeys(mine.properties) if not way else None
        names = inner.keys() - _WORDS if isinstance(inner, dict) else frozenset()
        if names and len(names & {*resource.properties}) >= _MOST * len(names):
            return way, True
    return (), resource.kind == "document"


_MOST = 0.6
_WORDS = frozenset(("status", "success", "message", "result", "code", "error", "errors", "ok", "type", "meta"))
"""What answers say of how it went."""


def _beside(known: Survey, resource: Resource) -> Iterator[Shown]:
    """What the documented answers about a collection and its records, or about a document, show."""
    for path_shape in (resource.shape + "/{}", resource.shape):
        for method in ("GET", "POST", "PUT", "PATCH"):
            mine = known.at(path_shape, method)
            if mine and mine.media and mine.kind in ("records", "record"):
                yield mine


def _words(mine: Shown) -> Mapping[str, Json]:
    """What a documented answer says beside its records, at the top: `{"status": "ok"}`."""
    bodies = [each.value for each in mine.media.examples] if mine.media else []
    first = bodies[0] if bodies and mine.way and isinstance(bodies[0], dict) else {}
    return {name: value for name, value in first.items() if isinstance(value, (str, bool))}
