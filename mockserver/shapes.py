"""What one record of a collection looks like: an Api and a Resource come in, the schemas that answers give for it go out, as the contract writes them."""

from __future__ import annotations

from collections.abc import Iterator

from contract.checks import Compiled
from contract.spec import Json, Media
from mockserver.api import Api
from mockserver.evidence import properties_of
from mockserver.model import Resource, Step

_TELLING = ("read", "singleton", "list", "view", "create", "replace", "update", "action")
"""Behaviours whose answers show a record, the most telling first."""


def record_schemas(api: Api, resource: Resource) -> tuple[Json, ...]:
    """Schemas of one record, the most telling first; none where no answer describes one."""
    steps = [each for each in api.plan.steps if each.resource and each.resource.shape == resource.shape]
    steps = [each for each in steps if each.behaviour in _TELLING and each.shows_records]
    steps.sort(key=lambda each: _TELLING.index(each.behaviour))
    found = [schema for step in steps for schema in _schemas(api, step)]
    return tuple(schema for index, schema in enumerate(found) if schema not in found[:index])


def compiled(api: Api, schema: Json) -> Compiled:
    """The judge of a schema that stands in the contract."""
    return api.checks.answer_schema(Media("application/json", schema))


def _schemas(api: Api, step: Step) -> Iterator[Json]:
    for variant in api.variants[step.operation.key]:
        schema: Json = variant.media.schema if variant.media else None
        many = step.behaviour in ("list", "view")
        cover = step.envelope if many else step.wrapper
        if cover:
            schema = properties_of(api.spec, schema).get(cover)
        if many:
            resolved = api.spec.resolve(schema)
            schema = resolved.get("items") if isinstance(resolved, dict) else None
        if isinstance(schema, dict) and schema:
            yield schema
