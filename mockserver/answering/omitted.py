"""What new records have of what a client may send and did not: a Call and its documented answer come in, names go out; no request is looked at.

A documented list, or an object, is what its writer sent, and another's record has none of it. A text is made anew where the documents say that the service
makes one. Any other value stays the documented one, for it may be what the service takes by default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from contract.spec import Json, Spec
from mockserver.answering.samples import required
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES, Way, items_of, properties_of
from mockserver.planning.evidence import is_placeholder_value, sent_media
from mockserver.planning.model import LEVELS, Resource


def emptied(call: Call, shown: Mapping[str, Json], level: Way, theirs: frozenset[str]) -> dict[str, Json]:
    """Lists and objects that answers have to have at a level of the record, empty, as long as that will do."""
    spec, media = call.api.spec, call.variant.media if call.variant else None
    schema = _inside(spec, media.schema if media else {}, (*call.step.way, *level))
    known, asked = properties_of(spec, schema), required(spec, schema)
    return {
        name: type(value)()
        for name, value in shown.items()
        if name in theirs & asked and isinstance(value, (list, dict)) and _may_be_empty(spec, known.get(name, {}))
    }


def _may_be_empty(spec: Spec, schema: Json) -> bool:
    resolved = spec.resolve(schema)
    least = isinstance(resolved, dict) and (resolved.get("minItems") or resolved.get("minProperties"))
    return not least and not required(spec, schema)


def unwritten(call: Call, resource: Resource) -> dict[str, Json]:
    """What is there of a document that nobody wrote yet: its lists and objects, empty, and as its id that of the record above."""
    example, made = resource.example, dict[str, Json]()
    held = example.get(LEVELS[0]) if resource.is_json_api else None
    if isinstance(held, dict):
        made["type"] = example.get("type")
        made[LEVELS[0]] = {name: type(each)() for name, each in held.items() if isinstance(each, (list, dict))}
    else:
        made.update({name: [] for name, each in example.items() if isinstance(each, list)})
    ids = (name for name in ID_NAMES if is_placeholder_value(name, example.get(name)))
    if resource.parents and (name := next(ids, None)):
        made[name] = call.segments[resource.parents[-1][1]]
    return made


def made_anew(call: Call, shown: Mapping[str, Json], level: Way, theirs: frozenset[str]) -> frozenset[str]:
    """Texts of which the documents say that they are generated where a request has none."""
    spec, media = call.api.spec, sent_media(call.step.operation)
    known = properties_of(spec, _inside(spec, media.schema if media else {}, (*call.step.sent_way, *level)))
    texts = {name: known[name] for name, value in shown.items() if isinstance(value, str) and name in theirs & {*known}}
    return frozenset(name for name, each in texts.items() if _is_generated(spec.resolve(each)))


def _is_generated(schema: Json) -> bool:
    said = str(schema.get("description", ""))[:_READ] if isinstance(schema, dict) else ""
    return not {"enum", "pattern", "format"} & {*schema} and _GENERATED.search(said) is not None


_GENERATED = re.compile(
    r"\bauto(?:matic(?:ally)?)?\b[^.]{0,40}\b(?:generated|assigned|created|chosen)\b|\bauto-?generated\b"
    r"|\b(?:generated|assigned|chosen) (?:automatically|if|when|unless|by (?:default|the (?:server|service|system)))\b",
    re.IGNORECASE,
)
_READ = 300
"""Characters of a description in which it says where a value comes from."""


def _inside(spec: Spec, schema: Json, way: Way) -> Json:
    """The schema of a record, or of one of a list, at the end of a way."""
    for name in way:
        schema = properties_of(spec, items_of(spec, schema) or schema).get(name, {})
    return items_of(spec, schema) or schema
