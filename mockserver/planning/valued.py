"""Values in lists inside of records, as a rule of a plan: what puts a tag on a task, or an assignee to an issue, comes in, the step that changes the list goes out.

`PUT /tasks/{id}/tags/{tag}` and `POST /tasks/{id}/tags {"tags": ["new"]}` add to `tags` of the task, which are texts; `POST
/issues/{id}/assignees {"userId": 3}` adds to `assignees`, which are records of another collection. DELETE takes them out.
"""

from __future__ import annotations

from dataclasses import replace

from contract.spec import Json, Operation
from mockserver.planning.covers import ID_NAMES, items_of, plain, properties_of
from mockserver.planning.evidence import is_placeholder, request_properties, segments, sent_media, shape, similar
from mockserver.planning.known import Known, common
from mockserver.planning.marks import described
from mockserver.planning.model import Resource, Step
from mockserver.planning.resources import above

_PLAIN = ("string", "integer", "number")
_LEAST = 3


def valued(known: Known, operation: Operation) -> Step | None:
    """A change of a list inside of a record by a value."""
    parts, at = segments(operation.path), shape(operation.path)
    item = bool(parts) and is_placeholder(parts[-1])
    listed = above(at) if item else at
    resource = known.resources.get(above(above(listed))) if len(segments(listed)) >= _LEAST else None
    if operation.method not in ("PUT", "POST", "DELETE") or resource is None or resource.kind != "collection":
        return None
    called = segments(listed)[-1]
    name, other = _values(known, resource, called) or _records(known, operation, resource, called)
    if not name or is_placeholder(called) or _is_collection(known, listed) or (operation.method == "PUT" and not item):
        return None
    if not item and not _sends_values(known, operation):
        return None
    does = "takes out of" if operation.method == "DELETE" else "adds to"
    what = "the last part of its path" if item else "what is sent"
    because = f"{what} is a value that it {does} `{name}` of a record of {resource.name}"
    mine = known.survey.shown[operation.key]
    step = replace(common(known, operation, "action", resource, because), adds=name, by_value=True)
    step = replace(step, joins=("", other) if other else None)
    return step if mine.outer is None else replace(step, outer=None, way=mine.outer, shows_records=True)


def _values(known: Known, resource: Resource, called: str) -> tuple[str, str] | None:
    """The list of texts or numbers inside of records that a path's part names, and no collection."""
    for name, schema in described(known.survey, resource).items() if resource.item else ():
        items = known.survey.spec.resolve(items_of(known.survey.spec, schema) or {})
        if plain(name) == plain(called) and isinstance(items, dict) and items.get("type") in _PLAIN:
            return name, ""
    return None


def _records(known: Known, operation: Operation, resource: Resource, called: str) -> tuple[str, str]:
    """The list of another collection's records inside of a record, to which a request that sends nothing but an id can add, and the shape of that."""
    sent = request_properties(known.survey.spec, operation)
    names = [each for each in sent if plain(each).endswith(("id", "ids"))]
    name = next((each for each in resource.lists if plain(each) == plain(called)), "")
    items = resource.lists.get(name, frozenset())
    tops = (each for each in known.resources.values() if each.kind == "collection" and "{}" not in each.shape)
    alike = (each.shape for each in tops if each.id_property in items and similar(items, frozenset(each.properties)))
    other = next(alike, "")
    fits = len(names) == len(sent) == 1 or (operation.method == "DELETE" and not sent)
    return (name, other) if other and fits and items & {*ID_NAMES} else ("", "")


def _is_collection(known: Known, at: str) -> bool:
    """Tell whether anybody lists or reads records at a path."""
    reads = [known.survey.at(each, "GET") for each in (at, at + "/{}")]
    return any(each is not None and each.kind in ("records", "record") for each in reads)


def _sends_values(known: Known, operation: Operation) -> bool:
    """Tell whether a request is a value, a list of them, or an object that holds nothing else."""
    media = sent_media(operation)
    schema: Json = media.schema if media else None
    held = properties_of(known.survey.spec, schema)
    if len(held) > 1:
        return False
    inner = next(iter(held.values()), schema)
    one = known.survey.spec.resolve(items_of(known.survey.spec, inner) or inner)
    return isinstance(one, dict) and one.get("type") in _PLAIN
