"""Known records that join others (`POST /teams/{id}/members {"user_id": 3}`): a Call that names them comes in, one that sends them whole goes out."""

from __future__ import annotations

import msgspec

from contract.spec import Json
from mockserver.answering.creating import UndoneError, documented_request
from mockserver.answering.records import Record, identity_of, missing, resource_of
from mockserver.api import Call
from mockserver.planning.covers import at, covered, plain
from mockserver.planning.evidence import is_placeholder_value, last_word, singular
from mockserver.planning.model import LEVELS


def joined(call: Call) -> Call:
    """The call as if it had sent each record that it names; one that is not known is made of what is sent, as any other.

    UndoneError where the documents say that it is known.
    """
    body, way = call.values.body, call.step.sent_way
    name, shape = call.step.joins or ("", "")
    if not name:
        sent = body if isinstance(body, dict) else {}
        return _sending(call, _whole(call, shape, identity_of(call), sent))
    inner = at(body, way)
    if name == resource_of(call).id_property:
        known = isinstance(inner, dict) and isinstance(inner.get(name), (str, int))
        return _sending(call, covered(_whole(call, shape, inner[name], inner), way, body)) if known else call
    named = body.get(name) if isinstance(body, dict) else None
    if isinstance(named, list):
        rest = {key: value for key, value in body.items() if key != name}
        return _sending(call, [_whole(call, shape, each, {singular(name): each, **rest}) for each in named])
    return _sending(call, _whole(call, shape, named, body)) if isinstance(named, (str, int)) else call


def _sending(call: Call, body: Json) -> Call:
    return msgspec.structs.replace(call, values=msgspec.structs.replace(call.values, body=body))


def _whole(call: Call, shape: str, identity: Json, sent: Record) -> Record:
    known = call.store.find(shape, str(identity)) if shape else None
    if known is None and call.step.joins_known and not _is_documented(call, identity):
        raise UndoneError(missing(msgspec.structs.replace(call, segments=(*call.segments, str(identity)))))
    record, resource = msgspec.json.decode(known[1]) if known else {}, resource_of(call)
    shown = {key: value for key, value in record.items() if key in resource.properties}
    if not resource.is_json_api:
        return {**(_part(call, shape, record, identity) or shown), **sent}
    inner, given = record.get(LEVELS[0]), sent.get(LEVELS[0])
    own = {key: value for key, value in inner.items() if key in resource.fields} if isinstance(inner, dict) else {}
    return {**sent, LEVELS[0]: {**own, **(given if isinstance(given, dict) else {})}}


def _part(call: Call, shape: str, record: Record, identity: Json) -> Record:
    """The record as a part of the one that it becomes (`user` of a member), or its id there; empty where it is all of it."""
    own, shown = plain(singular(last_word(shape))), resource_of(call).properties
    if part := next((each for each in shown if plain(each) == own), None):
        return {part: record} if record else {}
    named = next((each for each in shown if plain(each) == own + "id" and own), None)
    return {named: call.api.collections[shape].held_id(record) if record else identity} if named else {}


def _is_documented(call: Call, identity: Json) -> bool:
    """The documented request works whomever it names; what only stands for an id is nobody's."""
    name, _ = call.step.joins or ("", "")
    example = at(documented_request(call), call.step.sent_way)
    told = example.get(name) if isinstance(example, dict) else None
    return identity in (told if isinstance(told, list) else [told]) or is_placeholder_value(name, identity)
