"""What a record becomes: what a request sends and what the documents show come in, a new or changed record goes out; nothing is stored here.

JSON:API keeps a record's fields one level down (`attributes`, `relationships`); all else treats it like any other record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from contract.spec import Json
from mockserver.answering.answers import renamed
from mockserver.answering.records import Record, identity_of, parent_of, resource_of
from mockserver.answering.samples import generated
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES, at, items_of, plain, properties_of
from mockserver.planning.evidence import is_placeholder_value, last_word, placeholders, request_properties, singular
from mockserver.planning.model import Resource

LEVELS = ("attributes", "relationships", "links", "meta")
"""Members of a JSON:API resource object that hold its fields (jsonapi.org, 7.2)."""
_CHANGED_AT = re.compile(r"(?:last)?_?(?:updated|modified|changed)(?:_?(?:at|on|date|time))?", re.IGNORECASE)


def sent_record(call: Call) -> Record:
    """The record in the request's body, without its cover."""
    return {
        name: _whole(value) if isinstance(value, (float, dict, list)) else value for name, value in _sent(call).items()
    }


def _sent(call: Call) -> Mapping[str, Json]:
    body, way = call.values.body, call.step.sent_way
    inner = at(body, way) if way and isinstance(body, dict) and way[0] in body else body
    return inner if isinstance(inner, dict) else {}


def _whole(value: Json) -> Json:
    """19999.0 as 19999: to JSON Schema before draft 6, and so to OpenAPI 3.0, only the second is an integer."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


_EXACT = 2**53
"""Beyond this, a float does not hold every integer."""


def documented(call: Call) -> Record:
    """The record in the documented answer, without its cover; of a list, the first."""
    variant = call.variant
    return dict(first_record(at(variant.example, call.step.way), call.step.key)) if variant else {}


def first_record(shown: Json, key: str | None) -> Record:
    """The one record of an answer, or the first of its list."""
    if key and isinstance(shown, dict):
        shown = list(shown.values())
    if isinstance(shown, list):
        shown = shown[0] if shown else None
    return shown if isinstance(shown, dict) else {}


def id_names(call: Call) -> frozenset[str]:
    """Names under which answers may tell the id of a record of the call's resource, without case and punctuation."""
    resource = resource_of(call)
    return _id_names(resource.shape, resource.item, resource.id_property)


@lru_cache(maxsize=1024)
def _id_names(shape: str, item: str | None, id_property: str | None) -> frozenset[str]:
    own = singular(last_word(shape))
    last = placeholders(item)[-1:] if item else ()
    return frozenset(map(plain, (*ID_NAMES, own + "_id", *last, *filter(None, [id_property]))))


def tells(call: Call, shown: Mapping[str, Json]) -> bool:
    """Tell whether a documented answer shows a record, and not only its id and how it went."""
    sent, told = _sent(call), shown.keys() - {*ID_NAMES}
    return any(name in sent or name in call.step.nameable for name in told) or len(told) > _FEW


_FEW = 2


def created(call: Call, sent: Record) -> Record:
    """What was sent, and what the documents show that no client sends: ids, times, secrets, defaults."""
    resource, own = resource_of(call), documented(call)
    if not own and not resource.example:
        own = _described(call)
    if own and (tells(call, own) or not resource.example):
        shown, clients = own, _clients(call)
    else:
        shown, clients = _blank(resource.example), _nameable(call)
    identity = _identity(call, sent)
    record: Record = {resource.id_property: identity} if resource.id_property else {}
    record.update((name, value) for name, value in sent.items() if name != resource.id_property)
    record = {**call.step.defaults, **_owners(call), **record}
    old = shown.get(resource.id_property or "")
    theirs = clients("")
    for name, value in shown.items():
        inner = record.get(name)
        if name in LEVELS and _is_json_api(resource):
            level = inner if isinstance(inner, dict) else {}
            record[name] = {**_server_made(call, value, {*level, *clients(name)}), **level}
        elif name not in record and name not in theirs:
            record[name] = call.maker.another(name, value) if name in ID_NAMES else call.maker.like(value)
        else:
            continue
        record[name] = _linked(record[name], old, identity)
    return record


def _owners(call: Call) -> Record:
    """The ids of the records above, under the names that the documents have for them (`team_id`)."""
    made: Record = {}
    for name, position, number in call.step.owners:
        identity = call.segments[position]
        made[name] = int(identity) if number and identity.isdecimal() and len(identity) < _EXACT_DIGITS else identity
    return made


_EXACT_DIGITS = 16


def _described(call: Call) -> Record:
    """A record as the answer's schema wants it, where no example shows one."""
    variant = call.variant
    if variant is None or variant.media is None:
        return {}
    spec, schema = call.api.spec, variant.media.schema
    for name in call.step.way:
        schema = properties_of(spec, schema).get(name, {})
    made = generated(spec, items_of(spec, schema) or schema)
    return made if isinstance(made, dict) else {}


def _server_made(call: Call, shown: Json, others: set[str]) -> dict[str, Json]:
    own = shown if isinstance(shown, dict) else {}
    return {name: call.maker.like(value) for name, value in own.items() if name not in others}


def _linked(value: Json, old: Json, identity: Json) -> Json:
    """A documented link that names the documented record names the new one."""
    if isinstance(value, dict):
        return {name: _linked(each, old, identity) for name, each in value.items()}
    linked = isinstance(value, str) and "/" in value and isinstance(old, (str, int)) and str(old)
    return renamed(value, str(old), str(identity)) if linked else value


def _blank(example: Mapping[str, Json]) -> Record:
    """A documented record without what is particular to it: the records inside of it."""
    return {
        name: [] if isinstance(value, list) and any(isinstance(each, dict) for each in value) else value
        for name, value in example.items()
    }


def _identity(call: Call, sent: Record) -> Json:
    """The id that the client chose, else a new one."""
    resource = resource_of(call)
    if put := identity_of(call):
        return int(put) if resource.id_style == "integer" and put.isdecimal() and len(put) < _EXACT_DIGITS else put
    own = sent.get(resource.id_property or "")
    chosen = isinstance(own, (str, int)) and not isinstance(own, bool) and own != ""
    if chosen and not is_placeholder_value(resource.id_property or "", own):
        return own
    return call.maker.identity(resource, sent, parent_of(call))


_Clients = Callable[[str], frozenset[str]]
"""Names that are the client's to send, by level of the record; the empty text is its top."""


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


def merged(call: Call, record: Record, sent: Record) -> Record:
    """What is not named stays; what is named is overwritten whole."""
    made = {**record, **sent}
    if _is_json_api(resource_of(call)):
        made.update((name, _level(record, name) | _level(sent, name)) for name in LEVELS if name in sent)
    return made


def replaced(call: Call, record: Record, sent: Record) -> Record:
    """What a client may send and did not is gone; what is the server's stays."""
    resource, way = resource_of(call), call.step.sent_way
    if _is_json_api(resource):
        taken = request_properties(call.api.spec, call.step.operation, (*way, "attributes"))
        kept = {name: value for name, value in _level(record, "attributes").items() if name not in taken}
        return {**merged(call, record, sent), "attributes": kept | _level(sent, "attributes")}
    if resource.kind == "document":
        return sent
    taken = request_properties(call.api.spec, call.step.operation, way)
    return {**{name: value for name, value in record.items() if name not in taken}, **sent}


def touched(call: Call, record: Record, sent: Record) -> Record:
    """A changed record with the time of the change, where it tells one."""
    made = {
        name: call.maker.like(value) if _CHANGED_AT.fullmatch(name) and name not in sent else value
        for name, value in record.items()
    }
    if _is_json_api(resource_of(call)) and "attributes" in record:
        inner, given = _level(record, "attributes"), _level(sent, "attributes")
        made["attributes"] = {
            name: call.maker.like(value) if _CHANGED_AT.fullmatch(name) and name not in given else value
            for name, value in inner.items()
        }
    return made


def told(resource: Resource, record: Record) -> Record:
    """A record without its secrets."""
    if not resource.write_only:
        return record
    made = {name: value for name, value in record.items() if name not in resource.write_only}
    if _is_json_api(resource) and "attributes" in made:
        made["attributes"] = {
            name: value for name, value in _level(made, "attributes").items() if name not in resource.write_only
        }
    return made


def _level(record: Mapping[str, Json], name: str) -> Record:
    inner = record.get(name)
    return dict(inner) if isinstance(inner, dict) else {}


def _is_json_api(resource: Resource) -> bool:
    """Records are JSON:API resource objects (jsonapi.org, 7.2)."""
    return "type" in resource.properties and not {"attributes", "relationships"}.isdisjoint(resource.properties)
