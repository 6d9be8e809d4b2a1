"""Items inside of records that have ids of their own, though no collection holds them: a record as it was sent comes in, one whose items can be told apart goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from contract.spec import Json
from mockserver.answering.shapes import record_schemas
from mockserver.api import Api, Call
from mockserver.planning.covers import items_of, properties_of
from mockserver.planning.model import Resource

_SAMPLES = {"integer": 0, "number": 0}
_UUID = "00000000-0000-4000-8000-000000000000"
_HEX = "0" * 24


def told_apart(call: Call, resource: Resource, record: dict[str, Json]) -> dict[str, Json]:
    """A record in which every item of a list that answers show with ids has one."""
    made = record
    for name, sample in lists_with_ids(call.api, resource).items():
        items = record.get(name)
        if isinstance(items, list) and any(isinstance(each, dict) and each.get("id") is None for each in items):
            made = {**made, name: [_with_id(call, f"{resource.shape} {name}", each, sample) for each in items]}
    return made


def _with_id(call: Call, kind: str, item: Json, sample: Json) -> Json:
    if not isinstance(item, dict) or item.get("id") is not None:
        return item
    return {"id": call.maker.another(kind, sample)} | {key: value for key, value in item.items() if key != "id"}


def lists_with_ids(api: Api, resource: Resource) -> Mapping[str, Json]:
    """Lists inside of the records of a resource whose items bear ids, each with a sample of one; found once."""
    key = (id(resource), -1)
    known = api.patterns.get(key)
    if known is None:
        known = api.patterns[key] = dict(_lists(api, resource))
    return cast(Mapping[str, Json], known)


def _lists(api: Api, resource: Resource) -> Iterator[tuple[str, Json]]:
    if resource.is_json_api:
        return
    apart = {name for name, _ in api.inside.get(resource.shape, ())}
    for schema in reversed(record_schemas(api, resource)):
        for name, each in properties_of(api.spec, schema).items():
            inner = api.spec.resolve(properties_of(api.spec, items_of(api.spec, each)).get("id"))
            if name not in apart and isinstance(inner, dict):
                yield name, _sample(resource, name, inner)


def _sample(resource: Resource, name: str, schema: Mapping[str, Json]) -> Json:
    shown = resource.example.get(name)
    items = [each["id"] for each in shown if isinstance(each, dict) and "id" in each] if isinstance(shown, list) else []
    if items and isinstance(items[0], (int, str)):
        return items[0]
    kind = str(schema.get("type"))
    return _SAMPLES.get(kind, _UUID if schema.get("format") == "uuid" else _HEX)
