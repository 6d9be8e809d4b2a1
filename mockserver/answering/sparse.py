"""Sparse fields: what a request asks of each type comes in (jsonapi.org, 7.4), records with only that and what names them go out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contract.spec import Json
from mockserver.planning.covers import plain
from mockserver.planning.dialect import Record, role
from mockserver.planning.evidence import singular

Fields = Mapping[str, frozenset[str]]
"""Names of what is asked for by the type that it is asked of; those that are told of no type are under an empty name."""

_TYPED = re.compile(r"[^\[\]]+\[([^\[\]]+)\]")


def fields_in(query: Mapping[str, Json], properties: tuple[str, ...]) -> Fields:
    """What a query asks to see; empty where it asks for all."""
    found: dict[str, frozenset[str]] = {}
    for name, value in query.items():
        if name in properties or role(plain(name)) != "fields":
            continue
        typed = _TYPED.fullmatch(name)
        told = value.items() if isinstance(value, dict) else [(typed[1] if typed else "", value)]
        for kind, one in told:
            asked = frozenset(_names(one))
            if asked or kind:
                found[kind] = found.get(kind, frozenset()) | asked
    return found


def _names(value: Json) -> Iterator[str]:
    """`id,author.name`: what is inside of something stands in it."""
    for text in value if isinstance(value, list) else [value]:
        for name in str(text).split(","):
            if name.strip():
                yield from (name.strip(), name.strip().partition(".")[0])


def trimmed(record: Record, fields: Fields, id_property: str | None, *, primary: bool = True) -> Record:
    """A record with only the fields asked of its type, and what names it; bare names are asked of primary records."""
    levels = [each for each in ("attributes", "relationships") if isinstance(record.get(each), dict)]
    names = (
        _asked_of(str(record.get("type", "")), fields, primary=primary)
        if levels
        else frozenset[str]().union(*fields.values())
    )
    if names is None:
        return record
    own = {"id", "type", "links", "meta", *levels} if levels else {id_property or "id"}
    kept = {name: value for name, value in record.items() if name in names or name in own}
    for level in levels:
        if level not in names:
            kept[level] = {name: value for name, value in record[level].items() if name in names}
    return kept


def _asked_of(kind: str, fields: Fields, *, primary: bool) -> frozenset[str] | None:
    """What is asked of records of a type; None for all."""
    same = singular(plain(kind))
    typed = next((names for each, names in fields.items() if each and singular(plain(each)) == same), None)
    return typed if typed is not None else fields.get("") if primary else None
