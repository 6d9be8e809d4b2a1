"""What was read, as lines that a person can compare: Markdown comes in, an outline of operations and diagnostics goes out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from doc_parser import Parsed, parse
from doc_parser.document import Annotation, Code, List, Prose, Section, Table
from doc_parser.formats import document
from doc_parser.source import Loaded, SourceError, source_of


def loaded(text: str, name: str = "index.html.md") -> Loaded:
    def read(relative: str) -> bytes:
        raise SourceError(f"{relative}: not there")

    return Loaded(source_of(text.encode(), name), read)


def parsed(text: str) -> Parsed:
    return parse(loaded(text))


def outline(text: str) -> str:
    """Operations with parameters, bodies and answers; the lines of the document in brackets."""
    try:
        spec = parsed(text).openapi
    except SourceError as error:
        return f"{error}\n"
    return "".join(f"{line}\n" for line in _lines(spec))


def shared(text: str) -> str:
    """The schemas that several answers share, as `outline` shows a body."""
    schemas = parsed(text).openapi["components"]["schemas"]
    lines = (f"{name}\n" + "".join(f"  {line}\n" for line in _schema(each)) for name, each in schemas.items())
    return "".join(lines)


def samples(text: str) -> str:
    """What the samples of each operation send."""
    bodies = ((each.key, each.body) for each in parsed(text).api.operations)
    return "".join(
        f"{key} {json.dumps(example.shown.payload.value, ensure_ascii=False)}\n"
        for key, body in bodies
        for example in (body.examples if body else ())
    )


def _lines(spec: dict[str, Any]) -> Iterator[str]:
    for name, scheme in spec["components"].get("securitySchemes", {}).items():
        words = [scheme["type"], scheme.get("scheme"), scheme.get("bearerFormat"), scheme.get("name")]
        yield f"security {name}: {' '.join(filter(None, words))}"
    if "servers" in spec:
        yield f"at {spec['servers'][0]['url']}"
    for alternative in (
        spec.get("security", ())[:2]
        if len(spec.get("security", ())) > 1 or len(next(iter(spec.get("security", [{}])), {})) > 1
        else ()
    ):
        yield f"asks for {' and '.join(alternative)}"
    for path, item in spec["paths"].items():
        for method, node in item.items():
            yield from _operation(method, path, node)


def _operation(method: str, path: str, node: dict[str, Any]) -> Iterator[str]:
    yield f"{method.upper()} {path}{_place(node)} {node['summary']}" + (
        "  public" if node.get("security") == [] else ""
    )
    for each in node.get("x-doc-conflicts", []):
        yield f"  also {each['method']} {each['path']}{_place(each)}"
    for each in node.get("parameters", []):
        star = "*" if each["required"] else ""
        example = f" as {each['example']!r}" if "example" in each else ""
        yield f"  {each['in']} {each['name']}{star}: {_type(each['schema'])}{example}{_place(each)}"
    for media_type, media in node.get("requestBody", {}).get("content", {}).items():
        sure = f" {media['x-doc-confidence']}" if "x-doc-confidence" in media else ""
        yield f"  sends{sure} {media_type}: {', '.join(media.get('examples', {})) or 'no example'}"
        yield from (f"    {line}" for line in _schema(media["schema"]))
    for status, response in node["responses"].items():
        if "$ref" in response:
            yield f"  {status} {response['$ref'].rpartition('/')[2]}"
        elif status != "default":
            yield from _response(status, response)
    for callback in node.get("callbacks", {}).values():
        yield from (f"  calls back {expression}" for expression in callback)


def _response(status: str, response: dict[str, Any]) -> Iterator[str]:
    sure = f" {response['x-doc-confidence']}" if "x-doc-confidence" in response else ""
    headers = "".join(f" +{name}" for name in response.get("headers", {}))
    content = response.get("content", {})
    names = [name for media in content.values() for name in media.get("examples", {})]
    names += [f"as {each}" for each in content if each not in ("application/json", "application/problem+json")]
    yield f"  {status}{sure} {response['description']}{headers}{_place(response)}" + (
        f": {', '.join(names)}" if names else ""
    )
    for media in response.get("content", {}).values():
        yield from (f"    {line}" for line in _schema(media["schema"]))


def _schema(schema: dict[str, Any], name: str = "", *, required: bool = False) -> Iterator[str]:
    star = "*" if required else ""
    if name:
        yield f"{name}{star}: {_type(schema)}{_place(schema)}"
    elif schema.get("type") != "object":
        yield _type(schema)
    for each, inner in schema.get("properties", {}).items():
        yield from _schema(inner, f"{name}.{each}" if name else each, required=each in schema.get("required", []))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _schema(schema["additionalProperties"], f"{name}.*" if name else "*")
    if "properties" in schema.get("items", {}):
        yield from _schema({**schema["items"], "type": "object"}, f"{name}[]")


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    words = f"array of {_type(schema['items'])}" if schema.get("type") == "array" else schema.get("type", "anything")
    enum = f" of {'|'.join(map(str, schema['enum']))}" if "enum" in schema else ""
    default = f" = {schema['default']!r}" if "default" in schema else ""
    limits = "".join(
        f" {key} {schema[key]}" for key in ("format", "minLength", "maxLength", "minimum", "maximum") if key in schema
    )
    return words + ("?" if schema.get("nullable") else "") + enum + limits + default


def _place(node: dict[str, Any]) -> str:
    return f" [{node['x-doc-source'].rpartition(':')[2]}]" if "x-doc-source" in node else ""


def findings(text: str) -> str:
    """Diagnostics, one a line, with the excerpt that the caret points at."""
    lines = []
    for each in parsed(text).diagnostics:
        excerpt = each.span.source.line(each.span.line)[each.span.column - 1 :][: each.span.width]
        lines.append(f"{each.span.line}:{each.span.column} {each.severity} {each.id}: {each.message}  <{excerpt}>\n")
    return "".join(lines)


def blocks(text: str) -> str:
    """Sections and blocks of a document."""
    return blocks_of(document(loaded(text))[0].sections)


def blocks_of(sections: Sequence[Section]) -> str:
    return "".join(f"{line}\n" for line in _blocks(sections))


def _blocks(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        if section.level or section.blocks:
            yield f"{'#' * section.level} {section.title} [{section.span.line}]".strip()
        for block in section.blocks:
            match block:
                case Prose(text, span, aside):
                    yield f"{'aside' if aside else 'prose'} [{span.line}] {text.plain!r}" + (
                        f" codes {text.codes}" if text.codes else ""
                    )
                case Annotation(text, span):
                    yield f"caption [{span.line}] {text.plain!r}"
                case Code(language, content, span, within_list):
                    yield f"code {language or '-'} [{span.line}]{' in list' if within_list else ''} {content!r}"
                case Table(titles, rows, span):
                    yield f"table [{span.line}] {' | '.join(titles)}"
                    yield from (f"  [{row.span.line}] {' | '.join(cell.plain for cell in row.cells)}" for row in rows)
                case List(items, span):
                    yield f"list [{span.line}] {[item.text.plain for item in items]}"
