"""The ids in documented paths: a Step of the plan comes in, what its sample path names goes out; a request typed off the documents finds its records.

Writers take any number into a sample (`/labs/1/contacts`), and show other ids in the answers. A sample id that no record bears stands
for the record that the answer shows, or whose answers below it say they belong to; only where nothing is known of it, a record is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from contract.spec import Json
from mockserver.api import Opened
from mockserver.planning.covers import at as inside
from mockserver.planning.covers import plain
from mockserver.planning.evidence import ids_at, is_placeholder_value, last_word, request_examples, singular
from mockserver.planning.model import Resource, Step
from mockserver.state.store import below

_MOST_DIGITS = 19  # what a 64-bit integer can hold

Record = Mapping[str, Json]


def is_number(identity: str) -> bool:
    """Tell whether an id is a number that a counter can go on from."""
    return identity.isdecimal() and len(identity) < _MOST_DIGITS


def home(at: Opened, step: Step, records: Iterable[Record]) -> str | None:
    """The key of the parents that a step's sample path names; None where it names none. What is missing of them is made."""
    key, shown = "", list(records)
    for shape, position in step.resource.parents if step.resource and not step.reach else step.above:
        sample = next(ids_at(step.operation, position), None)
        upper = at.api.collections.get(shape)
        if sample is None or upper is None:
            return None
        key = below(key, _known_as(at, upper, key, sample, shown))
    return key


def _known_as(at: Opened, upper: Resource, key: str, sample: str, shown: list[Record]) -> str:
    """The id of the record above that a sample id stands for."""
    if _holds(at, upper, key, sample):
        return sample
    if known := at.store.fact(f"sample {upper.shape}", sample):
        return known
    named = {str(value) for each in shown if (value := owner(each, upper)) is not None}
    other = next((each for each in named if _holds(at, upper, key, each)), None)
    if other is None and sample not in named:
        other = next(iter(_first(at, upper, key)), None)
    if other is not None:
        at.store.remember(f"sample {upper.shape}", sample, other)
        return other
    make(at, upper, key, sample)
    return sample


def _holds(at: Opened, resource: Resource, key: str, identity: str) -> bool:
    """Tell whether a record is below a parent, or in a collection further down that holds its kind."""
    return at.store.get(resource.shape, key, identity) is not None or any(
        at.store.find(each, identity) for each in at.api.also.get(resource.shape, ())
    )


def _first(at: Opened, resource: Resource, key: str) -> Iterator[str]:
    """The id of the first record below a parent."""
    for body in at.store.bodies(resource.shape, key, 1):
        identity = msgspec.json.decode(body).get(resource.id_property)
        if identity is not None:
            yield str(identity)


def owner(record: Record, upper: Resource) -> Json:
    """The id of the record above that a record names (`team_id`); None where it names none."""
    wanted = plain(singular(last_word(upper.shape))) + "id"
    return next((value for name, value in record.items() if plain(name) == wanted), None)


def settle(at: Opened, resource: Resource, step: Step, records: Iterable[Record]) -> None:
    """Let the sample id of an operation on one record find it: the one that its answer shows, a record elsewhere, or one that is made."""
    shown = [each for each in records if resource.id_property in each]
    place = home(at, step, shown) if resource.parents else ""
    sent = () if step.identified_by is None else _sent(at, resource, step, step.identified_by, place or "")
    for sample in (*ids_at(step.operation, resource.shape.count("{}")), *sent):
        if at.store.fact(f"sample {resource.shape}", sample) or _is_there(at, resource, place, sample):
            continue
        other = next((str(each[resource.id_property or ""]) for each in shown), None)
        if other and other != sample and at.store.find(resource.shape, other):
            at.store.remember(f"sample {resource.shape}", sample, other)
            continue
        parent = place if place is not None else first_home(at, resource)
        by_id = not step.known_by and plain(step.identified_by or "") in ("", plain(resource.id_property or ""))
        if parent is not None and by_id:
            make(at, resource, parent, sample)


def _sent(at: Opened, resource: Resource, step: Step, name: str, place: str) -> Iterator[str]:
    """What sample requests say of the record that they mean, where none is known by it."""
    known = {str(msgspec.json.decode(each).get(name)) for each in at.store.bodies(resource.shape, place)}
    for _, body in request_examples(step.operation):
        for level in (body, inside(body, step.sent_way)):
            told = level.items() if isinstance(level, dict) else ()
            value = next((each for key, each in told if plain(key) == plain(name)), None)
            if isinstance(value, (str, int)) and not is_placeholder_value(name, value) and str(value) not in known:
                yield str(value)


def _is_there(at: Opened, resource: Resource, place: str | None, sample: str) -> bool:
    """Tell whether a record is where the sample path has it; one below other parents is shown here as well."""
    found = at.store.find(resource.shape, sample)
    if found and place is not None and at.store.get(resource.shape, place, sample) is None:
        at.store.put(resource.shape, place, sample, found[1])
    return found is not None


def first_home(at: Opened, resource: Resource) -> str | None:
    """The key of the first record above; None where there is none."""
    if not resource.parent:
        return ""
    first = at.store.first(resource.parent)
    return below(*first) if first else None


def make(at: Opened, resource: Resource, parent: str, identity: str) -> None:
    """A record for a documented id that no example shows: like the first one, but for its id."""
    first = next(iter(at.store.bodies(resource.shape, parent, 1)), None)
    record = msgspec.json.decode(first) if first else {}
    if resource.id_property:
        number = resource.id_style == "integer" and is_number(identity)
        record[resource.id_property] = int(identity) if number else identity
    at.store.put(resource.shape, parent, identity, msgspec.json.encode(record))
