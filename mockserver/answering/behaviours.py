"""What the mock does: a valid Call comes in, a Reply goes out, the store changed in one step or not at all.

BEHAVIOURS is the whole list. A behaviour that finds no record answers 404 as documented. `behave` makes each that may
change the state one change from its first look on, so that of two clients at one record neither's change is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

import msgspec

from contract.checks import ABSENT
from contract.spec import Json
from mockserver.answering import jobs, logins
from mockserver.answering.answers import answer, renamed
from mockserver.answering.jsonapi import included, linkage, related, relinked
from mockserver.answering.making import (
    acted,
    completed,
    created,
    merged,
    replaced,
    told,
    touched,
)
from mockserver.answering.patterns import first_record, pattern
from mockserver.answering.problems import Reply
from mockserver.answering.query import Selection, count, counted, cursor, filtered, headers, paged, selection, trimmed
from mockserver.answering.records import (
    Record,
    found,
    keep,
    key_of,
    missing,
    parent_of,
    parents_exist,
    place_of,
    recognised,
    rename,
    resource_of,
    write,
)
from mockserver.answering.sending import placed, sent_record
from mockserver.api import Call
from mockserver.planning.covers import at, blank, covered, plain
from mockserver.planning.dialect import role, value_of
from mockserver.planning.evidence import placeholders
from mockserver.planning.tabled import Tabled
from mockserver.planning.variants import Variant
from mockserver.state.store import below

# ---- what records look like on the wire


def _shown(call: Call, record: Json) -> Json:
    """A record in its documented cover."""
    variant, key = call.variant, call.step.key
    if key and isinstance(record, dict):
        record = {str(record.get(key)): record}
    elif call.step.many:
        record = [record]
    around = variant.example if variant and variant.media else call.step.cover
    return covered(record, call.step.way, around) if call.step.way else record


def _inside(call: Call, shown: Json) -> Record:
    """The record in an answer, without its cover."""
    return first_record(at(shown, call.step.way), call.step.key)


def _answered(call: Call, record: Record, headers: Mapping[str, str] | None = None) -> Reply:
    """Show the record where the answer is one, else the documented words about it."""
    if call.step.shows_records:
        return answer(call, _shown(call, record), headers)
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


# ---- behaviours


def _read(call: Call) -> Reply:
    record = found(call)
    if record is None:
        return missing(call)
    names = selection(call.step.operation, resource_of(call), call.values.query, None).include
    record = related(call, record)
    return answer(call, included(call, _shown(call, record), [record], names))


def _list(call: Call) -> Reply:
    resource, way = resource_of(call), call.step.way
    if resource.parents and not parents_exist(call):
        return missing(call)
    step = call.step
    wanted = selection(
        step.operation, resource, call.values.query, step.page_size, step.first_page, open_to=step.open_to
    )
    variant = call.variant
    documented_headers = variant.response.headers if variant else {}
    if (
        not way
        and not call.step.key
        and call.step.view is None
        and not (wanted.tests or wanted.sort or wanted.after or documented_headers)
    ):
        # Nothing is counted and nothing sifted, so the page alone is read.
        page = _decoded(call, -1 if wanted.limit is None else wanted.limit, wanted.offset)
        return answer(call, _trimmed(page, wanted))
    kept = [related(call, each) for each in filtered(_decoded(call), wanted)]
    view = call.step.view
    seen = [record for record in kept if view.shows(record)] if view else kept
    part, wanted = paged(seen, wanted, resource.id_property)
    told = count(wanted, kept, call.step.views, lambda offset: _address(call, wanted, offset))
    cover = counted(covered((), way, _cover(call, variant)), told) if way else None
    shown = _trimmed(part, wanted)
    listed = {str(each.get(call.step.key)): each for each in shown} if call.step.key else shown
    body = included(call, covered(listed, way, cover), part, wanted.include)
    return answer(call, body, headers(documented_headers, told))


def _cover(call: Call, variant: Variant | None) -> Json:
    """What stands around the records of a list: the documented example, else what the schema has there."""
    if variant and variant.example is not None:
        return variant.example
    known = blank(call.api.spec, variant.media.schema, call.step.way) if variant and variant.media else call.step.cover
    return {**known, "meta": {"total": 0}} if isinstance(resource_of(call).example, Tabled) else known


def _trimmed(page: Sequence[Mapping[str, Json]], wanted: Selection) -> Sequence[Mapping[str, Json]]:
    return page if wanted.fields is None else [trimmed(each, wanted.fields) for each in page]


def _address(call: Call, wanted: Selection, offset: int) -> str:
    """The URL of the page of a list that starts at an offset: the one asked for, with another page."""
    path = call.step.operation.path
    for name, value in zip(placeholders(path), call.segments, strict=False):
        path = path.replace("{" + name + "}", quote(value, safe=""))
    asked = {name: value for name, value in call.values.query.items() if not isinstance(value, dict)}
    limit = wanted.limit or 1
    turns = {"page": offset // limit + wanted.first_page, "offset": offset, "cursor": cursor(offset)}
    names = {role(plain(each.name)): each.name for each in call.step.operation.parameters if each.location == "query"}
    turn = next((each for each in turns if each in asked or names.get(each) in asked), None)
    turn = turn or next((each for each in turns if each in names), None)
    if turn:
        asked[names[turn]] = turns[turn]
    text = urlencode({name: _written(value) for name, value in asked.items()}, safe="[],:")
    return call.origin + path + (f"?{text}" if text else "")


def _written(value: Json) -> str:
    values = value if isinstance(value, list) else [value]
    return ",".join(str(each).lower() if isinstance(each, bool) else str(each) for each in values)


def _decoded(call: Call, limit: int = -1, offset: int = 0) -> list[Record]:
    resource = resource_of(call)
    if not resource.also:
        bodies = call.store.bodies(resource.shape, parent_of(call), limit, offset)
        return [msgspec.json.decode(each) for each in bodies]
    records = [msgspec.json.decode(each) for each in call.store.bodies(resource.shape, parent_of(call))]
    for shape in resource.also:
        records += [msgspec.json.decode(each) for each in call.store.everywhere(shape)]
    known = {str(each.get(resource.id_property)): each for each in reversed(records)}
    return list(known.values())[::-1][offset : None if limit < 0 else offset + limit]


def _create(call: Call) -> Reply:
    resource, store = resource_of(call), call.store
    if resource.parents and not parents_exist(call):
        return missing(call)
    with store.together():
        sent = sent_record(call)
        record = created(call, told(resource, sent))
        made = record.get(resource.id_property) if resource.id_property else None
        identity = str(made if made is not None else call.maker.identity(resource, record, parent_of(call)))
        known = pattern(call)
        shown = known.shown
        full = not shown or known.shows_record(sent)
        reply = _answered(call, _named(call, record if full else shown, identity), _location(call, identity))
        answered = _inside(call, reply.record) if call.step.shows_records and full else {}
        write(call, identity, completed(call, record if answered == record else record | _kept(call, record, answered)))
    return reply


def _kept(call: Call, record: Record, answered: Record) -> Record:
    """What the contract made of a new record that belongs to it."""
    names = pattern(call).ids - {*map(plain, record)}
    return {
        name: each for name, each in answered.items() if plain(name) not in names and _agrees(each, record.get(name))
    }


def _agrees(answered: Json, sent: Json) -> bool:
    """What the contract made of a value is the same value, or was not sent at all."""
    if sent is None or answered == sent or isinstance(answered, (dict, list)):
        return True
    return str(answered).casefold() == str(sent).casefold()


def _named(call: Call, record: Record, identity: str) -> Record:
    """What an answer tells of a new record: its id under every name that the documents use for it."""
    resource, known = resource_of(call), pattern(call)
    own = record.get(resource.id_property or "", identity)
    own = (
        own
        if str(own) == identity
        else int(identity)
        if resource.id_style == "integer" and identity.isdecimal()
        else identity
    )
    return {
        **record,
        **{name: own for name in known.named if record is known.shown or name not in record},
    }


def _location(call: Call, identity: str) -> dict[str, str] | None:
    """Where the new record is (RFC 9110, section 10.2.2)."""
    item = resource_of(call).item
    if not item:
        return None
    path = item
    for name, value in zip(placeholders(item), [*call.segments, identity], strict=False):
        path = path.replace("{" + name + "}", value if value.isalnum() and value.isascii() else quote(value, safe=""))
    return {"location": call.origin + path}


def _update(call: Call) -> Reply:
    return _changed(call, merged)


def _replace(call: Call) -> Reply:
    return _changed(call, replaced)


def _changed(call: Call, change: Callable[[Call, Record, Record], Record]) -> Reply:
    resource = resource_of(call)
    with call.store.together():
        record = found(call)
        if record is None and _may_be_put(call):
            return replace(_create(call), status=201)
        if record is None:
            return missing(call)
        name = resource.id_property
        if stays := next((each for each in call.step.final if _reverses(call, record, each)), None):
            sentence = f"{stays} is {call.step.final[stays]!r} for good; the documents call this change irreversible."
            return call.api.problems.documented(call.step.operation, 409, sentence)
        fields = sent_record(call)
        renamed = resource.renamed and isinstance(fields.get(name or ""), str)
        names = {name, call.step.identified_by} - {*resource.properties} | {name}
        sent = placed(call, {key: value for key, value in fields.items() if renamed or key not in names}, record)
        made = change(call, record, sent)
        if call.step.nulls_remove:
            made = {key: value for key, value in made.items() if value is not None}
        if name and name in record and not renamed:
            made[name] = record[name]
        made, key = told(resource, touched(call, made, sent)), key_of(call)
        reply = _answered(call, made)
        answered = _inside(call, reply.record) if call.step.shows_records else {}
        keep(call, made if answered == made else made | _kept(call, made, answered))
        if renamed and str(made[name or ""]) != key:
            rename(call, key, str(made[name or ""]))
        return reply


def _may_be_put(call: Call) -> bool:
    """A PUT that documents 201 makes what is not there yet (RFC 9110, section 9.3.4)."""
    operation = call.step.operation
    return (
        operation.method == "PUT"
        and any(each.status == "201" for each in operation.responses)
        and (not resource_of(call).parents or parents_exist(call))
    )


def _reverses(call: Call, record: Record, name: str) -> bool:
    """The record has a final value, and the request sends another."""
    final, sent = call.step.final[name], value_of(sent_record(call), name)
    return value_of(record, name) == final and sent is not None and sent != final


def _delete(call: Call) -> Reply:
    resource, record = resource_of(call), found(call)
    if record is None:
        return missing(call)
    identity, parent = key_of(call), parent_of(call)
    with call.store.together():
        call.store.remove(resource.shape, parent, identity)
        while (place := place_of(call))[0] != resource.shape:
            call.store.remove(*place)
        for each in call.api.plan.resources:
            if any(shape == resource.shape for shape, _ in each.parents):
                call.store.remove_below(each.shape, below(parent, identity))
    variant = call.variant
    return _answered(call, acted(call, record)) if variant and variant.media else answer(call)


def _action(call: Call) -> Reply:
    record = found(call)
    if record is None:
        return missing(call)
    if call.step.relationship:
        return _linked(call, record, call.step.relationship)
    known = placed(call, sent_record(call), record)
    known = {key: value for key, value in known.items() if key in resource_of(call).properties}
    made = merged(call, acted(call, record), known)
    with call.store.together():
        keep(call, made)
    shown = pattern(call).shown if call.step.shows_records else {}
    return _answered(call, {key: value for key, value in made.items() if not shown or key in shown})


def _linked(call: Call, record: Record, name: str) -> Reply:
    """Show, add, remove or replace what a record is linked to; an answer without a body shows none."""
    method = call.step.operation.method
    if method == "GET":
        return answer(call, {"data": linkage(record, name)})
    made = relinked(record, name, call.values.body, method)
    with call.store.together():
        keep(call, made)
    return _answered(call, made)


def _singleton(call: Call) -> Reply:
    """The one document; of a collection, the caller's own record, else the first one documented."""
    resource = resource_of(call)
    if resource.kind == "document":
        return _read(call)
    if resource.parents and not parents_exist(call):
        return missing(call)
    shown = pattern(call).shown.get(resource.id_property or "")
    known = call.store.get(resource.shape, parent_of(call), str(shown)) if shown is not None else None
    own = msgspec.json.decode(known) if known else None
    for body in call.store.bodies(resource.shape, parent_of(call)):
        record = msgspec.json.decode(body)
        own = own or record
        if call.user and call.user in record.values():
            own = record
            break
    return missing(call) if own is None else answer(call, _shown(call, related(call, own)))


def _static(call: Call) -> Reply:
    return answer(call) if parents_exist(call) else missing(call)


BEHAVIOURS: Mapping[str, Callable[[Call], Reply]] = {
    "list": _list,
    "read": _read,
    "create": _create,
    "replace": _replace,
    "update": _update,
    "delete": _delete,
    "action": _action,
    "view": _list,
    "singleton": _singleton,
    "login": logins.login,
    "job": jobs.job,
    "static": _static,
}

_READING = ("list", "read", "view", "singleton", "static")


def behave(call: Call) -> Reply:
    """Answer a call."""
    behaviour, call = BEHAVIOURS[call.step.behaviour], recognised(call)
    if call.step.behaviour in _READING:
        return behaviour(call)
    with call.store.together():
        return behaviour(call)
