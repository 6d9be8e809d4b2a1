"""An OpenAPI document in hand: text or a dict comes in, a Spec goes out; a Spec never changes and never holds a dangling reference.

OpenAPI 3.0 and 3.1 are read (JSON or YAML). Paths are given from the host's root: the base path of
`servers` is part of them, as clients write it. Every part keeps the line of the documents that
states it (`x-doc-source`), so that whoever judges can point there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import msgspec
import yaml

from contract.finding import DocLine
from contract.mending import METHODS, mended
from contract.showing import NOTHING, Showing
from contract.yaml_text import YamlLoader

Json: TypeAlias = Any

_SUPPORTED = re.compile(r"3\.[01](?:\.\d+)?")
"""A version that YAML takes for a number has two parts."""


class SpecError(Exception):
    """The document cannot be used as an OpenAPI contract; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Example:
    """A documented payload."""

    name: str
    """Key below `examples`; `default` for a bare `example`."""
    value: Json
    source: DocLine | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """One media type of a body."""

    type: str
    schema: Json
    """Schema Object as written, references kept; `{}` where none is given."""
    examples: tuple[Example, ...] = ()
    is_stated: bool = True
    """False where samples happen to be of this type and no words ask for it (`x-doc-confidence`)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path, query, header or cookie parameter; path-level ones are merged in."""

    name: str
    location: str
    required: bool
    schema: Json
    style: str
    explode: bool
    media_type: str | None = None
    """Set where the parameter is described by `content` (the value is then a document of that type)."""
    examples: tuple[Example, ...] = ()
    source: DocLine | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A request body."""

    required: bool
    content: tuple[Media, ...]
    source: DocLine | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A documented answer."""

    status: str
    """As written: `200`, `4XX` or `default`."""
    description: str
    content: tuple[Media, ...]
    headers: Mapping[str, Json]
    """Header Objects, references resolved."""
    links: Mapping[str, Json]
    source: DocLine | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    """Upper case."""
    path: str
    """Template from the host's root, base path included."""
    operation_id: str
    """As written, else made from method and path; unique in the Spec."""
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: tuple[Response, ...]
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    """Alternatives, each a map of scheme name to scopes; empty: no credentials needed."""
    node: Json
    """The Operation Object as written (extensions, callbacks, tags)."""
    item_path: str
    """Key below `paths`, as written."""
    source: DocLine | None = None
    key: str = field(init=False, compare=False)
    """`METHOD /path`, the name of the operation in every report."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.method} {self.path}")

    def response_for(self, status: int) -> Response | None:
        """Find the documented answer for a status: exact, then range (`4XX`), then `default`."""
        by_status = {each.status.upper(): each for each in self.responses}
        return by_status.get(str(status)) or by_status.get(f"{status // 100}XX") or by_status.get("DEFAULT")


@dataclass(frozen=True)
class Spec:
    """An OpenAPI document, its operations read out."""

    name: str
    """What the user called it (a file name or URL), for messages."""
    document: Json
    version: str
    """`3.0` or `3.1`."""
    operations: tuple[Operation, ...]
    security_schemes: Mapping[str, Json] = field(default_factory=dict)
    unusable: tuple[str, ...] = ()
    """What is in the document but not in the Spec, for it breaks OpenAPI: a line for each place."""

    @property
    def title(self) -> str:
        """`info.title`."""
        return str((self.document.get("info") or {}).get("title") or self.name)

    def resolve(self, node: Json) -> Json:
        """Follow `$ref` until a node that is none; a chain that does not end is a SpecError."""
        return resolve(self.document, node)


def parse(text: str, name: str) -> Spec:
    """Read an OpenAPI document in JSON or YAML.

    Raises SpecError for text that is neither, for a version other than 3.0 or 3.1 and for broken structure.
    """
    return from_document(data(text, name, "an OpenAPI document"), name)


def data(text: str, name: str, wanted: str) -> Json:
    """What a text in JSON or YAML holds; SpecError, which asks for what is wanted, when it is neither."""
    try:
        return msgspec.json.decode(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=YamlLoader)  # noqa: S506 - a safe loader
    except (msgspec.DecodeError, yaml.YAMLError, RecursionError) as error:
        raise SpecError(f"{name}: neither JSON nor YAML: {' '.join(str(error).split())}; give {wanted}") from error


def is_openapi(document: Json) -> bool:
    """Tell whether a loaded document claims to be OpenAPI (or its ancestor Swagger)."""
    return isinstance(document, dict) and ("openapi" in document or "swagger" in document)


def from_document(document: Json, name: str) -> Spec:
    """Read an OpenAPI document that is already loaded; it must not be changed later. Small breaches are mended first."""
    if not is_openapi(document):
        raise SpecError(f"{name}: not an OpenAPI document: no 'openapi' field at the top; give OpenAPI 3.0 or 3.1")
    version = str(document.get("openapi") or document.get("swagger"))
    if not _SUPPORTED.fullmatch(version):
        raise SpecError(f"{name}: version {version} is not supported; convert the document to OpenAPI 3.0 or 3.1")
    if not isinstance(document.get("paths"), dict | None):
        raise SpecError(f"{name}: 'paths' is not an object; see OpenAPI {version}, Paths Object")
    asked = document.get("paths")
    document, unusable = mended(document, partial(_leads, document))
    try:
        operations = tuple(_operations(document))
        schemes = {key: resolve(document, value) for key, value in _components(document, "securitySchemes").items()}
    except (AttributeError, TypeError, ValueError, KeyError) as error:
        raise SpecError(
            f"{name}: broken structure ({error}); run openapi-spec-validator on it for the place"
        ) from error
    if unusable and asked and not operations:
        raise SpecError(f"{name}: broken structure: {unusable[0]}; nothing is left to use, mend it")
    return Spec(name, document, version[:3], operations, schemes, unusable)


def resolve(document: Json, node: Json) -> Json:
    """Follow local `$ref`s of a node inside a document (JSON Pointer, RFC 6901)."""
    for _ in range(50):
        if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
            return node
        node = _pointed(document, node["$ref"])
    raise SpecError(f"references that end nowhere at {node['$ref']}; break the circle")


def _pointed(document: Json, ref: str) -> Json:
    if not ref.startswith("#/"):
        raise SpecError(f"reference {ref} leaves the document; bundle the files into one first")
    node = document
    for part in ref[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            raise SpecError(f"reference {ref} points at nothing; define it or mend the reference")
    return node


def _leads(document: Json, ref: str) -> bool:
    """Tell whether there is what a reference points at."""
    try:
        return resolve(document, {"$ref": ref}) is not None
    except SpecError:
        return False


def _components(document: Json, kind: str) -> dict[str, Json]:
    return (document.get("components") or {}).get(kind) or {}


def _base_path(holder: Json) -> str | None:
    """Path of the first server, variables filled with their defaults; None where the holder has no servers."""
    servers = holder.get("servers")
    if not servers:
        return None
    url = str(servers[0].get("url", ""))
    for name, variable in (servers[0].get("variables") or {}).items():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    if not url.startswith("/") and "//" not in url:
        url = f"//{url}" if re.match(r"[^/]*[.:]|localhost", url) else f"/{url}"  # a host without its scheme, or a path
    return urlsplit(url).path.rstrip("/")


def _operations(document: Json) -> Iterator[Operation]:
    taken: set[str] = set()
    showing = Showing(partial(resolve, document))
    for item_path, item in (document.get("paths") or {}).items():
        item = resolve(document, item) or {}
        for method in METHODS:
            if method not in item:
                continue
            node = item[method]
            base = next((found for each in (node, item, document) if (found := _base_path(each)) is not None), "")
            identity = _unique(str(node.get("operationId") or _made_id(method, base + item_path)), taken)
            yield Operation(
                method=method.upper(),
                path=base + item_path,
                operation_id=identity,
                parameters=tuple(_parameters(document, item, node)),
                body=_body(document, node.get("requestBody"), method),
                responses=tuple(_responses(document, node, showing)),
                security=_security(node.get("security", document.get("security"))),
                node=node,
                item_path=item_path,
                source=DocLine.parse(node.get("x-doc-source")),
            )


def _made_id(method: str, path: str) -> str:
    return "-".join([method, *re.findall(r"\w+", path)])


def _unique(name: str, taken: set[str]) -> str:
    """A repeated operationId would make Connexion run the last handler for both, silently."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}-{number}", number + 1
    taken.add(candidate)
    return candidate


def _parameters(document: Json, item: Json, node: Json) -> Iterator[Parameter]:
    merged = {}
    for raw in [*(item.get("parameters") or []), *(node.get("parameters") or [])]:
        each = resolve(document, raw)
        merged[each["in"], each["name"]] = each
    for (location, name), each in merged.items():
        style = each.get("style") or ("form" if location in ("query", "cookie") else "simple")
        content = _content(document, each.get("content"))
        found = Parameter(
            name=name,
            location=location,
            required=location == "path" or bool(each.get("required")),
            schema=content[0].schema if content else each.get("schema") or {},
            style=style,
            explode=each.get("explode", style == "form"),
            media_type=content[0].type if content else None,
            examples=_examples(document, each),
            source=DocLine.parse(each.get("x-doc-source")),
        )
        yield from _apart(document, found)


def _apart(document: Json, whole: Parameter) -> Iterator[Parameter]:
    """An object whose properties stand in a query by themselves, as so many parameters (OpenAPI 3.0.3, style `form` with `explode`)."""
    schema = resolve(document, whole.schema)
    described = (
        schema.get("properties") if isinstance(schema, dict) and not schema.get("additionalProperties") else None
    )
    if whole.location != "query" or whole.media_type or whole.style != "form" or not (whole.explode and described):
        yield whole
        return
    for name, inner in described.items():
        shown = [
            (each, each.value[name]) for each in whole.examples if isinstance(each.value, dict) and name in each.value
        ]
        yield replace(
            whole,
            name=name,
            required=whole.required and name in (schema.get("required") or ()),
            schema=inner,
            examples=tuple(replace(each, value=value) for each, value in shown),
        )


def _body(document: Json, raw: Json, method: str) -> Body | None:
    if not raw:
        return None
    node = resolve(document, raw)
    content = _content(document, node.get("content")) or (Media("*/*", {}),)
    required = bool(node.get("required")) and method not in (
        "get",
        "head",
    )  # a body means nothing there (RFC 9110, 9.3.1)
    return Body(required, content, DocLine.parse(node.get("x-doc-source")))


def _responses(document: Json, node: Json, showing: Showing) -> Iterator[Response]:
    for status, raw in (node.get("responses") or {}).items():
        each = resolve(document, raw)
        content = _content(document, each.get("content"))
        if str(status)[:1] == "2":  # a refusal says what is wrong now, not what its parts may be
            content = tuple(_exemplified(media, showing) for media in content)
        yield Response(
            status=str(status),
            description=str(each.get("description") or ""),
            content=content,
            headers={name: resolve(document, header) for name, header in (each.get("headers") or {}).items()},
            links={name: resolve(document, link) for name, link in (each.get("links") or {}).items()},
            source=DocLine.parse(each.get("x-doc-source")),
        )


def _content(document: Json, raw: Json) -> tuple[Media, ...]:
    return tuple(
        Media(
            name,
            (media or {}).get("schema") or {},
            _examples(document, media or {}),
            is_stated="x-doc-confidence" not in (media or {}),
        )
        for name, media in (raw or {}).items()
    )


def _exemplified(media: Media, showing: Showing) -> Media:
    """A media type without examples, with what its schema shows; JSON alone, for what is no JSON is no object on the wire."""
    if media.examples or "json" not in media.type.lower():
        return media
    found = showing.of(media.schema)
    return media if found is NOTHING else replace(media, examples=(Example("schema", whole(found)),))


def whole(value: Json) -> Json:
    """19999.0 as 19999: to JSON Schema before draft 6, and so to OpenAPI 3.0, only the second is an integer."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    return [whole(each) for each in value] if isinstance(value, list) else value


_EXACT = 2**53
"""Beyond this, a float does not hold every integer."""


def _examples(document: Json, holder: Json) -> tuple[Example, ...]:
    found = []
    if "example" in holder:
        found.append(Example("default", whole(holder["example"]), DocLine.parse(holder.get("x-doc-source"))))
    for name, raw in (holder.get("examples") or {}).items():
        each = resolve(document, raw)
        if "value" in each:
            found.append(Example(name, whole(each["value"]), DocLine.parse(each.get("x-doc-source"))))
    return tuple(found)


def _security(raw: Json) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    return tuple({name: tuple(scopes or ()) for name, scopes in each.items()} for each in raw or ())
