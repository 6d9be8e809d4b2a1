"""What a verb leaves on a record: the state that its answer shows, and the marks and times that are named after it; pure.

A mark is a property that is true or false (`locked`, `is_archived`, `done`), by what is shown of it or by its schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from contract.spec import Json
from mockserver.planning.covers import plain, properties_of
from mockserver.planning.evidence import Shown, is_placeholder_value, schema_of_records
from mockserver.planning.model import Resource
from mockserver.planning.resources import Survey
from mockserver.planning.signs import STATEFUL
from mockserver.planning.verbs import holding, named_after, words

Changes = tuple[dict[str, Json], dict[str, Json]]
"""What is set, and what is set to the present time, each with a value that shows how it is written, or none."""


def changes(mine: Shown, resource: Resource, verb: str, described: Mapping[str, Json]) -> Changes:
    """What an action changes: the state that its documented answer shows, and what is named after its verb; `described` is what schemas say of records."""
    record = mine.records[0] if mine.records else {}
    real = {name: value for name, value in _fields(record).items() if not is_placeholder_value(name, value)}
    stateful = STATEFUL[:2] if verb == "delete" else STATEFUL
    # `status` of an answer that shows no record tells how it went, unless records have one too.
    own = real.keys() if mine.kind == "record" else real.keys() & resource.fields
    sets = {name: real[name] for name in real if plain(name) in stateful and name in own - {resource.id_property}}
    moments: dict[str, Json] = {}
    usual = _fields(resource.example)
    flags = _flags(described)
    told = {} if mine.media and all(each.name == "schema" for each in mine.media.examples) else real
    for name, done, is_moment in named_after(verb, resource.fields):
        known = real.get(name, usual.get(name))
        if is_moment and (real[name] is not None if name in real else done):
            moments[name] = _written(described.get(name)) if known is None else known
        elif is_moment:
            sets[name] = None
        elif name in flags or isinstance(known, bool):
            sets[name] = told.get(name, done)
    if not any(isinstance(each, bool) for each in sets.values()):
        sets.update(_held(verb, flags))
    return sets, moments


def undone(resource: Resource, verb: str, described: Mapping[str, Json]) -> dict[str, Json]:
    """What a DELETE beside the id of a record takes back (`DELETE /books/{id}/star`): marks and times that are named after it."""
    sets, moments = changes(Shown("none"), replace(resource, example={}), verb, described)
    return {**{name: not value for name, value in sets.items() if isinstance(value, bool)}, **dict.fromkeys(moments)}


def toggled(resource: Resource, verb: str, described: Mapping[str, Json]) -> str:
    """The mark that a verb turns over (`toggle`, `toggle-done`): the one that it names, else the only one there is; empty for none."""
    first, *rest = words(verb) or [""]
    if first not in _TURNS_OVER:
        return ""
    usual, named = _fields(resource.example), "".join(rest)
    marks = [each for each in resource.fields if isinstance(usual.get(each), bool) or each in _flags(described)]
    called = [each for each in marks if named and plain(each).removeprefix("is").startswith(named)]
    found = called if rest else marks
    return found[0] if len(found) == 1 else ""


_TURNS_OVER = ("toggle", "flip", "switch")


def counted(resource: Resource, verb: str, described: Mapping[str, Json]) -> dict[str, int]:
    """The numbers that tell how often a verb was done (`like`: `likes`, `like_count`), and whether it makes them more or less by one."""
    word = plain(verb)
    less = next((word.removeprefix(each) for each in ("un", "remove") if word.startswith(each)), None)
    forms = dict.fromkeys(_counts(word), 1) | (dict.fromkeys(_counts(less), -1) if less else {})
    usual = _fields(resource.example)
    numbers = (
        name
        for name in resource.fields
        if type(usual.get(name)) is int or ("integer" in _kinds(described.get(name)) and name not in usual)
    )
    return {name: forms[plain(name)] for name in numbers if plain(name) in forms and name not in resource.takes}


def _counts(word: str) -> tuple[str, ...]:
    return tuple(each.format(word) for each in ("{}s", "{}count", "{}scount", "num{}s", "total{}s", "numberof{}s"))


def described(known: Survey, resource: Resource) -> dict[str, Json]:
    """What the answers that show records say of their properties, each with its parts put together; of JSON:API records, of their attributes too."""
    made: dict[str, Json] = {}
    for name, each in _described(known, resource):
        if name == "attributes" and resource.is_json_api:
            made.update({inner: _whole(known, one) for inner, one in properties_of(known.spec, each).items()})
        made[name] = _whole(known, each)
    return made


def _described(known: Survey, resource: Resource) -> Iterator[tuple[str, Json]]:
    for at, method in ((resource.shape, "POST"), (resource.shape, "GET"), (resource.shape + "/{}", "GET")):
        shown = known.at(at, method)
        if shown and shown.kind in ("record", "records"):
            yield from properties_of(known.spec, schema_of_records(known.spec, shown)).items()


def _whole(known: Survey, schema: Json) -> Json:
    resolved = known.spec.resolve(schema)
    if not isinstance(resolved, dict):
        return {}
    parts = map(known.spec.resolve, resolved.get("allOf") or ())
    return {key: value for part in parts if isinstance(part, dict) for key, value in part.items()} | resolved


def _flags(described: Mapping[str, Json]) -> dict[str, str]:
    """The properties that schemas call boolean, each as it is plainly written."""
    return {name: plain(name) for name, each in described.items() if "boolean" in _kinds(each)}


def _kinds(schema: Json) -> list[Json]:
    options = [schema, *(schema.get("anyOf") or ()), *(schema.get("oneOf") or ())] if isinstance(schema, dict) else []
    stated = [each.get("type") for each in options if isinstance(each, dict)]
    return [kind for each in stated for kind in (each if isinstance(each, list) else [each])]


def _held(verb: str, flags: Mapping[str, str]) -> dict[str, Json]:
    """The mark that a verb leads to under another word than its own (`complete`: `done`)."""
    for form, done in holding(verb):
        for name, plainly in flags.items():
            if plainly in (form, "is" + form):
                return {name: done}
    return {}


def _written(schema: Json) -> Json:
    """A time as the schema has it, where none is shown; None where it is RFC 3339, as usual."""
    if {"integer", "number"} & {*map(str, _kinds(schema))}:
        return 0
    return "2000-01-01" if isinstance(schema, dict) and schema.get("format") == "date" else None


def _fields(record: Mapping[str, Json]) -> dict[str, Json]:
    """The fields of a record, those that JSON:API keeps one level down included."""
    inner = record.get("attributes")
    return {**record, **(inner if isinstance(inner, dict) else {})}
