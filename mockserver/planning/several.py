"""Operations on many records at once, as rules of a plan: what counts a collection, and what changes or deletes several of its records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from contract.spec import Json, Operation, Spec
from mockserver.planning.asking import in_body
from mockserver.planning.covers import ID_NAMES, Way, blank, places, plain
from mockserver.planning.evidence import Shown, is_named_after, last_word, segments, sent_media, shape, singular
from mockserver.planning.filters import Listed, test_of
from mockserver.planning.known import Known, common
from mockserver.planning.model import Resource, Step
from mockserver.planning.resources import above
from mockserver.planning.verbs import words

_COUNTS = ("count", "counts")
_NUMBERS = frozenset(("count", "total", "totalcount", "deleted", "removed", "affected", "deletedcount"))
_DEEPEST = 3


def counted(known: Known, operation: Operation) -> Step | None:
    """`GET /boats/count`: how many records there are."""
    at = shape(operation.path)
    last = segments(at)[-1:] or ("",)
    if operation.method not in ("GET", "POST") or words(last[0])[-1:] not in [[each] for each in _COUNTS]:
        return None
    resource, mine = known.resources.get(above(at)), known.survey.shown[operation.key]
    way = _number(known.survey.spec, operation, mine)
    if resource is None or resource.kind != "collection" or way is None:
        return None
    told = f"in `{'.'.join(way)}`" if way else "as a number"
    because = f"{operation.key} tells how many records {resource.name} has, {told}"
    step = common(known, operation, "view", resource, because)
    return replace(step, shows_records=False, way=(), key=None, counts=way, asked=tuple(_in_body(known, operation)))


def _number(spec: Spec, operation: Operation, mine: Shown) -> Way | None:
    """Where an answer tells a number: the only one in it, else the only one that is called a count; `count` where nothing is documented.

    A text (`text/plain`) is the number itself.
    """
    if mine.media is None:
        return () if any(each.content for each in operation.responses if each.status[:1] == "2") else ("count",)
    shown = [each.value for each in mine.media.examples] or [blank(spec, mine.media.schema, ())]
    found = list(_numbers(shown[0]))
    named = [way for way in found if way and plain(way[-1]) in _NUMBERS]
    best = named if len(found) > 1 else found
    return best[0] if len(best) == 1 else None


def _numbers(value: Json, way: Way = ()) -> Iterator[Way]:
    if isinstance(value, int) and not isinstance(value, bool):
        yield way
    if isinstance(value, dict) and len(way) < _DEEPEST:
        for name, inner in value.items():
            yield from _numbers(inner, (*way, name))


_CHANGES = frozenset(("update", "edit", "modify", "change"))


def changed(known: Known, operation: Operation) -> Step | None:
    """`PATCH /boats` (`PUT /boats/bulk`, `POST /boats/bulk_update`) of a list of records, each of which tells its id."""
    at = shape(operation.path)
    said = frozenset(words(segments(at)[-1])) if segments(at) else frozenset[str]()
    puts = operation.method in ("PUT", "PATCH")
    resource = known.resources.get(at) if puts else None
    if (
        resource is None
        and said
        and said <= _MANY | _CHANGES
        and (puts or (operation.method == "POST" and said & _CHANGES))
    ):
        resource = known.resources.get(_before_many(at))
    media = sent_media(operation)
    if resource is None or resource.kind != "collection" or not resource.id_property or media is None:
        return None
    if step := _changed_alike(known, operation, resource):
        return step
    found = places(known.survey.spec, media.schema, [each.value for each in media.examples])
    many = (each for each in found if each.many and len(each.way) <= 1 and resource.id_property in each.properties)
    way = next((each.way for each in many if not each.way or is_named_after(each.way[0], resource.name)), None)
    if way is None:
        return None
    because = f"{operation.key} sends records of {resource.name}, each with its `{resource.id_property}`"
    return replace(common(known, operation, "update", resource, because), sent_way=(), each=way, identified_by=None)


def _changed_alike(known: Known, operation: Operation, resource: Resource) -> Step | None:
    """`PATCH /boats/bulk {"boat_ids": [1, 2], "sold": true}`: all that are named get what else is sent."""
    asked = tuple(_in_body(known, operation))
    ids = frozenset(
        plain(each.name) for each in asked if _is_id(resource, each.name) and each.name not in resource.fields
    )
    rest = [each.name for each in asked if plain(each.name) not in ids]
    if len(ids) != 1 or not rest or not {*rest} & {*resource.fields, *resource.takes}:
        return None
    told = ", ".join(f"`{each}`" for each in rest)
    because = f"{operation.key} names records of {resource.name} by their ids, and sends {told} for each of them"
    step = common(known, operation, "update", resource, because)
    return replace(step, sent_way=(), each=(), removes=ids, identified_by=None)


def _before_many(at: str) -> str:
    """The shape of the path without words that tell of many: `/boats` of `/boats/bulk/delete`."""
    upper = above(at)
    last = frozenset(words(segments(upper)[-1])) if segments(upper) else frozenset[str]()
    return above(upper) if last and last <= _MANY else upper


_REMOVES = frozenset(("delete", "remove", "destroy"))
_MANY = frozenset(("all", "batch", "bulk", "many", "multiple", "mass", "several"))
_ALL = re.compile(r"\b(?:all|every|each|clears?|empt(?:y|ies)|purges?)\b", re.IGNORECASE)
_READ = 300
"""Characters of a description in which it says what is deleted."""


def deleted(known: Known, operation: Operation) -> Step | None:
    """`DELETE /boats` of the records that the request names, by their ids or by what they have; of all where the documents say so."""
    resource = _removed_from(known, operation)
    if resource is None:
        return None
    asked = tuple(_in_body(known, operation))
    names = [each.name for each in (*operation.parameters, *asked) if each.location in ("query", "body")]
    ids = frozenset(plain(each) for each in names if _is_id(resource, each))
    listed = Listed(resource.fields, singular(last_word(resource.shape)), tuple(names))
    sifted = [each for each in names if plain(each) not in ids and test_of(each, "x", listed)]
    media = sent_media(operation)
    bare = media is not None and any(isinstance(each.value, list) for each in media.examples)
    whole = _is_whole(operation, named=bool(ids or sifted or bare))
    if not (ids or sifted or bare or whole):
        return None
    told = ", ".join(f"`{each}`" for each in names if plain(each) in ids or each in sifted)
    which = f"which its request names by {told}" if told else "which its request lists" if bare else "all of them"
    step = common(known, operation, "delete", resource, f"{operation.key} removes records of {resource.name}, {which}")
    mine = known.survey.shown[operation.key]
    way = _number(known.survey.spec, operation, mine) if mine.media and mine.kind != "records" else None
    return replace(
        step,
        asked=asked,
        removes=ids,
        whole=whole,
        counts=way,
        shows_records=mine.kind == "records",
        identified_by=None,
    )


def _removed_from(known: Known, operation: Operation) -> Resource | None:
    """The collection at the path of a DELETE, or above a word that tells of many (`/boats/batch`, `POST /boats/bulk_delete`)."""
    at = shape(operation.path)
    last = frozenset(words(segments(at)[-1])) if segments(at) else frozenset[str]()
    found = known.resources.get(at) if operation.method == "DELETE" else None
    if found is None:
        verbal = operation.method in ("POST", "PUT") and last & _REMOVES
        beside = last <= _MANY | _REMOVES and (verbal or operation.method == "DELETE")
        found = known.resources.get(_before_many(at)) if last and beside else None
    return found if found and found.kind == "collection" and found.id_property else None


def _in_body(known: Known, operation: Operation) -> Iterator[Json]:
    return in_body(known.survey.spec, operation)


def _is_id(resource: Resource, name: str) -> bool:
    """Tell whether a name of a request holds ids: `ids`, `boat_ids`, `boats`; or, of who belongs to something, another's that is not shown."""
    own = plain(singular(last_word(resource.shape)))
    one = {*map(plain, ID_NAMES), own + "id", plain(resource.id_property or "")}
    plainly = plain(name)
    if plainly in {*one, *(each + "s" for each in one), plain(last_word(resource.shape)), own}:
        return True
    return bool(resource.parents) and plainly.endswith(("id", "ids")) and name not in resource.fields


def _is_whole(operation: Operation, *, named: bool) -> bool:
    """Tell whether the documents say that all records go where the request names none."""
    if "all" in words(segments(operation.path)[-1]):
        return True
    said = f"{operation.node.get('summary') or ''}. {str(operation.node.get('description') or '')[:_READ]}"
    return not named and bool(_ALL.search(said))
