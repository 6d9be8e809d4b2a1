"""Records that others name: a Call whose path names a record comes in, the ids of those that it refers to go out."""

from __future__ import annotations

import msgspec

from contract.spec import Json
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES
from mockserver.planning.model import Reach
from mockserver.state.store import below


def reached(call: Call, reach: Reach) -> list[str] | None:
    """The ids that the record of the path refers to; None where there is no such record."""
    parent, source = "", reach.source
    for _, position in source.parents:
        parent = below(parent, call.segments[position])
    identity = call.segments[source.shape.count("{}")]
    body = call.store.get(source.shape, parent, identity)
    elsewhere = (call.store.find(each, identity) for each in source.also) if body is None else ()
    body = body or next((each[1] for each in elsewhere if each), None)
    return list(_named(msgspec.json.decode(body), reach)) if body else None


def _named(record: dict[str, Json], reach: Reach) -> list[str]:
    value = record.get(reach.name)
    if reach.source.is_json_api:
        relations = record.get("relationships")
        relation = relations.get(reach.name) if isinstance(relations, dict) else None
        value = relation.get("data") if isinstance(relation, dict) else None
    told = [_id(each) for each in (value if isinstance(value, list) else [value])]
    return [str(each) for each in told if isinstance(each, (str, int))]


def _id(value: Json) -> Json:
    return next((value[name] for name in ID_NAMES if name in value), None) if isinstance(value, dict) else value
