"""Where the records of a call are: a Call comes in, its record, its parents or a 404 come out; ids are compared as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

import msgspec

from contract.spec import Json
from mockserver.answering.callers import caller
from mockserver.answering.inside import place_above, recount, spread
from mockserver.answering.problems import Reply, asked_path
from mockserver.answering.shapes import at_first
from mockserver.api import Api, Call
from mockserver.planning.covers import at, plain
from mockserver.planning.evidence import last_word, placeholders, singular
from mockserver.planning.model import Resource
from mockserver.planning.owning import CALLERS, PEOPLE
from mockserver.state.store import Store, below

Record = dict[str, Json]


def recognised(call: Call) -> Call:
    """A call whose path names records as the state knows them: an id of a sample path may stand for another, a name for an id."""
    key = call.step.operation.key
    sampled, named = call.api.samples.get(key, ()), call.api.by_name.get(key)
    if not sampled and not named:
        return call
    made = list(call.segments)
    for shape, position, samples in sampled:
        sample = made[position]
        if sample in samples and (known := call.store.fact(f"sample {shape}", sample)):
            made[position] = sample if call.store.find(shape, sample) else known
    if named:
        made = [*_unnamed(call, named, made)]
    return call if made == [*call.segments] else msgspec.structs.replace(call, segments=tuple(made))


def _unnamed(call: Call, named: tuple[tuple[Resource, int], ...], segments: list[str]) -> list[str]:
    """The values of a path, ids in place of what is no id and the one record there has for a name."""
    made, parent = list(segments), ""
    for resource, position in named:
        if resource.natural and not call.store.find(resource.shape, made[position]):
            made[position] = _id_of(call, resource, parent, made[position])
        parent = below(parent, made[position])
    return made


def _id_of(call: Call, resource: Resource, parent: str, value: str) -> str:
    records = [msgspec.json.decode(each) for each in call.store.bodies(resource.shape, parent)]
    for name in resource.natural:
        found = [each for each in records if str(each.get(name)) == value]
        if len(found) == 1:
            return str(resource.held_id(found[0]))
    return value


def resource_of(call: Call) -> Resource:
    """The resource that the call's operation is about."""
    assert call.step.resource is not None
    return call.step.resource


def identity_of(call: Call) -> str:
    """The id in the path, or that of the record which the request otherwise names; empty for a document."""
    resource = resource_of(call)
    position = resource.shape.count("{}")
    if call.step.identified_by:
        return _named(call, resource, call.step.identified_by)
    if call.step.known_by:
        return _known_by(call, resource, call.segments[position])
    named = resource.kind == "collection" and position < len(call.segments) and not call.step.made_below
    return call.segments[position] if named else ""


def _known_by(call: Call, resource: Resource, value: str) -> str:
    """The id of the record that has a value where its path says."""
    for each in call.store.bodies(resource.shape, parent_of(call)):
        record = msgspec.json.decode(each)
        if str(at(record, call.step.known_by)) == value:
            return str(record.get(resource.id_property or ""))
    return value


def _named(call: Call, resource: Resource, name: str) -> str:
    """The id that a request names, or that of the record which has the value that it names."""
    body = call.values.body
    inner = at(body, call.step.sent_way)
    places = [each for each in (call.values.query, body, inner) if isinstance(each, dict)]
    given = (value for each in places for key, value in each.items() if plain(key) == plain(name))
    value = next(given, None)
    if not isinstance(value, (str, int)):
        return ""
    if (
        plain(name) != plain(resource.id_property or "")
        and call.store.get(resource.shape, parent_of(call), str(value)) is None
    ):
        for each in call.store.bodies(resource.shape, parent_of(call)):
            record = msgspec.json.decode(each)
            if str(record.get(name)) == str(value):
                return str(record.get(resource.id_property or ""))
    known = call.store.get(resource.shape, parent_of(call), str(value))
    sample = call.store.fact(f"sample {resource.shape}", str(value)) if known is None else None
    return sample or str(value)


def parent_of(call: Call) -> str:
    """The key of the parents in the path."""
    key = ""
    for _, position in resource_of(call).parents:
        key = below(key, call.segments[position])
    return key


def parents_exist(call: Call) -> bool:
    """Tell whether every record that the path names above this one is there."""
    above = ""
    own = call.step.resource.parents if call.step.resource else ()
    for shape, position in own or call.step.above:
        identity = call.segments[position]
        if call.store.get(shape, above, identity) is None and not any(
            call.store.find(each, identity) for each in call.api.also.get(shape, ())
        ):
            return False
        above = below(above, identity)
    return True


def with_newest(call: Call) -> Call:
    """A call whose path says a word that the documents give in place of an id (`latest`), naming the newest record by its id."""
    made, above = [*call.segments], ""
    for shape, position in call.step.above:
        if call.store.get(shape, above, made[position]) is None and _is_word(call, position):
            newest = [msgspec.json.decode(each) for each in call.store.bodies(shape, above)[-1:]]
            made[position] = next((str(call.api.collections[shape].held_id(each)) for each in newest), made[position])
        above = below(above, made[position])
    return call if made == [*call.segments] else msgspec.structs.replace(call, segments=tuple(made))


def _is_word(call: Call, position: int) -> bool:
    word, names = call.segments[position], placeholders(call.step.operation.path)
    if not word.isalpha() or position >= len(names):
        return False
    given = (call.api.spec.resolve(each) for each in call.step.operation.node.get("parameters") or ())
    said = next((str(each.get("description")) for each in given if each.get("name") == names[position]), "")
    return bool(re.search(rf"\b(?:keywords?|words?|or|use|type)\W{{1,4}}{word}\b", said))


def found(call: Call) -> Record | None:
    """The record that the path names; a document is there, if empty, as soon as its parents are."""
    resource = resource_of(call)
    if resource.parents and not parents_exist(call):
        return None
    body = call.store.get(*place_of(call))
    if body is None:
        return at_first(call.api, resource) if resource.kind == "document" else None
    record: Record = msgspec.json.decode(body)
    return record


def above_of(call: Call) -> Record | None:
    """The record right above the one of the path, as it is now; None where there is none."""
    resource = resource_of(call)
    upper = call.api.collections.get(resource.parent or "")
    if resource.shape in call.api.around:
        upper = call.api.around[resource.shape][0]
    body = call.store.get(*place_above(upper, parent_of(call))) if upper else None
    return msgspec.json.decode(body) if body else None


def own_record(call: Call) -> Record | None:
    """The caller's own record: the one that bears the name in the credentials, else the one documented as such, else the first.

    Who is documented as the caller and was deleted is nobody else from then on.
    Where the documents only show a list with one record, the newest.
    """
    resource = resource_of(call)
    if call.step.newest:
        newest = call.store.bodies(resource.shape, parent_of(call))[-1:]
        return msgspec.json.decode(newest[0]) if newest else None
    known = call.store.get(resource.shape, parent_of(call), call.step.own) if call.step.own else None
    own: Record | None = msgspec.json.decode(known) if known else None
    asks = caller(call)
    left = own is None and has_left(call)
    for body in call.store.bodies(resource.shape, parent_of(call)):
        record: Record = msgspec.json.decode(body)
        own = own or (None if left else record)
        if asks and asks in map(str, record.values()):
            return record
    return own


def has_left(call: Call) -> bool:
    """Tell whether the documented caller was deleted."""
    shape, own = resource_of(call).shape, call.step.own
    return bool(own and call.store.fact("left", f"{shape} {own}")) and call.store.find(shape, own or "") is None


def callers_own(call: Call) -> Record:
    """What is shown as the caller's own record (`/users/me`), with its id; empty where nothing is."""
    for step in call.api.plan.steps:
        if step.behaviour == "singleton" and step.own is not None and step.resource and not step.resource.parents:
            own = own_record(msgspec.structs.replace(call, step=step, segments=()))
            identity = step.resource.held_id(own) if own else None
            return {"id": identity, **(own or {})} if identity is not None else {}
    return {}


def on_own_record(call: Call) -> Call:
    """A call whose path names the caller's own record by its id."""
    own = own_record(call) if parents_exist(call) else None
    identity = str(own.get(resource_of(call).id_property or "")) if own else ""
    return msgspec.structs.replace(call, segments=(*call.segments, identity))


def place_of(call: Call) -> tuple[str, str, str]:
    """Where the record of the path is kept: its collection, parent and id; a collection further down may hold it."""
    resource, identity = resource_of(call), key_of(call)
    own = (resource.shape, parent_of(call), identity)
    if resource.also and identity and call.store.get(*own) is None:
        for shape in resource.also:
            if known := call.store.find(shape, identity):
                return shape, known[0], identity
    return own


def rename(call: Call, key: str, name: str) -> None:
    """Let a record be found by the name that a change gave it; the one it was made with goes on to work."""
    call.store.remember(f"renamed {resource_of(call).shape}", below(parent_of(call), name), key)


def key_of(call: Call) -> str:
    """The id under which the record of the path is kept: the one in the path, or that of the record so renamed."""
    resource, identity = resource_of(call), identity_of(call)
    if not resource.renamed or call.store.get(resource.shape, parent_of(call), identity) is not None:
        return identity
    return call.store.fact(f"renamed {resource.shape}", below(parent_of(call), identity)) or identity


def write(call: Call, identity: str, record: Mapping[str, Json]) -> None:
    """Keep a record under an id, below the one that it names where it is shown there too."""
    resource = resource_of(call)
    place = shown_below(call.api, call.store, resource, record) if resource.also else None
    _put(call, (*(place or (resource.shape, parent_of(call))), identity), record)


def shown_below(api: Api, store: Store, resource: Resource, record: Mapping[str, Json]) -> tuple[str, str] | None:
    """The collection further down that shows a record, and the key of its parent: `/harbours/{id}/boats` of a boat with a `harbour_id`."""
    for shape in resource.also:
        further = api.collections.get(shape)
        upper = api.collections.get(further.parent or "") if further else None
        named = _owner(record, plain(singular(last_word(upper.shape)))) if upper else None
        known = store.find(upper.shape, str(named)) if upper and named is not None else None
        if known:
            return shape, below(known[0], str(named))
    return None


def _owner(record: Mapping[str, Json], own: str) -> Json:
    """The id of the record above that a record names (`harbour_id`), or shows (`harbour`); of who uses the service, as its one author or owner."""
    for name, value in record.items():
        if plain(name) == own + "id":
            return value
        if plain(name) == own and isinstance(value, dict) and "id" in value:
            return value["id"]
    told = {each: _owner(record, each) for each in CALLERS if each not in PEOPLE} if own in PEOPLE else {}
    ids = {value for value in told.values() if isinstance(value, (str, int))}
    return ids.pop() if len(ids) == 1 else None


def keep(call: Call, record: Mapping[str, Json]) -> None:
    """Keep the changed record of the path where it is, or below the one that it names now."""
    resource, place = resource_of(call), place_of(call)
    other = shown_below(call.api, call.store, resource, record) if resource.also else None
    if other and other != place[:2]:
        call.store.remove(*place)
        if place[0] in call.api.counting:
            recount(call, *place[:2], by=-1)
        place = (*other, place[2])
    _put(call, place, record)


def _put(call: Call, place: tuple[str, str, str], record: Mapping[str, Json]) -> None:
    if place[0] in call.api.counting and call.store.get(*place) is None:
        recount(call, *place[:2], by=1)
    told = place[0] in call.api.inside or place[0] in call.api.around
    before = call.store.get(*place) if told else None
    call.store.put(*place, msgspec.json.encode(record))
    if told:
        spread(call, place, before, record)


def remove(call: Call) -> None:
    """Remove the record of the path, wherever it is kept, and all below it."""
    resource, identity, parent = resource_of(call), key_of(call), parent_of(call)
    if (place := place_of(call))[0] in call.api.counting and call.store.get(*place) is not None:
        recount(call, *place[:2], by=-1)
    call.store.remove(resource.shape, parent, identity)
    if any(
        step.own == identity and step.resource and step.resource.shape == resource.shape for step in call.api.plan.steps
    ):
        call.store.remember("left", f"{resource.shape} {identity}", "yes")
    if call.store.fact(f"sample {resource.shape}", identity):
        call.store.remember(f"sample {resource.shape}", identity, "")  # it is gone, and no other one stands for it
    while (place := place_of(call))[0] != resource.shape:
        call.store.remove(*place)
    for each in call.api.plan.resources:
        if any(shape == resource.shape for shape, _ in each.parents):
            if each.kin:
                _stay(call, each, below(parent, identity))
            call.store.remove_below(each.shape, below(parent, identity))
    for _, child in call.api.inside.get(resource.shape, ()) if resource.kind == "document" else ():
        call.store.remove_below(child.shape, parent)
    spread(call, (resource.shape, parent, identity), None, None)


def _stay(call: Call, resource: Resource, parent: str) -> None:
    """Keep records that have a path of their own further up, though the one that they were shown below is gone."""
    for body in call.store.bodies(resource.shape, parent):
        identity = str(msgspec.json.decode(body).get(resource.id_property or ""))
        call.store.remove(resource.shape, parent, identity)
        call.store.put(resource.kin, "", identity, body)


def location_of(call: Call, identity: str) -> dict[str, str] | None:
    """The header that tells where a new record is (RFC 9110, section 10.2.2)."""
    item = resource_of(call).item
    if not item:
        return None
    template, count = _template(item)
    named = call.step.operation.path.rstrip("/").endswith("}")  # the path names the new record itself
    values = (*(call.segments[:-1] if named else call.segments), identity)[-count:]
    if len(values) < count:
        return {"location": call.origin + item}
    told = [each if each.isalnum() and each.isascii() else quote(each, safe="") for each in values]
    return {"location": call.origin + template.format(*told)}


@lru_cache(maxsize=1024)
def _template(path: str) -> tuple[str, int]:
    """A path with nameless placeholders, for `format`, and how many there are."""
    return re.subn(r"\{[^{}]*\}", "{}", path)


def missing(call: Call) -> Reply:
    """404 as documented."""
    named = " / ".join(call.segments) or "this path"
    operation, sentence = call.step.operation, f"Nothing is known by {named}."
    return call.api.problems.documented(operation, 404, sentence, path=asked_path(operation, call.segments))
