"""Records that belong to somebody: which paths mean the caller's own one, and which new records are known ones that join others; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from contract.spec import Json, Operation
from mockserver.planning.addresses import is_verbal
from mockserver.planning.covers import ID_NAMES, Way, plain, properties_of
from mockserver.planning.evidence import (
    CALLERS,
    THEIRS,
    Shown,
    is_placeholder,
    is_placeholder_value,
    last_word,
    placeholders,
    request_properties,
    segments,
    sent_media,
    sent_way,
    shape,
    similar,
    singular,
)
from mockserver.planning.known import Known, at_collection, at_item, common
from mockserver.planning.model import LEVELS, Own, Resource, Step
from mockserver.planning.owning import PEOPLE
from mockserver.planning.resources import Survey, above, parents


def own_records(known: Survey, resources: Mapping[str, Resource]) -> dict[str, Own]:
    """The paths that show the caller's own record of a collection, by shape: `/users/me`, and `/me` where `/users` has that record."""
    found: dict[str, Own] = {}
    for at in known.by_shape:
        last = segments(at)[-1:]
        mine = known.at(at, "GET") if last and plain(last[0]) in THEIRS else None
        if not last or (mine is None and last[0] not in CALLERS):
            continue
        upper = resources.get(above(at)) if last[0] in CALLERS else None
        resource = upper if upper and upper.kind == "collection" else None
        if resource and resource.example and (mine is None or mine.media is None):
            found[at] = Own(resource, "")  # nothing is shown of it, so it is what all others are
            continue
        if mine is None or mine.kind != "record":
            continue
        resource = resource or next(_holding(known, resources, at), None)
        if resource is None and not _is_written(mine):
            resource = people(resources, mine.properties)
        if resource and resource.id_property in mine.properties:
            shown = next((each.get(resource.id_property) for each in mine.records), None)
            real = shown is not None and not is_placeholder_value(resource.id_property or "", shown)
            found[at] = Own(resource, str(shown) if real else "")
    return found


def _is_written(mine: Shown) -> bool:
    """Somebody wrote the record down, so that its id would tell where it belongs."""
    return any(each.name != "schema" for each in mine.media.examples) if mine.media else False


def people(resources: Mapping[str, Resource], properties: frozenset[str]) -> Resource | None:
    """The collection of those who use the service, if its records show such properties; of none, whatever it shows."""
    top = (each for each in resources.values() if each.kind == "collection" and not each.parents and each.id_property)
    found = (each for each in top if plain(singular(last_word(each.shape))) in PEOPLE)
    return next((each for each in found if not properties or similar(properties, frozenset(each.properties))), None)


def is_list_of_one(known: Survey, resource: Resource, at: str) -> bool:
    """Tell whether one record is shown where all are: at the plural that can be posted to, and below which each can be read."""
    last = last_word(at)
    methods, below = known.by_shape.get(at, {}), known.by_shape.get(at + "/{}", {})
    return at == resource.shape and singular(last) != last and "POST" in methods and "GET" in below


def _holding(known: Survey, resources: Mapping[str, Resource], at: str) -> Iterator[Resource]:
    """Collections whose documented records have the one that a path without placeholders shows."""
    mine = known.at(at, "GET")
    for each in resources.values() if mine and not placeholders(at.replace("{}", "{x}")) else ():
        name = each.id_property
        if not (mine and name) or each.kind != "collection" or each.parents or each.shape == at:
            continue
        seen = [shown for path in (each.shape, each.shape + "/{}") if (shown := known.at(path, "GET"))]
        ids = {str(record.get(name)) for shown in seen for record in shown.records}
        same = any(name in record and str(record[name]) in ids for record in mine.records)
        if same and similar(mine.properties, frozenset(each.properties)):
            yield each


def joins(
    known: Survey, resources: Mapping[str, Resource], operation: Operation, resource: Resource
) -> tuple[str, str] | None:
    """What a request names of a known record that is to join those below another, and the shape of that record's collection.

    `POST /teams/{id}/members {"user_id": 3}`, where members are shown as users are.
    """
    if not resource.parents or not resource.id_property:
        return None
    if (whole := _joins_as_itself(known, resources, operation, resource)) or resource.is_json_api:
        return whole
    names = [each for each in request_properties(known.spec, operation) if each not in resource.properties]
    ids = [each for each in names if plain(each).endswith(("id", "ids"))]
    for each in resources.values() if len(ids) == 1 and len(names) <= _FEW else ():
        own = plain(singular(last_word(each.shape))) + "id"
        alike = each.id_property == resource.id_property and similar(
            frozenset(each.properties), frozenset(resource.properties)
        )
        top = each.kind == "collection" and not each.parents and not is_placeholder(segments(each.shape)[-1])
        if top and alike and plain(ids[0]) in (own, own + "s"):
            return ids[0], each.shape
    return None


def _joins_as_itself(
    known: Survey, resources: Mapping[str, Resource], operation: Operation, resource: Resource
) -> tuple[str, str] | None:
    """The same where a request sends the id of one that joins as its own (`POST /teams/{id}/members {"id": 3}`), and the path of one names it by that (`{user_id}`)."""
    way = sent_way(known.spec, operation, known.shown[operation.key].way, frozenset(resource.properties))
    if not resource.item or resource.id_property not in request_properties(known.spec, operation, way):
        return None
    name, shown = plain(placeholders(resource.item)[-1]), frozenset(resource.fields) - _COMMON
    for each in resources.values():
        own = plain(singular(last_word(each.shape)))
        other = each.kind == "collection" and not each.parents and own != plain(singular(last_word(resource.shape)))
        if other and name == own + "id" and each.id_property == resource.id_property:
            return (
                (resource.id_property or "", each.shape) if similar(frozenset(each.fields) - _COMMON, shown) else None
            )
    return None


_COMMON = frozenset((*ID_NAMES, "type", *LEVELS))
"""Properties that tell no kind of record from another."""


def must_be_known(known: Survey, operation: Operation, way: Way, name: str) -> bool:
    """Tell whether the documents say that what a request names under a name is there already ("id of a registered user")."""
    media = sent_media(operation)
    schema: Json = media.schema if media else {}
    for each in (*way, name):
        schema = properties_of(known.spec, schema).get(each, {})
    resolved = known.spec.resolve(schema)
    return isinstance(resolved, dict) and _KNOWN.search(str(resolved.get("description", ""))[:_READ]) is not None


_KNOWN = re.compile(
    r"\b(?:existing|(?:already|previously) (?:\w+ )?(?:registered|created)|registered)\b", re.IGNORECASE
)


def joins_by_path(
    known: Survey, resources: Mapping[str, Resource], operation: Operation, resource: Resource
) -> tuple[str, str] | None:
    """The same where the path names who joins (`PUT /teams/{id}/members/{user_id}`): no name, and the shape of its collection, if that is known.

    The request sends no record, and words say that something is added, or the only other thing to do there is to take it out.
    """
    here = known.by_shape.get(resource.shape + "/{}", {})
    said = f"{operation.node.get('summary') or ''} {str(operation.node.get('description') or '')[:_READ]}"
    if resource.is_json_api or request_properties(known.spec, operation) & {*resource.properties}:
        return None
    other = named_by_path(resources, operation, resource)
    only = operation.body is None and here.keys() <= {operation.method, "DELETE"} and "DELETE" in here
    listed = (
        not resource.item or "GET" in known.by_shape.get(resource.shape, {}) or _is_shown_above(resources, resource)
    )
    if not resource.parents and not (only and other and listed):
        return None
    return ("", other) if _ADDS.search(said) or (only and (other or listed)) else None


def named_by_path(resources: Mapping[str, Resource], operation: Operation, resource: Resource) -> str:
    """The shape of the collection whose record the last placeholder of a path names beside that of the path itself; empty for none.

    It is called so (`user_id`), or after what names records there (`vin`), or the path's last word is (`/teams/{id}/users/{x}`).
    """
    name, last = plain(placeholders(operation.path)[-1]), plain(singular(last_word(resource.shape)))
    top = (each for each in resources.values() if each.kind == "collection" and "{}" not in each.shape)
    others = {each.shape: each for each in top if each.shape != resource.shape}
    called = {at: plain(singular(last_word(at))) for at in others}
    other = next((at for at, own in called.items() if own == last or name in (own, own + "id")), "")
    if other and resource.properties and not _may_be_one(others[other], called[other], resource):
        other = ""
    natural = (
        at
        for at, each in others.items()
        if each.id_property in each.properties and name == plain(each.id_property) and name not in _IDS
    )
    return other or next(natural, "")


_IDS = frozenset(map(plain, ID_NAMES))


def _may_be_one(other: Resource, called: str, resource: Resource) -> bool:
    """Tell whether records of two collections are alike, or one shows the other as a part (`user` of a member)."""
    alike = similar(frozenset(other.properties), frozenset(resource.properties))
    return alike or any(plain(each) in (called, called + "id") for each in resource.properties)


def _is_shown_above(resources: Mapping[str, Resource], resource: Resource) -> bool:
    """Tell whether the record above shows a list of these."""
    upper = resources.get(resource.parent or "")
    return upper is not None and any(plain(each) == plain(last_word(resource.shape)) for each in upper.lists)


_ADDS = re.compile(
    r"\b(?:add(?:s|ing)?|assign(?:s|ing)?|attach\w*|join(?:s|ing)?|associat\w+|invit\w+|enrol\w*|link(?:s|ing)?|subscrib\w+|follow\w*)\b(?! of)",
    re.IGNORECASE,
)
_READ = 300
"""Characters of a description in which it says what is done."""
_FEW = 3
"""What a request says of a membership: whose it is, and perhaps a role."""


# ---- the rules


def membership(known: Known, operation: Operation, resource: Resource) -> str:
    """The collection whose record a PUT makes one of these, where nothing else makes them (`PUT /teams/{id}/members/{user_id} {"role": "guest"}`)."""
    made = "POST" in known.survey.by_shape.get(resource.shape, {})
    at_one = "{}" in resource.shape and at_item(known, operation) is not None
    if operation.method != "PUT" or made or is_verbal(operation) or not at_one:
        return ""
    return named_by_path(known.resources, operation, resource)


def made_below(known: Known, operation: Operation) -> Step | None:
    """`POST /participants/{id}/tickets` makes a record of `/tickets`, where alone tickets are read."""
    at = shape(operation.path)
    parts, mine = segments(at), known.survey.shown[operation.key]
    alone = known.survey.by_shape.get(at, {}).keys() <= {"POST"} and at + "/{}" not in known.survey.by_shape
    if operation.method != "POST" or len(parts) < _LEAST or not is_placeholder(parts[-2]) or not alone:
        return None
    called = plain(singular(parts[-1]))
    named = (each for each in known.resources.values() if each.kind == "collection" and each.item)
    other = next(
        (each for each in named if plain(singular(last_word(each.shape))) == called and not each.parents), None
    )
    if other is None or is_placeholder(parts[-1]) or mine.kind == "records":
        return None
    if mine.properties and not similar(mine.properties, frozenset(other.properties)):
        return None
    because = f"{operation.key} makes what {other.item} names"
    step = common(known, operation, "create", other, because)
    kinds = {key: each.kind for key, each in known.resources.items()}
    owned = (*step.owners, *_owners(operation, other))
    return replace(step, owners=owned, above=tuple(parents(at, kinds)), made_below=True)


_LEAST = 3


def _owners(operation: Operation, resource: Resource) -> Iterator[tuple[str, int, bool]]:
    """Properties that hold an id of the path (`participant_id`), each with its place among the placeholders, and whether it is a number."""
    parts = segments(operation.path)
    position = 0
    for before, part in pairwise(parts):
        if is_placeholder(part):
            owner = plain(singular(before)) + "id"
            names = (each for each in resource.properties if plain(each) == owner and each != resource.id_property)
            yield from ((name, position, isinstance(resource.example.get(name), int)) for name in names)
            position += 1


def joined(known: Known, operation: Operation) -> Step | None:
    """`PUT /teams/{id}/members {"user_ids": [3]}` lets known records join, if nothing says that it replaces those that are there."""
    if operation.method in ("PUT", "POST") and not is_verbal(operation) and (one := at_item(known, operation)):
        return _joined_by_path(known, operation, one)
    resource = at_collection(known, operation) if operation.method in ("PUT", "PATCH") else None
    found = joins(known.survey, known.resources, operation, resource) if resource else None
    said = f"{operation.node.get('summary') or ''} {operation.node.get('description') or ''}"
    if resource is None or found is None or _REPLACES.search(said):
        return None
    because = f"`{found[0]}` names records of {known.resources[found[1]].name}, which join {resource.name}"
    return replace(common(known, operation, "create", resource, because), joins=found)


def _joined_by_path(known: Known, operation: Operation, resource: Resource) -> Step | None:
    found = joins_by_path(known.survey, known.resources, operation, resource)
    if found is None:
        return None
    whose = f"a record of {known.resources[found[1]].name}" if found[1] else "a record"
    because = f"the last part of its path names {whose}, which joins {resource.name}"
    return replace(common(known, operation, "create", resource, because), joins=found)


_REPLACES = re.compile(r"\b(?:replac|overwrit|sets?\b)", re.IGNORECASE)
