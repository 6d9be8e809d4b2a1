"""Collections that would stay empty: the steps of a plan come in, shapes of the collections of which no record can ever be read go out.

`GET /orderbooks/{symbol}` may answer an example that names no symbol, and nothing puts a record there. Whoever asked by any symbol would
hear that there is none; what the documents show is the better answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract.spec import Json
from mockserver.planning.evidence import ids_at, last_word, shape
from mockserver.planning.known import Known
from mockserver.planning.model import Resource, Step

_OF_ONE = {"read", "update", "delete"}


def unheard(known: Known, steps: Iterable[Step]) -> Iterator[str]:
    """The shapes of the collections that are only read, changed or deleted by id, and of which neither an answer nor a path tells a record."""
    done, found = tuple(steps), set[str]()
    asked = [each for each in done if "x-mock" in each.operation.node]
    names = str([each.operation.node["x-mock"] for each in asked])
    linked = {each.joins[1] for each in done if each.joins}
    steps_of, children = dict[str, list[Step]](), dict[str, list[str]]()
    for step in done:
        if step.resource:
            steps_of.setdefault(step.resource.shape, []).append(step)
    for each in known.resources.values():
        for shape_above, _ in each.parents:
            children.setdefault(shape_above, []).append(each.shape)
    for resource in sorted(known.resources.values(), key=lambda each: -len(each.shape)):
        own = steps_of.get(resource.shape, [])
        owns = any(each not in found for each in children.get(resource.shape, ()))
        if (
            {each.behaviour for each in own} <= _OF_ONE
            and not any(each in asked for each in own)
            and not (resource.example and any(each.shows_records for each in own))
            and not (owns or resource.also or resource.shape in linked or resource.name in names)
            and not _is_named(resource, done)
            and not _is_inside(known, resource)
        ):
            found.add(resource.shape)
            yield resource.shape


def _is_named(resource: Resource, steps: Iterable[Step]) -> bool:
    """Tell whether a sample path has the id of a record."""
    position = resource.shape.count("{}")
    return any(
        shape(each.operation.path).startswith(resource.shape + "/{}") and any(ids_at(each.operation, position))
        for each in steps
    )


def _is_inside(known: Known, resource: Resource) -> bool:
    """Tell whether an answer shows records of the collection in a list that is named like it."""
    name, identity = last_word(resource.shape), resource.id_property or ""
    return any(
        _has(example.value, name, identity)
        for mine in known.survey.shown.values()
        for example in (mine.media.examples if mine.media else ())
    )


def _has(value: Json, name: str, identity: str) -> bool:
    if isinstance(value, dict):
        shown = value.get(name)
        if isinstance(shown, list) and any(isinstance(each, dict) and identity in each for each in shown):
            return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_has(each, name, identity) for each in inner)
