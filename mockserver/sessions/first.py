"""The first state: the documented examples of an Api come in, records in its store come out; a record seen in several places is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import msgspec

from contract.spec import Json
from mockserver.answering.inside import home_of
from mockserver.answering.linking import filled, renamed
from mockserver.answering.records import shown_below
from mockserver.answering.samples import generated, required
from mockserver.answering.shapes import record_schemas
from mockserver.answering.unshown import is_told
from mockserver.api import Opened, embedded
from mockserver.planning import tabled
from mockserver.planning.covers import ID_NAMES, properties_of
from mockserver.planning.covers import at as inside
from mockserver.planning.evidence import is_placeholder_value
from mockserver.planning.model import Resource, Step
from mockserver.sessions.paths import first_home, home, is_number, owner, settle
from mockserver.state.store import below, ids_in

_READING = ("list", "read", "singleton", "view")
_CHANGING = ("create", "action", "replace", "update", "delete")
_OF_ONE = ("read", "replace", "update", "delete", "action")
_ORDER = (*_READING, *_CHANGING)
"""Whose example is believed first: what is read shows the state, what changes it shows another one."""

Record = Mapping[str, Json]


def fill(at: Opened) -> None:
    """Write the documented examples into the state of a session."""
    steps = sorted(
        (each for each in at.api.plan.steps if each.behaviour in _ORDER), key=lambda each: _ORDER.index(each.behaviour)
    )
    by_shape: dict[str, list[Step]] = {}
    for step in steps:
        if step.resource:
            by_shape.setdefault(step.resource.shape, []).append(step)
    _fill_resources(at, by_shape)
    for step in at.api.plan.steps:
        _fill_own(at, step)
    for shape, number in _highest(at).items():
        at.store.remember("highest", shape, str(number))
    for step in at.api.plan.steps:
        home(at, step, _records(at, step) if step.resource and not step.reach else ())
        if step.job and step.job.known:
            at.store.remember(f"job {step.job.name}", step.job.known, "0")
    if at.api.populate:
        from mockserver.sessions.populate import populate

        populate(at, at.api.populate)
    at.store.remember("filled", at.api.fingerprint, str(at.api.populate))


def _fill_resources(at: Opened, by_shape: Mapping[str, list[Step]]) -> None:
    """Write the records of all collections and documents, those above first."""
    inner, told = _inside_of_others(at), dict[str, list[str]]()
    # A document may show the records of a collection below it, and has as many parents as that.
    for resource in sorted(at.api.plan.resources, key=lambda each: (len(each.parents), each.kind == "collection")):
        own = [each for each in by_shape.get(resource.shape, ()) if each.resource == resource]
        if resource.kind == "document":
            _fill_document(at, resource, own)
        else:
            _fill_collection(at, resource, own, inner.get(resource.shape, ()))
        if resource.also:
            held = (resource.held_id(msgspec.json.decode(each)) for each in at.store.bodies(resource.shape, ""))
            told[resource.shape] = [str(each) for each in held]
    for resource in at.api.plan.resources:
        _fill_below(at, resource, told.get(resource.shape, ()))


def _fill_below(at: Opened, resource: Resource, told: Sequence[str]) -> None:
    """Let the records of a collection that others further down show as well be below the ones that they name, in the order in which they are told."""
    for identity in told:
        for shape in (resource.shape, *resource.also):
            if found := at.store.find(shape, identity):
                record = msgspec.json.decode(found[1])
                place = shown_below(at.api, at.store, resource, record) if not found[0] else (shape, found[0])
                if place:
                    at.store.remove(shape, found[0], identity)
                    at.store.put(*place, identity, found[1])
                break


def _fill_own(at: Opened, step: Step) -> None:
    """Let whoever asks be one of those that can be read by id, where nothing shows a record of them and clients can make none."""
    resource = step.resource
    if step.behaviour != "singleton" or step.own is None or resource is None or resource.parents:
        return
    shape, steps = resource.shape, at.api.plan.steps
    made = {each.resource.shape for each in steps if each.resource and each.behaviour == "create"}
    made |= {
        each.account.made.resource.shape
        for each in steps
        if each.account and each.account.made and each.account.made.resource
    }
    if shape in made or at.store.bodies(shape, "", 1):
        return
    schema: Json = next(iter(record_schemas(at.api, resource)), {})
    record = generated(at.api.spec, schema, turn=1)
    identity = resource.held_id(record) if isinstance(record, dict) else None
    if isinstance(identity, (str, int)):
        at.store.put(shape, "", str(identity), msgspec.json.encode(record))


def _inside_of_others(at: Opened) -> dict[str, list[Record]]:
    """Records inside of any documented answer, by the shape of their collection."""
    found: dict[str, list[Record]] = {}
    for key, known in at.api.variants.items():
        step = at.api.steps.get(key)
        makes = step and step.resource and step.behaviour == "create" and not step.yields
        made = step.resource.shape if step and step.resource and makes else None
        for variant in known:
            for resource, record in embedded(variant.example, at.api.named):
                if resource.shape in at.api.around or resource.shape == made:
                    continue  # shown by the records above, wherever these are shown; or yet to be made
                if variant.is_written or _is_whole(at, resource, record):
                    found.setdefault(resource.shape, []).append(record)
    return found


def _highest(at: Opened) -> dict[str, int]:
    """The highest number among the ids of each collection, or of what its records hold, if that is near.

    A client that looks for a new record's id in a list should not find that of another thing inside of one.
    """
    counted = {each.shape: each.counted_as for each in at.api.plan.resources if each.kind == "collection"}
    found = dict.fromkeys(counted.values(), 0)
    inner = {shape: set[int]() for shape in found}
    for collection, _, identity, raw in at.store.all():
        if (shape := counted.get(collection)) and is_number(identity):
            found[shape] = max(found[shape], int(identity))
            inner[shape] |= set(_numbers(msgspec.json.decode(raw)))
    return {
        shape: max([highest, *(each for each in inner[shape] if each <= highest + _NEAR)])
        for shape, highest in found.items()
    }


_NEAR = 1000


def _numbers(value: Json) -> Iterator[int]:
    """All ids that are numbers, at any depth."""
    if isinstance(value, dict):
        yield from (each for name, each in value.items() if name in ID_NAMES and type(each) is int)
    inside_it = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside_it:
        yield from _numbers(each)


def _fill_collection(at: Opened, resource: Resource, own: list[Step], inner: Sequence[Record]) -> None:
    for record, place in _documented(at, resource, own, inner):
        _merge(at, resource, record, place)
    for step in own:
        if step.behaviour in _OF_ONE and not step.reach:
            settle(at, resource, step, _records(at, step))
    for record in tabled.records(resource) if _is_told_by_tables(resource) else ():
        at.store.put(resource.shape, "", str(record["id"]), msgspec.json.encode(record))


def _is_told_by_tables(resource: Resource) -> bool:
    """No example shows a record; what it has is known from parameters alone."""
    return isinstance(resource.example, tabled.Tabled)


def _documented(
    at: Opened, resource: Resource, own: list[Step], inner: Sequence[Record]
) -> Iterator[tuple[Record, str | None]]:
    """Records of the collection's own operations, each with the parents that the sample path names; then those inside of other answers.

    What is read comes first. Where a list shows records, those that only a change shows are yet to be made: they tell more of a known
    record, and are none of their own.
    """
    name = resource.id_property
    placed = [(step, _placed(at, resource, step)) for step in own]
    reads = [each for step, found in placed if step.behaviour in _READING for each in found]
    reads += [(each, None) for each in inner] if name else ()
    told = {place for _, place in reads}
    above = [each for each in _inside_of_those_above(at, resource) if each[1] not in told]
    reads += above
    changes = [each for step, found in placed if step.behaviour not in _READING for each in found]
    listed = (each for step in own if step.behaviour == "list" for each in _records(at, step))
    if name and (above or any(_is_named(each, name) for each in listed)):
        known = {str(each[name]) for each, _ in reads if name in each}
        changes = [each for each in changes if str(each[0].get(name)) in known]
    if not name and reads:
        changes = []  # nothing tells the record that a request makes from those that are there
    records = [*reads, *changes]
    real = [each for each in records if _is_named(each[0], name)] if name else []
    if real and name and not any(_is_named(each, name) for each, _ in reads):
        real += list(_as_shown(real, [each for each, _ in reads], name))
    again = _again([found for _, found in placed])
    yield from real or (each for each in records if id(each) not in again)


def _as_shown(
    real: Sequence[tuple[Record, str | None]], vague: Sequence[Record], name: str
) -> Iterator[tuple[Record, str | None]]:
    """What reading shows of a record whose id is only hinted at (`{ID}`), told of those that changes name."""
    shown = next((each for each in vague if name in each), {})
    for record, place in real if shown else ():
        yield {**renamed(shown, str(shown[name]), str(record[name])), name: record[name]}, place


def _again(placed: Sequence[Sequence[tuple[Record, str | None]]]) -> set[int]:
    """The identities of records that an earlier operation shows the same; without an id, nothing else tells that they are one."""
    told: list[Record] = []
    found: set[int] = set()
    for each in placed:
        found.update(id(one) for one in each if one[0] in told)
        told += [record for record, _ in each]
    return found


def _inside_of_those_above(at: Opened, resource: Resource) -> Iterator[tuple[Record, str | None]]:
    """What the records above show of their own ones (`contacts` of a customer)."""
    upper, name = at.api.around.get(resource.shape, (None, ""))
    for collection, parent, identity, body in at.store.all() if upper else ():
        if upper and collection == upper.shape:
            items = msgspec.json.decode(body).get(name)
            key = home_of(upper, parent, identity)
            yield from ((each, key) for each in items or () if isinstance(each, dict))


def _is_named(record: Record, name: str) -> bool:
    """Tell whether an example has a true id."""
    return name in record and not is_placeholder_value(name, record[name])


def _placed(at: Opened, resource: Resource, step: Step) -> list[tuple[Record, str | None]]:
    """The documented records of one operation below the parents that its sample path names."""
    records = list(_records(at, step))
    place = home(at, step, records) if resource.parents else None
    return [(each, place) for each in records]


def _records(at: Opened, step: Step) -> Iterator[Record]:
    """The documented records of one operation."""
    for example in _examples(at, step):
        value = inside(example, step.way)
        if step.key and isinstance(value, dict):
            value = list(value.values())
        shown = value if isinstance(value, list) else [value]
        if not (step.shows_records or step.behaviour == "singleton"):
            continue
        written = any(each.is_written for each in at.api.variants[step.operation.key])
        records = (_whole(step, each) for each in shown if isinstance(each, dict))
        yield from (each for each in records if written or not step.resource or _is_whole(at, step.resource, each))


def _whole(step: Step, record: Record) -> Record:
    """A record of which a part is shown, under the id that the part tells."""
    resource = step.resource
    name = resource.id_property if resource else None
    own = next((each for each in record if resource and each in step.part and each not in resource.properties), None)
    return {name: record[own], **{key: each for key, each in record.items() if key != own}} if name and own else record


def _is_whole(at: Opened, resource: Resource, record: Record) -> bool:
    """Tell whether a record is more than samples of some properties: it has all that answers require, but for what new records have anyway."""
    if not resource.takes:
        return True
    key = (id(resource), _ASKED)
    if key not in at.api.patterns:
        at.api.patterns[key] = frozenset(_asked(at, resource))
    return cast(frozenset[str], at.api.patterns[key]).issubset(record)


def _asked(at: Opened, resource: Resource) -> Iterator[str]:
    """What answers require of a record that nobody but a client, or a sample, can tell."""
    spec = at.api.spec
    for schema in record_schemas(at.api, resource)[:1]:
        described = properties_of(spec, schema)
        for name in required(spec, schema) - {resource.id_property}:
            if name in resource.takes or not is_told(spec, name, described.get(name, {})):
                yield name


_ASKED = -2
"""Stands where other facts of `Api.patterns` have the operation that they are about."""


def _examples(at: Opened, step: Step) -> Iterator[Json]:
    """All documented answers of an operation; of a change, only the usual ones."""
    for variant in at.api.variants[step.operation.key]:
        shown = [each.value for each in variant.media.examples] if variant.media else []
        yield from (
            shown if step.behaviour in ("list", "view") else [variant.example] if variant.example is not None else []
        )


def _merge(at: Opened, resource: Resource, record: Record, place: str | None) -> None:
    """Add what is not yet known of a record; what was believed first stays. It is where a sample path has it, else where it was seen."""
    kept = {name: value for name, value in record.items() if name not in resource.write_only}
    identity = resource.held_id(kept)
    if isinstance(identity, str) and _OPEN.fullmatch(identity) and resource.id_property:
        identity = _given(at, resource, kept, identity)
        kept = renamed(kept, str(record[resource.id_property]), str(identity)) | {resource.id_property: identity}
    seen = at.store.find(resource.shape, str(identity))
    parent = place if place is not None else seen[0] if seen else _parent_of(at, resource, record)
    if parent is None:
        return
    if not isinstance(identity, (str, int)) or isinstance(identity, bool):
        identity = at.maker.identity(resource, kept, parent)
        kept = {resource.id_property: identity, **kept} if resource.id_property else kept
    kept = filled(kept, resource, ids_in(parent), str(identity))
    known = at.store.get(resource.shape, parent, str(identity))
    before = msgspec.json.decode(known) if known else {}
    if seen and not known and resource.shape not in at.api.around:
        kept = msgspec.json.decode(seen[1]) | kept  # below another parent
    merged = _added(before, kept)
    at.store.put(resource.shape, parent, str(identity), msgspec.json.encode(merged))
    for upper, also in at.api.also.items():
        if resource.shape in also:
            at.store.remove(upper, "", str(identity))  # it is one record, and belongs where its parent is known


_OPEN = re.compile(r"\{\{?[^{}]+\}\}?|<[^<>]+>")
"""What stands where an id would; nobody can ask by it."""


def _given(at: Opened, resource: Resource, record: Record, stands: str) -> Json:
    """An id for the record that a documented one without an id means: one for all that have the same words in its place."""
    known = at.store.fact(f"sample {resource.shape}", stands)
    if known is not None:
        return int(known) if resource.id_style == "integer" and is_number(known) else known
    made = at.maker.identity(resource, record, "")
    at.store.remember(f"sample {resource.shape}", stands, str(made))
    return made


def _added(before: Record, told: Record) -> Record:
    """What is known of a record, with what another answer tells besides, one level further in as well (`attributes`)."""
    made = {**before}
    for name, value in told.items():
        known = made.setdefault(name, value)
        if isinstance(known, dict) and isinstance(value, dict):
            made[name] = {**value, **known}
    return made


def _parent_of(at: Opened, resource: Resource, record: Record) -> str | None:
    """The parent that a record names (`team_id`), else the first one there is; None where there is none."""
    upper = at.api.collections.get(resource.parent or "")
    named = owner(record, upper) if upper else None
    found = at.store.find(upper.shape, str(named)) if upper and named else None
    return below(found[0], str(named)) if found else first_home(at, resource)


def _fill_document(at: Opened, resource: Resource, own: list[Step]) -> None:
    """The one record below the parent that the sample path names, else below the first; its siblings start empty."""
    singles = [each for each in own if each.behaviour == "singleton"]
    places = [place for step in singles if (place := home(at, step, _records(at, step))) is not None]
    parent = next(iter(places), None) if resource.parents else ""
    parent = first_home(at, resource) if parent is None else parent
    shown = next((record for step in singles for record in _records(at, step)), None)
    if parent is not None and shown is not None:
        kept = {name: value for name, value in shown.items() if name not in resource.write_only}
        at.store.put(resource.shape, parent, "", msgspec.json.encode(kept))
