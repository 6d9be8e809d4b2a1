"""The contract of the admin pages: openapi.yaml and the contracts served come in, a Spec that is exact for them goes out.

What can be named (operations, collections) is written into the schemas, so that one check tells every fault of a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files

from contract.spec import Json, Spec, from_document, parse
from mockserver.api import Api
from mockserver.planning.model import Resource
from mockserver.road.faults import EVERYTHING
from mockserver.sessions.states import resources

NAME = "the admin pages"
COLLECTION = "x-collection"
"""Mark of an operation that is about one collection."""


def admin_spec(apis: Sequence[Api]) -> Spec:
    """The admin contract of a mock."""
    document = parse((files(__package__) / "openapi.yaml").read_text(encoding="utf-8"), NAME).document
    schemas, known = document["components"]["schemas"], resources(apis)
    keys = dict.fromkeys(step.operation.key for api in apis for step in api.plan.steps)
    schemas["Operation"]["enum"] = [EVERYTHING, *keys]
    schemas["State"]["properties"] = {name: _state(each) for name, each in known.items()}
    for name, resource in known.items():
        if not resource.parents and "{" not in name:
            document["paths"][f"/__admin/state{name}"] = _pages(document["paths"]["/__admin/state"], name)
    return from_document(document, NAME)


def _state(resource: Resource) -> Json:
    """The schema of what a state holds of a resource."""
    schema: dict[str, Json] = {"type": "object"}
    if resource.kind == "collection":
        if resource.id_property:
            schema["properties"] = {resource.id_property: {"type": ["string", "integer"], "minLength": 1}}
        schema = {"type": "array", "items": schema}
    if not resource.parents:
        return schema
    # Ids are percent-encoded in a key, so a slash is always between two of them.
    key = "/".join(["[^/]+"] * len(resource.parents))
    return {"type": "object", "propertyNames": {"pattern": f"^{key}$"}, "additionalProperties": schema}


def _pages(whole: Mapping[str, Json], name: str) -> Json:
    """The pages of one collection, from those of the whole state."""
    schema = {"$ref": f"#/components/schemas/State/properties/{name.replace('~', '~0').replace('/', '~1')}"}
    content = {"application/json": {"schema": schema}}
    pages: dict[str, Json] = {"parameters": whole["parameters"]}
    for method, told in (("get", "Read"), ("put", "Replace"), ("patch", "Merge")):
        page = {
            COLLECTION: name,
            "operationId": f"{told.lower()}Collection {name}",
            "summary": f"{told} the records of {name} alone",
            "responses": {
                "200": {"description": "Its records.", "content": content},
                "default": {"$ref": "#/components/responses/Refused"},
            },
        }
        pages[method] = page if method == "get" else {**page, "requestBody": {"required": True, "content": content}}
    return pages
