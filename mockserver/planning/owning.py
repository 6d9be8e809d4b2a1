"""Whose records are: a Survey and a Resource come in, the properties that name the record above or the caller go out, each with what it holds; pure."""

from __future__ import annotations

from collections.abc import Iterator

from contract.spec import Json
from mockserver.planning.covers import plain, properties_of
from mockserver.planning.evidence import last_word, schema_of_records, singular
from mockserver.planning.model import Resource
from mockserver.planning.resources import Survey

_PLAIN = ("integer", "string")
_CALLERS = ("owner", "user", "author", "creator", "createdby", "submittedby")
"""Who made a record; an id of theirs, if `id` follows."""


def owners(known: Survey, own: Resource) -> Iterator[tuple[str, int, bool]]:
    """Properties that hold the id of a record above (`team_id`, or `team` where that is no object), each with the place of that in the path, and whether it is a number."""
    described = dict(_described(known, own)) if own.parents else {}
    for path_shape, position in own.parents:
        owner = plain(singular(last_word(path_shape)))
        for name in own.properties:
            kind = described.get(name)
            if name != own.id_property and (plain(name) == owner + "id" or (plain(name) == owner and kind in _PLAIN)):
                shown = own.example.get(name)
                yield name, position, isinstance(shown, int) or (shown is None and kind == "integer")


def made_by(known: Survey, own: Resource, sent: frozenset[str]) -> Iterator[str]:
    """Properties that hold the id of whoever makes a record, and that no request sends."""
    forms = {*_CALLERS, *(each + "id" for each in _CALLERS)}
    if own.kind != "collection" or own.is_json_api or not any(plain(each) in forms for each in own.properties):
        return
    for name, kind in dict(_described(known, own)).items():
        if plain(name) in forms and name not in sent and kind in _PLAIN and name != own.id_property:
            yield name


def _described(known: Survey, own: Resource) -> Iterator[tuple[str, Json]]:
    """The types of what answers describe of a record."""
    for path_shape, method in ((own.shape + "/{}", "GET"), (own.shape, "GET"), (own.shape, "POST")):
        shown = known.at(path_shape, method)
        for name, each in properties_of(known.spec, schema_of_records(known.spec, shown)).items() if shown else ():
            resolved = known.spec.resolve(each)
            yield name, resolved.get("type") if isinstance(resolved, dict) else None
