"""Records that no example shows: the parameters of a JSON:API list come in, records with what these name go out; always the same ones.

Some documents only have tables: what can be filtered, sorted and included. Each of these names something that records have
(`filters[genders] = male,female`, `sort = last_name`, `filters[group_ids]`), or that those have to which they are linked
(`sort = permits.issued_at`, `filters[permits][kind_ids]`), often with the values it may take. Whatever a documented
request asks for, some record has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from contract.spec import Json, Operation, Parameter, Spec
from mockserver.planning.covers import plain, properties_of
from mockserver.planning.dialect import role
from mockserver.planning.evidence import Shown, last_word, singular
from mockserver.planning.model import Resource

_RECORDS = 60
_LINKED = 5
"""Ids of a kind that can be asked for, where fewer are documented."""
_ONE_IN = 4
"""Of so many records one is linked to nothing, where it can be asked for those."""
_FILTER = re.compile(r"filters?\[([\w-]+)\](?:\[([\w-]+)\])?(\[\])?", re.IGNORECASE)
_HOW = re.compile(
    r"[gl]te?|n?eq?|from|to|min|max|since|until|after|before|start|end|in|not|i?like|contains", re.IGNORECASE
)
"""A comparison, and no name of anything."""
_NO_PROPERTY = re.compile(r"(?:include|exclude|with|show|only|has)_.*|name|query|search|q", re.IGNORECASE)
_VALUES = re.compile(r"\[?((?:[\w-]+,)+[\w-]+)\]?(?= |$)")
_ON = re.compile(r"\b([\w-]+) on ([\w-]+)")
_MINE = "me"
_SOME = {
    "firstname": ("Ada", "Bela", "Chidi", "Dana", "Eino", "Farah", "Goro", "Hana", "Iker", "Jun", "Kofi"),
    "lastname": ("Adler", "Baker", "Castro", "Diallo", "Eriksen", "Fontana", "Garcia", "Hoshino", "Ivanov"),
}
_MOMENTS = tuple(f"2018-0{month}-{day:02}T12:00:00Z" for month in range(1, 10) for day in (4, 15, 27))


@dataclass
class Relation:
    """What is known of the records that a relationship names."""

    ids: list[str] = field(default_factory=list)
    """Those that can be asked for; where none can be, each record is linked to one of its own."""
    words: list[str] = field(default_factory=list)
    """What clients may say in place of an id."""
    attributes: dict[str, tuple[Json, ...]] = field(default_factory=dict)

    @property
    def none(self) -> str | None:
        """The word for records that are linked to nothing (`unassigned`, beside `assigned`)."""
        return next((each for each in self.words if each.removeprefix("un") in self.words and each[:2] == "un"), None)

    @property
    def any(self) -> str | None:
        """The word for records that are linked to something."""
        return self.none.removeprefix("un") if self.none else None

    @property
    def called(self) -> list[str]:
        """The words that say what linked records are called, in the order of their ids."""
        return [each for each in self.words if each not in (self.none, self.any, _MINE)]

    def meant(self, word: str) -> set[str]:
        """The ids that a word of a request means."""
        if word == _MINE and _MINE in self.words:
            return {*self.ids[:1]}
        if self.any and word == self.any:
            return {*self.ids}
        called = self.called
        return {each for index, each in enumerate(self.ids) if called and called[index % len(called)] == word} | {word}


class Tabled(dict[str, Any]):
    """A record known from tables alone; `values` are what its attributes may be, `relations` what it is linked to."""

    def __init__(
        self,
        record: Mapping[str, Json],
        values: Mapping[str, tuple[Json, ...]],
        relations: Mapping[str, Relation],
        asks: Mapping[str, tuple[str, str]],
    ) -> None:
        super().__init__(record)
        self.values_of = dict(values)
        self.relations = dict(relations)
        self.asks = dict(asks)
        """What filters ask for that do so by relationships: the relationship and the attribute there, or none for its ids."""

    def linked(self, name: str, identity: str) -> dict[str, Json]:
        """A record that a relationship names."""
        known = self.relations.get(name, Relation())
        kind = singular(name)
        made: dict[str, Json] = dict(_usual(kind, identity, known))
        made |= {each: _turn(values, f"{name} {each} {identity}") for each, values in known.attributes.items()}
        return {"type": name, "id": identity, "attributes": made}


def _usual(kind: str, identity: str, known: Relation) -> Iterator[tuple[str, Json]]:
    """What records of a kind have that nothing is told of: what they are called, and when they were changed."""
    number = crc32(identity.encode())
    first, last = (_turn(_SOME[plain(each)], f"{each} {identity}") for each in ("first_name", "last_name"))
    if "email" in kind:
        yield "email", f"{first}.{last}{identity}@example.com".lower()
    elif "phone" in kind:
        yield "number", f"+1 555 01{number % 100:02}"
    elif not known.attributes or known.words:
        called = known.called
        index = known.ids.index(identity) if identity in known.ids else 0
        yield "name", called[index % len(called)] if called else f"{kind.replace('_', ' ').capitalize()} {identity}"
    yield "updated_at", _turn(_MOMENTS, f"{kind} {identity}")


def _turn(values: tuple[Json, ...], of: str) -> Json:
    return values[crc32(of.encode()) % len(values)]


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
    told = _Told()
    parameters = [each for each in operation.parameters if each.location == "query"]
    for each in sorted(parameters, key=lambda each: role(plain(each.name)) not in ("sort", "include")):
        told.learn(each, _description(spec, operation, each))
    for relation in {relation for relation, attribute in told.asks.values() if not attribute}:
        ids = told.relations[relation].ids
        ids += [each for each in map(str, range(1, _LINKED + 1)) if each not in ids][: max(_LINKED - len(ids), 0)]
    kind = last_word(operation.path)
    linked = {name: {"data": [{"type": name, "id": "1"}]} for name in told.relations}
    example = {"id": "1", "type": kind, "attributes": {name: values[0] for name, values in told.attributes.items()}}
    return Tabled({**example, "relationships": linked}, told.attributes, told.relations, told.asks)


@dataclass
class _Told:
    """What parameters have named so far."""

    attributes: dict[str, tuple[Json, ...]] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    asks: dict[str, tuple[str, str]] = field(default_factory=dict)

    def relation(self, name: str) -> Relation:
        return self.relations.setdefault(name, Relation())

    def learn(self, parameter: Parameter, description: str) -> None:
        """What one parameter names: an attribute with its values, or a relationship."""
        part = role(plain(parameter.name))
        shown = [text for each in parameter.examples for text in _texts(each.value)]
        if part == "sort":
            items = parameter.schema.get("items") or parameter.schema
            for name in items.get("enum") or ():
                self._ordered(str(name).lstrip("-"))
        elif part == "include":
            for name in shown:
                self.relation(name.partition(".")[0])
        elif not part and (name := _asked_name(parameter.name)) and not _NO_PROPERTY.fullmatch(name):
            listed = _VALUES.match(description)
            values = [*shown, *(listed[1].split(",") if listed else ())]
            self._asked(parameter.name, name, list(dict.fromkeys(values)), description)

    def _ordered(self, name: str) -> None:
        head, dot, rest = name.partition(".")
        held = self.relation(head).attributes if dot else self.attributes
        held.setdefault(rest or head, _values(rest or head))

    def _asked(self, asked: str, name: str, values: list[str], description: str) -> None:
        head, dot, rest = name.partition(".")
        about = _ON.search(description)
        if dot:
            self.relation(head).attributes[singular(rest)] = tuple(values) or _values(singular(rest))
        elif about and about[1] in self.relations.get(about[2], Relation()).attributes:
            self.relations[about[2]].attributes[about[1]] = tuple(values) or _values(about[1])
            self.asks[asked] = about[2], about[1]
        elif name.endswith("_ids") or _are_ids(values):
            relation = name.removesuffix("_ids") + "s" * name.endswith("_ids")
            self.asks[asked] = relation, ""
            known = self.relation(relation)
            known.ids += [each for each in values if each.isdecimal() and each not in known.ids]
            known.words += [each for each in values if not each.isdecimal() and each not in known.words]
        elif name.endswith("_at"):
            self.attributes[name] = _MOMENTS
        elif values and {*values} <= {"true", "false"}:
            self.attributes[name] = (True, False)
        elif values:
            self.attributes[singular(name)] = tuple(values)


def _asked_name(parameter: str) -> str:
    """What a filter asks by: `group_ids`, `permits.kind_ids`; empty where it is none."""
    family = _FILTER.fullmatch(parameter)
    if family:
        inner = family[2] if family[2] and not _HOW.fullmatch(family[2]) else None
        return ".".join(each for each in (family[1], inner) if each) if family[1] != "ids" else ""
    return parameter if parameter.endswith("_ids") else ""


def _texts(value: Json) -> list[str]:
    """What a documented value says, one by one."""
    parts = value if isinstance(value, list) else str(value).split(",")
    return [text for each in parts if (text := str(each).strip())]


def _are_ids(values: list[str]) -> bool:
    return any(each.isdecimal() for each in values) and all(each.isdecimal() or each == _MINE for each in values[:2])


def _values(name: str) -> tuple[Json, ...]:
    """Values of an attribute of which only the name is told."""
    if re.search(r"(?:_at|_on|date|time)$", name):
        return _MOMENTS
    return _SOME.get(plain(name), (f"{name} 1", f"{name} 2", f"{name} 3"))


def _description(spec: Spec, operation: Operation, parameter: Parameter) -> str:
    named = (spec.resolve(each) for each in operation.node.get("parameters") or ())
    return next((str(each.get("description") or "") for each in named if each.get("name") == parameter.name), "")


def records(resource: Resource) -> Iterator[dict[str, Json]]:
    """The records of a collection, their attributes taking turns through what they may be."""
    example = resource.example
    assert isinstance(example, Tabled)
    for number in range(1, _RECORDS + 1):
        attributes = {name: _turn(values, f"{name} {number}") for name, values in example.values_of.items()}
        linked = {
            name: {"data": [{"type": name, "id": each} for each in _ids(relation, number, index)]}
            for index, (name, relation) in enumerate(example.relations.items())
        }
        yield {"id": str(number), "type": example["type"], "attributes": attributes, "relationships": linked}


def _ids(relation: Relation, number: int, index: int) -> list[str]:
    """The ids that the record of a number is linked to by one of its relationships."""
    if relation.none and (number + index) % _ONE_IN == 0:
        return []
    return [relation.ids[(number + index) % len(relation.ids)]] if relation.ids else [str(number)]
