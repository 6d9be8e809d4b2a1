"""Records that no example shows: the parameters of a JSON:API list come in, records with what these name go out; always the same ones.

Some documents only have tables: what can be filtered, sorted and included. Each of these names something that records have
(`filters[genders] = male,female`, `sort = last_name`, `filters[group_ids]`), often with the values it may take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from contract.spec import Json, Operation, Parameter, Spec
from mockserver.planning.covers import plain, properties_of
from mockserver.planning.dialect import role
from mockserver.planning.evidence import Shown, last_word, singular
from mockserver.planning.model import Resource

_RECORDS = 60
_FILTER = re.compile(r"filters?\[([\w-]+)\](\[\])?", re.IGNORECASE)
_NO_PROPERTY = re.compile(r"(?:include|exclude|with|show|only|has)_.*|name|query|search|q", re.IGNORECASE)
_VALUES = re.compile(r"\[?((?:[\w-]+,)+[\w-]+)\]?(?= |$)")
_SOME = {
    "firstname": ("Ada", "Bela", "Chidi", "Dana", "Eino", "Farah", "Goro", "Hana", "Iker", "Jun", "Kofi"),
    "lastname": ("Adler", "Baker", "Castro", "Diallo", "Eriksen", "Fontana", "Garcia", "Hoshino", "Ivanov"),
}


class Tabled(dict[str, Any]):
    """A record known from tables alone; `values` are what its attributes may be."""

    def __init__(self, record: Mapping[str, Json], values: Mapping[str, tuple[Json, ...]]) -> None:
        super().__init__(record)
        self.values_of = dict(values)


def speaks(spec: Spec, operation: Operation, mine: Shown) -> bool:
    """Tell whether an operation is a JSON:API list of which nothing but tables is documented."""
    if operation.method != "GET" or mine.media is None or mine.kind == "records" or mine.media.examples:
        return False
    known = properties_of(spec, mine.media.schema)
    json_api = "vnd.api+json" in mine.media.type or {"data", "included"} <= known.keys()
    silent = not properties_of(spec, known.get("data", {}))
    return (
        json_api
        and silent
        and any(role(plain(each.name)) in ("page", "limit", "offset") for each in operation.parameters)
    )


def record(spec: Spec, operation: Operation) -> Tabled:
    """A resource object (jsonapi.org, 7.2) with what the parameters name."""
    attributes: dict[str, tuple[Json, ...]] = {}
    relations: list[str] = []
    for each in operation.parameters:
        if each.location == "query":
            _learn(each, _description(spec, operation, each), attributes, relations)
    kind = last_word(operation.path)
    linked = {name: {"data": [{"type": name, "id": "1"}]} for name in dict.fromkeys(relations)}
    example = {"id": "1", "type": kind, "attributes": {name: values[0] for name, values in attributes.items()}}
    return Tabled({**example, "relationships": linked}, attributes)


def _learn(
    parameter: Parameter, description: str, attributes: dict[str, tuple[Json, ...]], relations: list[str]
) -> None:
    """What one parameter names: an attribute with its values, or a relationship."""
    part = role(plain(parameter.name))
    if part == "sort":
        for name in parameter.schema.get("enum") or ():
            head, dot, _ = str(name).lstrip("-").partition(".")
            relations += [head] if dot else []
            if not dot:
                attributes.setdefault(head, _SOME.get(plain(head), (f"{head} 1", f"{head} 2", f"{head} 3")))
        return
    family = _FILTER.fullmatch(parameter.name)
    name = family[1] if family else parameter.name if parameter.name.endswith("_ids") else ""
    if part or not name or _NO_PROPERTY.fullmatch(name) or name == "ids":
        return
    if name.endswith("_ids"):
        relations.append(name.removesuffix("_ids") + "s")
        return
    shown = _VALUES.match(description)
    values = tuple(shown[1].split(",")) if shown else ()
    if any(each.isdecimal() for each in values) and all(each.isdecimal() or each == "me" for each in values[:2]):
        relations.append(name)
    elif name.endswith("_at"):
        attributes[name] = tuple(f"2018-0{month}-15T12:00:00Z" for month in range(1, 10))
    elif values and set(values) <= {"true", "false"}:
        attributes[name] = (True, False)
    elif values:
        attributes[singular(name)] = values


def _description(spec: Spec, operation: Operation, parameter: Parameter) -> str:
    named = (spec.resolve(each) for each in operation.node.get("parameters") or ())
    return next((str(each.get("description") or "") for each in named if each.get("name") == parameter.name), "")


def records(resource: Resource) -> Iterator[dict[str, Json]]:
    """The records of a collection, their attributes taking turns through what they may be."""
    example = resource.example
    assert isinstance(example, Tabled)
    for number in range(1, _RECORDS + 1):
        attributes = {
            name: values[crc32(f"{name} {number}".encode()) % len(values)] for name, values in example.values_of.items()
        }
        linked = {
            name: {"data": [{"type": name, "id": str((number + index) % 5 + 1)}]}
            for index, name in enumerate(example["relationships"])
        }
        yield {"id": str(number), "type": example["type"], "attributes": attributes, "relationships": linked}
