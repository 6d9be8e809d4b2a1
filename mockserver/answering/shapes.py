"""What one record of a collection looks like: an Api and a Resource come in, the schemas that answers give for it go out, as the contract writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from contract.checks import Compiled
from contract.spec import Json, Media, whole
from mockserver.answering.samples import required
from mockserver.api import Api
from mockserver.planning.covers import Way, items_of, properties_of
from mockserver.planning.model import Resource, Step

_TELLING = ("read", "singleton", "list", "view", "create", "replace", "update", "action")
"""Behaviours whose answers show a record, the most telling first."""


def record_schemas(api: Api, resource: Resource) -> tuple[Json, ...]:
    """Schemas of one record, the most telling first; none where no answer describes one."""
    steps = [each for each in api.plan.steps if each.resource and each.resource.shape == resource.shape]
    steps = [
        each
        for each in steps
        if each.behaviour in _TELLING and each.shows_records and not (each.relationship or each.key or each.part)
    ]
    steps.sort(key=lambda each: _TELLING.index(each.behaviour))
    found = [schema for step in steps for schema in _schemas(api, step)]
    return tuple(schema for index, schema in enumerate(found) if schema not in found[:index])


def at_first(api: Api, resource: Resource) -> dict[str, Json]:
    """What a document holds before anybody wrote to it: the defaults that its schema tells."""
    key = (id(resource), _AT_FIRST)
    if key not in api.patterns:
        known = (pair for each in record_schemas(api, resource)[:1] for pair in properties_of(api.spec, each).items())
        described = ((name, api.spec.resolve(each)) for name, each in known)
        api.patterns[key] = {
            name: whole(each["default"]) for name, each in described if isinstance(each, dict) and "default" in each
        }
    return dict(cast(dict[str, Json], api.patterns[key]))


_AT_FIRST = -5
"""Stands where other facts of `Api.patterns` have the answer that they are about."""


def always(api: Api, resource: Resource, level: Way) -> frozenset[str]:
    """The names that some answer requires of a record, or of a level of it."""
    key = (id(resource), _ALWAYS - len(level))
    if key not in api.patterns:
        known = [_inner(api, each, level) for each in record_schemas(api, resource)]
        api.patterns[key] = frozenset(name for each in known for name in required(api.spec, each))
    return cast(frozenset[str], api.patterns[key])


def _inner(api: Api, schema: Json, level: Way) -> Json:
    for name in level:
        schema = properties_of(api.spec, schema).get(name, {})
    return schema


_ALWAYS = -6


def compiled(api: Api, schema: Json) -> Compiled:
    """The judge of a schema that stands in the contract."""
    return api.checks.answer_schema(Media("application/json", schema))


def _schemas(api: Api, step: Step) -> Iterator[Json]:
    for variant in api.variants[step.operation.key]:
        schema: Json = variant.media.schema if variant.media else None
        for name in step.way:
            schema = properties_of(api.spec, schema).get(name)
        if step.many:
            schema = items_of(api.spec, schema)
        if isinstance(schema, dict) and schema:
            yield schema
