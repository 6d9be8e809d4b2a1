"""A value that a schema accepts: what is known comes first (the record, the documented example), the rest is made; always the same for the same input."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from contract.checks import Compiled, Fault, choices
from contract.spec import Json, Spec, whole
from mockserver.answering.linking import beside
from mockserver.answering.matching import matching
from mockserver.planning.covers import is_success, plain, properties_of

_ROUNDS = 4
TURNS = 8
"""How many values are made in turn for a schema until one is good."""
_DEEPEST = 8
_FULL = 2
"""How deep an object has the properties that it may have, where it is made whole."""
_FORMATS = {
    "date-time": "2024-01-01T00:00:00Z",
    "date": "2024-01-01",
    "time": "00:00:00Z",
    "email": "name@example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "c2FtcGxl",
    "duration": "PT1H",
    "idn-email": "name@example.com",
    "iri": "https://example.com/",
    "json-pointer": "/name",
    "relative-json-pointer": "0",
}


Bears = Callable[[Json, Json, Sequence[str | int]], bool]
"""Tells whether the part of a value at a path is the very sample that the schema of the value bears there."""


def conformed(
    spec: Spec, compiled: Compiled, schema: Json, value: Json, example: Json = None, *, bears: Bears | None = None
) -> Json:
    """Mend a value until the schema accepts it: missing and wrong parts come from the example, else they are made.

    A value that is valid is returned as it is; so is the sample that a schema bears, though it breaks it.
    """
    for _ in range(_ROUNDS):
        found = compiled.faults(value, "")
        faults = [each for each in found if not (bears and bears(schema, value, each.path))]
        if not faults:
            return value
        for fault in faults:
            fitting = _alternatives(spec, schema, value, fault, example)
            value = next(filter(compiled.is_valid, fitting), None) or _mended(spec, schema, value, fault, example)
    if example is not None and compiled.is_valid(example):
        return example
    tries = (generated(spec, schema, turn=turn) for turn in range(TURNS))
    return next((each for each in tries if compiled.is_valid(each)), None) or generated(spec, schema)


def _mended(spec: Spec, schema: Json, value: Json, fault: Fault, example: Json) -> Json:
    superfluous = fault.rule in ("additionalProperties", "unevaluatedProperties", "not")
    if not fault.path:
        return example if example is not None else generated(spec, schema)
    if superfluous and isinstance(fault.path[-1], str):
        return _changed(value, fault.path, None)
    wrong, described = _at(value, fault.path), _subschema(spec, schema, fault.path)
    if fault.rule in ("type", "anyOf", "oneOf") and wrong == "" and _may_be_null(spec, described):
        return _changed(value, fault.path, lambda: None)  # an empty field of a form
    if fault.rule == "type" and wrong in (None, "") and not _is_needed(spec, schema, fault.path):
        return _changed(value, fault.path, None)  # that there is none can be told by leaving it out
    shown = coerced(spec, described, wrong) if fault.rule == "type" else None
    if fault.rule in ("anyOf", "oneOf") and isinstance(wrong, dict):
        shown = _fitted(spec, described, wrong, _at(example, fault.path))
    elif fault.rule in ("anyOf", "oneOf"):
        shown = next((made for each in _options(described) if (made := coerced(spec, each, wrong)) is not None), None)
    if shown is None:
        shown = beside(
            _referred(_at(example, fault.path), wrong), _at(example, fault.path[:-1]), _at(value, fault.path[:-1])
        )
    if shown is None and fault.rule == "required" and _is_null(example, fault.path):
        return _changed(value, fault.path, lambda: None)
    if shown is None or (shown == wrong and type(shown) is type(wrong)):
        shown = generated(spec, described)
    return _changed(value, fault.path, lambda: shown)


def _alternatives(spec: Spec, schema: Json, value: Json, fault: Fault, example: Json) -> Iterator[Json]:
    """A value that fits none of several alternatives, made to fit each of them."""
    if fault.rule not in ("anyOf", "oneOf"):
        return
    wrong, described = _at(value, fault.path), _subschema(spec, schema, fault.path)
    for each in _parts(spec, described) if isinstance(wrong, (dict, list)) else ():
        for option in _options(each):
            make = partial(_fitted, spec, option, wrong, _at(example, fault.path))
            yield _changed(value, fault.path, make)


def _options(schema: Json) -> list[Json]:
    return [*(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())]


def _fitted(spec: Spec, schema: Json, value: Json, example: Json, depth: int = 0) -> Json:
    """A value without what a schema forbids and with what it requires; of alternatives, the first that knows anything of it."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict) or depth >= _DEEPEST:
        return value
    if isinstance(value, list):
        shown = partial(_at, example)
        items = resolved.get("items") or {}
        return [_fitted(spec, items, each, shown((index,)), depth + 1) for index, each in enumerate(value)]
    if not isinstance(value, dict):
        return value if _is_possible(resolved, value) else generated(spec, resolved)
    options = [each for each in map(spec.resolve, _options(resolved)) if value.keys() & each.get("properties", {})]
    for each in [*(resolved.get("allOf") or ()), *options[:1]]:
        value = _fitted(spec, each, value, example, depth + 1)
    described, documented = resolved.get("properties") or {}, example if isinstance(example, dict) else {}
    made = {
        name: _fitted(spec, described[name], each, documented.get(name), depth + 1) if name in described else each
        for name, each in value.items()
        if name in described or resolved.get("additionalProperties") is not False
    }
    for name in resolved.get("required") or ():
        if name not in made:
            made[name] = documented[name] if name in documented else generated(spec, described.get(name, {}))
    return made


def _is_possible(schema: Json, value: Json) -> bool:
    """Tell whether a schema leaves room for a value that holds no others."""
    if value is None:
        return schema.get("type") is None or bool(schema.get("nullable")) or "null" in schema["type"]
    return "enum" not in schema or value in schema["enum"]


def _may_be_null(spec: Spec, schema: Json) -> bool:
    """Tell whether a schema, or one of its alternatives, has null for what is not there."""
    resolved = spec.resolve(schema)
    known = (resolved, *map(spec.resolve, _options(resolved))) if isinstance(resolved, dict) else ()
    kinds = (each.get("type") for each in known if isinstance(each, dict))
    told = any("null" in kind if isinstance(kind, list) else kind == "null" for kind in kinds)
    return told or any(isinstance(each, dict) and each.get("nullable") is True for each in known)


def _referred(shown: Json, value: Json) -> Json:
    """A documented part; where an id was given for it, or an address, with that."""
    if not isinstance(shown, dict):
        return shown
    names = (*(["email"] if isinstance(value, str) and "@" in value else []), *_REFERRING)
    named = next((name for name in names if name in shown and type(shown[name]) is type(value)), None)
    return {**shown, named: value} if named else shown


_REFERRING = ("id", "_id", "uuid", "token", "key", "slug", "code")
"""Names under which the objects of answers hold what requests send in their place."""


def coerced(spec: Spec, schema: Json, value: Json) -> Json:
    """The same value as another type, where that loses little: 5 as "5", "true" as true, 5 as [5], 5.2 as 5; None where it cannot be."""
    resolved = spec.resolve(schema)
    stated = resolved.get("type") if isinstance(resolved, dict) else None
    for kind in stated if isinstance(stated, list) else [stated]:
        text = value.strip() if isinstance(value, str) else ""
        if kind == "string" and value is None:
            return ""
        if kind == "string" and isinstance(value, (int, float)):
            return str(value).lower() if isinstance(value, bool) else str(value)
        if kind == "integer" and re.fullmatch(r"[+-]?\d{1,18}", text):
            return int(text)
        if kind == "integer" and isinstance(value, float) and abs(value) < _EXACT:
            return round(value)
        if kind == "number" and re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", text):
            return float(text) if "." in text else int(text)
        if kind == "boolean" and type(value) is int and value in (0, 1):
            return bool(value)
        if kind == "boolean" and text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if kind == "array" and value is not None and not isinstance(value, (list, dict)):
            parts = re.split(r",\s*", value) if isinstance(value, str) and _LISTED.fullmatch(value) else [value]
            inner = [coerced(spec, resolved.get("items") or {}, each) for each in parts]
            return [part if each is None else each for part, each in zip(parts, inner, strict=True)]
    return None


_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
"""What forms send for a flag."""
_EXACT = 2**53
"""Below it the whole number next to a fraction is sure (IEEE 754, binary64)."""
_LISTED = re.compile(r"[\w.@:-]+(?:, ?[\w.@:-]+)+")
"""Words with commas between them, as forms send lists; a sentence has more than words."""


def _changed(value: Json, path: tuple[str | int, ...], make: Callable[[], Json] | None) -> Json:
    """A copy with the part at a path made new, or left out where nothing makes it."""
    if not path:
        return make() if make else value
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        copy: Any = dict(value)
        if not rest and make is None:
            copy.pop(step, None)
            return copy
        copy[step] = _changed(copy.get(step), rest, make)
        return copy
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], _changed(value[step], rest, make), *value[step + 1 :]]
    return value


def _at(value: Json, path: tuple[str | int, ...]) -> Json:
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and value:
            value = value[min(step, len(value) - 1)]
        else:
            return None
    return value


def _is_needed(spec: Spec, schema: Json, path: tuple[str | int, ...]) -> bool:
    """Tell whether the part at a path must be there: an item of a list, or what is required."""
    return not isinstance(path[-1], str) or path[-1] in required(spec, _subschema(spec, schema, path[:-1]))


def _is_null(example: Json, path: tuple[str | int, ...]) -> bool:
    """Tell whether the example has a null at a path, and not nothing."""
    outer = _at(example, path[:-1])
    return isinstance(outer, dict) and path[-1] in outer


def _subschema(spec: Spec, schema: Json, path: tuple[str | int, ...]) -> Json:
    """The schema that describes the part at a path; `{}` where none does."""
    for step in path:
        schema = _inner(spec, schema, step)
    return schema


def _inner(spec: Spec, schema: Json, step: str | int) -> Json:
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return {}
    if isinstance(step, int):
        return resolved.get("items", {})
    known = properties_of(spec, resolved)
    if step in known:
        return known[step]
    rest = resolved.get("additionalProperties")
    return rest if isinstance(rest, dict) else {}


def generated(spec: Spec, schema: Json, depth: int = 0, turn: int = 0) -> Json:
    """The smallest value that a schema describes: its example, default or first enum, else made from its type.

    Each `turn` gives another: with the next alternative where there are several, and each second time with all properties,
    for what is too small may be good for several alternatives at once.
    """
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return {}
    for key in ("const", "example", "default"):
        if key in resolved:
            return whole(resolved[key])
    for key in ("enum", "examples"):
        if isinstance(resolved.get(key), list) and resolved[key]:
            return resolved[key][0]
    if resolved.get("allOf") or resolved.get("oneOf") or resolved.get("anyOf"):
        return _combined(spec, resolved, depth, turn)
    return _by_type(spec, resolved, depth, turn)


def _combined(spec: Spec, schema: Json, depth: int, turn: int) -> Json:
    """A value for all parts of a schema at once: what one of them requires, another may describe."""
    parts = list(_parts(spec, schema))
    chosen = [found for each in parts if (found := _chosen(spec, each, depth, turn)) is not _NONE]
    whole_object = {
        "properties": {name: inner for each in parts for name, inner in (each.get("properties") or {}).items()},
        "required": list(dict.fromkeys(name for each in parts for name in each.get("required") or ())),
    }
    shown = [whole(each["example"]) for each in parts[1:] if isinstance(each.get("example"), dict)]
    known = {name: value for each in (*shown, *chosen) if isinstance(each, dict) for name, value in each.items()}
    if any(whole_object.values()) or known or any(each.get("type") == "object" for each in parts):
        return {**_object(spec, whole_object, depth, turn, known), **known}
    said = [each for each in parts if not _SAYS.isdisjoint(each)]
    return chosen[0] if chosen else generated(spec, said[-1], depth + 1, turn) if said else {}


_NONE = object()
_SAYS = frozenset(("type", "enum", "const", "example", "default", "items", "format"))
"""Keywords of a part that is a value of its own, and no remark on others."""


def _parts(spec: Spec, schema: Json, depth: int = 0) -> Iterator[dict[str, Json]]:
    """A schema and all that it is put together from."""
    resolved = spec.resolve(schema)
    if isinstance(resolved, dict) and depth < _DEEPEST:
        yield resolved
        for each in resolved.get("allOf") or ():
            yield from _parts(spec, each, depth + 1)


def _chosen(spec: Spec, schema: Json, depth: int, turn: int) -> Json:
    """A value for one of a schema's alternatives, with what its discriminator calls it."""
    options = schema.get("oneOf") or schema.get("anyOf")
    if not options or depth >= 2 * _DEEPEST:
        return _NONE
    option = options[turn // 2 % len(options)]
    made = generated(spec, option, depth + 1, turn)
    values = next((values for each, values in choices(spec, schema) if each is option), ())
    if not values or not isinstance(made, dict):
        return made
    name = schema["discriminator"]["propertyName"]
    return made if made.get(name) in values else {**made, name: values[0]}


def _by_type(spec: Spec, schema: Json, depth: int, turn: int) -> Json:
    implied = "object" if {"properties", "required"} & schema.keys() else "array" if "items" in schema else "string"
    stated = schema.get("type") or implied
    kind = stated[0] if isinstance(stated, list) else stated
    if schema.get("nullable") and depth >= _DEEPEST:
        return None
    match kind:
        case "object":
            return _object(spec, schema, depth, turn)
        case "array":
            count = schema.get("minItems", 0)
            items = schema.get("items", {})
            return [generated(spec, items, depth + 1, turn) for _ in range(count)] if depth < _DEEPEST else []
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return False
        case "null":
            return None
    return _text(schema)


def _object(
    spec: Spec, schema: Json, depth: int, turn: int, known: Mapping[str, Json] = MappingProxyType({})
) -> dict[str, Json]:
    """The properties that an object must have and that are not known; each second turn, those that it may have too."""
    if depth >= _DEEPEST:
        return {}
    described = schema.get("properties", {})
    asked = list(schema.get("required") or ())
    if turn % 2 and depth <= _FULL:
        asked += [
            name for name, each in described.items() if name not in asked and not spec.resolve(each).get("writeOnly")
        ]
    made = {name: generated(spec, described.get(name, {}), depth + 1, turn) for name in asked if name not in known}
    went_well = (name for name, value in made.items() if value is False and depth < _FULL and is_success(name))
    return {**made, **{name: True for name in went_well if _FIXED.isdisjoint(described.get(name, {}))}}


_FIXED = frozenset(("default", "const", "enum"))


def required(spec: Spec, schema: Json) -> frozenset[str]:
    """The properties that a schema and all its parts require."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return frozenset()
    parts = (required(spec, each) for each in resolved.get("allOf") or ())
    return frozenset(resolved.get("required") or ()).union(*parts)


def _number(schema: Json) -> Json:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None and high is None and plain(str(schema.get("format", ""))) in _UNIX:
        return _SECONDS
    exclusive = schema.get("exclusiveMinimum")
    if exclusive is True or (exclusive and not isinstance(exclusive, bool)):
        low = (low if exclusive is True else exclusive) + 1
    found = low if low is not None else min(0, high) if high is not None else 0
    step = schema.get("multipleOf")
    return -(-found // step) * step if step else found


_UNIX = ("unixtime", "unixtimestamp", "timestamp", "epoch", "unix")
_SECONDS = 1704067200
"""The moment of `_FORMATS` in seconds since 1970."""


def _text(schema: Json) -> str:
    text = _FORMATS.get(str(schema.get("format")), "string")
    if isinstance(schema.get("pattern"), str) and (found := matching(schema["pattern"], text)) != text:
        return found
    short = schema.get("minLength", 0) - len(text)
    text = text + "x" * short if short > 0 else text
    longest = schema.get("maxLength")
    return text if longest is None else text[:longest]
