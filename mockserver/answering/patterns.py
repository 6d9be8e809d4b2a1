"""What the documents show of new records: an operation and its documented answer come in, a Pattern goes out; it is found once and depends on no request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from contract.checks import Compiled
from contract.spec import Json
from mockserver.answering.items import lists_with_ids
from mockserver.answering.jsonapi import to_below
from mockserver.answering.linking import linked
from mockserver.answering.omitted import emptied, made_anew
from mockserver.answering.records import Record, resource_of
from mockserver.answering.samples import generated, required
from mockserver.answering.sending import is_key
from mockserver.answering.shapes import record_schemas
from mockserver.answering.unshown import unshown
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES, at, items_of, plain, properties_of
from mockserver.planning.evidence import is_placeholder_value, last_word, placeholders, request_properties, singular
from mockserver.planning.model import LEVELS, Resource, Step

SLUG = "slug"
"""A word for addresses that services make of a name."""
_FEW = 2
"""Names of an answer that is no record yet: how it went, and of what."""


@dataclass(frozen=True, slots=True)
class Given:
    """A property of new records that the documents give a value to, unless a request does."""

    name: str
    value: Json
    is_id: bool
    """One more id: no two records have the same."""
    is_same: bool
    """It is the documented record's id under another name."""
    links: bool
    """There are links in the value that may name the record."""
    clients: frozenset[str] | None = None
    """Of a JSON:API level: what in it is the client's to send."""
    made: frozenset[str] = frozenset()
    """Of a text, its own name, of a level, names in it: what the service makes another of for each record."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a documented answer shows of a new record."""

    shown: Record
    """The record, without its cover; of a list, the first."""
    tells: frozenset[str]
    """Its properties beside ids, where one that is sent proves that it is a record."""
    is_record: bool
    """It is one whatever is sent."""
    alone: bool
    """Nothing else shows a record of the resource."""
    keys: tuple[str, ...]
    """Names under which a request may choose the id, the likeliest first."""
    ids: frozenset[str]
    """Names under which answers may tell the id of a record of the resource, without case and punctuation."""
    named: tuple[str, ...]
    """Those of them that the answer has."""
    own: tuple[Given, ...]
    """What new records get of this answer."""
    usual: tuple[Given, ...]
    """What they get of the resource's documented record, where the answer shows none."""
    own_id: Json
    usual_id: Json
    later: tuple[Given, ...]
    """What the other answers that show records require of them: who reads the record in several must find one and the same."""
    shown_as_kept: Compiled | None
    """The answer's schema, where the answer is nothing but the record and no other record shows it."""
    plain: frozenset[str]
    """What a request may name that a record has as it is sent; empty where a new record takes more than that, an id and what the documents give it."""

    def shows_record(self, sent: Mapping[str, Json]) -> bool:
        """Tell whether the answer to a request shows a record, and not only its id and how it went."""
        return self.is_record or not self.tells.isdisjoint(sent)


def pattern(call: Call) -> Pattern:
    """The pattern of a call's documented answer."""
    key = (id(call.step), id(call.variant))  # both live as long as the contract is served
    known = call.api.patterns.get(key)
    if not isinstance(known, Pattern):
        known = call.api.patterns[key] = _found(call)
    return known


def first_record(shown: Json, key: str | None) -> Record:
    """The one record of an answer, or the first of its list."""
    if key and isinstance(shown, dict):
        shown = list(shown.values())
    if isinstance(shown, list):
        shown = shown[0] if shown else None
    return shown if isinstance(shown, dict) else {}


def _found(call: Call) -> Pattern:
    resource, variant, step = resource_of(call), call.variant, call.step
    shown = dict(first_record(at(variant.example, step.way), step.key)) if variant else {}
    name, ids = resource.id_property or "", _ids(resource)
    shown = shown if step.shows_records else _told(call, shown, ids)
    here, elsewhere = unshown(call)
    sampled = bool(shown) and variant is not None and not variant.is_written
    is_open = step.shows_records and (sampled or not (shown or resource.example))
    described = _described(call) if is_open else {}
    told = shown if step.shows_records else {}
    own = {**described, **here, **_usual(_real(resource, told), here)} if told or not resource.example else {}
    tells = {each for each in shown.keys() | (_names(call) if sampled else set()) if plain(each) not in ids}
    named = tuple(each for each in shown if plain(each) in ids)
    later = tuple(_later(call, resource, elsewhere if own else here | elsewhere))
    sent_to = {way[0] for way in step.placed.values()}  # `attributes` of a flat request
    is_record = not tells.isdisjoint(step.nameable | sent_to) or len(tells) > _FEW
    given = tuple(_omitted(call, each) for each in _given(step, resource, own, _clients(call)))
    given += tuple(_unsent(call, own, _clients(call)("")))
    known = {*shown, *(each.name for each in given)}
    given += tuple(_one(resource, here, name, value) for name, value in here.items() if own and name not in known)
    as_kept = _is_record_alone(call) and (is_record or not shown) and {*named} <= {name} and _has_all(call, later)
    return Pattern(
        shown=shown,
        tells=frozenset(tells),
        is_record=is_record,
        alone=not resource.example,
        keys=tuple(_keys(resource, step)),
        ids=ids,
        named=named,
        own=given,
        usual=tuple(_given(step, resource, _blank(resource.example), _nameable(call))),
        own_id=resource.held_id(own),
        usual_id=resource.held_id(resource.example),
        later=later,
        shown_as_kept=call.api.checks.answer_schema(variant.media) if as_kept and variant and variant.media else None,
        plain=_plain(step, resource, given) - lists_with_ids(call.api, resource).keys() - resource.lists.keys()
        if as_kept and (is_record or not resource.example)
        else frozenset(),
    )


def _told(call: Call, shown: Record, ids: frozenset[str]) -> Record:
    """What an answer that is no record tells of one, where it describes its id."""
    written = call.variant is not None and call.variant.is_written
    if written or not any(plain(each) in ids for each in _names(call)):
        return shown
    made = generated(call.api.spec, _schema(call), turn=1)
    return {**made, **shown} if isinstance(made, dict) else shown


def _plain(step: Step, resource: Resource, given: tuple[Given, ...]) -> frozenset[str]:
    own = resource.id_property
    special = (
        step.placed or step.is_flat or step.sent_way or step.identified_by or step.owners or step.made_by or step.joins
    )
    if special or "{" in step.operation.path or resource.kind != "collection":
        return frozenset()
    if any(each.name == SLUG for each in given) or any(
        each.is_same or each.links or each.clients is not None or each.is_id or each.made
        for each in given
        if each.name != own
    ):
        return frozenset()
    keys = {name for name in step.nameable if is_key(name) and name not in resource.fields}
    return step.nameable - keys - {*_keys(resource, step), *resource.write_only, *resource.natural}


def _is_record_alone(call: Call) -> bool:
    """The answer is the record, without a cover or headers of its own, and neither shows other records nor is shown with them."""
    step, variant, api, shape = call.step, call.variant, call.api, resource_of(call).shape
    return (
        variant is not None
        and variant.is_json
        and variant.status not in _BODILESS
        and not variant.headers
        and step.shows_records
        and not (step.way or step.key or step.many)
        and step.operation.key not in api.embedding
        and shape not in api.inside
        and shape not in api.also
        and shape not in api.around
        and shape not in api.counting
        and bool(resource_of(call).id_property)
    )


def _has_all(call: Call, later: tuple[Given, ...]) -> bool:
    """What other answers require, this one requires too."""
    media = call.variant.media if call.variant else None
    made = set(required(call.api.spec, media.schema) if media else ())
    return {each.name for each in later} <= made


_BODILESS = (204, 304)


def _later(call: Call, resource: Resource, unshown: Record) -> Iterator[Given]:
    """What answers require; where a client may send it and did not, nothing rather than what the documented record has, if that will do."""
    yield from (_one(resource, unshown, name, value) for name, value in unshown.items() if name not in resource.example)
    spec, schemas = call.api.spec, record_schemas(call.api, resource)
    wanted = {name for each in schemas for name in required(spec, each)}
    for name, shown in _blank(resource.example).items():
        if name not in wanted or (resource.is_json_api and name in LEVELS):
            continue
        described = [spec.resolve(known[name]) for each in schemas if name in (known := properties_of(spec, each))]
        free = name in call.step.nameable and all(_PLAIN.issuperset(each) for each in described)
        value = type(shown)() if free and isinstance(shown, (str, list)) else shown
        yield _one(resource, resource.example, name, value)
    if resource.is_json_api and (none := _none_below(call, resource)):
        yield Given(LEVELS[1], none, is_id=False, is_same=False, links=True, clients=frozenset())


def _none_below(call: Call, resource: Resource) -> Record:
    """The documented relationships to the records below a new one, of which there are none yet; answers that show records tell which there are."""
    made: Record = {}
    for step in call.api.plan.steps:
        if step.resource and step.resource.shape == resource.shape and step.behaviour in _READING:
            for variant in call.api.variants[step.operation.key]:
                record = first_record(at(variant.example, step.way), step.key)
                told = linked(to_below(call, record), resource.held_id(record), resource.held_id(resource.example))
                made = {**told, **made}
    return made


_READING = ("read", "list", "singleton")
_PLAIN = frozenset({"type", "nullable", "description", "items", "x-doc-source", "x-doc-confidence"})
"""What says nothing that an empty text or list would not keep."""


def _keys(resource: Resource, step: Step) -> Iterator[str]:
    """The id's own name; that of the path's placeholder, where what is sent links a record to the one above (`stream_id`)."""
    if resource.id_property:
        yield resource.id_property
    asked = plain(placeholders(resource.item)[-1]) if resource.item and resource.parents else ""
    yield from (name for name in sorted(step.nameable) if plain(name) == asked and name != resource.id_property)


def _ids(resource: Resource) -> frozenset[str]:
    own = singular(last_word(resource.shape))
    last = placeholders(resource.item)[-1:] if resource.item else ()
    return frozenset(map(plain, (*ID_NAMES, own + "_id", *last, *filter(None, [resource.id_property]))))


_Clients = Callable[[str], frozenset[str]]
"""Names that are the client's to send, by level of the record; the empty text is its top."""


def _given(step: Step, resource: Resource, shown: Mapping[str, Json], clients: _Clients) -> Iterator[Given]:
    theirs, levels = clients(""), LEVELS if resource.is_json_api else ()
    for name, value in shown.items():
        if name in levels:
            inner = theirs if step.is_flat else clients(name)
            yield Given(name, value, is_id=False, is_same=False, links=_links(value), clients=inner)
        elif name not in theirs:
            yield _one(resource, shown, name, value)


def _real(resource: Resource, shown: Record) -> Record:
    """What an answer shows, with what the documented record has where it only says what would stand there (`"team_id": "team_id"`)."""
    known = resource.example
    return {
        name: known[name]
        if is_placeholder_value(name, value) and known.get(name) is not None and name != resource.id_property
        else value
        for name, value in shown.items()
    }


def _omitted(call: Call, given: Given) -> Given:
    """A level of a JSON:API record with what becomes of what clients may send of it and do not."""
    if given.clients is None or given.name != LEVELS[0] or not isinstance(given.value, dict):
        return given
    empty = emptied(call, given.value, (given.name,), given.clients)
    level = () if call.step.is_flat else (given.name,)
    made = made_anew(call, given.value, level, given.clients)
    return replace(given, value={**given.value, **empty}, clients=given.clients - empty.keys() - made, made=made)


def _unsent(call: Call, shown: Record, theirs: frozenset[str]) -> Iterator[Given]:
    """The same of any other record."""
    resource = resource_of(call)
    if resource.is_json_api:
        return
    apart = {resource.id_property, *_keys(resource, call.step)}
    for name in made_anew(call, shown, (), theirs) - apart:
        yield replace(_one(resource, shown, name, shown[name]), made=frozenset((name,)))
    for name, value in emptied(call, shown, (), theirs).items():
        yield _one(resource, shown, name, value)


def _one(resource: Resource, shown: Mapping[str, Json], name: str, value: Json) -> Given:
    identity = shown.get(resource.id_property or "")
    same = isinstance(value, str) and value == identity and not is_placeholder_value(name, value)
    same = same and value != _NOBODYS
    return Given(name, value, is_id=name in ID_NAMES, is_same=same, links=_links(value))


_NOBODYS = "00000000-0000-4000-8000-000000000000"
"""The UUID that is made where none is documented; that two properties have it says nothing."""


def _links(value: Json) -> bool:
    if isinstance(value, dict):
        return any(_links(each) for each in value.values())
    return isinstance(value, str) and "/" in value


def _usual(shown: Record, here: Record) -> Record:
    """What is shown, without the times of samples that have not come yet for a new record."""
    return {
        name: value
        for name, value in shown.items()
        if not (name in here and here[name] is None and isinstance(value, str) and _TIME.match(value))
    }


_TIME = re.compile(r"\d{4}-\d\d-\d\d")


def _described(call: Call) -> Record:
    """A record as the answer's schema wants it, where no example shows one whole."""
    made = generated(call.api.spec, _schema(call))
    return made if isinstance(made, dict) else {}


def _names(call: Call) -> frozenset[str]:
    """All that the answer's schema says that a record has."""
    return frozenset(properties_of(call.api.spec, _schema(call)))


def _schema(call: Call) -> Json:
    """What the answer says of one record; nothing where it is not described."""
    variant, spec = call.variant, call.api.spec
    schema: Json = variant.media.schema if variant and variant.media else {}
    for name in call.step.way:
        schema = properties_of(spec, schema).get(name, {})
    return items_of(spec, schema) or schema


def _blank(example: Mapping[str, Json]) -> Record:
    """A documented record without what is particular to it: the records inside of it."""
    return {
        name: [] if isinstance(value, list) and any(isinstance(each, dict) for each in value) else value
        for name, value in example.items()
    }


def _clients(call: Call) -> _Clients:
    """The properties of the documented request; without one, all that a request may name."""
    variant = call.variant
    sent = at(variant.sent, call.step.sent_way) if variant and variant.sent is not None else None
    if not isinstance(sent, dict):
        return _nameable(call)
    return lambda level: frozenset(inner if isinstance(inner := sent.get(level) if level else sent, dict) else ())


def _nameable(call: Call) -> _Clients:
    spec, operation, way = call.api.spec, call.step.operation, call.step.sent_way
    return lambda level: request_properties(spec, operation, (*way, level) if level else way)
