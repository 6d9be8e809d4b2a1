"""Known records that join others (`POST /teams/{id}/members {"user_id": 3}`): a Call that names them comes in, one that sends them whole goes out."""

from __future__ import annotations

import msgspec

from contract.spec import Json
from mockserver.answering.records import Record, identity_of, resource_of
from mockserver.api import Call
from mockserver.planning.evidence import singular


def joined(call: Call) -> Call:
    """The call as if it had sent each record that it names; one that is not known is made of what is sent, as any other."""
    body = call.values.body
    name, shape = call.step.joins or ("", "")
    if not name:
        sent = body if isinstance(body, dict) else {}
        made: Json = _whole(call, shape, identity_of(call), sent)
        return msgspec.structs.replace(call, values=msgspec.structs.replace(call.values, body=made))
    named = body.get(name) if isinstance(body, dict) else None
    if isinstance(named, list):
        rest = {key: value for key, value in body.items() if key != name}
        made = [_whole(call, shape, each, {singular(name): each, **rest}) for each in named]
    elif isinstance(named, (str, int)):
        made = _whole(call, shape, named, body)
    else:
        return call
    return msgspec.structs.replace(call, values=msgspec.structs.replace(call.values, body=made))


def _whole(call: Call, shape: str, identity: Json, sent: Record) -> Record:
    known = call.store.find(shape, str(identity)) if shape else None
    record = msgspec.json.decode(known[1]) if known else {}
    shown = resource_of(call).properties
    return {**{key: value for key, value in record.items() if key in shown}, **sent}
