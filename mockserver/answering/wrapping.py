"""What records look like on the wire: a record and the Call it answers come in, a body in the documented cover or a Reply goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from contract.checks import ABSENT
from contract.spec import Json
from mockserver.answering.answers import answer
from mockserver.answering.linking import renamed
from mockserver.answering.patterns import first_record
from mockserver.answering.problems import Reply
from mockserver.answering.records import Record, resource_of
from mockserver.api import Call
from mockserver.planning.covers import at, blank, covered
from mockserver.planning.evidence import placeholders
from mockserver.planning.variants import Variant


def wrapped(call: Call, record: Json) -> Json:
    """A record in its documented cover."""
    variant, key = call.variant, call.step.key
    if call.step.part and isinstance(record, dict):
        record = _part(call, record)
    if key and isinstance(record, dict):
        record = {str(record.get(key)): record}
    elif call.step.many:
        record = [record]
    if not call.step.way:
        return record
    if variant is None or variant.media is None:
        return covered(record, call.step.way, call.step.cover)
    if variant.is_written:
        return covered(record, call.step.way, variant.example)
    described = around(call, variant)
    return covered(record, call.step.way, {name: each for name, each in described.items() if each is not None})


def _part(call: Call, record: Record) -> Record:
    """What is shown of a record where only a part of it is, with its id under whatever name it has there."""
    resource = resource_of(call)
    own = resource.held_id(record)
    ids = {name: own for name in call.step.part if name not in resource.properties and own is not None}
    return {**ids, **{name: value for name, value in record.items() if name in call.step.part}}


def around(call: Call, variant: Variant) -> Json:
    """What stands around records: the documented answer, and where nobody wrote one down, all that its schema describes, with what that has samples of."""
    if variant.is_written or variant.media is None or not call.step.way:
        return variant.example
    described = blank(call.api.spec, variant.media.schema, call.step.way)
    return _joined(described, variant.example) if isinstance(variant.example, dict) else described


def _joined(described: Json, shown: Json) -> Json:
    """What is shown, with what is only described beside it, at every level."""
    if not (isinstance(described, dict) and isinstance(shown, dict)):
        return shown
    return {**described, **{name: _joined(described.get(name), each) for name, each in shown.items()}}


def inside(call: Call, body: Json) -> Record:
    """The record in an answer, without its cover."""
    return first_record(at(body, call.step.way), call.step.key)


def record_reply(call: Call, record: Record, headers: Mapping[str, str] | None = None) -> Reply:
    """Show the record where the answer is one, else the documented words about it."""
    if call.step.shows_records:
        return answer(call, wrapped(call, record), headers)
    return answer(call, _about(call, call.variant), headers)


def _about(call: Call, variant: Variant | None) -> Json:
    """A documented message with the id of this request in place of the documented one."""
    if variant is None or variant.example is None or not call.segments:
        return ABSENT
    value, identity = variant.example, call.segments[-1]
    names = placeholders(call.step.operation.path)
    for parameter in call.step.operation.parameters:
        if names and parameter.name == names[-1]:
            for each in parameter.examples:
                value = renamed(value, str(each.value), identity)
    return _id_told(value, identity) if value == variant.example else value


def _id_told(value: Json, identity: str) -> Json:
    """`id=123` in a message names the record that the documented request was about."""
    if isinstance(value, dict):
        return {key: _id_told(each, identity) for key, each in value.items()}
    return (
        re.sub(r"(\bid\s*[=:]\s*)[\w-]+", lambda found: found[1] + identity, value) if isinstance(value, str) else value
    )
