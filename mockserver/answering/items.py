"""Items inside of records that have ids of their own, though no collection holds them: a record as it was sent comes in, one whose items can be told apart goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from contract.spec import Json
from mockserver.answering.shapes import record_schemas
from mockserver.api import Api, Call
from mockserver.planning.covers import items_of, properties_of
from mockserver.planning.model import Resource

_KEYS = ("id", "_id")
_SAMPLES = {"integer": 0, "number": 0}
_UUID = "00000000-0000-4000-8000-000000000000"
_HEX = "0" * 24


def told_apart(call: Call, resource: Resource, record: dict[str, Json]) -> dict[str, Json]:
    """A record in which every item of a list that answers show with ids has one."""
    made = record
    for name, (key, sample) in lists_with_ids(call.api, resource).items():
        items = record.get(name)
        if isinstance(items, list) and any(isinstance(each, dict) and each.get(key) is None for each in items):
            kind = f"{resource.shape} {name}"
            made = {**made, name: [_with_id(call, kind, each, key, sample) for each in items]}
    return made


def _with_id(call: Call, kind: str, item: Json, key: str, sample: Json) -> Json:
    if not isinstance(item, dict) or item.get(key) is not None:
        return item
    return {key: call.maker.another(kind, sample)} | {name: value for name, value in item.items() if name != key}


def lists_with_ids(api: Api, resource: Resource) -> Mapping[str, tuple[str, Json]]:
    """Lists inside of the records of a resource whose items bear ids, each with the name and a sample of one; found once."""
    key = (id(resource), -1)
    known = api.patterns.get(key)
    if known is None:
        known = api.patterns[key] = dict(_lists(api, resource))
    return cast(Mapping[str, tuple[str, Json]], known)


def _lists(api: Api, resource: Resource) -> Iterator[tuple[str, tuple[str, Json]]]:
    if resource.is_json_api:
        return
    apart = {name for name, _ in api.inside.get(resource.shape, ())}
    for schema in reversed(record_schemas(api, resource)):
        for name, each in properties_of(api.spec, schema).items():
            inner = properties_of(api.spec, items_of(api.spec, each))
            key = next((one for one in _KEYS if one in inner), None)
            if name not in apart and key:
                yield name, (key, _sample(resource, name, key, api.spec.resolve(inner[key])))


def _sample(resource: Resource, name: str, key: str, schema: Json) -> Json:
    shown = resource.example.get(name)
    items = [each[key] for each in shown if isinstance(each, dict) and key in each] if isinstance(shown, list) else []
    if items and isinstance(items[0], (int, str)):
        return items[0]
    if not isinstance(schema, dict):
        return _HEX
    kind = str(schema.get("type"))
    return _SAMPLES.get(kind, _UUID if schema.get("format") == "uuid" else _HEX)
