"""What stands beside the id of a record and is told of others: an operation comes in, the step that follows or changes what the record names goes out; pure.

`/books/{id}/author` shows the author that the book names, as `author_id` or as its relationship `author` (jsonapi.org, 7.2.2.1: related
resource links). Without a reference, or where clients change what is there, it is a record or a collection of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from contract.spec import Json, Operation
from mockserver.planning.covers import plain
from mockserver.planning.evidence import Shown, is_placeholder, last_word, segments, shape, similar, singular
from mockserver.planning.known import Known, common
from mockserver.planning.model import Reach, Resource, Step
from mockserver.planning.resources import above, parents

_LEAST = 3


def reached(known: Known, operation: Operation) -> Step | None:
    """A GET of what a record is linked to."""
    at, parts = shape(operation.path), segments(operation.path)
    source = known.resources.get(above(above(at))) if len(parts) >= _LEAST else None
    alone = known.survey.by_shape[at].keys() <= {"GET", "HEAD"} and not known.survey.below.get(at)
    if operation.method != "GET" or not source or source.kind != "collection" or not alone:
        return None
    if is_placeholder(parts[-1]) or not is_placeholder(parts[-2]):
        return None
    mine = known.survey.shown[operation.key]
    for name, kind, many in _references(source, parts[-1]):
        target = _target(known, source, kind, mine)
        if target and many is (mine.kind == "records"):
            because = f"`{name}` of a record of {source.name} names what it shows of {target.name}"
            step = common(known, operation, "list" if many else "read", target, because)
            kinds = {key: each.kind for key, each in known.resources.items()}
            return replace(step, above=tuple(parents(at, kinds)), reach=Reach(source, name))
    return None


def relationship(known: Known, operation: Operation) -> Step | None:
    """`/teams/{id}/relationships/members`: what a record is linked to (jsonapi.org, 9.6)."""
    at = shape(operation.path)
    resource = known.resources.get(above(above(above(at)))) if segments(at)[-2:-1] == ("relationships",) else None
    if not resource or resource.kind != "collection":
        return None
    name, mine = segments(at)[-1], known.survey.shown[operation.key]
    linked = resource.example.get("relationships")
    for own in linked if isinstance(linked, dict) and name not in linked else ():
        shown = mine.records[0].get("relationships") if mine.records else None
        name = own if isinstance(shown, dict) and own in shown else name
    because = f"it links a record of {resource.name} to others, as its relationship `{name}`"
    return replace(common(known, operation, "action", resource, because), relationship=name)


def _references(source: Resource, word: str) -> Iterator[tuple[str, str, bool]]:
    """What of a record names others under a word: the name, the kind of those, and whether it may name several."""
    relations = source.example.get("relationships") if source.is_json_api else None
    if isinstance(relations, Mapping):
        for name, relation in relations.items():
            data = relation.get("data") if isinstance(relation, Mapping) else None
            first = data[0] if isinstance(data, list) and data else data
            if plain(name) == plain(word) and isinstance(first, Mapping):
                yield name, str(first.get("type")), isinstance(data, list)
        return
    for name in source.properties:
        if plain(name) in (plain(word) + "id", plain(word)) and not isinstance(source.example.get(name), list):
            yield name, word, False


def _target(known: Known, source: Resource, kind: str, mine: Shown) -> Resource | None:
    """The collection whose records are of a kind: by its name, by the type that they bear, else by what the answer shows."""
    top = [
        each for each in known.resources.values() if each.kind == "collection" and not each.parents and each.id_property
    ]
    wanted = singular(plain(kind))
    named = [each for each in top if singular(plain(last_word(each.shape))) == wanted or _type(each) == kind]
    alike = [each for each in top if not mine.properties or similar(frozenset(each.properties), mine.properties)]
    found = [each for each in named if each in alike]
    if not found and not source.is_json_api and mine.properties:
        found = [each for each in alike if each.id_property in mine.properties and each is not source]
    return found[0] if len(found) == 1 else None


def _type(resource: Resource) -> Json:
    return resource.example.get("type") if resource.is_json_api else None
