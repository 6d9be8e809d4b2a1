"""Rows of field tables: a row and what its columns hold come in, FieldRows go out, mostly one.

A cell may say more than its column is for: the type below the name, `(required)` instead of a default. What
it says is taken for what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from doc_parser.document import Row, Text
from doc_parser.evidence import FieldRow
from doc_parser.readers import words
from doc_parser.readers.facts import (
    Choices,
    choices_of,
    default_of,
    formats_of,
    is_read_only,
    limits_of,
    required_of,
    values_alone,
    values_of,
)
from doc_parser.readers.tongues import english
from doc_parser.readers.types import is_type, type_of, types_of
from doc_parser.readers.words import Column
from doc_parser.structs import replace

Columns = Mapping[Column, int]

_INDENTED = re.compile(r"(?:[\s\xa0]*(?:»|›|-+>|--?(?= )|└─*|↳|→|>)[\s\xa0]*)+")
_MARK = re.compile(r"»|›|-+>|--?|└─*|↳|→|>")
_NAME = re.compile(r"[\w.\[\]$:@/{}<>*-]+")
_WRAPPED = re.compile(r"^(?:\{\{?|<):?([\w.-]+)(?:\}\}?|>)$")
"""A name in the marks that it has in the path (`{pet_id}`)."""
_MARKS = re.compile(r"\b(?:required|optional|deprecated|read-?only|new)\b", re.IGNORECASE)
_STAR = re.compile(r"\s+\*\s*$")
"""The mark of what is required, apart from the name; in `user.*` a star stands for any name."""
_WORD = re.compile(r"\w+")
_ASIDE = re.compile(r"\s\[|\(|,|:\s|\s[-–—]\s")
_WORDS = 3
_NOTHING = re.compile(r"[-–—\s]*|n/?a|none|null|nil|undefined|not set|empty|blank", re.IGNORECASE)
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?= |$)")
_OPENING_TYPE = re.compile(r"(?:an? )?(?:`([\w ]{3,20})`|\(([\w ]{3,20})\))(?=\W)", re.IGNORECASE)
"""`An `integer` that`, `(string) the`."""
_OPENING_WORD = re.compile(
    r"(?:(?:required|optional)\W+)?(?:an? )?(?:(string|integer|float|bool(?:ean)?|date)(?= (?!of\b|or\b|and\b|arrays?\b|lists?\b)[\w`])"
    r"|(string|integer|float|bool(?:ean)?)(?=[.,:;]|\s[-–—]\s|$)"
    r"|(arrays? of (?:json )?(?:strings|integers|numbers|objects))\b|(array)(?= of\b)|(json object)\b|(number)(?= (?:with|between|that|representing)\b))",
    re.IGNORECASE,
)
"""`A string that identifies`, `Array of integers`; a `number of` things is counted, and what objects hold the answers show."""
_MUST_BE = re.compile(
    r"\bmust be (?:an? )?(?:valid )?(strings?|integers?|numbers?|numeric|float|decimal|bool(?:ean)?|hash|object|array)\b",
    re.IGNORECASE,
)
"""`Must be a number`, as rules say it; greater than something else is no type."""
_BETWEEN = re.compile(r"[\s,;/()\[\]]+")
_EVERYWHERE = re.compile(r"all\b", re.IGNORECASE)
_TRUTH = {"true", "false"}
_EMPTY = Text("")


def cell(row: Row, columns: Columns, column: Column) -> Text:
    """The cell of a column; an empty one where the row is short, or the table has no such column."""
    index = columns.get(column)
    return row.cells[index] if index is not None and index < len(row.cells) else _EMPTY


class _Cells(dict[Column, Text]):
    """The cells of a row by what their columns are for; those that the table has not are empty."""

    def __missing__(self, column: Column) -> Text:
        return _EMPTY


def is_name(text: Text) -> bool:
    """Tell whether a cell names a field."""
    return bool(_NAME.fullmatch(named(text, text.lead or text.plain)))


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that there is nothing."""
    return not text or bool(_NOTHING.fullmatch(text))


def fields(row: Row, columns: Columns, *, bold_is_required: bool) -> Iterator[FieldRow]:
    """A row explains one field, or several of which one is wanted (`id **or** code`)."""
    name = cell(row, columns, "name")
    text = name.lead or name.plain
    alternatives = text.split(" or ") if " or " in text else []
    together = _TOGETHER.split(text) if _SEVERAL.fullmatch(text) else []
    if not all(_NAME.fullmatch(each) for each in alternatives):
        alternatives = []
    at = columns.get("name")
    for each in alternatives or together:
        cells = (Text(each) if index == at else other for index, other in enumerate(row.cells))
        if found := _field(replace(row, cells=tuple(cells)), columns, bold_is_required=False):
            yield replace(found, required=None if alternatives else found.required)
    if not (alternatives or together) and (found := _field(row, columns, bold_is_required=bold_is_required)):
        yield found


_TOGETHER = re.compile(r"\s*,\s+|\s+[/&]\s+")
_SEVERAL = re.compile(
    r"(?=.*_)[a-z]\w*(?:(?:\s*,\s+|\s+[/&]\s+)[a-z]\w*)+|(?:page|limit|offset|start|end|from|to|skip|take|count|size)(?:(?:,| [/&]) (?:page|limit|offset|start|end|from|to|skip|take|count|size))+"
)
"""Names that share what a row says (`per_page, page`)."""


def named(cell: Text, text: str) -> str:
    """The name in a cell: code of its first line, else its first line, else code further down (a title above it).

    Programs quote the names of members (`boat['name']`).
    """
    found = _named(cell, text)
    return _MEMBER.sub(r"[\2]", found) if "'" in found or '"' in found else found


_MEMBER = re.compile(r"\[(['\"])([\w.-]*)\1\]")


def _named(cell: Text, text: str) -> str:
    codes = [each for each in cell.codes if not _MARKS.fullmatch(each.strip("()[]* "))]
    if len(text.split()) > 1:
        return next(iter(codes), "") or _spoken(text)
    return next((each for each in codes if each in text), "") or _spoken(text)


def _spoken(text: str) -> str:
    """A name of several words (`Project ID`) is one name; what marks a field, or explains it, is none."""
    if _WORD.fullmatch(text):
        return text
    said = _ASIDE.split(_MARKS.sub(" ", text))[0].split() or text.split()
    return "_".join(said) if len(said) <= _WORDS else said[0]


def _field(row: Row, columns: Columns, *, bold_is_required: bool) -> FieldRow | None:
    cells = _Cells((column, cell(row, columns, column)) for column in columns)
    name, description = cells["name"], cells["description"]
    marks = _INDENTED.match(name.plain)
    first = named(name, _STAR.sub("*", (name.lead or name.plain)[marks.end() if marks else 0 :]))
    starred, word = first.endswith("*") and first[-2:-1] not in ("", "."), _WRAPPED.sub(r"\1", first.strip("*:"))
    if not _NAME.fullmatch(word) or not word.strip("-."):
        return None
    depth = sum(each.count("-") if each.endswith("->") else 1 for each in _MARK.findall(marks[0])) if marks else 0
    beside = english(name.plain.partition(word)[2]) if word in name.plain else ""
    required = _required(cells)
    if required is None and (starred or bold_is_required):
        required = (starred or name.strong) and not _FREED.match(description.plain)
    if required is None:
        required = _marked(beside)
    if required is None and _MARKS.search(typed := english(cells["type"].plain)):
        required = _marked(typed)
    rules = english(cells["rules"].plain)
    if required is None:
        required = required_of(rules) if rules else None
    if required is None:
        required = required_of(description.plain)
    stands = words.place(cells["in"].plain)
    if placed := _PLACE.fullmatch(cells["type"].plain):
        stands = stands or words.place(placed[0])
    kind = "" if placed else _type(cells, beside)
    condition = cells["condition"].plain
    listed, said = values_of(cells["values"].quoted), choices_of(description.quoted)
    if alone := values_alone(cells["type"].quoted):  # instead of a type, all that it may be
        listed, kind = Choices(alone, ()), ""
    stated = listed.stated or said.stated
    hinted = listed.hinted or said.hinted
    truth = any(each and _TRUTH.issuperset(each) for each in (stated, hinted))
    return FieldRow(
        name="»" * depth + word,
        type="boolean" if truth and not kind else kind,
        required=required,
        default=_default(cells["default"], kind) or default_of(description.quoted),
        description=description.plain,
        enum=() if truth else stated,
        condition="" if is_nothing(condition) or _EVERYWHERE.match(condition) else condition,
        span=row.span.source.span(row.span.line, word),
        limits=(*limits_of(f"{kind} {description.plain} {rules}".rstrip()), *formats_of(kind)),
        hints=formats_of(description.plain),
        choices=() if truth else hinted,
        place=stands,
        example=_example(cells["example"], word),
        read_only=is_read_only(description.plain) or is_read_only(beside),
    )


_DEPENDS = re.compile(
    r"\b(?:if|only|when|unless|except|without|otherwise|depend\w*|conditional\w*|sometimes)\b|^\W*(?:see|no)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:query|path|header|body)(?:[ -]?param(?:eter)?)?", re.IGNORECASE)
"""In a column of types, where the field goes."""
_FREED = re.compile(r"\W*optional\b", re.IGNORECASE)
"""Words that a description begins with; a star before them only points at a note."""


def _marked(beside: str) -> bool | None:
    """What stands beside a name says of being required."""
    if not beside:
        return None
    marks = [each for each in _BETWEEN.split(beside) if words.is_mark(each)]
    return required_of(marks[0]) if marks else required_of(beside)


def _required(cells: _Cells) -> bool | None:
    """What the columns Required, Optional and Default say; the last where it holds `(required)` instead of a value."""
    said = cells["required"].plain
    required = words.yes_or_no(said) if "required" in cells else None
    if required is None and said:
        # `Optional - where to ship it`; what depends on anything else is not asked of all
        required = False if _DEPENDS.search(said) else required_of(english(said))
    if "optional" in cells and (optional := words.yes_or_no(cells["optional"].plain)) is not None:
        required = not optional
    instead = english(cells["default"].plain.strip("()[] "))
    return required_of(instead) if required is None and words.is_mark(instead) else required


def _type(cells: _Cells, beside: str) -> str:
    """Type words: of their column, else beside the name, in brackets where a default would stand, first of the rules, or at the start of the description."""
    if kind := cells["type"].plain.lower():
        return _shaped(kind)
    instead, ruled = cells["default"].plain.lower(), _RULES.split(cells["rules"].plain.lower())[0]
    quoted = cells["description"].quoted
    opening = (
        _OPENING_TYPE.match(quoted)
        or _OPENING_WORD.match(quoted)
        or _MUST_BE.search(f"{cells['rules'].plain} {quoted}")
    )
    said = next(filter(None, opening.groups())).lower() if opening else ""
    return next(
        (
            each
            for each in (
                beside.lower(),
                instead if instead[:1] in "([" and is_type(instead) else "",
                ruled if is_type(ruled) or ruled in _TEXTS else "",
                said,
            )
            if each and types_of(each)
        ),
        "",
    )


_RULES = re.compile(r"\s*[,;|]\s*")
_TEXTS = frozenset(("text", "email", "url", "uri", "file"))


def _shaped(kind: str) -> str:
    """Types that are drawn (`[string]`, `{ lat, lon }`, `[{"id": ""}]`), in words."""
    if kind.startswith("{"):
        return "object"
    drawn = _DRAWN.fullmatch(kind)
    return f"array of {_shaped(drawn[1].strip())}" if drawn else kind


_DRAWN = re.compile(r"\[([^\[\]]+)\]")


def _default(cell: Text, kind: str) -> str:
    """A default; several words without quotes are prose, but for a number with its unit, and what is made anew is none."""
    text = cell.plain
    if not text or _MADE.fullmatch(text):
        return ""
    bare = text.strip("()[] ")
    if is_nothing(bare) or words.is_mark(bare) or is_type(bare.lower()):
        return ""
    if " " in text and not cell.codes and text[:1] not in "\"'":
        number = _NUMBER.match(text)
        return number[1] if number and type_of(kind) != "string" else ""
    return text.strip("\"'`")


_MADE = re.compile(r"(?:auto[- ]?)?(?:generated|calculated|computed)|automatic|[\w.]+\(.*\)", re.IGNORECASE)
"""Words for what the service finds itself, and calls of functions (`uuid4()`)."""


def _example(cell: Text, name: str) -> str:
    """The value that a cell shows, alone or behind the field's name; sentences and links to elsewhere are none."""
    text = (cell.codes[0] if len(cell.codes) == 1 else cell.plain).strip().removeprefix("?").removeprefix(f"{name}=")
    value = text.strip("\"'`")
    return (
        ""
        if not value or is_nothing(value) or len(value) > _LONGEST or re.search(r"[{}<>\[\]=/?]|, | or ", value)
        else value
    )


_LONGEST = 60
"""Characters of a value that a cell shows."""
