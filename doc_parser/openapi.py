"""Api -> OpenAPI 3.0.3: a model comes in, a dict goes out, always valid and the same to the byte.

The document says only what the documents say: every part is marked with its line (`x-doc-source`),
and what is not stated outright with how sure it is (`x-doc-confidence`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from doc_parser import schema
from doc_parser.deciding import resources
from doc_parser.deciding.resources import Path, Resource
from doc_parser.model import Api, Callback, Example, Operation, Parameter, PlacedField, Response
from doc_parser.readers import words
from doc_parser.readers.outcomes import SPELLED
from doc_parser.readers.types import item_type_of, type_of
from doc_parser.schema import NONE, Shape, Writer
from doc_parser.schemes import scheme
from doc_parser.stated import Schema, allowed, are_several, bounded, listed, shaped, typed
from doc_parser.structs import replace

Node = dict[str, Any]

_PROBLEM: Node = {
    "type": "object",
    "description": "Problem details (RFC 9457); the documents show no error body of their own.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
}
_ELSEWHERE = "Any other answer; the documents do not describe it."


class Context(Struct, frozen=True):
    """What every part of the document needs to know of the whole."""

    api: Api
    shared: Mapping[str, Resource]
    ids: Mapping[int, str]
    """Operation ids by index."""
    error: Shape
    """What the documented error bodies look like; NOTHING where none is shown."""
    parts: Mapping[str, frozenset[str]]
    """What `resources.parts` says."""
    maps: Mapping[str, frozenset[str]]
    """What `resources.maps` says."""
    items: Mapping[Path, list[int]]
    """Operations on the items of a collection, by the collection's path."""
    reads: Mapping[Path, int]
    """Reading operations with one placeholder, by path."""


def openapi(api: Api) -> Node:
    """Write an Api down."""
    shared = resources.resources(api.operations)
    said = [each for operation in api.operations for each in operation.responses]
    any_error = Response(400, "", api.span, "inferred", examples=api.errors)
    error = resources.errors([*said, *api.common, any_error])
    items: dict[Path, list[int]] = {}
    reads: dict[Path, int] = {}
    for index, operation in enumerate(api.operations):
        if operation.url.segments and operation.url.segments[-1].variable:
            items.setdefault(operation.url.shape[:-1], []).append(index)
        if operation.method == "GET" and len(operation.url.variables) == 1:
            reads[operation.url.shape] = index
    ids, parts = dict(enumerate(_operation_ids(api.operations))), resources.parts(api.operations)
    context = Context(api, shared, ids, error, parts, resources.maps(api.operations), items, reads)
    paths: dict[str, Node] = {}
    for index, operation in enumerate(api.operations):
        paths.setdefault(_path(operation), {})[operation.method.lower()] = _operation(context, index, operation)
    return {
        "openapi": "3.0.3",
        "info": _info(api),
        **({"servers": [_server(api.origin)]} if api.origin else {}),
        **({"security": [{key: [] for key in each} for each in api.security]} if api.security else {}),
        "tags": list(_tags(api)),
        "paths": paths,
        "components": _components(context),
    }


def _server(origin: str) -> Node:
    """A host with placeholders needs a value for each (OpenAPI 3.0.3, Server Variable Object)."""
    names = re.findall(r"\{([^{}]+)\}", origin)
    return {"url": origin, **({"variables": {name: {"default": name} for name in names}} if names else {})}


def _path(operation: Operation) -> str:
    return operation.url.path + ("/" if operation.url.slash else "")


def _info(api: Api) -> Node:
    opening = next((text for title, text in api.chapters if words.is_illustration(title) and text), "")
    return {"title": api.title, "version": _version(api), **({"description": opening} if opening else {})}


def _version(api: Api) -> str:
    """A version that all paths begin with; `0` where there is none, since OpenAPI wants one."""
    found = {
        next((each.text for each in op.url.segments if re.fullmatch(r"v?\d+(?:\.\d+)*", each.text)), "0")
        for op in api.operations
    }
    return found.pop().removeprefix("v") if len(found) == 1 else "0"


def _tags(api: Api) -> Iterator[Node]:
    used = {each.chapter for each in api.operations}
    opening = dict(api.chapters)
    for name in dict.fromkeys(each.chapter for each in api.operations if each.chapter in used):
        yield {"name": name, **({"description": opening[name]} if opening.get(name) else {})}


def _operation_ids(operations: Iterable[Operation]) -> Iterator[str]:
    taken: set[str] = set()
    for each in operations:
        title = words.slug(each.title)
        names = (title, words.slug(f"{each.chapter} {each.title}"), words.slug(each.key))
        name = next((name for name in names if name and name not in taken), f"{each.method.lower()}-{len(taken)}")
        taken.add(name)
        yield name


def _operation(context: Context, index: int, operation: Operation) -> Node:
    node: Node = {
        "operationId": context.ids[index],
        "summary": operation.title,
        **({"description": operation.description} if operation.description else {}),
        "tags": [operation.chapter],
        "x-doc-source": operation.span.mark,
    }
    if operation.public and context.api.schemes:
        node["security"] = []
    if operation.conflicts:
        node["x-doc-conflicts"] = [
            {"method": each.method, "path": each.url.path, "x-doc-source": each.span.mark}
            for each in operation.conflicts
        ]
    if operation.parameters:
        node["parameters"] = [_parameter(each) for each in operation.parameters]
    if operation.body:
        node["requestBody"] = _request_body(context, operation)
    node["responses"] = {str(each.status): _response(context, operation, each) for each in operation.responses}
    for each in context.api.common:
        node["responses"].setdefault(str(each.status), {"$ref": f"#/components/responses/{_common_name(each)}"})
    node["responses"]["default"] = _default(context)
    if operation.callbacks:
        node["callbacks"] = {each.name: _callback(context, operation, each) for each in operation.callbacks}
    return node


def _parameter(parameter: Parameter) -> Node:
    row = parameter.row
    example: Any = parameter.examples[0] if parameter.examples else None
    node: Node = {
        "name": parameter.name,
        "in": parameter.location,
        "required": parameter.location == "path" or bool(row and row.required and not row.condition),
        **({"description": row.description} if row and row.description else {}),
    }
    parts = str(example).split(",") if example is not None else []
    if row and parameter.location == "query" and (_COMMAS.search(row.description) or are_several(row, parts)):
        node |= {"style": "form", "explode": False, "schema": listed(row, parts)}
        example = parts or None
    elif row and parameter.location == "query":
        # the table rules: what a sample has there is told where it is allowed, and is no reason to widen it
        ruled = _parameter_schema(replace(parameter, examples=()))
        shown = _parameter_schema(parameter)
        node["schema"] = {**shown, **ruled} if shown["type"] == ruled["type"] else ruled
        example = allowed(str(example), node["schema"]) if example is not None else None
    else:
        node["schema"] = _parameter_schema(parameter)
        example = typed(str(example), node["schema"]["type"]) if example is not None else None
    return {
        **node,
        **({"example": example} if example is not None else {}),
        **_marks(parameter.span.mark, parameter.sure),
    }


_COMMAS = re.compile(
    r"\bcomma[- ](?:separated|delimited)\b|\bseparated by commas\b|\bseparad[ao]s por comas?\b", re.IGNORECASE
)
"""A list in one value (OpenAPI 3.0.3, Style Values: form, not exploded)."""


def _parameter_schema(parameter: Parameter) -> Schema:
    row = parameter.row
    stated = type_of(row.type) if row else None
    if parameter.location == "path" and stated == "object":
        stated = "string"  # the `hash` that names one record is text
    written: Schema = {"type": stated or _kind(parameter)}
    if written["type"] == "array":
        items = {"type": (item_type_of(row.type) if row else None) or "string"}
        written["items"] = items | (shaped(row.example) if row and items["type"] == "string" else {})
        if row and row.enum and items["type"] == "string" and {*map(str, parameter.examples)} <= {*row.enum}:
            written["items"]["enum"] = list(row.enum)
    if row:
        texts = written["type"] == "string"
        bounded(written, row, [str(each) if texts else each for each in parameter.examples])
    if parameter.location == "path" and not parameter.examples:
        written.pop(
            "format", None
        )  # many a "UUID" is written without dashes, or is none; only one that is shown proves it
    return written


def _kind(parameter: Parameter) -> str:
    """A query value that is a number stands for numbers, and so does a default; path values are names, whatever they look like."""
    row = parameter.row
    known = parameter.examples or ((int(row.default),) if row and re.fullmatch(r"\d{1,9}", row.default) else ())
    numbers = parameter.location == "query" and known and all(isinstance(each, int) for each in known)
    return "integer" if numbers else "string"


def _marks(mark: str, sure: str) -> Node:
    return {"x-doc-source": mark, **({"x-doc-confidence": sure} if sure != "stated" else {})}


def _request_body(context: Context, operation: Operation) -> Node:
    body = operation.body
    assert body is not None
    sent = schema.shape_of_all(body.examples)
    fields = schema.in_items(sent, body.fields)
    shape = schema.with_fields(sent, fields)
    if record := resources.of_request(operation, context.shared):
        shape = resources.completed(shape, record.shape, fields)
    writer = Writer(schema.rows_of(fields), request=True, files=body.media_type == "multipart/form-data")
    sure = {"x-doc-confidence": body.sure} if body.sure != "stated" else {}
    media: Node = {"schema": writer.schema(shape), **sure}
    if body.examples:
        media["examples"] = _examples(body.examples)
    stated = any(each.row.required and not each.row.condition for each in body.fields)
    required = stated or (bool(body.examples) and operation.method in ("POST", "PUT", "PATCH"))
    return {"required": required, "content": {body.media_type: media}, "x-doc-source": body.span.mark}


def _examples(examples: Iterable[Example]) -> Node:
    return {each.name: {"value": each.shown.payload.value, "x-doc-source": each.shown.span.mark} for each in examples}


def _response(context: Context, operation: Operation, response: Response) -> Node:
    node: Node = {"description": response.description, **_marks(response.span.mark, response.sure)}
    headers = {each.name: _header(each.span.mark, each.example) for each in response.headers}
    if operation.token_header and response.succeeds:
        for scheme in (each for each in context.api.schemes if each.location == "header"):
            headers[scheme.name] = _header(operation.token_header.mark, scheme.example)
    if headers:
        node["headers"] = headers
    if response.examples or response.fields:
        shown = schema.shape_of_all(response.examples)
        fields = schema.in_items(shown, response.fields)
        shape = schema.with_fields(shown, fields)
        node["content"] = {response.media_type: _content(context, operation, shape, fields, response.examples)}
        if response.fails and context.error.kinds and resources.tells_error(shape):
            node["content"][response.media_type]["schema"] = {"$ref": "#/components/schemas/Error"}
    links = dict(_links(context, operation, response))
    if links:
        node["links"] = links
    return node


def _header(mark: str, example: str) -> Node:
    return {"schema": {"type": "string"}, **({"example": example} if example else {}), "x-doc-source": mark}


def _content(
    context: Context, operation: Operation, shape: Shape, fields: tuple[PlacedField, ...], examples: tuple[Example, ...]
) -> Node:
    known = resources.places(operation, shape, context.shared)
    names, parts = {path: each.name for path, each in known.items()}, resources.parts_of(operation, context.parts)
    maps = resources.parts_of(operation, context.maps)
    written = Writer(schema.rows_of(fields), request=False, shared=names, parts=parts, maps=maps).schema(shape)
    if any(each.name == "include" and each.location == "query" for each in operation.parameters):
        _relax(written, "included")
    return {"schema": written, **({"examples": _examples(examples)} if examples else {})}


def _relax(written: Node, name: str) -> None:
    """A property that comes only when a request asks for it is not required, whatever the examples show (jsonapi.org, 7.3)."""
    required = [each for each in written.pop("required", ()) if each != name]
    written.update({"required": required} if required else {})


def _default(context: Context) -> Node:
    media_type, name = ("application/json", "Error") if context.error.kinds else ("application/problem+json", "Problem")
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"description": _ELSEWHERE, "x-doc-confidence": "inferred", "content": content}


def _callback(context: Context, operation: Operation, callback: Callback) -> Node:
    pointer = "".join("/" + each.replace("~", "~0").replace("/", "~1") for each in callback.pointer)
    request: Node = {
        "summary": f"Sent by the service to the address in {callback.pointer[-1]}",
        "x-doc-source": callback.span.mark,
    }
    if callback.examples:
        media = _content(context, operation, schema.shape_of_all(callback.examples), (), callback.examples)
        request["requestBody"] = {"content": {"application/json": media}}
    request["responses"] = {"default": {"description": "The documents do not say what the receiver should answer."}}
    return {f"{{$request.body#{pointer}}}": {callback.method.lower(): request}}


def _links(context: Context, operation: Operation, response: Response) -> Iterator[tuple[str, Node]]:
    """Join a creation to what can be done with the record, and a Location to the operation it points at."""
    operations = context.api.operations
    if operation.method == "POST" and response.succeeds and "id" in schema.shape_of_all(response.examples).properties:
        for index in context.items.get(operation.url.shape, ()):
            yield context.ids[index], _link(context.ids[index], operations[index], "$response.body#/id")
    for header in response.headers:
        found = _located(context, header.example) if header.name.lower() == "location" else None
        if found is not None and operations[found] is not operation:
            pattern = _pattern(operations[found])
            yield (
                context.ids[found],
                _link(context.ids[found], operations[found], f"$response.header.{header.name}#regex:{pattern}"),
            )


def _link(name: str, operation: Operation, expression: str) -> Node:
    return {"operationId": name, "parameters": {operation.url.variables[-1]: expression}}


def _located(context: Context, address: str) -> int | None:
    """Find the operation that answers at an address with one id in it."""
    parts = tuple(each for each in re.sub(r"^https?://[^/]*", "", address).partition("?")[0].split("/") if each)
    shapes = ((*parts[:index], "{}", *parts[index + 1 :]) for index in reversed(range(len(parts))))
    return next((context.reads[shape] for shape in shapes if shape in context.reads), None)


def _pattern(operation: Operation) -> str:
    """The pattern that takes the id out of an address of the operation."""
    return "".join("/([^/?#]+)" if each.variable else "/" + re.escape(each.text) for each in operation.url.segments)


def _components(context: Context) -> Node:
    schemas: Node = {}
    for key, resource in sorted(context.shared.items(), key=lambda each: each[1].name):
        writer = Writer(
            resource.rows, request=False, parts=context.parts.get(key, NONE), maps=context.maps.get(key, NONE)
        )
        schemas[resource.name] = writer.schema(resource.shape)
    if context.error.kinds:
        schemas["Error"] = Writer({}, request=False).schema(context.error)
    else:
        schemas["Problem"] = _PROBLEM
    schemes = {each.key: scheme(each) for each in context.api.schemes}
    common = {_common_name(each): _common(context, each) for each in context.api.common}
    return {
        "schemas": schemas,
        **({"responses": common} if common else {}),
        **({"securitySchemes": schemes} if schemes else {}),
    }


def _common_name(response: Response) -> str:
    return f"{response.status}-{words.slug(SPELLED.get(response.status, 'Error'))}"


def _common(context: Context, response: Response) -> Node:
    """An answer that all operations share; its body is the documented error shape where one is shown."""
    node: Node = {"description": response.description, "x-doc-source": response.span.mark}
    if context.error.kinds:
        media: Node = {"schema": {"$ref": "#/components/schemas/Error"}}
        if response.examples and resources.tells_error(schema.shape_of_all(response.examples)):
            media["examples"] = _examples(response.examples)
        node["content"] = {response.media_type: media}
    return node
