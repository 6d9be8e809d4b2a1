"""What a request sends of a record: a Call comes in, the fields of a record go out, under the names that records have; nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from contract.spec import Json
from mockserver.answering.linking import beside
from mockserver.answering.records import Record, resource_of
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES, Way, at, plain
from mockserver.planning.dialect import role
from mockserver.planning.evidence import is_named_after, last_word, singular
from mockserver.planning.model import LEVELS
from mockserver.planning.owning import CALLERS, PEOPLE


def sent_record(call: Call) -> Record:
    """The record in the request's body, without its cover."""
    known = resource_of(call).fields
    return {name: value for name, value in sent(call).items() if not is_key(name) or name in known}


def sent(call: Call) -> Mapping[str, Json]:
    """The same, as it was sent; what stands beside the cover is kept too."""
    body, way = call.values.body, call.step.sent_way
    if not isinstance(body, dict):
        return _queried(call)
    if not way and not call.step.nameable:
        way = _untold_cover(call, body)
    if not way or way[0] not in body:
        return body
    inner = at(body, way)
    if not isinstance(inner, dict):
        return {}
    beside = [name for name in body if name != way[0]] if len(body) > 1 else ()
    return {**{name: body[name] for name in beside}, **inner} if beside else inner


def _queried(call: Call) -> Record:
    """What a creation of which no body is described sends of a record in its query."""
    if call.step.behaviour != "create" or call.step.operation.body is not None:
        return {}
    return {name: value for name, value in call.values.query.items() if role(plain(name)) is None}


@lru_cache(maxsize=1024)
def is_key(name: str) -> bool:
    """Tell whether a name is that of a key to the service; some services take it in the body, and none gives it back."""
    return plain(name) in _KEYS


_KEYS = frozenset(("apikey", "apitoken", "apisecret", "accesstoken", "authtoken", "appkey", "appid", "sessiontoken"))


def _untold_cover(call: Call, body: Mapping[str, Json]) -> Way:
    """The cover of a body of which nothing is documented: that of the answer, or an object named like the record."""
    resource = resource_of(call)
    for name, value in body.items():
        covers = (name,) == call.step.way[-1:] or is_named_after(name, resource.shape)
        if covers and isinstance(value, dict) and name not in resource.properties:
            return (name,)
    return ()


def changing(call: Call, fields: Record) -> Record:
    """What was sent without what the documents say stays as it is; a record does not change in it."""
    only, resource = call.step.only, resource_of(call)
    if not only:
        return fields
    held = {*resource.fields} - only - {*LEVELS}
    made = {name: value for name, value in fields.items() if name not in held}
    for level in LEVELS[:2] if resource.is_json_api else ():
        if isinstance(inner := made.get(level), dict):
            made[level] = {name: value for name, value in inner.items() if name not in held}
    return made


def placed(call: Call, fields: Record, base: Mapping[str, Json]) -> Record:
    """What was sent, also where records hold it; `base` is the record of which parts are changed.

    What records only spell otherwise stays under the sent name too: a client looks for it where it put it.
    """
    step, resource = call.step, resource_of(call)
    if not step.placed and not step.is_flat:
        return fields
    made = dict(fields)
    for name, way in step.placed.items():
        if name not in fields or (way[-1] in ID_NAMES and isinstance(fields[name], dict)):
            continue
        if fields[name] is None and way[-1] in ID_NAMES and not resource.is_json_api:
            made[way[0]] = None  # no record is named, so none is shown
            continue
        made = _put(made, way, fields[name], base, LEVELS if resource.is_json_api else ())
        if len(way) > 1 and plain(way[-1]) == plain(name):
            del made[name]
        elif way[-1] in ID_NAMES and not resource.is_json_api:
            inner = beside(made[way[0]], base.get(way[0]), made[way[0]])
            made[way[0]] = _as_known(call, (way[0], name), inner, fields[name])
    if step.is_flat and not fields.keys() & LEVELS:
        loose = [name for name in fields if name in made and name not in resource.properties]
        if loose:
            made["attributes"] = {**{name: made.pop(name) for name in loose}, **made.get("attributes", {})}
    return made


def _put(made: Record, way: Way, value: Json, base: Json, levels: tuple[str, ...]) -> Record:
    """A copy with a value at the end of a way; a part that is not yet there starts as that of `base`, a whole level empty."""
    if len(way) == 1:
        return {**made, way[0]: value}
    known = base.get(way[0]) if isinstance(base, dict) else None
    inner = made.get(way[0], {} if way[0] in levels else known)
    return {**made, way[0]: _put(inner if isinstance(inner, dict) else {}, way[1:], value, known, ())}


_SOMEBODY = frozenset((*CALLERS, "assignee", "assignedto", "manager", "reviewer", "recipient", "member"))
"""Words for those who use a service, by what they have to do with a record."""


def _as_known(call: Call, names: tuple[str, str], inner: Record, identity: Json) -> Record:
    """A record inside of another as its own collection has it; it is called as it is shown or as it is sent."""
    called = {plain(names[0]), plain(names[1]).removesuffix("id")}
    called.update(PEOPLE if called & _SOMEBODY else ())
    for each in call.api.named.values():
        if plain(singular(last_word(each.shape))) in called and (known := call.store.find(each.shape, str(identity))):
            now = msgspec.json.decode(known[1])
            return {key: now.get(key, value) for key, value in inner.items()} if len(inner) > 1 else now
    return inner
