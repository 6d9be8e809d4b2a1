"""What a client left out and the documents know a value for: a Call and what it sends come in, the same with defaults at every depth goes out."""

from __future__ import annotations

from typing import cast

from contract.spec import Json, Spec, whole
from mockserver.answering.records import Record
from mockserver.answering.unshown import unshown
from mockserver.api import Call
from mockserver.planning.covers import items_of, properties_of
from mockserver.planning.evidence import sent_media

_DEEPEST = 6
_INNER, _EMPTY = -3, -4
"""Stand where other facts of `Api.patterns` have the answer that they are about."""


def with_defaults(call: Call, sent: Json) -> Json:
    """What was sent, with the defaults of what stands inside of it; those of its own properties a Step knows."""
    key, spec = (id(call.step), _INNER), call.api.spec
    if key not in call.api.patterns:
        call.api.patterns[key] = any(_holds(spec, each) for each in _inside(spec, _schema(call)))
    return _filled(spec, _schema(call), sent, 0) if call.api.patterns[key] else sent


def emptied(call: Call) -> Record:
    """What records have where a client may send more and did not, as new ones do."""
    key = (id(call.step), _EMPTY)
    if key not in call.api.patterns:
        here, elsewhere = unshown(call)
        call.api.patterns[key] = {**elsewhere, **here}
    return cast(Record, call.api.patterns[key])


def _schema(call: Call) -> Json:
    media, spec = sent_media(call.step.operation), call.api.spec
    schema: Json = media.schema if media else {}
    for name in call.step.sent_way:
        schema = properties_of(spec, schema).get(name, {})
    return items_of(spec, schema) or schema


def _inside(spec: Spec, schema: Json) -> list[Json]:
    """The schemas of the objects right inside of one."""
    return [items_of(spec, each) or each for each in properties_of(spec, schema).values()]


def _holds(spec: Spec, schema: Json, depth: int = 0) -> bool:
    """Tell whether there is a default in an object."""
    known = [spec.resolve(each) for each in properties_of(spec, schema).values()] if depth < _DEEPEST else []
    return any(isinstance(each, dict) and "default" in each for each in known) or any(
        _holds(spec, each, depth + 1) for each in _inside(spec, schema) if depth < _DEEPEST
    )


def _filled(spec: Spec, schema: Json, value: Json, depth: int) -> Json:
    """A value with the defaults of what it holds; an object that is not there is not made."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        items = items_of(spec, schema)
        return [_filled(spec, items, each, depth + 1) for each in value] if items else value
    if not isinstance(value, dict):
        return value
    made = dict(value)
    for name, each in properties_of(spec, schema).items():
        described = spec.resolve(each)
        if name in made:
            made[name] = _filled(spec, each, made[name], depth + 1)
        elif depth and isinstance(described, dict) and "default" in described:
            made[name] = whole(described["default"])
    return made
