"""What the mock does: a valid Call comes in, a Reply goes out, the store changed in one step or not at all.

BEHAVIOURS is the whole list. A behaviour that finds no record answers 404 as documented. `behave` makes each that may
change the state one change from its first look on, so that of two clients at one record neither's change is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import msgspec

from contract.spec import Json
from mockserver.answering import jobs, logins
from mockserver.answering.adding import added
from mockserver.answering.answers import answer
from mockserver.answering.conditions import conditioned
from mockserver.answering.creating import UndoneError, copied, create, documented_request, kept, yielded
from mockserver.answering.inside import numbered
from mockserver.answering.items import told_apart
from mockserver.answering.joining import joined
from mockserver.answering.jsonapi import contradicting, linkage, related, relinked, unknown
from mockserver.answering.linking import renamed
from mockserver.answering.listing import answered, shown_list
from mockserver.answering.making import (
    acted,
    merged,
    replaced,
    told,
    touched,
)
from mockserver.answering.omitted import unwritten
from mockserver.answering.patching import Change, change_of
from mockserver.answering.patterns import pattern
from mockserver.answering.problems import Reply
from mockserver.answering.query import selection
from mockserver.answering.reaching import reached
from mockserver.answering.records import (
    Record,
    above_of,
    found,
    has_left,
    keep,
    key_of,
    missing,
    on_own_record,
    own_record,
    parent_of,
    parents_exist,
    recognised,
    remove,
    rename,
    resource_of,
    with_newest,
)
from mockserver.answering.repeating import repeated
from mockserver.answering.secrets import logged_out, retold
from mockserver.answering.sending import changing, placed, sent_record
from mockserver.answering.several import acted_on, alike, removed
from mockserver.answering.trashing import taken_back, thrown_away
from mockserver.answering.working import polled
from mockserver.answering.wrapping import inside, record_reply, wrapped
from mockserver.api import Call
from mockserver.planning.covers import Way, at, covered
from mockserver.planning.dialect import value_of
from mockserver.planning.evidence import placeholders
from mockserver.planning.model import Reach


def _read(call: Call) -> Reply:
    if call.step.reach:
        return _read_related(call, call.step.reach)
    record = found(call)
    if record is None:
        return missing(call)
    if call.step.work:
        record = polled(call, call.step.work, record)
    if not record and resource_of(call).kind == "document":
        record = unwritten(call, resource_of(call))
    wanted = selection(call.step.operation.parameters, resource_of(call), call.values.query, None)
    record = related(call, record)
    return answered(call, lambda shown: wrapped(call, shown[0]), [record], wanted)


def _read_related(call: Call, reach: Reach) -> Reply:
    """Show the one record that another refers to; JSON:API has null where there is none (jsonapi.org, 9.1.2.1)."""
    ids = reached(call, reach)
    if ids:
        step = replace(call.step, reach=None)
        return _read(msgspec.structs.replace(call, segments=(ids[0],), step=step))
    if ids is None or not reach.source.is_json_api:
        return missing(call)
    return answer(call, covered(None, call.step.way, call.variant.example if call.variant else None))


def _update(call: Call) -> Reply:
    return _changed(call, change_of(call)) if call.step.each is None else _each_changed(call)


def _replace(call: Call) -> Reply:
    return _changed(call, replaced)


def _each_changed(call: Call) -> Reply:
    """Change each of the records that a request names, or none: UndoneError where one of them cannot be."""
    name = str(resource_of(call).id_property)
    sent = alike(call) if call.step.removes else at(call.values.body, call.step.each or ())
    made = []
    for fields in sent if isinstance(sent, list) else ():
        values = msgspec.structs.replace(call.values, body=fields)
        own = str(fields.get(name)) if isinstance(fields, dict) else ""
        one = msgspec.structs.replace(call, segments=(*call.segments, own), values=values)
        reply = _changed(one, merged)
        if reply.status >= _REFUSED:
            raise UndoneError(reply)
        made.append(found(one) or {})
    if not call.step.shows_records:
        return answer(call)
    shown: Json = made if call.step.many else next(iter(made), {})
    return answer(call, covered(shown, call.step.way, call.variant.example if call.variant else None))


_REFUSED = 400


def _changed(call: Call, change: Change) -> Reply:
    resource = resource_of(call)
    with call.store.together():
        record = found(call)
        if record is None and call.step.puts and (not resource.parents or parents_exist(call)):
            new = any(each.status == "201" for each in call.step.operation.responses)
            put = create(joined(call) if call.step.joins else call)
            return msgspec.structs.replace(put, status=201) if new else put
        if record is None:
            return missing(call)
        name = resource.id_property
        if other := contradicting(call, documented_request(call)):
            sentence = f"The request is about {other}, and its path about {key_of(call)}."
            return call.api.problems.documented(call.step.operation, 409, sentence)
        if stays := next((each for each in call.step.final if _reverses(call, record, each)), None):
            sentence = f"{stays} is {call.step.final[stays]!r} for good; the documents call this change irreversible."
            return call.api.problems.documented(call.step.operation, 409, sentence)
        fields = sent_record(call)
        renamed = resource.renamed and isinstance(fields.get(name or ""), str)
        names = {name, call.step.identified_by} - {*resource.properties} | {name}
        fields = {key: value for key, value in fields.items() if renamed or key not in names}
        sent = changing(call, placed(call, fields, record))
        made = change(call, record, sent)
        if call.step.nulls_remove:
            made = {key: value for key, value in made.items() if value is not None}
        if name and name in record and not renamed:
            made[name] = record[name]
        made = told_apart(call, resource, told(resource, touched(call, made, sent)))
        made, key = numbered(call, resource, made, parent_of(call)), key_of(call)
        reply = record_reply(call, made)
        answered = inside(call, reply.record) if call.step.shows_records else {}
        keep(call, made if answered == made else made | kept(pattern(call), made, answered))
        if renamed and str(made[name or ""]) != key:
            rename(call, key, str(made[name or ""]))
        return reply


def _reverses(call: Call, record: Record, name: str) -> bool:
    """The record has a final value, and the request sends another."""
    final, sent = call.step.final[name], value_of(sent_record(call), name)
    return value_of(record, name) == final and sent is not None and sent != final


def _delete(call: Call) -> Reply:
    if call.step.removes is not None:
        return removed(call)
    record = found(call)
    if record is None:
        return missing(call)
    with call.store.together():
        after = acted(call, record)
        if call.step.trash:
            thrown_away(call, after)
        else:
            remove(call)
    variant = call.variant
    return record_reply(call, _shown(call, after)) if variant and variant.media else answer(call)


def _shown(call: Call, record: Record) -> Record:
    """What the documented answer shows of a record; all of it, where nothing is shown."""
    told = call.step.shows_records and call.variant is not None and call.variant.is_written
    shown = pattern(call).shown if told else {}
    return {key: value for key, value in record.items() if not shown or key in shown}


def _action(call: Call) -> Reply:
    if call.step.whole:
        return acted_on(call)
    if call.step.trash:
        taken_back(call)
    record = found(call)
    if record is None:
        return missing(call)
    if call.step.relationship:
        return _linked(call, record, call.step.relationship)
    if call.step.adds:
        return added(call, record, call.step.adds)
    properties = {*resource_of(call).properties}
    untold = not properties - {resource_of(call).id_property}
    known = placed(call, sent_record(call), record)
    known = {key: value for key, value in known.items() if key in properties or untold}
    if call.step.bare and not isinstance(call.values.body, (dict, list)):
        known = {call.step.bare: call.values.body}
    made = touched(call, merged(call, acted(call, record), known), {**call.step.moments, **known})
    with call.store.together():
        keep(call, made)
    return record_reply(call, _shown(call, made))


def _linked(call: Call, record: Record, name: str) -> Reply:
    """Show, add, remove or replace what a record is linked to; an answer without a body shows none."""
    method, linked = call.step.operation.method, {"data": linkage(record, name)}
    if method == "GET":
        return answer(call, linked)
    if method != "DELETE" and (strange := unknown(call, call.values.body, documented_request(call), linked)):
        return missing(msgspec.structs.replace(call, segments=(*call.segments, strange)))
    made = relinked(record, name, call.values.body, method)
    with call.store.together():
        keep(call, made)
    return record_reply(call, made)


def _singleton(call: Call) -> Reply:
    """The one document; of a collection, the caller's own record, else the first one documented."""
    resource = resource_of(call)
    if resource.kind == "document":
        return _read(call)
    if resource.parents and not parents_exist(call):
        return missing(call)
    own = own_record(call)
    if own is None:  # where all are, something can always be read; and who asks may ask before anybody is known
        anybody = call.step.newest or call.step.own is not None
        return answer(call) if anybody and not has_left(call) else missing(call)
    return answer(call, wrapped(call, related(call, own)))


def _create(call: Call) -> Reply:
    if call.step.copies:
        return copied(call)
    if call.step.yields:
        return yielded(call)
    return create(joined(call) if call.step.joins else call)


def _static(call: Call) -> Reply:
    """The documented answer, speaking of what the path names where it has the names of placeholders."""
    logged_out(call)
    call = with_newest(call)
    if not parents_exist(call):
        return missing(call)
    shown = call.variant.example if call.variant else None
    if not isinstance(shown, (dict, list)):
        return answer(call)
    for name, value in zip(placeholders(call.step.operation.path), call.segments, strict=False):
        shown = renamed(shown, "{" + name + "}", value)
    return answer(call, shown)


BEHAVIOURS: Mapping[str, Callable[[Call], Reply]] = {
    "list": shown_list,
    "read": _read,
    "create": _create,
    "replace": _replace,
    "update": _update,
    "delete": _delete,
    "action": _action,
    "view": shown_list,
    "singleton": _singleton,
    "login": logins.login,
    "job": jobs.job,
    "static": _static,
}


def _unconditioned(call: Call) -> Reply:
    return _plainly(call) if call.step.outer is None else _with_the_one_above(call, call.step.outer)


def _plainly(call: Call) -> Reply:
    reply = BEHAVIOURS[call.step.behaviour](call)
    if call.step.operation.key in call.api.telling_secrets and reply.status < _REFUSED:
        retold(call, inside(call, reply.record))
    return reply


def _with_the_one_above(call: Call, way: Way) -> Reply:
    """Answer with the record above the one that is made, changed or removed, as it is after that."""
    reply = _plainly(msgspec.structs.replace(call, variant=None))
    above = above_of(call)
    if reply.status >= _REFUSED or above is None:
        return reply
    return answer(call, covered(above, way, call.variant.example if call.variant else None))


_READING = ("list", "read", "view", "singleton", "static")


def behave(call: Call) -> Reply:
    """Answer a call."""
    behaviour, call = _unconditioned, recognised(call)
    if call.step.own is not None and call.step.behaviour != "singleton":
        call = on_own_record(call)
    if call.step.tagged or call.step.read_by:
        behaviour = partial(conditioned, behave=_unconditioned)
    if call.step.once:
        behaviour = partial(repeated, behave=behaviour)
    if call.step.behaviour in _READING:
        return behaviour(call)
    try:
        with call.store.together():
            return behaviour(call)
    except UndoneError as undone:
        return undone.reply
