"""What a record becomes: what a request sends and what the documents show come in, a new or changed record goes out; nothing is stored here.

JSON:API keeps a record's fields one level down (`attributes`, `relationships`); all else treats it like any other record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from contract.spec import Json
from mockserver.answering.callers import account
from mockserver.answering.defaults import emptied, with_defaults
from mockserver.answering.linking import filled, linked, repointed
from mockserver.answering.patterns import SLUG, Given, Pattern
from mockserver.answering.records import Record, callers_own, identity_of, parent_of, resource_of
from mockserver.answering.sending import placed
from mockserver.answering.shapes import always
from mockserver.api import Call
from mockserver.planning.covers import Way
from mockserver.planning.dialect import value_of
from mockserver.planning.evidence import is_placeholder_value, last_word, request_properties, singular
from mockserver.planning.model import LEVELS, Resource
from mockserver.state.store import ids_in

_CHANGED_AT = re.compile(r"(?:last)?_?(?:updated|modified|changed)(?:_?(?:at|on|date|time))?", re.IGNORECASE)


def created(call: Call, known: Pattern, sent: Record) -> Record:
    """What was sent, and what the documents show that no client sends: ids, times, secrets, defaults."""
    resource = resource_of(call)
    own = known.alone or known.shows_record(sent)
    given, old = (known.own, known.own_id) if own else (known.usual, known.usual_id)
    sent = placed(call, sent, known.shown if own else resource.example)
    identity, name = _identity(call, known, sent), resource.id_property
    record: Record = {**call.step.defaults, **_owners(call)}
    if call.step.made_by and (asks := account(call) or callers_own(call)):
        record.update({name: asks if whole else asks["id"] for name, whole in call.step.made_by})
    if name:
        record[name] = identity
    record.update(sent)
    if name:
        record[name] = identity
    return _with(call, record, given, (old, identity))


def plainly_created(call: Call, known: Pattern, sent: Record) -> tuple[Record, str]:
    """The same, in a third of the time, and the id as text, for a request that sends nothing but what `known.plain` names; a law holds the two together."""
    maker, resource = call.maker, resource_of(call)
    identity = maker.identity(resource, sent, "")
    record = {**call.step.defaults, str(resource.id_property): identity, **sent}
    for each in known.own:
        if each.name not in record:
            record[each.name] = maker.anew(each.name, each.value)
    return record, str(identity)


def completed(call: Call, known: Pattern, record: Record) -> Record:
    """A new record with what the other answers that show it will have of it."""
    ids = (known.usual_id, resource_of(call).held_id(record))
    return _with(call, record, known.later, ids) if known.later else record


def _with(call: Call, record: Record, given: tuple[Given, ...], ids: tuple[Json, Json]) -> Record:
    """A record with what the documents give it; links that name the documented record by its id name this one by its own."""
    (old, identity), made = ids, dict(record)
    for each in given:
        if each.clients is not None:
            inner = made.get(each.name)
            level = inner if isinstance(inner, dict) else {}
            own: Json = _server_made(call, each.value, {*level, *each.clients})
            own.update((name, _made_anew(call, name)) for name in each.made & own.keys())
            made[each.name] = {**(_addressed(call, own, old, identity) if each.links else own), **level}
            continue
        if each.name in made:
            continue
        if each.is_same and isinstance(identity, str):
            value: Json = identity
        elif each.made:
            value = _made_anew(call, each.name)
        else:
            value = call.maker.another(each.name, each.value) if each.is_id else call.maker.anew(each.name, each.value)
        made[each.name] = _addressed(call, value, old, identity) if each.links else value
    return made


def _made_anew(call: Call, name: str) -> str:
    """A text that is made where a client sends none, another one each time: `Team 3`."""
    shape = resource_of(call).shape
    noun = re.sub(r"[^A-Za-z0-9]+", " ", singular(last_word(shape))).strip().capitalize()
    return f"{noun} {call.maker.counted(f'{shape} {name}')}"


def _addressed(call: Call, value: Json, old: Json, identity: Json) -> Json:
    """A documented value whose links name a new record, by the documented one's id or by the placeholders of its path."""
    return filled(linked(value, old, identity), resource_of(call), ids_in(parent_of(call)), str(identity))


def slugged(call: Call, record: Record, sent: Record) -> Record:
    """A new record whose word for addresses is made of its name, where it has both and the client sent none."""
    names = (record[name] for name in ("name", "title", "label", "subject") if isinstance(record.get(name), str))
    named = next(names, None)
    if SLUG not in record or SLUG in sent or named is None or resource_of(call).id_property == SLUG:
        return record
    return {**record, SLUG: call.maker.slug(named, resource_of(call).counted_as)}


def _owners(call: Call) -> Record:
    """The ids of the records above, under the names that the documents have for them (`team_id`)."""
    made: Record = {}
    for name, position, number in call.step.owners:
        identity = call.segments[position]
        made[name] = int(identity) if number and identity.isdecimal() and len(identity) < _EXACT_DIGITS else identity
    return made


_EXACT_DIGITS = 16


def _server_made(call: Call, shown: Json, others: set[str]) -> dict[str, Json]:
    own = shown if isinstance(shown, dict) else {}
    return {name: call.maker.anew(name, value) for name, value in own.items() if name not in others}


_NOT_CHOSEN = ("", 0, "00000000-0000-0000-0000-000000000000")
"""What typed clients send for an id that they leave to the service."""


def _identity(call: Call, known: Pattern, sent: Record) -> Json:
    """The id that the client chose, else a new one."""
    resource = resource_of(call)
    if put := identity_of(call):
        return int(put) if resource.id_style == "integer" and put.isdecimal() and len(put) < _EXACT_DIGITS else put
    own = next((sent[name] for name in known.keys if name in sent), None)
    chosen = isinstance(own, (str, int)) and not isinstance(own, bool) and own not in _NOT_CHOSEN
    if chosen and not is_placeholder_value(resource.id_property or "", own):
        return own
    return call.maker.identity(resource, sent, parent_of(call))


def merged(call: Call, record: Record, sent: Record) -> Record:
    """What is not named stays; what is named is overwritten whole, but for objects that the documents merge."""
    made = {**record, **sent}
    for name in call.step.parts_merged & sent.keys():
        if isinstance(sent[name], dict):
            made[name] = _level(record, name) | sent[name]
    if resource_of(call).is_json_api:
        made.update((name, _level(record, name) | _level(sent, name)) for name in LEVELS if name in sent)
        made.update(_related(record, sent))
    return made


def _related(record: Record, sent: Record) -> Record:
    """The relationships of a record, those that are sent changed."""
    before, changed = _level(record, LEVELS[1]), _level(sent, LEVELS[1])
    made = {name: repointed(before.get(name), each) for name, each in changed.items() if isinstance(each, dict)}
    return {LEVELS[1]: before | changed | made} if made else {}


def replaced(call: Call, record: Record, sent: Record) -> Record:
    """What a client may send and did not is as in new records: gone, empty, or what the documents have for it; what is the server's stays."""
    resource, way, sent = resource_of(call), call.step.sent_way, with_defaults(call, sent)
    if resource.is_json_api:
        taken = request_properties(call.api.spec, call.step.operation, (*way, "attributes"))
        kept = _kept(call, _level(record, "attributes"), taken, ("attributes",))
        return {**merged(call, record, sent), "attributes": kept | _level(sent, "attributes")}
    if resource.kind == "document":
        return {**call.step.defaults, **sent}
    taken = request_properties(call.api.spec, call.step.operation, way)
    kept = _kept(call, record, taken, ())
    empty = {name: value for name, value in emptied(call).items() if name in taken}
    return {**kept, **empty, **call.step.defaults, **sent}


def _kept(call: Call, record: Record, taken: frozenset[str], level: Way) -> Record:
    """What stays of a record that is replaced: what is the server's, and what answers have to show, for they would show another record's; lists can be empty."""
    wanted = always(call.api, resource_of(call), level)
    return {
        name: [] if isinstance(value, list) and name in taken else value
        for name, value in record.items()
        if name not in taken or name in wanted
    }


def acted(call: Call, record: Record) -> Record:
    """A record after what the call's operation does to it."""
    step = call.step
    if not (step.sets or step.moments or step.counted or step.toggled):
        return record
    turned = {step.toggled: not value_of(record, step.toggled)} if step.toggled else {}
    changes = {
        **_counted(call, record),
        **turned,
        **step.sets,
        **{name: call.maker.moment(shown) for name, shown in step.moments.items()},
    }
    if not resource_of(call).is_json_api:
        return {**record, **changes}
    inner = _level(record, "attributes")
    lower = {name: value for name, value in changes.items() if name in inner}
    upper = {name: value for name, value in changes.items() if name in record and name not in lower}
    return {**record, **upper, **({"attributes": inner | lower} if lower else {})}


def _counted(call: Call, record: Record) -> Record:
    """The numbers that an action raises, as they are then; what is done already is not done again."""
    marks = {name: value for name, value in call.step.sets.items() if isinstance(value, bool)}
    held = {**record, **_level(record, LEVELS[0])}
    if marks and all(held.get(name) is value for name, value in marks.items()):
        return {}
    now = {name: held.get(name) for name in call.step.counted}
    return {name: max(0, (each if type(each) is int else 0) + call.step.counted[name]) for name, each in now.items()}


def touched(call: Call, record: Record, sent: Record) -> Record:
    """A changed record with the time of the change, where it tells one."""
    made = {
        name: _now_like(call, name, value) if _CHANGED_AT.fullmatch(name) and name not in sent else value
        for name, value in record.items()
    }
    if resource_of(call).is_json_api and "attributes" in record:
        inner, given = _level(record, "attributes"), _level(sent, "attributes")
        made["attributes"] = {
            name: _now_like(call, name, value) if _CHANGED_AT.fullmatch(name) and name not in given else value
            for name, value in inner.items()
        }
    return made


def _now_like(call: Call, name: str, value: Json) -> Json:
    """The present time, written like the last; a record that was never changed had none."""
    return call.maker.moment(None) if value is None else call.maker.anew(name, value)


def told(resource: Resource, record: Record) -> Record:
    """A record without its secrets."""
    if not resource.write_only:
        return record
    made = {name: value for name, value in record.items() if name not in resource.write_only}
    if resource.is_json_api and "attributes" in made:
        made["attributes"] = {
            name: value for name, value in _level(made, "attributes").items() if name not in resource.write_only
        }
    return made


def _level(record: Mapping[str, Json], name: str) -> Record:
    inner = record.get(name)
    return dict(inner) if isinstance(inner, dict) else {}
