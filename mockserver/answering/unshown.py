"""What new records have though no example shows it: a Call comes in, values for what its schemas describe and no client sends go out.

Who generates a contract from code seldom says what answers require, and every answer has it all the same: lists that are empty at
first, counters, flags, the first state, the time of making. Texts and ids are nobody's to guess; what clients may send is empty until they do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from contract.spec import Json, Spec
from mockserver.answering.records import Record, resource_of
from mockserver.answering.shapes import record_schemas
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES, items_of, properties_of

_MADE_AT = re.compile(
    r"(?:date_?)?(?:created?|inserted|registe?red?|joined|submitted|added|updated?|modified|changed|creation|posted|recorded|uploaded)"
    r"(?:_?(?:at|on|date|time|timestamp))?|timestamp|ts",
    re.IGNORECASE,
)
"""Names of the times at which a record is made, and so was changed last."""
_ID = re.compile(r"(?:^|[a-z]|_|-)(?:ids?|Ids?|IDs?|uuid|UUID)$")
_HOLDS = re.compile(r"(?:is_?)?(?:active|enabled|available|visible)", re.IGNORECASE)
"""Flags that new records have."""
_MOMENTS = {"date-time": "2000-01-01T00:00:00Z", "date": "2000-01-01"}
_NOTHING = object()


def unshown(call: Call) -> tuple[Record, Record]:
    """What a new record has that its request did not send and no written example shows: in the answer itself, and in the others that show it."""
    resource, step, spec = resource_of(call), call.step, call.api.spec
    if resource.is_json_api or resource.kind != "collection" or _is_written(call):
        return {}, {}
    known: Record = {}
    for schema in record_schemas(call.api, resource):
        for name, each in _surely(spec, schema).items():
            if name not in known and name not in resource.write_only:
                value = _another_id(spec, each) if name in ID_NAMES else _value(spec, name, each)
                known[name] = value if name not in step.nameable or _is_empty(value) else _NOTHING
    made = {name: value for name, value in known.items() if value is not _NOTHING and name != resource.id_property}
    here = _described(call)
    mine = {name: value for name, value in made.items() if here is None or name in here}
    return mine, {name: value for name, value in made.items() if name not in mine}


def _surely(spec: Spec, schema: Json, depth: int = 0) -> dict[str, Json]:
    """The properties that a schema names whichever of its alternatives a record is."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict) or depth > _DEEPEST:
        return {}
    made = {**(resolved.get("properties") or {})}
    for each in resolved.get("allOf") or ():
        made = {**_surely(spec, each, depth + 1), **made}
    for key in ("oneOf", "anyOf"):
        options = [found for each in resolved.get(key) or () if (found := properties_of(spec, each))]
        common = set(options[0]).intersection(*options) if options else ()
        made = {**{name: each for name, each in (options[:1] or [{}])[0].items() if name in common}, **made}
    return made


_DEEPEST = 6


def _another_id(spec: Spec, schema: Json) -> Json:
    """A sample of the id that records have beside what names them (`number`)."""
    resolved = spec.resolve(schema)
    kinds = _kinds(resolved) if isinstance(resolved, dict) else ()
    if "string" not in kinds:
        return 0 if {"integer", "number"} & {*kinds} else _NOTHING
    return _UUID if resolved.get("format") == "uuid" else _NOTHING


_UUID = "00000000-0000-4000-8000-000000000000"


def _is_empty(value: Json) -> bool:
    """Tell whether it is what records have where a client may send more, and did not."""
    return value is None or value is False or value == []


def _is_written(call: Call) -> bool:
    """Somebody wrote a whole body down, and not only samples of its parts: what is not in it, records do not have."""
    shape = resource_of(call).shape
    steps = (each for each in call.api.plan.steps if each.resource and each.resource.shape == shape)
    return any(each.is_written for step in steps for each in call.api.variants[step.operation.key])


def _described(call: Call) -> Mapping[str, Json] | None:
    """What the answer describes of a record; None where nothing is said of it."""
    variant, spec = call.variant, call.api.spec
    if variant is None or variant.media is None:
        return None
    schema = variant.media.schema
    for name in call.step.way:
        schema = properties_of(spec, schema).get(name, {})
    return properties_of(spec, items_of(spec, schema) or schema)


def _value(spec: Spec, name: str, schema: Json) -> Json:
    """The value of one property of a new record; `_NOTHING` where none can be told."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict) or resolved.get("writeOnly") is True:
        return _NOTHING
    if "default" in resolved:
        return resolved["default"]
    options = [spec.resolve(each) for each in (*(resolved.get("anyOf") or ()), *(resolved.get("oneOf") or ()))]
    kinds = {each for one in (resolved, *options) if isinstance(one, dict) for each in _kinds(one)}
    form = next((each["format"] for each in (resolved, *options) if isinstance(each, dict) and "format" in each), "")
    if "string" in kinds and (form in _MOMENTS or not form) and _MADE_AT.fullmatch(name) and "enum" not in resolved:
        return _MOMENTS.get(form, _MOMENTS["date-time"])
    if "null" in kinds or resolved.get("nullable") is True:
        return None
    return _by_kind(name, resolved, kinds)


def _kinds(schema: Mapping[str, Json]) -> tuple[str, ...]:
    stated = schema.get("type")
    return tuple(stated) if isinstance(stated, list) else (str(stated),) if stated else ()


def _by_kind(name: str, schema: Mapping[str, Json], kinds: set[str]) -> Json:
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return schema["enum"][0]
    if "array" in kinds:
        return _NOTHING if schema.get("minItems") else []
    if "boolean" in kinds:
        return bool(_HOLDS.fullmatch(name))
    if (
        kinds & {"integer", "number"}
        and not _ID.search(name)
        and not {"multipleOf", "exclusiveMinimum"} & schema.keys()
    ):
        least, most = schema.get("minimum", 0), schema.get("maximum", 0)
        return least if least > 0 else min(0, most)
    return _NOTHING
