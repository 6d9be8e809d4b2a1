"""What a row states of values: a FieldRow and the values that samples show come in, keywords of JSON Schema go out.

A statement that a sample breaks is words only; a hint counts where a sample agrees, besides.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from doc_parser.evidence import FieldRow, Json

Schema = dict[str, Any]

_KEYWORDS = {
    "maxLength": ("string",),
    "minLength": ("string",),
    "format": ("string",),
    "maximum": ("integer", "number"),
    "minimum": ("integer", "number"),
}
_FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}


def bounded(schema: Schema, row: FieldRow, values: Collection[Json]) -> None:
    """Add to a schema what a row says of values: which are allowed, their limits, the default."""
    kind = schema.get("type")
    if kind in ("string", None) and "anyOf" not in schema and (listed := _allowed(row, values)):
        schema["type"] = "string"
        schema["enum"] = [*listed, *([None] if schema.get("nullable") else [])]
    elif kind == "integer" and (numbers := _numbers(row)) and {each for each in values if each is not None} <= numbers:
        schema["enum"] = [*sorted(numbers), *([None] if schema.get("nullable") else [])]
    else:
        for keyword, value in row.hints:
            if kind in _KEYWORDS[keyword] and _shown(values, keyword, value):
                schema[keyword] = value
        for keyword, value in row.limits:
            if kind in _KEYWORDS[keyword] and all(_keeps(each, keyword, value) for each in values):
                schema[keyword] = value
    if (default := allowed(row.default, schema)) is not None:
        schema["default"] = default
    if not any(each is not None for each in values) and (example := allowed(row.example, schema)) is not None:
        schema["example"] = example


_USUAL = re.compile(r"\bdefaults?(?: value)?(?: is| to|:)? ([\w.-]*\w(?:, ?[\w.-]*\w)+)", re.IGNORECASE)


def _usual_ones(row: FieldRow) -> list[str]:
    """The values that a description gives as the default, joined by commas."""
    told = _USUAL.search(row.description) if row.enum else None
    values = re.split(", ?", told[1]) if told else []
    return values if {*values} <= {*row.enum} else []


def are_several(row: FieldRow, shown: Collection[str]) -> bool:
    """Tell whether one value holds several of those that a row lists: as its default does, or what a sample shows."""
    return bool(_usual_ones(row)) or (len(shown) > 1 and {*shown} <= {*(row.enum or row.choices)})


def listed(row: FieldRow, shown: Collection[str]) -> Schema:
    """A list in one value, of the values that are allowed."""
    known = row.enum or (row.choices if shown else ())
    items = {"type": "string", "enum": list(known)} if known and {*shown} <= {*known} else {"type": "string"}
    usual = _usual_ones(row)
    return {"type": "array", "items": items, **({"default": usual} if usual else {})}


def _allowed(row: FieldRow, values: Collection[Json]) -> tuple[str, ...]:
    """The listed values, where all that samples show is among them; what a sample leaves to be filled in is no value, and one of several."""
    open_places = {each for each in values if isinstance(each, str) and _OPEN_PLACE.fullmatch(each)}
    shown = {each for each in values if each is not None} - open_places
    if row.enum:
        return row.enum if shown <= set(row.enum) else ()
    agreed = shown or ({row.default} if row.default else set())
    told = agreed or (open_places and len(row.choices) > 1)
    return row.choices if told and agreed <= set(row.choices) else ()


_OPEN_PLACE = re.compile(r"\{[^{}<>]{1,40}\}|\{\{[^{}<>]{1,40}\}\}|<[^{}<>]{1,40}>")


def _numbers(row: FieldRow) -> frozenset[int]:
    return frozenset(map(int, row.enum)) if all(re.fullmatch(r"-?\d{1,9}", each) for each in row.enum) else frozenset()


def _shown(values: Collection[Json], keyword: str, bound: int | str) -> bool:
    """Some sample has a value that keeps a limit, and none has one that does not."""
    return any(each is not None for each in values) and all(_keeps(each, keyword, bound) for each in values)


def _keeps(value: Json, keyword: str, bound: int | str) -> bool:
    """Tell whether an example keeps a stated limit; where it does not, the limit is words only."""
    if isinstance(value, str) and isinstance(bound, str):
        return bool(_FORMATS[bound].fullmatch(value))
    if isinstance(value, str) and isinstance(bound, int):
        return len(value) <= bound if keyword == "maxLength" else len(value) >= bound
    if isinstance(value, int | float) and not isinstance(value, bool) and isinstance(bound, int):
        return value <= bound if keyword == "maximum" else value >= bound
    return value is None


def shaped(text: str) -> Schema:
    """The format that a value has which can be nothing else: a moment."""
    return {"format": "date-time"} if _FORMATS["date-time"].fullmatch(text) else {}


def allowed(text: str, schema: Schema) -> Json:
    """Read words as a value that a schema allows; None where they are none."""
    value = typed(text, schema.get("type"))
    kept = all(_keeps(value, keyword, schema[keyword]) for keyword in _KEYWORDS if keyword in schema)
    return value if kept and ("enum" not in schema or value in schema["enum"]) else None


def typed(text: str, kind: str | None) -> Json:
    """Read a scalar of a type from its words; None where they are none of it."""
    if not text:
        return None
    if kind == "integer" and re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d{1,15}(?:\.\d+)?", text):
        return float(text)
    if kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text if kind == "string" else None
