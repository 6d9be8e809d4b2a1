"""Schemas from examples and field tables: payloads and rows come in, JSON Schema (OpenAPI 3.0 dialect) goes out.

Three laws, tested as such: every example validates; the order of examples is irrelevant; another
example never narrows what the others show. A Shape counts what examples show; merging two Shapes is commutative and
associative, and everything else is read off the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from doc_parser.evidence import FieldRow, Json, Shown
from doc_parser.model import Example, PlacedField
from doc_parser.readers.types import item_type_of, types_of, types_shown
from doc_parser.source import Span
from doc_parser.stated import Schema, bounded
from doc_parser.structs import replace

_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*")
_HASH = re.compile(r"\b(?:hash|map|dictionary|key[/ -]?value|keyed by)\b", re.IGNORECASE)


_EMPTY: Mapping[str, Any] = {}
"""Of scalars, which most values are."""


class Shape(Struct, frozen=True, dict=True):
    """What a set of values looks like."""

    kinds: frozenset[str] = frozenset()
    """JSON Schema types seen; `null` among them."""
    objects: int = 0
    """How many objects were seen."""
    properties: Mapping[str, Shape] = field(default_factory=lambda: _EMPTY)
    present: Mapping[str, int] = field(default_factory=lambda: _EMPTY)
    """In how many of the objects each property was seen."""
    items: Shape | None = None
    span: Span | None = None
    """First place that shows it."""
    scalars: frozenset[Json] = frozenset()
    """Scalar values seen."""

    @cached_property
    def paths(self) -> Mapping[str, list[tuple[str, ...]]]:
        """Where each property name stands, shallowest first; rows of tables ask for it one by one."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for path in sorted(_paths(self), key=len):
            found.setdefault(path[-1], []).append(path)
        return found

    def required(self) -> list[str]:
        """Properties that every object has."""
        return [name for name in self.ordered() if self.present[name] == self.objects]

    def ordered(self) -> list[str]:
        """Property names in the order of the documents."""
        return sorted(self.properties, key=lambda name: (_place(self.properties[name].span), name))


def _place(span: Span | None) -> tuple[str, int, int]:
    return (span.source.name, span.line, span.column) if span else ("", 0, 0)


NOTHING = Shape()
NONE = frozenset[str]()
_MANY = 200
_MORE = "\0more"


def merged(one: Shape, other: Shape) -> Shape:
    """Put two Shapes together."""
    return merged_all((one, other))


def merged_all(shapes: Iterable[Shape]) -> Shape:
    """Put any number of Shapes together, in one go: two by two, many records would be copied over and over."""
    known = [each for each in shapes if each is not NOTHING]
    if len(known) < 2:
        return known[0] if known else NOTHING
    kinds, scalars, objects = set[str](), set[Json](), 0
    properties: dict[str, list[Shape]] = {}
    present: dict[str, int] = {}
    for shape in known:
        kinds |= shape.kinds
        scalars |= shape.scalars
        objects += shape.objects
        for name, each in shape.properties.items():
            properties.setdefault(name, []).append(each)
            present[name] = present.get(name, 0) + shape.present[name]
    items = [each.items for each in known if each.items]
    return Shape(
        kinds=frozenset(kinds),
        objects=objects,
        properties={name: merged_all(each) for name, each in properties.items()} if properties else _EMPTY,
        present=present,
        items=merged_all(items) if items else None,
        span=min((each.span for each in known if each.span), key=_place, default=None),
        scalars=_bounded(frozenset(scalars)),
    )


def _bounded(scalars: frozenset[Json]) -> frozenset[Json]:
    """Beyond what any list of allowed values holds, only that there are many counts."""
    return scalars if len(scalars) <= _MANY and _MORE not in scalars else frozenset((_MORE,))


def shape_of(shown: Shown) -> Shape:
    """Read the Shape of one example."""
    shape: Shape | None = shown.kept.get("shape")
    if shape is None:
        shape = shown.kept["shape"] = _shape(shown.payload.value, _Cursor(shown), shown.span.below(0))
    return shape


class _Cursor:
    """Walks a payload's text beside its value, so that each property gets the line that it stands on."""

    def __init__(self, shown: Shown) -> None:
        self.shown, self.text = shown, shown.payload.text
        self.at = self.line = 0

    def skip(self, word: str) -> bool:
        """Go behind the next place of a word; stay where it cannot be found (escapes, repairs)."""
        at, size = self.at, len(word)
        found = self.text.find(word, at, at + size + _NEAR)
        if found < 0:
            return False
        self.line += self.text.count("\n", at, found)
        self.at = found + size
        return True

    def name(self, name: str) -> Span:
        """Go to a property."""
        for word in (f'"{name}"', name):
            if self.skip(word):
                return self.shown.span.below(self.line, word)
        return self.shown.span.below(self.line)


_NEAR = 5_000
"""Characters within which the next name or value stands; what is not found is not looked for in the whole text each time."""


def shape_of_all(examples: Iterable[Example]) -> Shape:
    """Read the Shape that several examples have together."""
    return merged_all(shape_of(each.shown) for each in examples)


def _shape(value: Json, cursor: _Cursor, span: Span) -> Shape:
    """The Shape of a value whose name, or whose list, stands at a place."""
    if isinstance(value, dict):
        properties = {name: _shape(each, cursor, cursor.name(name)) for name, each in value.items()}
        return Shape(_OBJECT, 1, properties, dict.fromkeys(properties, 1), span=span)
    if isinstance(value, list):
        return Shape(_ARRAY, items=merged_all(_shape(each, cursor, span) for each in value), span=span)
    if isinstance(value, str) and value:
        cursor.skip(value)  # a value that reads like a name must not be taken for one
    return Shape(_KINDS.get(type(value), _KINDS[str]), 0, _EMPTY, _EMPTY, None, span, frozenset((value,)))


_OBJECT, _ARRAY = frozenset(("object",)), frozenset(("array",))
_KINDS = {
    type(None): frozenset(("null",)),
    bool: frozenset(("boolean",)),
    int: frozenset(("integer",)),
    float: frozenset(("number",)),
    str: frozenset(("string",)),
}


def places(shape: Shape, name: str) -> list[tuple[str, ...]]:
    """Find the paths of a property name within a Shape, shallowest first."""
    return list(shape.paths.get(name, ()))


def at(shape: Shape | None, path: tuple[str, ...]) -> Shape | None:
    """The Shape at a path; None where it has none."""
    for name in path:
        if shape is None:
            return None
        shape = shape.items if name == "*" else shape.properties.get(name)
    return shape


def _paths(shape: Shape, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name in shape.properties:
        yield (*prefix, name)
    if shape.items:
        yield from _paths(shape.items, (*prefix, "*"))
    for name, inner in shape.properties.items():
        yield from _paths(inner, (*prefix, name))


def rows_of(fields: Iterable[PlacedField]) -> dict[tuple[str, ...], FieldRow]:
    """What tables say of fields, by path: the first row of a field speaks, as that of a parameter does, and others add to it."""
    rows: dict[tuple[str, ...], FieldRow] = {}
    for each in fields:
        rows[each.path] = rows[each.path].with_more(each.row) if each.path in rows else each.row
    return rows


def in_items(shape: Shape, fields: Sequence[PlacedField]) -> tuple[PlacedField, ...]:
    """The fields with those below an array put into its items (`lines: array`, `lines.name`), where no sample shows an object there."""
    arrays = {
        each.path
        for each in fields
        if types_of(each.row.type) == {"array"} and "object" not in (at(shape, each.path) or NOTHING).kinds
    }

    def placed(path: tuple[str, ...]) -> Iterator[str]:
        for index, name in enumerate(path, start=1):
            yield name
            if path[:index] in arrays and path[index : index + 1] not in ((), ("*",)):
                yield "*"

    return tuple(replace(each, path=tuple(placed(each.path))) if arrays else each for each in fields)


def with_fields(shape: Shape, fields: Iterable[PlacedField]) -> Shape:
    """Add documented fields that no example shows."""
    return _with_rows(shape, [(each.path, each.row) for each in fields])


def _with_rows(shape: Shape, rows: Iterable[tuple[tuple[str, ...], FieldRow]]) -> Shape:
    """Add the rows below one path together, so that a record is written anew once and not for each of its fields."""
    below: dict[str, list[tuple[tuple[str, ...], FieldRow]]] = {}
    for path, row in rows:
        if path:
            below.setdefault(path[0], []).append((path[1:], row))
        else:
            shape = merged(shape, _of_words(row, shape))
    items = below.pop("*", None)
    if items:
        shape = replace(shape, kinds=shape.kinds | {"array"}, items=_with_rows(shape.items or NOTHING, items))
    if not below:
        return shape
    inner = {name: _with_rows(shape.properties.get(name, NOTHING), each) for name, each in below.items()}
    return replace(
        shape,
        kinds=shape.kinds | {"object"},
        properties={**shape.properties, **inner},
        present={**dict.fromkeys(inner, -1), **shape.present},
    )


def _of_words(row: FieldRow, known: Shape) -> Shape:
    """The Shape that type words alone give, or else the default or the example beside them; what samples show, and so of the items of an array, speaks for itself."""
    kinds = types_of(row.type) or (
        NONE if known.kinds else types_shown(row.default) or types_shown(row.example, value=True)
    )
    of = item_type_of(row.type) if "array" in kinds and known.items is None else None
    items = Shape(frozenset((of,)), span=row.span) if of else None
    return Shape(kinds, span=row.span, items=items)


class Writer(Struct, frozen=True):
    """How Shapes are written down."""

    fields: Mapping[tuple[str, ...], FieldRow]
    """What tables say, by path."""
    request: bool
    """Requests require only what a document says is required; answers what every example has."""
    shared: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Paths at which a shared schema stands, with its name."""
    parts: frozenset[str] = NONE
    """Names of objects that requests send as parts of a record: clients leave out of them what they like, and answers show what was sent."""

    maps: frozenset[str] = NONE
    """Names of objects that requests send as maps: their keys are the client's, in answers too."""

    files: bool = False
    """Values that begin with an at sign are files (curl(1), `--form`)."""

    def schema(self, shape: Shape, path: tuple[str, ...] = ()) -> Schema:
        """Write a Shape as a Schema Object."""
        if path in self.shared:
            return {"$ref": f"#/components/schemas/{self.shared[path]}"}
        row = self.fields.get(path)
        kinds = sorted(shape.kinds - {"null"})
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        written = [self._typed(kind, shape, path) for kind in kinds]
        schema: Schema = written[0] if len(written) == 1 else {"anyOf": written} if written else {}
        if "null" in shape.kinds and written:
            schema["nullable"] = True
        if row:
            _describe(schema, row, shape)
        if path and path[-1] != "*" and (shape.span or row):
            schema["x-doc-source"] = (row.span if row else shape.span).mark  # type: ignore[union-attr]
            if not row:
                schema["x-doc-confidence"] = "shown"
        return schema

    def _typed(self, kind: str, shape: Shape, path: tuple[str, ...]) -> Schema:
        if kind == "array":
            items = self.schema(shape.items or NOTHING, (*path, "*"))
            return {"type": "array", "items": items}
        if kind != "object":
            return {"type": kind, **({"format": "binary"} if self.files and _is_file(shape) else {})}
        sent = self._is_sent_map(shape, path)
        if (sent or is_map(shape, self.fields.get(path))) and not any(
            (*path, name) in self.fields for name in shape.properties
        ):
            values = merged_all(shape.properties.values())
            return {"type": "object", "additionalProperties": Writer({}, request=self.request or sent).schema(values)}
        properties = {name: self.schema(shape.properties[name], (*path, name)) for name in shape.ordered()}
        turns = set() if self.request or "*" in path else {*filter(_TURNS.fullmatch, properties)}
        for name in turns:  # the first page or the last one, which has none, is hardly ever shown
            properties[name] |= {"nullable": True} if properties[name].get("type") in ("string", "integer") else {}
        required = [name for name in self._required(shape, path) if name not in turns]
        return {
            "type": "object",
            **({"required": required} if required else {}),
            **({"properties": properties} if properties else {}),
        }

    def _is_sent_map(self, shape: Shape, path: tuple[str, ...]) -> bool:
        """Tell whether clients send such an object as a map; what they put into it is theirs, too."""
        named = not self.maps.isdisjoint(path[-1:]) and _RECORDS.isdisjoint(shape.properties)
        return named and bool(shape.properties)

    def _required(self, shape: Shape, path: tuple[str, ...]) -> list[str]:
        if not self.request:
            own = self.parts.isdisjoint(path) or not _IDS.isdisjoint(shape.properties)
            return shape.required() if shape.objects and own else []
        return [name for name in shape.ordered() if self._is_asked(shape, (*path, name))]

    def _is_asked(self, around: Shape, path: tuple[str, ...]) -> bool:
        """A document says that a request needs a property, or something within what every sample sends; no sample leaves it out."""
        name = path[-1]
        if around.present[name] != around.objects and around.objects:
            return False
        if row := self.fields.get(path):
            return bool(row.required) and not row.condition
        shape = around.properties[name]
        # without a sample, only a cover of everything is known to be sent
        covers = bool(around.objects) or len(around.properties) == 1
        return covers and any(self._is_asked(shape, (*path, each)) for each in shape.properties)


_IDS = frozenset(("id", "_id", "uuid"))
_RECORDS = _IDS | {"attributes"}
"""What a map has no keys like; a cover may be called as a map inside of it is."""
_TURNS = re.compile(
    r"(?:next|prev(?:ious)?)(?:[_-]?(?:page|cursor|token|offset|url|uri|link|href|marker|id|start))*", re.IGNORECASE
)
"""What tells of another page."""


def _is_file(shape: Shape) -> bool:
    return bool(shape.scalars) and all(isinstance(each, str) and each.startswith("@") for each in shape.scalars)


def is_map(shape: Shape, row: FieldRow | None) -> bool:
    """Tell a map (names given by clients) from a record (names fixed by the API)."""
    if not shape.properties:
        return False
    said = row is not None and bool(_HASH.search(row.description))
    telling = len(shape.properties) > 1 or any("_" in name for name in shape.properties)
    return (
        said
        or (telling and all(_CONSTANT.fullmatch(name) for name in shape.properties))
        or all(_KEY.fullmatch(name) and each.objects for name, each in shape.properties.items())
    )


_KEY = re.compile(r"\d+|[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""Ids that servers make: records below them are kept by their id."""


def _describe(schema: Schema, row: FieldRow, shape: Shape) -> None:
    """Add what a table says: description, values, default."""
    words = row.description + (f" (used in: {row.condition})" if row.condition else "")
    if words:
        schema["description"] = words
    bounded(schema, row, shape.scalars)
