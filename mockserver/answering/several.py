"""What is done to many records at once: a Call comes in, they are counted, changed or removed, a Reply goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from contract.spec import Json, Parameter
from mockserver.answering.answers import answer
from mockserver.answering.making import acted, touched
from mockserver.answering.problems import Reply
from mockserver.answering.records import Record, keep, missing, parent_of, parents_exist, remove, resource_of
from mockserver.api import Call
from mockserver.planning.asking import as_parameter, asked
from mockserver.planning.comparing import Test
from mockserver.planning.covers import ID_NAMES, Way, covered, plain
from mockserver.planning.dialect import value_of
from mockserver.planning.filters import tests_of


def wishes(call: Call) -> tuple[Sequence[Parameter], Mapping[str, Json]]:
    """What can be asked of the records of a call, and what is asked: in its query, by its path, and in the body where it has one."""
    known, query = call.step.operation.parameters, call.values.query
    if call.step.sifted_by:
        known = (*known, as_parameter(call.step.sifted_by))
        query = {**query, call.step.sifted_by: call.segments[-1]}
    if not call.step.operation.body:
        return known, query
    values = asked(call.values.body)
    own = {each.name for each in known} | {each.name for each in call.step.asked}
    more = (as_parameter(name) for name in values if name not in own)
    return (*known, *call.step.asked, *more), {**query, **values}


def with_number(example: Json, way: Way, number: int) -> Json:
    """The documented answer with a true number in it."""
    return covered(number, way, example)


def removed(call: Call) -> Reply:
    """Remove the records that a request names; the documented answer, and nothing else, where it names none."""
    resource = resource_of(call)
    if not parents_exist(call):
        return missing(call)
    ids, tests = _named(call)
    if not (ids or tests or call.step.whole):
        return answer(call)
    gone = []
    for body in call.store.bodies(resource.shape, parent_of(call)):
        record: Record = msgspec.json.decode(body)
        if all(test(record) for test in tests) and (not ids or _is_one(call, record, ids)):
            gone.append(record)
    if len(ids) == 1 and not gone:
        return missing(call)
    for record in gone:
        identity = str(record.get(resource.id_property or ""))
        remove(msgspec.structs.replace(call, segments=(*call.segments, identity)))
    example = call.variant.example if call.variant else None
    if call.step.counts is not None and call.variant and call.variant.media:
        return answer(call, with_number(example, call.step.counts, len(gone)))
    return answer(call, covered(gone, call.step.way, example)) if call.step.shows_records and gone else answer(call)


def alike(call: Call) -> list[Record]:
    """What a request sends for each of the records that it names by their ids, as if it had sent each of them; those that are not there are passed over."""
    resource, body = resource_of(call), call.values.body
    names = (
        {name for name in body if plain(name) in (call.step.removes or ())} if isinstance(body, dict) else set[str]()
    )
    rest = {name: value for name, value in body.items() if name not in names} if isinstance(body, dict) else {}
    told = (each for name in names for each in _ids(body[name]))
    found = (each for each in told if call.store.get(resource.shape, parent_of(call), each) is not None)
    return [{**rest, str(resource.id_property): each} for each in found]


def acted_on(call: Call) -> Reply:
    """Let an action have its effect on every record of a collection; the documented answer."""
    resource = resource_of(call)
    if not parents_exist(call):
        return missing(call)
    for body in call.store.bodies(resource.shape, parent_of(call)):
        record: Record = msgspec.json.decode(body)
        one = msgspec.structs.replace(call, segments=(*call.segments, str(resource.held_id(record))))
        keep(one, touched(call, acted(call, record), dict(call.step.moments)))
    return answer(call)


def _named(call: Call) -> tuple[dict[str, str], list[Test]]:
    """Ids that a request tells, each with the name under which it does, and tests that the records must pass besides."""
    step, resource = call.step, resource_of(call)
    parameters, values = wishes(call)
    ids = dict.fromkeys(_ids(call.values.body), "") if isinstance(call.values.body, list) else {}
    tests: list[Test] = []
    names = tuple(each.name for each in parameters)
    for each in parameters:
        value = values.get(each.name)
        if value is None or each.location != "query":
            continue
        if plain(each.name) in (step.removes or ()):
            ids.update((one, each.name) for one in _ids(value))
        elif each.name in resource.fields:
            tests += tests_of(names, resource, each, value)
    return ids, tests


def _ids(value: Json) -> Iterator[str]:
    """The ids in a value: one, a list of them or with commas between them, or records that bear them."""
    for each in value if isinstance(value, list) else str(value).split(",") if isinstance(value, str) else [value]:
        told = next((each[name] for name in ID_NAMES if name in each), None) if isinstance(each, dict) else each
        if isinstance(told, (str, int)) and str(told).strip():
            yield str(told).strip()


def _is_one(call: Call, record: Record, ids: Mapping[str, str]) -> bool:
    """Tell whether a record is among those named, by its own id or by one that it was made with (`user_id`)."""
    own = str(record.get(resource_of(call).id_property or ""))
    return own in ids or any(name and str(value_of(record, name)) == each for each, name in ids.items())
