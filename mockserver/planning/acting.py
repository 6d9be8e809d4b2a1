"""What is done to a record beside its id, as a rule of a plan: an operation comes in, the step that changes its record goes out.

A verb changes what its documented answer shows to be changed, the state that it is the word for (`cancel`: `cancelled`), what is named
after it, and what its request sends under the names that records have (`newBudget` at `/teams/{id}/budget` is the budget).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contract.spec import Json, Operation
from mockserver.planning import signs
from mockserver.planning.covers import Way, plain, properties_of
from mockserver.planning.evidence import (
    Shown,
    is_placeholder,
    last_word,
    request_properties,
    segments,
    sent_media,
    shape,
)
from mockserver.planning.known import Known, common
from mockserver.planning.marks import changes, counted, described, toggled, undone
from mockserver.planning.model import Resource, Step
from mockserver.planning.resources import above
from mockserver.planning.verbs import is_setting, named_after, reached, usual_state, words

_STATES = ("status", "state", "stage", "phase")
_LEADS = ("new", "target", "next", "to", "updated", "desired", "requested")
"""What requests say before the name of what they change: `newBudget`, `target_status`."""


def acted(known: Known, operation: Operation) -> Step | None:
    """A verb beside the id: `/tasks/start/{id}`, `/orders/{id}/cancel`."""
    mine, found = known.survey.shown[operation.key], _beside(known, operation)
    if operation.method not in ("POST", "PUT", "PATCH", "DELETE") or found is None:
        return None
    resource, verb = found
    if operation.method == "DELETE":
        return _taken_back(known, operation, resource, verb)
    if adds := _added_to(known, operation, resource, verb):
        return _adding(known, operation, resource, adds)
    if mine.kind == "records":
        return None
    properties = described(known.survey, resource)
    sets, moments = changes(mine, resource, verb, properties)
    sets = _shown(mine, resource, sets, _state(properties, resource, verb))
    placed, bare = dict(_placed(known, operation, resource)), _bare(known, operation, resource)
    sums, turned = counted(resource, verb, properties), toggled(resource, verb, properties)
    sets = {name: value for name, value in sets.items() if name != turned}
    if mine.kind != "record" and not (
        sets or moments or placed or bare or sums or turned or _sends_parts(known, operation, resource, verb)
    ):
        return None  # nothing is shown of the record, and no property is named after the verb, or sent
    told = (*(f"`{name}` {value!r}" for name, value in sets.items()), *(f"`{name}` to now" for name in moments))
    told = (*told, *((f"`{turned}` to what it was not",) if turned else ()))
    changed = ", ".join(told) or "what the request sends"
    because = (f"`{verb}` stands beside the id of a record of {resource.name}", f"its documented answer sets {changed}")
    step = common(known, operation, "action", resource, *because)
    return replace(
        step, sets=sets, moments=moments, placed={**step.placed, **placed}, bare=bare, counted=sums, toggled=turned
    )


def acted_on_all(known: Known, operation: Operation) -> Step | None:
    """A verb with `all` beside the collection: `/letters/read-all`, `/letters/all/read`."""
    parts, at = segments(operation.path), shape(operation.path)
    if operation.method not in ("POST", "PUT", "PATCH") or len(parts) < _TWO or is_placeholder(parts[-1]):
        return None
    upper = above(above(at)) if parts[-2].lower() == "all" else above(at)
    said = [*words(parts[-2] if parts[-2].lower() == "all" else ""), *words(parts[-1])]
    resource, verb = known.resources.get(upper), "-".join(each for each in said if each not in _ALL)
    if "all" not in said or not verb or resource is None or resource.kind != "collection" or not resource.id_property:
        return None
    properties = described(known.survey, resource)
    sets, moments = changes(Shown("none"), resource, verb, properties)
    sets = {**_state(properties, resource, verb), **sets}
    if not (sets or moments):
        return None
    told = (*(f"`{name}` {value!r}" for name, value in sets.items()), *(f"`{name}` to now" for name in moments))
    because = f"`{parts[-1]}` stands beside {resource.name}, of which it sets {', '.join(told)} for each record"
    step = common(known, operation, "action", resource, because)
    return replace(step, sets=sets, moments=moments, whole=True, shows_records=False, way=())


_TWO = 2
_ALL = ("all", "everything", "every")


def _taken_back(known: Known, operation: Operation, resource: Resource, verb: str) -> Step | None:
    """`DELETE /books/{id}/star` takes back what PUT or POST does there."""
    properties = described(known.survey, resource)
    sets = undone(resource, verb, properties)
    sums = {name: -by for name, by in counted(resource, verb, properties).items()}
    if not (sets or sums):
        return None
    told = ", ".join(
        (*(f"`{name}` {value!r}" for name, value in sets.items()), *(f"`{name}` less by one" for name in sums))
    )
    because = f"DELETE of `{verb}` beside the id of a record of {resource.name} sets {told}"
    return replace(common(known, operation, "action", resource, because), sets=sets, counted=sums)


def _added_to(known: Known, operation: Operation, resource: Resource, verb: str) -> str:
    """The list inside of the record that takes what is posted beside its id (`POST /tickets/{id}/comments`), where no collection does; empty for none."""
    sent = request_properties(known.survey.spec, operation)
    others = known.survey.by_shape.get(shape(operation.path), {})
    if (
        operation.method != "POST"
        or not sent
        or len(others) > 1
        or shape(operation.path) + "/{}" in known.survey.by_shape
    ):
        return ""
    for name, schema in described(known.survey, resource).items():
        inner = properties_of(known.survey.spec, schema.get("items"))
        if plain(name) in (plain(verb), plain(verb) + "s") and sent & inner.keys():
            return name
    return ""


def _adding(known: Known, operation: Operation, resource: Resource, name: str) -> Step:
    """One more item of a list inside of the record; an answer that shows the list shows the record around it."""
    mine = known.survey.shown[operation.key]
    because = f"what is posted beside the id of a record of {resource.name} is one more of its `{name}`"
    step = replace(common(known, operation, "action", resource, because), adds=name)
    if mine.kind == "records" and mine.way[-1:] == (name,):
        return replace(step, way=mine.way[:-1], many=False, shows_records=True)
    return step if mine.kind != "records" else replace(step, shows_records=False)


def _beside(known: Known, operation: Operation) -> tuple[Resource, str] | None:
    """The collection whose record the path names, and what stands beside the id."""
    parts, at = segments(operation.path), shape(operation.path)
    if len(parts) < _LEAST or is_placeholder(parts[-1]) is is_placeholder(parts[-2]):
        return None
    resource = known.resources.get(above(above(at)))
    verb = parts[-2] if is_placeholder(parts[-1]) else parts[-1]
    return (resource, verb) if resource and resource.kind == "collection" else None


_LEAST = 3


def _shown(mine: Shown, resource: Resource, sets: Mapping[str, Json], state: Mapping[str, Json]) -> dict[str, Json]:
    """What the documented answer sets, and the state that the verb means; the samples of a schema that all answers share are those of no state in particular."""
    if mine.media and all(each.name == "schema" for each in mine.media.examples):
        shared = {name for name in sets if plain(name) in signs.STATEFUL and resource.example.get(name) == sets[name]}
        return {**{name: value for name, value in sets.items() if name not in shared}, **state}
    return {**state, **sets} if mine.kind == "record" else {**sets, **state}


def _state(described: Mapping[str, Json], resource: Resource, verb: str) -> dict[str, Json]:
    """The state that a verb is the word for, where schemas list it among those that records may have, or list none and a record shows a word."""
    for name in resource.properties:
        listed, shown = described.get(name, {}).get("enum"), resource.example.get(name)
        if plain(name) not in _STATES:
            continue
        texts = {plain(each): each for each in listed if isinstance(each, str)} if isinstance(listed, list) else {}
        if found := next((texts[each] for each in reached(verb) if each in texts), None):
            return {name: found}
        alone = not any(True for _ in named_after(verb, resource.fields))
        if listed is None and isinstance(shown, str) and alone and (usual := usual_state(verb)):
            return {name: usual.upper() if shown.isupper() else usual.title() if shown.istitle() else usual}
    return {}


def _placed(known: Known, operation: Operation, resource: Resource) -> Iterator[tuple[str, Way]]:
    """Where records hold what requests send under another name: after a word that leads it in, or as the path calls it."""
    sent = request_properties(known.survey.spec, operation)
    fields = {plain(each): each for each in resource.properties}
    for name in sorted(sent - {*resource.fields}):
        lead, *rest = words(name) or [""]
        own = "".join(rest)
        if lead in _LEADS and own in fields and own != plain(resource.id_property or ""):
            yield name, (fields[own],)
        elif len(sent) == 1 and plain(last_word(operation.path)) in fields and plain(name) in _VALUES:
            yield name, (fields[plain(last_word(operation.path))],)


def _bare(known: Known, operation: Operation, resource: Resource) -> str:
    """The property that the path names, where the request is nothing but its value; empty for all others."""
    media = sent_media(operation)
    schema = known.survey.spec.resolve(media.schema) if media else None
    kind = schema.get("type") if isinstance(schema, dict) else None
    named = (each for each in resource.properties if plain(each) == plain(last_word(operation.path)))
    return next(named, "") if kind in ("string", "integer", "number", "boolean") else ""


_VALUES = ("value", "data", "amount", "new", "status", "state", "text", "number")


def _sends_parts(known: Known, operation: Operation, resource: Resource, verb: str) -> bool:
    """`PUT /matches/{id}/finish {"score": 3}` sets parts of the record; POST does so where its word says it, or what is sent is called so."""
    sent = request_properties(known.survey.spec, operation)
    if not sent or not (_is_untold(resource) or sent <= {*resource.fields}):
        return False
    return operation.method != "POST" or is_setting(verb) or _is_called(verb, sent)


def _is_untold(resource: Resource) -> bool:
    """Nothing is documented of what records hold."""
    return not {*resource.properties} - {resource.id_property}


def _is_called(verb: str, names: Iterable[str]) -> bool:
    last = plain(verb)
    return any(last in (plain(each), plain(each) + "s") for each in names)
