"""Items of lists inside of records: a Call that adds or takes out some comes in, the record is kept as it is then, a Reply that shows it goes out."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from contract.spec import Json
from mockserver.answering.items import told_apart, whole_item
from mockserver.answering.making import touched
from mockserver.answering.problems import Reply
from mockserver.answering.records import Record, keep, resource_of
from mockserver.answering.sending import sent_record
from mockserver.answering.wrapping import record_reply
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES


def added(call: Call, record: Record, name: str) -> Reply:
    """Put what is sent, or what the path names, into a list inside of the record, or take it out, and show the record."""
    held = record.get(name)
    items = [*held] if isinstance(held, list) else []
    if not call.step.by_value:
        items.append(sent_record(call))
    elif call.step.operation.method == "DELETE":
        told = {str(each) for each in _named(call)}
        items = [each for each in items if not told & set(_names(each))]
    else:
        known = {each for item in items for each in _names(item)}
        new = dict.fromkeys(each for each in _named(call) if str(each) not in known)
        items += [_item(call, name, each) for each in new]
    made = told_apart(call, resource_of(call), touched(call, {**record, name: items}, {}))
    with call.store.together():
        keep(call, made)
    return record_reply(call, made)


def _item(call: Call, name: str, value: Json) -> Json:
    names = resource_of(call).lists.get(name)
    known = call.store.find(call.step.joins[1], str(value)) if call.step.joins and names else None
    if known and names:
        record = msgspec.json.decode(known[1])
        return {each: record[each] for each in record if each in names}
    return whole_item(call, name, names, value) if names else value


def _names(item: Json) -> Iterator[str]:
    """What an item may be named by: itself, or its ids and texts."""
    if not isinstance(item, dict):
        yield str(item)
        return
    yield from (str(value) for key, value in item.items() if key in ID_NAMES or isinstance(value, str))


def _named(call: Call) -> list[Json]:
    """The values that a path ends with, or that a body is, or holds alone."""
    position = resource_of(call).shape.count("{}") + 1
    if position < len(call.segments):
        return [call.segments[position]]
    body = call.values.body
    held = [*body.values()] if isinstance(body, dict) else [body]
    flat = [one for each in held for one in (each if isinstance(each, list) else [each])]
    return [each for each in flat if isinstance(each, (str, int)) and not isinstance(each, bool)]
