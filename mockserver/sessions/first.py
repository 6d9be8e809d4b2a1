"""The first state: the documented examples of an Api come in, records in its store come out; a record seen in several places is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from contract.spec import Json
from mockserver.api import Opened, embedded
from mockserver.planning import tabled
from mockserver.planning.covers import at as inside
from mockserver.planning.covers import plain
from mockserver.planning.evidence import (
    is_placeholder_value,
    segments,
    singular,
)
from mockserver.planning.model import Resource, Step
from mockserver.state.store import below

_SHOWING = ("list", "read", "singleton", "view", "create")
_CHANGING = ("action", "replace", "update", "delete")
_ORDER = (*_SHOWING, *_CHANGING)
"""Whose example is believed first: what is read shows the state, what changes it shows another one."""

_MOST_DIGITS = 19  # what a 64-bit integer can hold

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
    inner = _inside_of_others(at)
    for resource in sorted(at.api.plan.resources, key=lambda each: len(each.parents)):
        own = [each for each in by_shape.get(resource.shape, ()) if each.resource == resource]
        if resource.kind == "document":
            _fill_document(at, resource, own)
        else:
            _fill_collection(at, resource, own, inner.get(resource.shape, ()))
    for shape, number in _highest(at).items():
        at.store.remember("highest", shape, str(number))
    for step in at.api.plan.steps:
        _fill_above(at, step)
        if step.job and step.job.known:
            at.store.remember(f"job {step.job.name}", step.job.known, "0")
    if at.api.populate:
        from mockserver.sessions.populate import populate

        populate(at, at.api.populate)
    at.store.remember("filled", at.api.fingerprint, "yes")


def _inside_of_others(at: Opened) -> dict[str, list[Record]]:
    """Records inside of any documented answer, by the shape of their collection."""
    found: dict[str, list[Record]] = {}
    for known in at.api.variants.values():
        for variant in known:
            for resource, record in embedded(variant.example, at.api.named):
                found.setdefault(resource.shape, []).append(record)
    return found


def _highest(at: Opened) -> dict[str, int]:
    """The highest number among the ids of each collection."""
    found = {each.shape: 0 for each in at.api.plan.resources if each.kind == "collection"}
    for collection, _, identity, _ in at.store.all():
        if collection in found and _is_number(identity):
            found[collection] = max(found[collection], int(identity))
    return found


def _fill_collection(at: Opened, resource: Resource, own: list[Step], inner: Sequence[Record]) -> None:
    for record in _documented(at, resource, own, inner):
        _merge(at, resource, record)
    for step in own:
        for example in _ids_in_paths(step, resource):
            _fill_named(at, resource, example)
    for record in tabled.records(resource) if _is_told_by_tables(resource) else ():
        at.store.put(resource.shape, "", str(record["id"]), msgspec.json.encode(record))


def _is_told_by_tables(resource: Resource) -> bool:
    """No example shows a record; what it has is known from parameters alone."""
    return isinstance(resource.example, tabled.Tabled)


def _is_number(identity: str) -> bool:
    return identity.isdecimal() and len(identity) < _MOST_DIGITS


def _documented(at: Opened, resource: Resource, own: list[Step], inner: Sequence[Record]) -> Iterator[Record]:
    """Records of the collection's own operations, then those inside of other answers; examples of changes come last."""
    name = resource.id_property
    records = [each for step in own if step.behaviour in _SHOWING for each in _records(at, step)]
    records += inner if name else ()
    records += [each for step in own if step.behaviour in _CHANGING for each in _records(at, step)]
    real = [each for each in records if name in each and not is_placeholder_value(name, each[name])] if name else []
    yield from real or records


def _records(at: Opened, step: Step) -> Iterator[Record]:
    """The documented records of one operation."""
    for example in _examples(at, step):
        value = inside(example, step.way)
        if step.key and isinstance(value, dict):
            value = list(value.values())
        shown = value if isinstance(value, list) else [value]
        yield from (
            each for each in shown if isinstance(each, dict) and (step.shows_records or step.behaviour == "singleton")
        )


def _examples(at: Opened, step: Step) -> Iterator[Json]:
    """All documented answers of an operation; of a change, only the usual ones."""
    for variant in at.api.variants[step.operation.key]:
        shown = [each.value for each in variant.media.examples] if variant.media else []
        yield from (
            shown if step.behaviour in ("list", "view") else [variant.example] if variant.example is not None else []
        )


def _merge(at: Opened, resource: Resource, record: Record) -> None:
    """Add what is not yet known of a record; what was believed first stays."""
    kept = {name: value for name, value in record.items() if name not in resource.write_only}
    identity = kept.get(resource.id_property) if resource.id_property else None
    seen = at.store.find(resource.shape, str(identity))
    parent = seen[0] if seen else _parent_of(at, resource, record)
    if parent is None:
        return
    if not isinstance(identity, (str, int)) or isinstance(identity, bool):
        identity = at.maker.identity(resource, kept, parent)
        kept = {resource.id_property: identity, **kept} if resource.id_property else kept
    known = at.store.get(resource.shape, parent, str(identity))
    before = msgspec.json.decode(known) if known else {}
    merged = before | {name: value for name, value in kept.items() if name not in before}
    at.store.put(resource.shape, parent, str(identity), msgspec.json.encode(merged))
    for upper, also in at.api.also.items():
        if resource.shape in also:
            at.store.remove(upper, "", str(identity))  # it is one record, and belongs where its parent is known


def _parent_of(at: Opened, resource: Resource, record: Record) -> str | None:
    """The parent that a record names (`team_id`), else the first one there is; None where there is none."""
    if not resource.parent:
        return ""
    owner = plain(singular(segments(resource.parent)[-1])) + "id"
    named = next((str(value) for name, value in record.items() if plain(name) == owner), None)
    found = at.store.find(resource.parent, named) if named else None
    if named and found:
        return below(found[0], named)
    first = at.store.first(resource.parent)
    return below(*first) if first else None


def _ids_in_paths(step: Step, resource: Resource) -> Iterator[Json]:
    """The documented ids in the paths of single records: a request that names one must find it."""
    if step.behaviour in ("read", "replace", "update", "delete", "action"):
        yield from _ids_at(step, resource.shape.count("{}"))


def _fill_above(at: Opened, step: Step) -> None:
    """The records that the documented path of an operation without records names."""
    resources = {each.shape: each for each in at.api.plan.resources}
    for shape, position in step.above:
        for example in _ids_at(step, position) if shape in resources else ():
            _fill_named(at, resources[shape], example)


def _ids_at(step: Step, position: int) -> Iterator[Json]:
    """The documented values of a placeholder, by its place among all of the path."""
    parameters = {each.name: each for each in step.operation.parameters if each.location == "path"}
    names = [part[1:-1] for part in segments(step.operation.path) if part.startswith("{")]
    if position >= len(names) or names[position] not in parameters:
        return
    parameter = parameters[names[position]]
    schema = parameter.schema if isinstance(parameter.schema, dict) else {}
    shown = [each.value for each in parameter.examples] + [schema.get("example")]
    yield from (
        value for value in shown if isinstance(value, (str, int)) and not is_placeholder_value(parameter.name, value)
    )


def _fill_named(at: Opened, resource: Resource, identity: str | int) -> None:
    """A record for a documented id that no example shows: like the first one, but for its id."""
    parent = _parent_of(at, resource, {})
    if parent is None or at.store.find(resource.shape, str(identity)):
        return
    first = next(iter(at.store.bodies(resource.shape, parent, 1)), None)
    record = msgspec.json.decode(first) if first else {}
    if resource.id_property:
        number = resource.id_style == "integer" and _is_number(str(identity))
        record[resource.id_property] = int(identity) if number else str(identity)
    at.store.put(resource.shape, parent, str(identity), msgspec.json.encode(record))


def _fill_document(at: Opened, resource: Resource, own: list[Step]) -> None:
    """The one record below the first parent; its siblings start empty."""
    parent = _parent_of(at, resource, {})
    shown = next((record for step in own for record in _records(at, step) if step.behaviour == "singleton"), None)
    if parent is not None and shown is not None:
        kept = {name: value for name, value in shown.items() if name not in resource.write_only}
        at.store.put(resource.shape, parent, "", msgspec.json.encode(kept))
