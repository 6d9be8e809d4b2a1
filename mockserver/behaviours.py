"""What the mock does: a valid Call comes in, a Reply goes out, the store changed in one step or not at all.

BEHAVIOURS is the whole list. A behaviour that finds no record answers 404 as documented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

import msgspec

from contract.checks import ABSENT
from contract.spec import Json
from mockserver import jobs, logins
from mockserver.answers import answer, renamed, success
from mockserver.api import Call
from mockserver.evidence import placeholders, plain, request_properties
from mockserver.problems import Reply
from mockserver.query import counted, filtered, paged, selection
from mockserver.records import Record, found, identity_of, missing, parent_of, parents_exist, resource_of, write
from mockserver.store import below
from mockserver.variants import Variant

_CHANGED_AT = (
    "updatedat",
    "modifiedat",
    "lastmodified",
    "lastupdated",
    "updated",
    "modified",
    "updatedon",
    "modifiedon",
)


# ---- what records look like on the wire


def _sent(call: Call) -> Record:
    """The record in the request's body, without its cover."""
    body = call.values.body
    if not isinstance(body, dict):
        return {}
    cover = call.step.wrapper
    inner = body.get(cover) if cover and body.keys() == {cover} else body
    return dict(inner) if isinstance(inner, dict) else {}


def _shown(call: Call, record: Mapping[str, Json]) -> Json:
    return {call.step.wrapper: record} if call.step.wrapper else record


def _inside(call: Call, shown: Json) -> Record:
    """The record in an answer or an example, without its cover."""
    inner = shown.get(call.step.wrapper) if call.step.wrapper and isinstance(shown, dict) else shown
    return inner if isinstance(inner, dict) else {}


def _answered(call: Call, record: Mapping[str, Json], headers: Mapping[str, str] | None = None) -> Reply:
    """Show the record where the answer is one, else the documented words about it."""
    if call.step.shows_records:
        return answer(call, _shown(call, record), headers)
    return answer(call, _about(call, success(call)), headers)


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
    return missing(call) if record is None else answer(call, _shown(call, record))


def _list(call: Call) -> Reply:
    resource = resource_of(call)
    if resource.parents and not parents_exist(call):
        return missing(call)
    wanted = selection(call.step.operation, resource, call.values.query, call.step.page_size)
    view, cover = call.step.view, call.step.envelope
    if cover is None and view is None and not wanted.filters and not wanted.sort:
        # Nothing is counted and nothing sifted, so the page alone is read.
        limit = -1 if wanted.limit is None else wanted.limit
        return answer(call, _decoded(call, limit, wanted.offset))
    kept = filtered(_decoded(call), wanted)
    page = paged([record for record in kept if view.shows(record)] if view else kept, wanted)
    if cover is None:
        return answer(call, page)
    variant = success(call)
    shown = variant.example if variant and isinstance(variant.example, dict) else {}
    return answer(call, {**counted({**shown, cover: ()}, wanted, kept, call.step.views), cover: page})


def _decoded(call: Call, limit: int = -1, offset: int = 0) -> list[Record]:
    bodies = call.store.bodies(resource_of(call).shape, parent_of(call), limit, offset)
    return [msgspec.json.decode(each) for each in bodies]


def _create(call: Call) -> Reply:
    resource, store = resource_of(call), call.store
    if resource.parents and not parents_exist(call):
        return missing(call)
    sent = _sent(call)
    with store.together():
        record = _made(call, {name: value for name, value in sent.items() if name not in resource.write_only})
        made = record.get(resource.id_property) if resource.id_property else None
        identity = made if made is not None else call.maker.identity(resource, sent, parent_of(call))
        reply = _answered(call, record, _location(call, str(identity)))
        shown = _inside(call, reply.record) if call.step.shows_records else record
        write(call, str(shown.get(resource.id_property or "", identity)), shown)
    return reply


def _made(call: Call, sent: Record) -> Record:
    """What was sent, and what the documented answer shows that no client sends: ids, times, secrets, defaults."""
    resource, variant = resource_of(call), success(call)
    name = resource.id_property
    shown = _inside(call, variant.example) if variant else {}
    record: Record = {}
    if name:
        own = sent.get(name)
        chosen = isinstance(own, (str, int)) and not isinstance(own, bool) and own != ""
        record[name] = own if chosen else call.maker.identity(resource, sent, parent_of(call))
    record.update({key: value for key, value in sent.items() if key != name})
    clients = _clients(call, variant)
    for key, value in shown.items():
        if key not in record and key not in clients:
            record[key] = call.maker.like(value)
    return record


def _clients(call: Call, variant: Variant | None) -> frozenset[str]:
    """Properties that are the client's to send: those of the documented request; without one, all that a request may hold."""
    sent = variant.sent if variant else None
    if sent is None:
        return request_properties(call.api.spec, call.step.operation, call.step.wrapper)
    inner = sent.get(call.step.wrapper) if call.step.wrapper else sent
    return frozenset(inner if isinstance(inner, dict) else sent)


def _location(call: Call, identity: str) -> dict[str, str] | None:
    """Where the new record is, if the documents promise a Location (RFC 9110, section 10.2.2)."""
    variant, item = success(call), resource_of(call).item
    if not variant or not item or not any(name.lower() == "location" for name in variant.response.headers):
        return None
    path = item
    for name, value in zip(placeholders(item), [*call.segments, identity], strict=False):
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return {"location": call.origin + path}


def _update(call: Call) -> Reply:
    return _changed(call, lambda record, sent: {**record, **sent})


def _replace(call: Call) -> Reply:
    taken = request_properties(call.api.spec, call.step.operation, call.step.wrapper)
    free = resource_of(call).kind == "document"
    return _changed(
        call,
        lambda record, sent: {**{key: each for key, each in record.items() if not free and key not in taken}, **sent},
    )


def _changed(call: Call, change: Callable[[Record, Record], Record]) -> Reply:
    resource, record = resource_of(call), found(call)
    if record is None:
        return missing(call)
    name, sent = resource.id_property, _sent(call)
    with call.store.together():
        made = change(record, {key: value for key, value in sent.items() if key != name})
        if call.step.nulls_remove:
            made = {key: value for key, value in made.items() if value is not None}
        if name and name in record:
            made[name] = record[name]
        made = {
            key: call.maker.like(value) if plain(key) in _CHANGED_AT and key not in sent else value
            for key, value in made.items()
        }
        write(call, identity_of(call), made)
        shown = {key: value for key, value in made.items() if key not in resource.write_only}
        return _answered(call, shown)


def _delete(call: Call) -> Reply:
    resource, record = resource_of(call), found(call)
    if record is None:
        return missing(call)
    identity, parent = identity_of(call), parent_of(call)
    with call.store.together():
        call.store.remove(resource.shape, parent, identity)
        for each in call.api.plan.resources:
            if any(shape == resource.shape for shape, _ in each.parents):
                call.store.remove_below(each.shape, below(parent, identity))
    return _answered(call, record)


def _action(call: Call) -> Reply:
    record = found(call)
    if record is None:
        return missing(call)
    known = {key: value for key, value in _sent(call).items() if key in resource_of(call).properties}
    made = {**record, **known, **call.step.sets}
    with call.store.together():
        write(call, identity_of(call), made)
    variant = success(call)
    documented = _inside(call, variant.example) if variant else {}
    return answer(
        call, _shown(call, {key: value for key, value in made.items() if not documented or key in documented})
    )


def _singleton(call: Call) -> Reply:
    """The one document; of a collection, the caller's own record, else the first one documented."""
    resource = resource_of(call)
    if resource.kind == "document":
        return _read(call)
    if resource.parents and not parents_exist(call):
        return missing(call)
    own = None
    for body in call.store.bodies(resource.shape, parent_of(call)):
        record = msgspec.json.decode(body)
        own = own or record
        if call.user and call.user in record.values():
            own = record
            break
    return missing(call) if own is None else answer(call, _shown(call, own))


def _static(call: Call) -> Reply:
    return answer(call)


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
