"""Schema Objects as JSON Schema 2020-12: one of a Spec comes in, what judges values goes out; references are renamed, never followed.

What 3.0 writes otherwise is rewritten in both versions (`nullable`, boolean `exclusiveMinimum`), for documents are moved to 3.1 by
changing their first line. A `discriminator` names the alternative, so that what is told of a value is told of that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from contract.spec import Json, Spec

Direction = Literal["request", "answer"]

_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLES = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_JUDGES_NOTHING = ("example", "examples", "default", "$schema", "$id")
"""`$id` would also move the references below it, which are all given from the top of the document."""
_BOUNDS = {"int32": 2**31, "int64": 2**63}
"""Signed integers of so many bits (OpenAPI Format Registry)."""
_DEEPEST = 8


def definition(ref: str) -> str:
    """The name below `$defs` of what a reference points at."""
    return re.sub(r"~[01]|[^\w.~$-]", ".", ref.removeprefix("#/"), flags=re.ASCII)


def rewritten(schema: Json, spec: Spec, direction: Direction) -> Json:
    """A Schema Object as JSON Schema 2020-12 (OpenAPI 3.0.3, section 4.7.24)."""
    if not isinstance(schema, dict):
        return schema if isinstance(schema, bool) else True
    if isinstance(schema.get("$ref"), str):
        kept = (
            ("nullable",) if spec.version == "3.0" else schema
        )  # 3.0 ignores siblings, but who writes this one means it
        renamed = {"$ref": f"#/$defs/{definition(schema['$ref'])}", "x-ref": schema["$ref"]}
        schema = {**{name: schema[name] for name in kept if name in schema}, **renamed}
    made = {key: value for key, value in schema.items() if key not in _JUDGES_NOTHING}
    for key in _MAPS:
        if isinstance(made.get(key), dict):
            made[key] = {name: rewritten(each, spec, direction) for name, each in made[key].items()}
    for key in _LISTS:
        if isinstance(made.get(key), list):
            made[key] = [rewritten(each, spec, direction) for each in made[key]]
    for key in _SINGLES:
        if isinstance(made.get(key), dict):
            made[key] = rewritten(made[key], spec, direction)
    _widen(made, schema)
    _choose(made, schema, spec)
    _hide(made, schema, spec, direction)
    if direction == "request":
        _bound(made)
    return _modern(made)


def _widen(made: dict[str, Json], schema: dict[str, Json]) -> None:
    """A property whose sample is of another type than it says may be of either: whoever sends the sample wants it to be taken."""
    kind = _SCALARS.get(type(schema.get("example")))
    if kind and made.get("type") in _SCALARS.values() and made["type"] != kind and {made["type"], kind} != _NUMBERS:
        made["type"] = [made["type"], kind]


_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}
_NUMBERS = {"integer", "number"}


def choices(spec: Spec, schema: Json) -> tuple[tuple[Json, tuple[str, ...]], ...]:
    """The alternatives of a schema with a `discriminator`, each with the values that choose it; empty where the values leave it open.

    They are the keys of `mapping` and what the alternative itself allows there; where it allows anything, its name too
    (OpenAPI 3.0.3, section 4.7.25), for documents name their schemas otherwise than their values.
    """
    about = schema.get("discriminator")
    name = about.get("propertyName") if isinstance(about, dict) else None
    options: Sequence[Json] = next((schema[key] for key in ("oneOf", "anyOf") if isinstance(schema.get(key), list)), [])
    if not isinstance(name, str):
        return ()
    mapping = about.get("mapping") if isinstance(about.get("mapping"), dict) else {}
    found = tuple((each, _values(spec, each, name, mapping)) for each in options if not _is_null(each))
    said = [value for _, values in found for value in values]
    return found if all(values for _, values in found) and len(set(said)) == len(said) else ()


def _values(spec: Spec, option: Json, name: str, mapping: dict[str, Json]) -> tuple[str, ...]:
    ref = option.get("$ref") if isinstance(option, dict) else None
    called = ref.rpartition("/")[2] if isinstance(ref, str) else None
    mapped = [key for key, target in mapping.items() if ref and target in (ref, called)]
    pinned = list(_pinned(spec, option, name))
    implied = [called] if called and not pinned else []
    return tuple(dict.fromkeys([*mapped, *pinned, *implied]))


def _pinned(spec: Spec, schema: Json, name: str, depth: int = 0) -> Iterator[str]:
    """The texts that a schema allows for a property, where it names them."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict) or depth > _DEEPEST:
        return
    described = spec.resolve((resolved.get("properties") or {}).get(name))
    if isinstance(described, dict):
        allowed = [described["const"]] if "const" in described else described.get("enum") or ()
        yield from (each for each in allowed if isinstance(each, str))
    for each in resolved.get("allOf") or ():
        yield from _pinned(spec, each, name, depth + 1)


def _is_null(schema: Json) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _choose(made: dict[str, Json], schema: dict[str, Json], spec: Spec) -> None:
    """Judge an object by the alternative that its discriminator names; where it names none, by all of them."""
    chosen = choices(spec, schema)
    key = next((each for each in ("oneOf", "anyOf") if isinstance(made.get(each), list)), "")
    if not chosen or not key:
        return
    name = schema["discriminator"]["propertyName"]
    branches: Sequence[Json] = made.pop(key)
    own = [branch for branch, option in zip(branches, schema[key], strict=True) if not _is_null(option)]
    cases = [
        {"if": {"properties": {name: {"enum": list(values)}}}, "then": branch}
        for branch, (_, values) in zip(own, chosen, strict=True)
    ]
    known = [value for _, values in chosen for value in values]
    choice = {
        "if": {"type": "object", "required": [name]},
        "then": {"properties": {name: {"enum": known}}, "allOf": cases},
        "else": {key: branches},
    }
    made["allOf"] = [*(made.get("allOf") or ()), choice]


def _hide(made: dict[str, Json], schema: Json, spec: Spec, direction: Direction) -> None:
    """What is readOnly is neither asked for nor judged in a request; what is writeOnly does not stand in an answer. The mark may stand in what is referred to."""
    mark = "readOnly" if direction == "request" else "writeOnly"
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return
    known = {name: (each, spec.resolve(each)) for name, each in properties.items()}
    hidden = {
        name for name, sides in known.items() if any(isinstance(one, dict) and one.get(mark) is True for one in sides)
    }
    if not hidden:
        return
    judged: Json = {} if direction == "request" else {"not": {}}
    for name in hidden:
        made["properties"][name] = {**judged, "x-doc-source": known[name][0].get("x-doc-source")}
    if isinstance(made.get("required"), list):
        made["required"] = [name for name in made["required"] if name not in hidden]


def _bound(made: dict[str, Json]) -> None:
    """What a format says of an integer that is sent; of answers, the documented samples know better."""
    stated = made.get("type")
    most = _BOUNDS.get(str(made.get("format")))
    if most is None or "integer" not in (stated if isinstance(stated, list) else [stated]):
        return
    if not {"minimum", "exclusiveMinimum"} & made.keys():
        made["minimum"] = -most
    if not {"maximum", "exclusiveMaximum"} & made.keys():
        made["maximum"] = most - 1


def _modern(made: dict[str, Json]) -> Json:
    """The keywords of 3.0 that mean something else, or nothing, in 2020-12."""
    for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(made.get(flag), bool):
            strict = made.pop(flag)
            if strict and bound in made:
                made[flag] = made.pop(bound)
    if made.pop("nullable", False) is not True:
        return made
    if isinstance(made.get("type"), str) and not any(key in made for key in ("allOf", "anyOf", "oneOf", "not")):
        made["type"] = [made["type"], "null"]
        if isinstance(made.get("enum"), list) and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
        return made
    return {"anyOf": [made, {"type": "null"}]}
