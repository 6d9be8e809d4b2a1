"""Items inside of records that have ids of their own, though no collection holds them: a record as it was sent comes in, one whose items can be told apart goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import msgspec

from contract.spec import Json
from mockserver.answering.shapes import record_schemas
from mockserver.api import Api, Call
from mockserver.planning.covers import ID_NAMES, items_of, plain, properties_of
from mockserver.planning.evidence import id_style, last_word
from mockserver.planning.model import Resource

_KEYS = ("id", "_id")
_SAMPLES = {"integer": 0, "number": 0}
_UUID = "00000000-0000-4000-8000-000000000000"
_HEX = "0" * 24


def told_apart(call: Call, resource: Resource, record: dict[str, Json]) -> dict[str, Json]:
    """A record in which every item of a list that answers show with ids has one, and is an object where only its name was sent."""
    made = _spelled(call, resource, record) if resource.lists else record
    for name, (key, sample) in lists_with_ids(call.api, resource).items():
        items = made.get(name)
        if isinstance(items, list) and any(isinstance(each, dict) and each.get(key) is None for each in items):
            kind = f"{resource.shape} {name}"
            made = {**made, name: [_with_id(call, kind, each, key, sample) for each in items]}
    return made


def _spelled(call: Call, resource: Resource, record: dict[str, Json]) -> dict[str, Json]:
    """A record with objects in lists of objects for which texts or numbers were sent (`labels: ["bug"]`)."""
    made = record
    for name, names in resource.lists.items():
        items = record.get(name)
        if isinstance(items, list) and any(isinstance(each, (str, int)) for each in items):
            whole = [each if isinstance(each, (dict, list)) else whole_item(call, name, names, each) for each in items]
            made = {**made, name: whole}
    return made


def whole_item(call: Call, called: str, names: frozenset[str], value: Json) -> Json:
    """The item that a text or a number stands for: the record of a collection of that kind which bears it, else an object that holds it where such objects are named."""
    texts = [each for each in _TEXTS if each in names]
    for each in call.api.plan.resources:
        if each.kind != "collection" or not _is_kind(each, called, names):
            continue
        for body in call.store.everywhere(each.shape):
            record = msgspec.json.decode(body)
            if any(str(record.get(name)) == str(value) for name in (each.id_property, *texts) if name):
                return {name: record[name] for name in record if name in names}
    ids = [each for each in ID_NAMES if each in names]
    if isinstance(value, str) and "@" in value and "email" in names:
        return {"email": value}
    key = next(iter([*ids, *texts] if isinstance(value, int) or _is_id(value) else [*texts, *ids]), None)
    return {key: value} if key else value


_TEXTS = (
    *("token", "key", "slug", "code", "name", "label", "title", "text", "value", "login", "username", "email", "tag"),
    "body",
)
"""What objects are called by, the likeliest first."""


def _is_kind(resource: Resource, called: str, names: frozenset[str]) -> bool:
    """Tell whether a collection holds records of the kind that a list shows: under the same name, or with nearly all that its items have."""
    alike = len(names & {*resource.properties}) >= _MOST * len(names)
    return alike and (plain(last_word(resource.shape)) == plain(called) or len(names) > _FEW)


_MOST = 0.8
_FEW = 2


def _is_id(value: Json) -> bool:
    return id_style([value]) in ("uuid", "hex24", "digits", "opaque")


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
