"""What `x-mock` on an operation wishes: a Spec comes in, Wishes by operation go out; every fault of all operations is told at once.

SCHEMA is what may stand there; docs/x-mock.md is written from it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import msgspec

from contract.checks import Compiled, Fault
from contract.spec import Json, Operation, Spec
from mockserver.planning.model import BEHAVIOUR_NAMES, MockError

_NAME = {"type": "string", "minLength": 1}
_PATH = {"type": "string", "pattern": "^/"}

SCHEMA: Mapping[str, Json] = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "behaviour": {
            "enum": list(BEHAVIOUR_NAMES),
            "description": "What the operation does; `static` answers the documented example.",
        },
        "resource": {
            **_PATH,
            "description": "The collection that it is about: its path as it stands below `paths`."
            " One that was not recognised is made, if an operation has that path or one of its records.",
        },
        "id": {
            **_NAME,
            "description": "The property that names a record of the collection; holds for all its operations.",
        },
        "envelope": {
            "type": ["string", "null"],
            "description": "The property of a list's answer that holds the records, with dots for one further inside; null for a bare array.",
        },
        "wrapper": {
            "type": ["string", "null"],
            "description": "The property that holds the one record, with dots for one further inside; null where the body is the record.",
        },
        "page_size": {
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "How many records a page of the list holds unless the request says; null for all.",
        },
        "view": {
            "type": "object",
            "additionalProperties": False,
            "required": ["property", "value"],
            "properties": {
                "property": {**_NAME, "description": "The property that is looked at."},
                "value": {"description": "Its value in the records that are shown, upper and lower case alike."},
            },
            "description": "Which records of the collection a view shows.",
        },
        "sets": {
            "type": "object",
            "description": "What an action changes in the record: properties and their new values.",
        },
        "nulls": {
            "enum": ["remove", "keep"],
            "description": "Whether a null in a change removes the property or is kept as its value.",
        },
        "token": {
            "type": "object",
            "additionalProperties": False,
            "required": ["in", "name"],
            "properties": {
                "in": {"enum": ["header", "body"], "description": "Where the answer of the login holds it."},
                "name": {**_NAME, "description": "The header, or the property; with dots for one further inside."},
                "prefix": {"type": "string", "description": "What stands before it in a header, such as `Bearer `."},
            },
            "description": "Where the answer of a login holds the token.",
        },
        "job": {
            "type": "object",
            "additionalProperties": False,
            "required": ["role"],
            "properties": {
                "role": {"enum": ["schedule", "poll", "result"], "description": "The operation's part of the work."},
                "poll": {**_PATH, "description": "Path that tells how far the work is; needed but on the poll itself."},
                "result": {**_PATH, "description": "Path of the result that the poll leads to, if there is one."},
            },
            "description": "The part that the operation has in work that takes time.",
        },
        "polls": {
            "type": "integer",
            "minimum": 0,
            "description": "How often the work that this operation schedules says 'not ready'; beats `--polls`.",
        },
    },
}
"""JSON Schema 2020-12 of the value of `x-mock`."""

RECORDS = ("list", "read", "create", "replace", "update", "delete", "action", "view", "singleton")
APPLIES: Mapping[str, tuple[str, ...]] = {
    "resource": RECORDS,
    "id": RECORDS,
    "envelope": ("list", "view"),
    "wrapper": ("read", "create", "replace", "update", "action", "singleton"),
    "page_size": ("list", "view"),
    "view": ("view",),
    "sets": ("action",),
    "nulls": ("update", "replace"),
    "token": ("login",),
    "job": ("job",),
    "polls": ("job",),
}
"""The behaviours for which a wish means something."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one operation wishes; every name in `said` is a property of SCHEMA."""

    operation: Operation
    said: Mapping[str, Json]

    def __contains__(self, name: str) -> bool:
        return name in self.said

    def __getitem__(self, name: str) -> Json:
        return self.said[name]

    def told(self) -> str:
        """The wishes as a plan gives its reasons."""
        words = [
            value if name == "behaviour" else f"{name} {value if isinstance(value, str) else _shown(value)}"
            for name, value in self.said.items()
        ]
        return f"x-mock asks for {', '.join(words)}"


def _shown(value: Json) -> str:
    return msgspec.json.encode(value).decode()


def wishes(spec: Spec) -> dict[str, Wishes]:
    """The wishes by operation key. MockError with one line for each fault: operation, cause, remedy."""
    found = {each.key: Wishes(each, each.node["x-mock"]) for each in spec.operations if "x-mock" in each.node}
    refuse(f"{key}: {line}" for key, wish in found.items() for line in _faults(wish.said))
    return found


def refuse(lines: Iterator[str]) -> None:
    """Raise a MockError of lines, if there are any."""
    told = list(lines)
    if told:
        raise MockError("\n".join(told))


@cache
def _compiled() -> Compiled:
    import jsonschema_rs

    return Compiled(SCHEMA, jsonschema_rs.Draft202012Validator(dict(SCHEMA)))


def _faults(said: Json) -> Iterator[str]:
    for fault in _compiled().faults(said, "x-mock"):
        yield f"{fault.place} {_told(said, fault)}; docs/x-mock.md says what may stand there"


def _told(said: Json, fault: Fault) -> str:
    """The fault, and what was meant where that can be guessed."""
    described = _described(fault.path)
    if fault.rule == "additionalProperties":
        return f"is unknown{_meant(str(fault.path[-1]), list(described.get('properties', {})))}"
    if fault.rule == "enum":
        value: Json = said
        for step in fault.path:
            value = value[step]
        return f"is {value!r}{_meant(str(value), described['enum'])}"
    return fault.message


def _described(path: tuple[str | int, ...]) -> Json:
    """The schema of the part at a path, or of the object that holds it where it is unknown."""
    node: Json = SCHEMA
    for step in path:
        node = node.get("properties", {}).get(step, node)
    return node


def _meant(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f", did you mean '{near[0]}'?" if near else f", choose one of {', '.join(known)}"
