"""A request or an answer against its operation: what was sent comes in, values and faults go out; all faults are told at once.

Every schema is compiled when the Checks are made, so a contract that cannot be used is known before the
first request. No framework is seen here: the mock, the proxy and the tests judge by the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from contract.finding import DocLine
from contract.markup import is_xml, parsed_xml
from contract.media import FORM, MULTIPART, as_in_a_form, entry, is_json, media_name, remaining, sent_as
from contract.named import accepting, families, held_places, typed
from contract.owned import has_owned, without_owned
from contract.rewriting import choices
from contract.schemas import Compiled, Fault, Schemas
from contract.showing import Showing
from contract.spec import Body, Json, Media, Operation, Parameter, Spec
from contract.wire import (
    ABSENT,
    Pairs,
    WireError,
    json_or_text,
    nested,
    parsed_cookies,
    parsed_json,
    parsed_multipart,
    parsed_query,
    readings,
    split,
    texts_of,
    types_of,
    unfolded,
    unquoted,
    unreadable,
)

__all__ = [
    "ABSENT",
    "Checks",
    "Compiled",
    "Fault",
    "Sent",
    "Values",
    "WireError",
    "choices",
    "is_json",
    "media_name",
    "parsed_json",
    "unquoted",
]

_EMPTY_IS_A_VALUE = ("text/", FORM)
"""An empty text is a text, and a form without fields is a form."""
_ANY: Json = {}
_TEXT = frozenset({"string"})


class Sent(msgspec.Struct, frozen=True, gc=False):
    """A request as it stands on the wire. A Struct, as Values are: one is made for every request, and a dataclass costs five times as much."""

    path: Mapping[str, str] = {}
    """Raw (percent-encoded) path segments by placeholder name."""
    query: bytes = b""
    headers: Mapping[str, str] = {}
    """Names in lower case."""
    body: bytes = b""


class Values(msgspec.Struct):
    """A request as values, each read once as its schema says; what was not sent is missing."""

    path: dict[str, Json] = {}
    query: dict[str, Json] = {}
    header: dict[str, Json] = {}
    cookie: dict[str, Json] = {}
    body: Json = ABSENT
    """JSON value, form as object, text, or bytes as Latin-1 text; ABSENT without a body."""


@dataclass(frozen=True, slots=True)
class _Expected:
    """A parameter with what does not depend on a request."""

    parameter: Parameter
    place: str
    types: frozenset[str]
    properties: Mapping[str, Json]
    compiled: Compiled
    document: bool
    """Its value is a JSON document (`content` says so)."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """How a body is read that comes under a media type."""

    media: Media
    kind: str
    """The media type that it is read as."""
    is_json: bool
    compiled: Compiled


class Checks:
    """The contract of one Spec, ready to judge. SpecError when a schema cannot be used."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._schemas = Schemas(spec)
        self.showing = Showing(spec.resolve)
        self._types: dict[int, frozenset[str]] = {}
        self._expected: dict[int, tuple[_Expected, ...]] = {}
        """By the identity of the operation."""
        self._exact: dict[tuple[int, str], _Taken] = {}
        """What is sent under a media type as it is written in the document, by the identity of the body."""
        self._owned: set[int] = set()
        """Schemas of bodies that hold what is read-only, by their identity."""
        self._keys_in_query = frozenset(
            str(scheme.get("name")) for scheme in spec.security_schemes.values() if scheme.get("in") == "query"
        )
        for operation in spec.operations:
            self._compile_all(operation)

    @property
    def unusable(self) -> tuple[str, ...]:
        """What no value is judged by, for it cannot be used: a line for each keyword."""
        return tuple(self._schemas.unusable)

    def request(self, operation: Operation, sent: Sent) -> tuple[Values, tuple[Fault, ...]]:
        """Read a request by its operation; the values are complete only where there is no fault."""
        values, faults = Values(), list[Fault]()
        pairs: dict[str, Pairs] = {"query": (), "cookie": ()}
        told: Mapping[str, str] = {}
        try:
            pairs["query"], told = families(operation, parsed_query(sent.query)) if sent.query else ((), {})
        except WireError as error:
            faults.append(Fault("query", str(error), operation.source))
        if "cookie" in sent.headers:
            pairs["cookie"] = parsed_cookies(sent.headers["cookie"])
        for expected in self._expected[id(operation)]:
            value, found = self._parameter(expected, sent, pairs)
            if found:
                faults.extend(found)
            if value is not ABSENT:
                getattr(values, expected.parameter.location)[expected.parameter.name] = value
        values.query = typed(values.query, told) if told else values.query
        if sent.path:
            faults += _undescribed(operation, sent, {each.place for each in faults})
        if pairs["query"]:
            faults.extend(self._unknown(operation, pairs["query"]))
        if operation.body:
            values.body, found = self._body(operation.body, sent, operation.body.source or operation.source)
            faults.extend(found)
        elif sent.body:
            values.body = self._untold(sent)
        return values, tuple(faults)

    def _untold(self, sent: Sent) -> Json:
        """A body of which nothing is documented; ABSENT where it cannot be read, for nobody said that there is one."""
        content_type = sent.headers.get("content-type", "")
        try:
            return self._decoded(media_name(content_type), content_type, sent.body, _ANY)
        except WireError:
            return ABSENT

    def answer(self, operation: Operation, status: int, headers: Mapping[str, str], body: bytes) -> tuple[Fault, ...]:
        """Judge an answer; header names in lower case. An answer to HEAD has no body to judge."""
        response = operation.response_for(status)
        if response is None:
            return (Fault("status", f"{status} is not documented", operation.source, rule="status"),)
        source = response.source or operation.source
        faults = list(self._answer_headers(response.headers, headers, source))
        if response.content and body:
            faults.extend(self._answer_body(response.content, headers.get("content-type", ""), body, source))
        return tuple(faults)

    def answer_schema(self, media: Media) -> Compiled:
        """The compiled schema of an answer's media type."""
        return self._schemas.compiled(media.schema, "answer")

    def request_schema(self, schema: Json) -> Compiled:
        """The compiled form of a schema of the document, for what is sent to somebody."""
        return self._schemas.compiled(schema, "request")

    # ---- what is in the contract

    def _compile_all(self, operation: Operation) -> None:
        self._expected[id(operation)] = tuple(
            _Expected(
                parameter=each,
                place=f"{each.location}.{each.name}",
                types=_TEXT if each.media_type else self._types_of(each.schema),
                properties=self._properties(each.schema),
                compiled=self._schemas.compiled(each.schema, "request"),
                document=bool(each.media_type) and is_json(media_name(each.media_type or "")),
            )
            for each in operation.parameters
        )
        for media in operation.body.content if operation.body else ():
            self._schemas.compiled(media.schema, "request")
            if has_owned(self._spec, media.schema):
                self._owned.add(id(media.schema))
            self._exact.setdefault((id(operation.body), media.type), self._taken(media, media.type))
        for response in operation.responses:
            for media in response.content:
                self._schemas.compiled(media.schema, "answer")

    def _types_of(self, schema: Json) -> frozenset[str]:
        if id(schema) not in self._types:
            self._types[id(schema)] = types_of(self._spec, schema)
        return self._types[id(schema)]

    def _properties(self, schema: Json) -> Mapping[str, Json]:
        resolved = self._spec.resolve(schema)
        if not isinstance(resolved, dict):
            return {}
        merged = dict(resolved.get("properties") or {})
        for each in resolved.get("allOf") or ():
            merged.update(self._properties(each))
        return merged

    # ---- requests

    def _parameter(self, expected: _Expected, sent: Sent, pairs: Mapping[str, Pairs]) -> tuple[Json, tuple[Fault, ...]]:
        at_query = expected.parameter.location == "query"
        names = held_places(expected.parameter.name, pairs["query"]) if at_query else []
        return self._at_places(expected, names, sent, pairs) if names else self._one(expected, sent, pairs)

    def _one(self, expected: _Expected, sent: Sent, pairs: Mapping[str, Pairs]) -> tuple[Json, tuple[Fault, ...]]:
        parameter, place = expected.parameter, expected.place
        try:
            raw = _raw(expected, sent, pairs)
        except WireError as error:
            return ABSENT, (Fault(place, str(error), parameter.source),)
        if raw is ABSENT:
            if sum(name == parameter.name for name, _ in pairs.get(parameter.location, ())) > 1:
                return ABSENT, (Fault(place, "is given more than once", parameter.source),)
            missing = parameter.required and parameter.location != "path"
            return ABSENT, (Fault(place, "is required", parameter.source, rule="required"),) if missing else ()
        value = raw if parameter.media_type else self._read(raw, parameter.schema)
        return value, expected.compiled.faults(value, place, parameter.source)

    def _at_places(
        self, expected: _Expected, names: list[str], sent: Sent, pairs: Mapping[str, Pairs]
    ) -> tuple[Json, tuple[Fault, ...]]:
        """What is sent under each of the names that a parameter stands for, by name."""
        found, faults = dict[str, Json](), list[Fault]()
        for name in names:
            one = replace(expected, parameter=replace(expected.parameter, name=name), place=f"query.{name}")
            found[name], wrong = self._one(one, sent, pairs)
            faults += wrong
        return found, tuple(faults)

    def _read(self, raw: Json, schema: Json) -> Json:
        """Texts as values: the first reading that validates, else the narrowest, so that the fault reads well."""
        if isinstance(raw, str):
            types = self._types_of(schema)
            if raw[:1] in ("{", "[") and types & {"object", "array"} and "string" not in types:
                return json_or_text(raw)  # a form holds what is no scalar as JSON (OpenAPI 3.0.3, section 4.7.15)
            found = list(readings(raw, types))
            if len(found) == 1:
                return raw
            valid = self._schemas.compiled(schema, "request").is_valid
            return next((each for each in found if valid(each)), found[0])
        inner = resolved if isinstance(resolved := self._spec.resolve(schema), dict) else _ANY
        if isinstance(raw, list):
            items = inner.get("items", _ANY)
            return [self._read(split(each, self._types_of(items)), items) for each in raw]
        known, rest = self._properties(schema), inner.get("additionalProperties")
        rest = rest if isinstance(rest, dict) else _ANY
        return {name: self._read(each, known.get(name, rest)) for name, each in raw.items()}

    def _unknown(self, operation: Operation, pairs: Pairs) -> Iterator[Fault]:
        """A query parameter nobody documented is a misspelling more often than an extension."""
        if not pairs:
            return
        asked = [each for each in operation.parameters if each.location == "query"]
        accepted = [accepting(each, self._types_of(each.schema), self._spec, self._properties) for each in asked]
        for name in dict.fromkeys(name for name, _ in pairs):
            if name not in self._keys_in_query and not any(accepts(name) for accepts in accepted):
                yield Fault(f"query.{name}", "is not documented", operation.source, rule="additionalProperties")

    def _body(self, body: Body, sent: Sent, source: DocLine | None) -> tuple[Json, tuple[Fault, ...]]:
        content_type = sent.headers.get("content-type", "")
        if not sent.body and not media_name(content_type).startswith(_EMPTY_IS_A_VALUE):
            missing = Fault("body", "is required", source, rule="required")
            return ABSENT, (missing,) if body.required else ()
        taken = self._exact.get((id(body), content_type))
        if taken is None and (media := sent_as(body.content, content_type, sent.body)):
            taken = self._taken(media, content_type)
        if taken is None:
            known = ", ".join(each.type for each in body.content)
            got = f"{media_name(content_type)} is not documented" if content_type else "Content-Type is missing"
            return ABSENT, (Fault("body", f"cannot be read: {got}; send {known}", source, 415),)
        kind, schema, compiled = taken.kind, taken.media.schema, taken.compiled
        try:
            value = parsed_json(sent.body) if taken.is_json else self._decoded(kind, content_type, sent.body, schema)
        except WireError as error:
            return ABSENT, (Fault("body", str(error), source),)
        if not taken.media.is_stated and taken.is_json and not compiled.is_valid(value):
            value = self._read(as_in_a_form(value), schema)  # samples of a form show texts only
        faults = compiled.faults(value, "body", source)
        faults = faults and compiled.faults(remaining(kind, value), "body", source)
        if faults:  # whoever sends what the documents show wants it to be taken, whatever a schema says of it
            whole = any(value == each.value for each in taken.media.examples)
            faults = tuple(each for each in faults if not (whole or self.showing.bears(schema, value, each.path)))
        return without_owned(self._spec, schema, value) if id(schema) in self._owned else value, faults

    def _taken(self, media: Media, content_type: str) -> _Taken:
        said = media_name(content_type)
        kind = said if media.type.endswith("*") or is_json(said) or said == MULTIPART else media_name(media.type)
        return _Taken(media, kind, is_json(kind), self._schemas.compiled(media.schema, "request"))

    def _decoded(self, kind: str, content_type: str, raw: bytes, schema: Json) -> Json:
        if is_json(kind):
            return parsed_json(raw)
        if kind in (FORM, MULTIPART):
            pairs = parsed_query(raw) if kind == FORM else parsed_multipart(raw, content_type)
            return self._read(self._gathered(pairs, schema), schema)
        if is_xml(kind) and self._types_of(schema) & {"object", "array"}:
            return self._read(parsed_xml(self._spec, raw, schema), schema)
        if kind.startswith("text/"):
            try:
                text = raw.decode()
            except UnicodeDecodeError as error:
                raise WireError("is not UTF-8") from error
            types = self._types_of(schema)
            return json_or_text(text) if types and "string" not in types else text
        return raw.decode("latin-1")

    def _gathered(self, pairs: Sequence[tuple[str, str]], schema: Json) -> dict[str, Json]:
        """The fields of a form as an object; a field is a list where it is documented or sent so."""
        known = self._properties(schema)
        pairs, made = nested(pairs, known)
        for name, text in pairs:
            if "array" in self._types_of(known.get(name, _ANY)):
                made.setdefault(name, []).append(text)
            elif name in made:
                made[name] = [*(made[name] if isinstance(made[name], list) else [made[name]]), text]
            else:
                made[name] = text
        return made

    # ---- answers

    def _answer_headers(
        self, documented: Mapping[str, Json], sent: Mapping[str, str], source: DocLine | None
    ) -> Iterator[Fault]:
        named = {name: each for name, each in documented.items() if name.lower() != "content-type"}
        for name, header in named.items():
            line = DocLine.parse(header.get("x-doc-source")) or source
            text = sent.get(name.lower())
            if text is not None:
                schema = header.get("schema", _ANY)
                value = self._read(unfolded(text, "simple", explode=False, types=self._types_of(schema)), schema)
                yield from self._schemas.compiled(schema, "answer").faults(value, f"header.{name}", line)
            elif header.get("required"):
                yield Fault(f"header.{name}", "is required", line, rule="required")

    def _answer_body(
        self, content: Sequence[Media], content_type: str, body: bytes, source: DocLine | None
    ) -> tuple[Fault, ...]:
        media = entry(content, content_type)
        if media is None:
            return (Fault("header.Content-Type", f"{content_type or 'none'} is not documented", source, rule="media"),)
        if not is_json(media_name(content_type)):
            return ()
        try:
            value = parsed_json(body)
        except WireError as error:
            return (Fault("body", str(error), source, rule="syntax"),)
        faults = self.answer_schema(media).faults(value, "body", source)
        return tuple(each for each in faults if not self.showing.bears(media.schema, value, each.path))


def _undescribed(operation: Operation, sent: Sent, told: set[str]) -> list[Fault]:
    """Parts of the path that cannot be read, though no parameter describes them."""
    found = {f"path.{name}": why for name, why in unreadable(sent.path)}
    return [Fault(place, why, operation.source) for place, why in found.items() if place not in told]


def _raw(expected: _Expected, sent: Sent, pairs: Mapping[str, Pairs]) -> Json:
    """Texts of a parameter before their types are read; a document where `content` says so."""
    parameter, types = expected.parameter, expected.types
    if parameter.location in ("query", "cookie"):
        if not pairs[parameter.location]:
            return ABSENT
        raw = texts_of(parameter, pairs[parameter.location], types, expected.properties)
    else:
        path = parameter.location == "path"
        text = sent.path.get(parameter.name) if path else sent.headers.get(parameter.name.lower())
        if text is None:
            return ABSENT
        raw = unfolded(unquoted(text) if path else text, parameter.style, explode=parameter.explode, types=types)
    return parsed_json(raw.encode()) if expected.document and isinstance(raw, str) else raw
