"""Small breaches of OpenAPI: a document as it was loaded comes in, one whose every part is what it should be goes out, with a line for each breach.

What stands where something else belongs is read as what it evidently means, else left out; the rest of the document is as good as
before. The document that comes in is not changed, and one without breaches goes out as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias
from urllib.parse import unquote

from contract.endless import SCHEMAS, endless, escaped

Json: TypeAlias = Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""Methods a path item may hold (OpenAPI 3.0.3, Path Item Object)."""

_ONE, _LIST, _MAP = "one", "list", "map"
_SCHEMA = "Schema"
_Parts = Mapping[str, tuple[str, str]]

_SHARED: _Parts = {"schema": (_ONE, _SCHEMA), "content": (_MAP, "Media Type"), "examples": (_MAP, "Example")}
_PARTS: dict[str, _Parts] = {
    "OpenAPI": {
        "components": (_ONE, "Components"),
        "paths": (_MAP, "Path Item"),
        "webhooks": (_MAP, "Path Item"),
        "servers": (_LIST, "Server"),
        "security": (_LIST, "Security Requirement"),
    },
    "Components": {
        "schemas": (_MAP, _SCHEMA),
        "responses": (_MAP, "Response"),
        "parameters": (_MAP, "Parameter"),
        "requestBodies": (_MAP, "Request Body"),
        "headers": (_MAP, "Header"),
        "securitySchemes": (_MAP, "Security Scheme"),
        "examples": (_MAP, "Example"),
        "links": (_MAP, "Link"),
        "pathItems": (_MAP, "Path Item"),
    },
    "Path Item": {
        "parameters": (_LIST, "Parameter"),
        "servers": (_LIST, "Server"),
        **dict.fromkeys(METHODS, (_ONE, "Operation")),
    },
    "Operation": {
        "parameters": (_LIST, "Parameter"),
        "requestBody": (_ONE, "Request Body"),
        "responses": (_MAP, "Response"),
        "servers": (_LIST, "Server"),
        "security": (_LIST, "Security Requirement"),
    },
    "Parameter": _SHARED,
    "Header": _SHARED,
    "Request Body": {"content": (_MAP, "Media Type")},
    "Response": {
        "content": (_MAP, "Media Type"),
        "headers": (_MAP, "Header"),
        "links": (_MAP, "Link"),
    },
    "Media Type": {"schema": (_ONE, _SCHEMA), "examples": (_MAP, "Example")},
    "Server": {"variables": (_MAP, "Server Variable")},
    _SCHEMA: {
        "properties": (_MAP, _SCHEMA),
        "patternProperties": (_MAP, _SCHEMA),
        "additionalProperties": (_ONE, _SCHEMA),
        "items": (_ONE, _SCHEMA),
        "not": (_ONE, _SCHEMA),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), (_LIST, _SCHEMA)),
        "required": (_LIST, "text"),
        "enum": (_LIST, "value"),
        "discriminator": (_ONE, "Discriminator"),
        **dict.fromkeys(
            ("minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems"), (_ONE, "number")
        ),
    },
}
"""What the parts of each object are (OpenAPI 3.0.3, section 4.7): one, a list or a map of another kind."""
_SCALARS: dict[str, Callable[[Json], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "value": lambda _: True,
}
_WITHOUT_EXTENSIONS = ("Path Item", "Response")
"""Maps of these hold `x-` fields beside their members."""
_NOTHING_SAID = ("Response", "Media Type", "Header", _SCHEMA)
"""Who names one of these and leaves it empty says that there is one."""
_TYPES = (
    *("application", "audio", "example", "font", "haptics", "image", "message", "model", "multipart", "text", "video"),
    "*",
)
"""IANA's registry of media types, and the range of all."""
_USUAL, _CLOSE = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data"), 0.85
"""Media types of requests, and how much like one of them a misspelt one is."""
_OF_PARAMETERS = frozenset(("name", "in", "required", "description", "deprecated", "example", "examples", "style"))


def mended(document: Json, leads: Callable[[str], bool]) -> tuple[Json, tuple[str, ...]]:
    """A document without small breaches, and a line for each that it had; `leads` tells whether there is what a reference points at."""
    mending = _Mending(document, leads)
    return mending.of(document, "OpenAPI", "#"), tuple(mending.told)


class _Mending:
    """One walk over a document."""

    def __init__(self, document: Json, leads: Callable[[str], bool]) -> None:
        self._leads = leads
        components = document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        self._schemes = schemes if isinstance(schemes, dict) else {}
        self._shut = frozenset(_shut(document))
        self._endless = endless(document["components"]["schemas"]) if _has_schemas(document) else {}
        self._known: dict[str, Json] = {}
        """What a reference is replaced by; itself where it is good."""
        self.told: list[str] = []

    def of(self, node: Json, kind: str, place: str) -> Json:
        """A part as its kind; None where it is none, or nothing."""
        if kind in _SCALARS:
            return node if _SCALARS[kind](node) else self._lost(place, f"{node!r:.40} is no {kind}", node)
        if kind == _SCHEMA and isinstance(node, bool):
            return node
        if kind in _MEANT:
            node = _MEANT[kind](self, node, place)
        if not isinstance(node, dict):
            return self._lost(place, f"{node!r:.40} is no {kind} Object", node)
        if isinstance(node.get("$ref"), str):
            return self._referring(node, kind, place)
        changed = {}
        for name, (shape, inner) in _PARTS.get(kind, {}).items():
            if name in node:
                found = _SHAPES[shape](self, node[name], inner, f"{place}/{name}")
                if found is not node[name] or found is None:
                    changed[name] = found
        kept = {name: each for name, each in {**node, **changed}.items() if each is not None or name not in changed}
        return kept if changed else node

    def lists(self, value: Json, kind: str, place: str) -> Json:
        """The members of a list that are of a kind."""
        if isinstance(value, dict) and kind not in _SCALARS:
            self.tell(place, "is no list; its members are taken")
            value = [value] if kind == "Security Requirement" else list(value.values())
        if not isinstance(value, list):
            return self._lost(place, f"{value!r:.40} is no list", value)
        found = [self.of(each, kind, f"{place}/{index}") for index, each in enumerate(value)]
        if kind == "value" or all(new is old and new is not None for new, old in zip(found, value, strict=True)):
            return value
        return [each for each in found if each is not None]

    def maps(self, value: Json, kind: str, place: str) -> Json:
        """The members of a map that are of a kind."""
        if isinstance(value, list) and kind == "Example":
            self.tell(place, "is a list, and should have a name for each")
            value = {str(index): {"value": each} for index, each in enumerate(value, 1)}
        if not isinstance(value, dict):
            return self._lost(place, f"{value!r:.40} is no map", value)
        bare = kind in _WITHOUT_EXTENSIONS
        made = {}
        for name, each in value.items():
            if bare and str(name).startswith("x-"):
                continue
            each = {} if each is None and kind in _NOTHING_SAID else each
            found = self.of(each, kind, f"{place}/{escaped(name)}")
            if found is not None:
                made[self.name(name, kind, place)] = found
        same = len(made) == len(value) and all(made.get(name) is each for name, each in value.items())
        return value if same else made

    def name(self, name: str, kind: str, place: str) -> str:
        """The name of a member of a map: a path begins with a slash, and a media type has one of the few types that there are."""
        if kind == "Path Item":
            return _path(name)
        if kind != "Media Type" or str(name).partition("/")[0].lower() in _TYPES:
            return name
        meant = next(iter(get_close_matches(str(name).lower(), _USUAL, n=1, cutoff=_CLOSE)), name)
        if meant != name:
            self.tell(f"{place}/{escaped(name)}", f"is no media type; {meant} is meant")
        return meant

    def _referring(self, node: dict[str, Json], kind: str, place: str) -> Json:
        """A part that refers to another, where there is that other."""
        ref = node["$ref"]
        if ref not in self._known:
            self._known[ref] = next((each for each in _spellings(ref) if self._leads(each)), None)
        good = self._known[ref]
        if good is None:
            self.tell(
                place,
                f"refers to {ref}, which is not there; {'anything' if kind == _SCHEMA else 'nothing'} is read for it",
            )
            return {} if kind == _SCHEMA else None
        return node if good == ref else {**node, "$ref": good}

    def requirement(self, node: Json, place: str) -> Json:
        """The schemes of a requirement that are defined; a bare name is one without scopes."""
        if isinstance(node, str):
            node = {node: []}
        if not isinstance(node, dict):
            return node
        unknown = [name for name in node if name not in self._schemes]
        for name in unknown:
            self.tell(place, f"asks for the security scheme {name}, which is not defined; nobody is asked for it")
        return {name: each for name, each in node.items() if name not in unknown} if unknown else node

    def schema(self, node: Json, place: str) -> Json:
        """A schema; a part of a composed one cannot forbid what the other parts have, or nothing but `{}` would be valid, and none can require itself."""
        if not isinstance(node, dict):
            return node
        if names := self._endless.get(place):
            self.tell(place, f"requires {', '.join(sorted(names))}, of which there is no end; it may be left out")
            node = {**node, "required": [each for each in node["required"] if each not in names]}
        if place not in self._shut:
            return node
        self.tell(place, "forbids the properties of the schemas that it is composed with; they are allowed")
        return {name: each for name, each in node.items() if name != "additionalProperties"}

    def parameter(self, node: Json, place: str) -> Json:
        """A parameter that can be found in a request; the schema of OpenAPI 2.0 stands in it itself."""
        if not isinstance(node, dict) or "$ref" in node:
            return node
        if not isinstance(node.get("name"), str) or node.get("in") not in ("path", "query", "header", "cookie"):
            self.tell(place, "has no name, or is in no place that a parameter can be in; it is left out")
            return None
        if "type" in node and "schema" not in node and "content" not in node:
            self.tell(place, "has no schema; it is made of what stands beside the name")
            return {**node, "schema": {name: each for name, each in node.items() if name not in _OF_PARAMETERS}}
        return node

    def example(self, node: Json, place: str) -> Json:
        """An Example Object; what has none of its fields is the example itself."""
        if isinstance(node, dict) and (not node or {"value", "externalValue", "$ref", "summary"} & node.keys()):
            return node
        self.tell(place, "has no `value`; it is taken for one")
        return {"value": node}

    def tell(self, place: str, breach: str) -> None:
        """Say what is wrong at a place (JSON Pointer)."""
        self.told.append(f"{place} {breach}")

    def _lost(self, place: str, breach: str, value: Json) -> None:
        """Tell of what is left out; of nothing there is nothing to tell."""
        if value is not None:
            self.tell(place, f"{breach}; it is left out")


_SHAPES: Mapping[str, Callable[[_Mending, Json, str, str], Json]] = {
    _ONE: _Mending.of,
    _LIST: _Mending.lists,
    _MAP: _Mending.maps,
}
_MEANT: Mapping[str, Callable[[_Mending, Json, str], Json]] = {
    "Security Requirement": _Mending.requirement,
    "Parameter": _Mending.parameter,
    _SCHEMA: _Mending.schema,
    "Example": _Mending.example,
}
"""Kinds whose breaches have a meaning."""


def _shut(document: dict[str, Json]) -> Iterator[str]:
    """Places of the parts of composed schemas (`allOf`) that allow no properties but their own, where other parts have more.

    Generators write a class and its base so; JSON Schema judges each part by itself.
    """
    for place, composed in _composed(document):
        parts = _composing(document, composed, place)
        own = {each: frozenset(part.get("properties") or ()) for each, part in parts.items()}
        everything = frozenset[str]().union(*own.values())
        shut = (each for each, part in parts.items() if part.get("additionalProperties") is False)
        yield from (each for each in shut if everything - own[each])


def _composed(document: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    """All schemas of a document that are composed of others, with their places; anchors of YAML may show a part again and again, or in itself."""
    seen, waiting = set[int](), [("#", document)]
    while waiting:
        place, node = waiting.pop()
        if not isinstance(node, (dict, list)) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict) and isinstance(node.get("allOf"), list):
            yield place, node
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        waiting += ((f"{place}/{escaped(name)}", each) for name, each in inner)


def _composing(document: dict[str, Json], composed: Json, at: str) -> dict[str, dict[str, Json]]:
    """A schema and all that it is composed of, by their places."""
    found: dict[str, dict[str, Json]] = {}
    named = document["components"]["schemas"] if _has_schemas(document) else {}
    seen, waiting = set[str](), [(at, composed)]
    while waiting and len(seen) < _MOST_PARTS:
        place, schema = waiting.pop()
        if not isinstance(schema, dict) or place in seen:
            continue
        seen.add(place)
        ref = schema.get("$ref")
        if isinstance(ref, str):
            waiting.append((ref, named.get(ref.removeprefix(SCHEMAS))))
            continue
        found[place] = schema
        parts = schema["allOf"] if isinstance(schema.get("allOf"), list) else ()
        waiting += ((f"{place}/allOf/{index}", each) for index, each in enumerate(parts))
    return found


_MOST_PARTS = 1000
"""Parts of one schema that are looked at; one that anchors of YAML hold in itself has no end."""


def _has_schemas(document: dict[str, Json]) -> bool:
    components = document.get("components")
    return isinstance(components, dict) and isinstance(components.get("schemas"), dict)


def _path(name: object) -> str:
    """A path begins with a slash."""
    return str(name) if str(name).startswith("/") else f"/{name}"


def _spellings(ref: str) -> tuple[str, ...]:
    """A reference as it is, percent-decoded (RFC 6901, section 6), and as the bare name of a schema."""
    return (ref, unquote(ref), f"#/components/schemas/{ref}")
