"""Answers that refuse: a status and a sentence come in, a Reply in the documented error shape goes out, else problem+json (RFC 9457)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

import msgspec

from contract.checks import Checks, Fault
from contract.spec import Json, Media, Operation, Spec
from mockserver.answering.samples import TURNS, conformed, generated
from mockserver.answering.wording import LISTS, MESSAGES, REACHES, WHERE, Wording, by_name, field_of, pointer
from mockserver.answering.words import Said, phrase_of
from mockserver.planning.covers import plain, properties_of
from mockserver.planning.evidence import json_media, last_word, placeholders, singular

_DEEPEST = 3
PROBLEM = "application/problem+json"


class Reply(msgspec.Struct, frozen=True, gc=False):
    """An answer ready to be sent. A Struct, as all are that are made for every request: a dataclass costs five times as much."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    """Content-Type included, Content-Length not."""
    record: Json = None
    """What the request created or changed, for callbacks."""


def problem(status: int, detail: str, headers: Sequence[tuple[str, str]] = (), **more: Json) -> Reply:
    """A refusal where no document says how one looks (RFC 9457, section 3)."""
    body = {"type": "about:blank", "title": phrase_of(status), "status": status, "detail": detail, **more}
    return Reply(status, msgspec.json.encode(body), (("content-type", PROBLEM), *headers))


@dataclass(frozen=True)
class Problems:
    """Refusals of one contract."""

    spec: Spec
    checks: Checks
    _bases: dict[tuple[str, int], tuple[Media, Json] | None] = field(default_factory=dict)
    """Media type and body to start from, by operation key and status."""

    def documented(
        self,
        operation: Operation,
        status: int,
        sentence: str,
        headers: Sequence[tuple[str, str]] = (),
        *,
        path: str = "",
    ) -> Reply:
        """The documented example of a status word for word; without one, the sentence in the error shape."""
        response = next((each for each in operation.responses if each.status == str(status)), None)
        media = json_media(response.content) if response else None
        if media and media.examples:
            return Reply(status, msgspec.json.encode(media.examples[0].value), (("content-type", media.type), *headers))
        return self.refusal(operation, status, sentence, headers=headers, path=path)

    def refusal(
        self,
        operation: Operation,
        status: int,
        sentence: str,
        faults: Sequence[Fault] = (),
        headers: Sequence[tuple[str, str]] = (),
        *,
        path: str = "",
    ) -> Reply:
        """A sentence, and every fault where the shape allows more, in the documented error shape; `path` is the one asked for."""
        key = (operation.key, status)
        if key not in self._bases:
            self._bases[key] = self._base(operation, status)
        errors = [told(each, _pointer(each, self.spec, operation)) for each in faults]
        base = self._bases[key]
        if base is None:
            return problem(status, sentence, headers, **({"errors": errors} if errors else {}))
        media, shape = base
        said = Said(status, sentence, faults, path or operation.path, _named(operation))
        body = _exemplary(shape, said) if media.examples else self._worded(media, shape, said)
        compiled = self.checks.answer_schema(media)
        listed = _has_faults(shape) if media.examples else self._wording.tells(media.schema)
        if errors and not listed and isinstance(body, dict) and compiled.is_valid({**body, "errors": errors}):
            body = {**body, "errors": errors}
        if not compiled.is_valid(body):
            made = conformed(self.spec, compiled, media.schema, body, shape)
            body = made if compiled.is_valid(made) else body
        return Reply(status, msgspec.json.encode(body), (("content-type", media.type), *headers))

    def _worded(self, media: Media, shape: Json, said: Said) -> Json:
        """What a shape says that nobody wrote down: all that can be told, or less, where one shape forbids what another has."""
        compiled = self.checks.answer_schema(media)
        made = [self._wording.of(media.schema, shape, said, each) for each in REACHES]
        return next(filter(compiled.is_valid, made), made[-1])

    @cached_property
    def _wording(self) -> Wording:
        def fits(schema: Json, value: Json) -> bool:
            return not (schema and isinstance(schema, dict)) or self.checks.answer_schema(Media("", schema)).is_valid(
                value
            )

        return Wording(self.spec, fits)

    def _base(self, operation: Operation, status: int) -> tuple[Media, Json] | None:
        """The body of a refusal before it says anything: the documented example, or what the schema asks for."""
        response = operation.response_for(status)
        media = (json_media(response.content) if response else None) or self._elsewhere(status)
        told = media is not None
        media = media or self._usual(operation)
        if media is None:
            return None
        usual = {"type": "about:blank", "title": phrase_of(status), "status": status}
        usual = usual if "problem+json" in media.type else {}
        example = media.examples[0].value if media.examples else None
        example = example if told else _restated(example, status)
        if example is not None:
            shape = _with_message(self.spec, media.schema, example)
            return media, {**usual, **shape} if isinstance(shape, dict) else shape
        compiled = self.checks.answer_schema(media)
        made = [generated(self.spec, media.schema, turn=turn) for turn in range(TURNS)]
        shapes = [{**usual, **each} if isinstance(each, dict) else each for each in made]
        said = Said(status, "")
        good = (each for each in shapes if compiled.is_valid(self._worded(media, each, said)))
        # Where alternatives overlap so that no value is good for one alone, a refusal says at least what is wrong.
        return media, next(good, shapes[0])

    def _elsewhere(self, status: int) -> Media | None:
        """The usual body of a status of which an operation documents none, where others do."""
        shapes: dict[bytes, list[Media]] = {}
        for each in self.spec.operations:
            response = each.response_for(status)
            if response and (media := json_media(response.content)):
                shapes.setdefault(msgspec.json.encode(media.schema), []).append(media)
        return max(shapes.values(), key=len)[0] if shapes else None

    def _usual(self, operation: Operation) -> Media | None:
        """The body of another refusal of the operation, else of most operations: an API tells all its errors alike."""
        for operations in ((operation,), self.spec.operations):
            shapes: dict[bytes, list[Media]] = {}
            for response in (each for one in operations for each in one.responses if each.status[:1] in "45"):
                if media := json_media(response.content):
                    shapes.setdefault(msgspec.json.encode(media.schema), []).append(media)
            if shapes:
                return max(shapes.values(), key=len)[0]
        return None

    @cached_property
    def breach(self) -> int:
        """The status that most operations document for a request that breaks the contract: 400, or 422 (RFC 9110, section 15.5.21)."""
        told = [{each.status for each in operation.responses} for operation in self.spec.operations]
        count = {status: sum(str(status) in each for each in told) for status in (400, 422)}
        return 422 if count[422] > count[400] else 400


def _restated(example: Json, status: int) -> Json:
    """The example of another refusal, with this one's status wherever it says its own."""
    if not isinstance(example, dict):
        return example
    made = {name: _restated(value, status) for name, value in example.items()}
    said = {name for name, value in made.items() if plain(name) in _STATUS and re.fullmatch(r"[45]\d\d", str(value))}
    return made | {name: status if isinstance(made[name], int) else str(status) for name in said}


_STATUS = frozenset(("status", "code", "statuscode", "httpstatus", "httpcode", "httpstatuscode"))


def _with_message(spec: Spec, schema: Json, shape: Json) -> Json:
    """The shape with a message-like property where the schema knows one and the shape has none."""
    if not isinstance(shape, dict) or _place(shape) or "json" in shape:
        return shape
    known = properties_of(spec, schema)
    name = next((name for wanted in MESSAGES for name in known if plain(name) == wanted), None)
    if name is None:
        return shape
    described = spec.resolve(known[name])
    if isinstance(described, dict) and described.get("type") == "object":
        return {**shape, name: _with_message(spec, described, generated(spec, described))}
    if isinstance(described, dict) and described.get("type") == "array":
        item = _with_message(spec, described.get("items", {}), generated(spec, described.get("items", {})))
        return {**shape, name: [item]} if _place(item) else shape
    return {**shape, name: ""} if isinstance(described, dict) and described.get("type", "string") == "string" else shape


def _place(shape: Json, depth: int = 0) -> tuple[str | int, ...]:
    """The way to the message inside an error body; empty where there is none."""
    if depth > _DEEPEST or not isinstance(shape, dict):
        return ()
    for wanted in MESSAGES:
        for name, value in shape.items():
            if plain(name) != wanted:
                continue
            if isinstance(value, str):
                return (name,)
            if isinstance(value, list) and value and isinstance(value[0], str):
                return (name, 0)
            inner = value[0] if isinstance(value, list) and value else value
            if deeper := _place(inner, depth + 1):
                return (name, 0, *deeper) if isinstance(value, list) else (name, *deeper)
    return ()


def _filled(shape: Json, sentence: str) -> Json:
    return _set(shape, _place(shape), sentence)


def _exemplary(shape: Json, said: Said) -> Json:
    """A documented refusal with the sentence; where it tells by a list what is wrong where, with all faults of this request."""
    shape = _mapped(shape, said.faults)
    path = _place(shape)
    if not _has_items(shape, path) or not said.faults:
        return _filled(shape, said.sentence)
    before, after = path[: path.index(0)], path[path.index(0) + 1 :]
    item = shape
    for step in (*before, 0):
        item = item[step]
    items = [_located(_set(item, after, each.message), each) for each in said.faults]
    return _placed(shape, before, items)


def _has_items(shape: Json, path: tuple[str | int, ...]) -> bool:
    """Tell whether the message stands in an item of a list that says what it is about."""
    if 0 not in path[:-1]:
        return False
    item = shape
    for step in path[: path.index(0) + 1]:
        item = item[step]
    return isinstance(item, dict) and any(plain(name) in WHERE for name in item)


def _has_faults(shape: Json) -> bool:
    """Tell whether a documented refusal has a place for each fault."""
    return _has_items(shape, _place(shape)) or _mapped(shape, [Fault("body.x", "")]) != shape


def _mapped(shape: Json, faults: Sequence[Fault], depth: int = 0) -> Json:
    """A documented refusal whose messages by name (`{"errors": {"email": ["is taken"]}}`) are those of the faults."""
    if not isinstance(shape, dict) or not faults or depth > _DEEPEST:
        return shape
    made = {}
    for name, value in shape.items():
        lists = isinstance(value, dict) and value and all(_is_texts(each) for each in value.values())
        made[name] = by_name(faults) if lists and plain(name) in LISTS else _mapped(value, faults, depth + 1)
    return made


def _is_texts(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _located(item: dict[str, Json], fault: Fault) -> dict[str, Json]:
    return {name: _told_like(value, fault) if plain(name) in WHERE else value for name, value in item.items()}


def _told_like(shown: Json, fault: Fault) -> Json:
    """The place of a fault, written as a documented one."""
    if isinstance(shown, dict):
        return _located(shown, fault)
    if isinstance(shown, list):
        return fault.place.split(".")
    if isinstance(shown, str) and shown.startswith(("/", "#/")):
        return shown.partition("/")[0] + pointer(fault)
    return field_of(fault) if isinstance(shown, str) else shown


def _placed(shape: Json, path: tuple[str | int, ...], value: Json) -> Json:
    return {**shape, path[0]: _placed(shape[path[0]], path[1:], value)} if path else value


def _set(shape: Json, path: tuple[str | int, ...], sentence: str) -> Json:
    if not path:
        return shape
    step, rest = path[0], path[1:]
    if isinstance(shape, list):
        return [_set(shape[0], rest, sentence) if rest else sentence]
    return {**shape, step: _set(shape[step], rest, sentence) if rest else sentence}


def asked_path(operation: Operation, values: Sequence[str]) -> str:
    """The path of a request, of the values that its placeholders have there."""
    path = operation.path
    for name, value in zip(placeholders(path), values, strict=False):
        path = path.replace("{" + name + "}", quote(value, safe="%"))
    return path


def _named(operation: Operation) -> str:
    return plain(singular(last_word(operation.path)))


def told(fault: Fault, elsewhere: str = "") -> dict[str, Json]:
    """A fault as an item of `errors`; `elsewhere` is where the rule is stated if no line of documents is known."""
    where, _, name = fault.place.partition(".")
    said = {"in": where, "name": name, "place": fault.place, "message": fault.message}
    source = str(fault.source) if fault.source else elsewhere
    return {**said, "x-doc-source": source} if source else said


def _pointer(fault: Fault, spec: Spec, operation: Operation) -> str:
    """The place in a document that was written as OpenAPI (JSON Pointer, RFC 6901); empty for one that was made of documents."""
    if operation.source:
        return ""
    way = ("paths", operation.item_path, operation.method.lower())
    within = ("requestBody",) if operation.body and fault.place.partition(".")[0] == "body" else ()
    return f"{spec.name}#/" + "/".join(each.replace("~", "~0").replace("/", "~1") for each in (*way, *within))
