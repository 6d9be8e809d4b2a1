"""Shared shapes: the Operations of an Api come in, the records that several answers show go out under one name each.

A record is an object with an id; lists, items and the answers of create and update show the same one.
Its schema is made from all of them, so that a property is required only where every answer has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from doc_parser import schema
from doc_parser.deciding.names import normal
from doc_parser.evidence import FieldRow, Json
from doc_parser.model import Operation, PlacedField, Response
from doc_parser.readers.types import types_of
from doc_parser.readers.words import singular
from doc_parser.schema import NONE, NOTHING, Shape
from doc_parser.structs import replace

Path = tuple[str, ...]


class Resource(Struct, frozen=True):
    """A record that several places show."""

    name: str
    """Singular, in PascalCase, after the path or the envelope."""
    shape: Shape
    rows: Mapping[Path, FieldRow] = field(default_factory=dict)
    """What tables of answers say of its fields."""


class Record(Struct, frozen=True):
    """Where a record stands within a body."""

    key: str
    """Normal form of the resource's name."""
    path: Path
    shape: Shape


def resources(operations: Iterable[Operation]) -> dict[str, Resource]:
    """Find the records that at least two bodies show, by the normal form of their name."""
    found: dict[str, list[Shape]] = {}
    told: dict[str, list[PlacedField]] = {}
    for operation in operations:
        for shape, fields in _bodies(operation):
            for record in records(operation, shape):
                if _is_whole(record.shape):
                    found.setdefault(record.key, []).append(record.shape)
                    told.setdefault(record.key, []).extend(_within(record, fields))
    alike = {key: _most_alike(shapes) for key, shapes in found.items()}
    sent = _sent(operations)
    return {
        key: _resource(key, shapes, told[key], sent.get(key, {})) for key, shapes in alike.items() if len(shapes) > 1
    }


def _sent(operations: Iterable[Operation]) -> dict[str, dict[str, frozenset[Json]]]:
    """The values that requests send for the fields of a record: what answers then show is no other."""
    found: dict[str, dict[str, frozenset[Json]]] = {}
    for operation in operations:
        shape = schema.shape_of_all(operation.body.examples) if operation.body else NOTHING
        inner = next(iter(shape.properties.values())) if len(shape.properties) == 1 else NOTHING
        for name, each in (*shape.properties.items(), *inner.properties.items()):
            known = found.setdefault(_key(operation), {})
            known[name] = known.get(name, frozenset()) | each.scalars
    return found


def _within(record: Record, fields: Iterable[PlacedField]) -> Iterator[PlacedField]:
    """What is said of the fields of a record, seen from there."""
    depth = len(record.path)
    return (PlacedField(each.path[depth:], each.row) for each in fields if each.path[:depth] == record.path)


def _resource(
    key: str, shapes: list[Shape], told: Iterable[PlacedField], sent: Mapping[str, frozenset[Json]]
) -> Resource:
    shape = schema.merged_all(shapes)
    properties = {
        name: replace(each, kinds=_as_sent(each.kinds, sent[name]), scalars=each.scalars | sent[name])
        if name in sent
        else each
        for name, each in shape.properties.items()
    }
    shape = replace(shape, properties=properties)
    shown = [each for each in told if each.path and schema.at(shape, each.path)]
    rows = {each.path: each.row for each in reversed(shown)}
    fields = (PlacedField(path, row) for path, row in rows.items())
    return Resource(_pascal(key), schema.with_fields(shape, fields), rows)


def _as_sent(kinds: frozenset[str], sent: frozenset[Json]) -> frozenset[str]:
    """The kinds of what answers show, with those of what samples of requests send and what could not be told in them: it comes back as it was sent."""
    shown = kinds - {"null"}
    if not shown or not shown <= _READ:
        return kinds
    return kinds | {_KINDS[type(each)] for each in sent if type(each) in _KINDS and not _is_told_by(shown, each)}


def _is_told_by(shown: frozenset[str], sent: Json) -> bool:
    """Tell whether numbers or flags, as answers show them, can say what was sent (`"12.00"`, `1`)."""
    text = str(sent).lower()
    number = re.fullmatch(r"-?\d+(\.\d+)?", text)
    return bool(
        (number and ("number" in shown or not (number[1] or "").strip(".0")) and shown & {"integer", "number"})
        or ("boolean" in shown and text in ("true", "false", "0", "1", "yes", "no"))
        or (isinstance(sent, bool) and "boolean" in shown)
    )


_READ = frozenset(("integer", "number", "boolean"))
"""Kinds of values that not every text is a reading of."""
_KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}


def _most_alike(shapes: list[Shape]) -> list[Shape]:
    """The largest group that shows one record: bodies of one name may still be different things (`id, title` and `id, status`)."""
    kinds: dict[frozenset[str], list[Shape]] = {}
    for each in shapes:
        kinds.setdefault(frozenset(each.properties), []).append(each)
    seeds = sorted(kinds, key=lambda names: -len(kinds[names]))[:_SEEDS]
    groups = ([each for names, alike in kinds.items() if _alike(names, seed) for each in alike] for seed in seeds)
    return max(groups, key=lambda group: (len(group), sum(len(each.properties) for each in group)))


_SEEDS = 20
"""Kinds of bodies that are tried as the record's own, the most frequent first."""


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return mine <= theirs or theirs <= mine or 2 * len(mine & theirs) >= len(mine | theirs)


def _bodies(operation: Operation) -> Iterator[tuple[Shape, Iterable[PlacedField]]]:
    for response in operation.responses:
        if response.succeeds:
            yield schema.shape_of_all(response.examples), response.fields
    for callback in operation.callbacks:
        yield schema.shape_of_all(callback.examples), ()


def records(operation: Operation, shape: Shape) -> Iterator[Record]:
    """Find the record of a body: the body itself, the items of a list, or what stands in an envelope.

    An envelope holds one list, or names what it holds `data`, as JSON:API does (jsonapi.org, 7.1), or as the collection is called.
    """
    if "array" in shape.kinds:
        yield Record(_key(operation, many=True), ("*",), shape.items or NOTHING)
    elif "object" in shape.kinds:
        lists = [name for name, each in shape.properties.items() if _is_list_of_records(each)]
        inner = shape.properties.get("data", NOTHING)
        if "object" in inner.kinds and _identified(inner) and not _identified(shape):
            yield Record(_key(operation), ("data",), inner)
        elif lists and not _identified(shape) and (len(lists) == 1 or "data" in lists):
            name = "data" if "data" in lists else lists[0]
            key = _key(operation, many=True) if name.lower() in _ANY_LIST else singular(name)
            yield Record(key, (name, "*"), shape.properties[name].items or NOTHING)
        elif not _identified(shape) and (cover := _cover(operation, shape)):
            yield Record(singular(cover), (cover,), shape.properties[cover])
        else:
            yield Record(_key(operation), (), shape)


_ANY_LIST = frozenset(
    ("data", "results", "result", "items", "objects", "records", "entries", "list", "content", "rows")
)
"""Names that say nothing of what a list holds."""


def _cover(operation: Operation, shape: Shape) -> str | None:
    """What holds the record where it is called as the collection is (`{"boat": {"id": 4}}`)."""
    key = normal(_key(operation))
    return next(
        (
            name
            for name, each in shape.properties.items()
            if "object" in each.kinds and _identified(each) and normal(singular(name)) == key
        ),
        None,
    )


def _is_list_of_records(shape: Shape) -> bool:
    return "array" in shape.kinds and (shape.items is None or shape.items == NOTHING or "object" in shape.items.kinds)


def _identified(shape: Shape) -> bool:
    return "id" in shape.properties or "_id" in shape.properties or "uuid" in shape.properties


def _is_whole(shape: Shape) -> bool:
    """A record is more than its id: an answer that shows nothing else tells which record it was."""
    return _identified(shape) and len(shape.properties) > 1


def places(operation: Operation, shape: Shape, known: Mapping[str, Resource]) -> dict[Path, Resource]:
    """Say at which paths of a body a shared record stands; a list that is empty in its example counts by its name."""
    return {
        record.path: known[record.key]
        for record in records(operation, shape)
        if record.key in known and _shows(record.shape, known[record.key])
    }


def _shows(shape: Shape, resource: Resource) -> bool:
    return shape == NOTHING or (_is_whole(shape) and set(shape.properties) <= set(resource.shape.properties))


def of_request(operation: Operation, known: Mapping[str, Resource]) -> Resource | None:
    """The record that an operation's request speaks of."""
    return known.get(_key(operation))


def completed(shape: Shape, record: Shape, fields: Iterable[PlacedField]) -> Shape:
    """A field that a table names without a type has the type which the answers show for it; one that samples alone show may be as it is in answers, too, so that what was read can be sent again."""
    told = frozenset(each.path for each in fields if types_of(each.row.type))
    naming = frozenset(each.path for each in fields if _names_another(each.row))
    return _completed(shape, record, told, naming)


def _names_another(row: FieldRow) -> bool:
    """The row asks for the id of a record, which answers may show whole."""
    return bool(_OF_ID.match(row.description))


_OF_ID = re.compile(
    r"\W*(?:(?:the|an?|unique|valid|existing) )*(?:id|uuid|guid|identifier)\b(?! (?:and|with)\b)", re.IGNORECASE
)


def _completed(shape: Shape, record: Shape, told: frozenset[Path], naming: frozenset[Path], path: Path = ()) -> Shape:
    known, properties = record.properties, dict(shape.properties)
    for name, each in shape.properties.items():
        here = (*path, name)
        if here in naming and known.get(name, NOTHING).kinds & {"object", "array"}:
            continue
        if name in known:
            made = _as_answered(each, known[name], typed=here in told)
            inside = path or name in _LEVELS
            properties[name] = _completed(made, known[name], told, naming, here) if inside and made.properties else made
        elif name in _LEVELS and len(known) > 1 and not path:
            properties[name] = _completed(each, record, told, naming, here)
    return replace(shape, properties=properties)


_SCALARS = _READ | {"string", "null"}
_LEVELS = ("data", "attributes")
"""What covers the fields of JSON:API records (jsonapi.org, 7.2), in requests and in answers."""


def _as_answered(sent: Shape, shown: Shape, *, typed: bool) -> Shape:
    if not sent.kinds - {"null"}:
        return replace(shown, span=sent.span)
    wider = shown.kinds & (_SCALARS if sent.kinds <= _SCALARS else {"null"})
    return sent if typed or not wider else replace(sent, kinds=sent.kinds | wider)


def _key(operation: Operation, *, many: bool = False) -> str:
    """The resource of a path: the segment that the chapter is named after, else the last static one; a list below a record holds others."""
    segments = operation.url.segments
    if many and len(segments) > 1 and segments[-2].variable and not segments[-1].variable:
        last_text = segments[-1].text
        if singular(last_text) != last_text.lower():
            return singular(last_text)
    static = [each.text for each in operation.url.segments if not each.variable]
    chapter = singular(normal(operation.chapter))
    named = [each for each in static if singular(normal(each)) == chapter]
    last = named or static or [operation.chapter]
    return singular(last[-1])


def _pascal(key: str) -> str:
    return "".join(each.capitalize() for each in re.findall(r"[A-Za-z0-9]+", key)) or "Record"


def parts(operations: Iterable[Operation]) -> dict[str, frozenset[str]]:
    """Names under which requests send objects as parts of a record (`address`), by the normal form of the record's name."""
    found: dict[str, frozenset[str]] = {}
    for operation in operations:
        if operation.body:
            key = _key(operation)
            sent = _parts(schema.shape_of_all(operation.body.examples), normal(key))
            found[key] = found.get(key, NONE) | frozenset(sent)
    return found


def parts_of(operation: Operation, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Those of the record that an operation is about."""
    return known.get(_key(operation), NONE)


def maps(operations: Iterable[Operation]) -> dict[str, frozenset[str]]:
    """Names under which requests send maps, whose keys are the client's (`labels`), by the normal form of the record's name."""
    found: dict[str, frozenset[str]] = {}
    for operation in operations:
        body = operation.body
        if body and body.fields:
            shape = schema.shape_of_all(body.examples)
            sent = (
                each
                for each in body.fields
                if (inner := schema.at(shape, each.path)) and schema.is_map(inner, each.row)
            )
            key = _key(operation)
            found[key] = found.get(key, NONE) | {each.path[-1] for each in sent if each.path}
    return found


def _parts(shape: Shape, key: str) -> Iterator[str]:
    for name, each in shape.properties.items():
        inner = each.items if each.items and "array" in each.kinds else each
        if "object" not in inner.kinds or name in _LINKS:
            continue
        covers = len(shape.properties) == 1 or normal(name) in (key, *_COVERS)
        yield from _parts(inner, key) if covers else (name,)


_COVERS = ("data", "attributes")
_LINKS = ("relationships", "links")
"""What links JSON:API records to others is no part of them (jsonapi.org, 7.2)."""


def errors(responses: Iterable[Response]) -> Shape:
    """The shape that the documented error bodies have together; NOTHING where none is shown."""
    shapes = (schema.shape_of_all(each.examples) for each in responses if each.fails)
    return schema.merged_all(each for each in shapes if tells_error(each))


def tells_error(shape: Shape) -> bool:
    """Tell whether a body says what is wrong."""
    return shape.kinds == {"object"} and not _ERROR_WORDS.isdisjoint(map(normal, shape.properties))


_ERROR_WORDS = frozenset(
    (
        *("error", "errors", "message", "messages", "detail", "details", "reason", "code", "status", "msg", "fault"),
        *("errormessage", "errorcode", "errordescription", "mensagem", "mensaje", "erro", "erros", "motivo"),
    )
)
"""Properties that say what is wrong; a body without any is a record that an error happens to show."""
