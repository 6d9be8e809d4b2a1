"""Tables: of parameters and fields, and of answers; column titles are matched by vocabulary, in any order.

What a table's heading says about where its fields go is handed on as a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from doc_parser.document import Block, Prose, Row, Section, Table, Text
from doc_parser.evidence import Evidence, FieldRow, FieldTable, Shown, StatusRow, Topic
from doc_parser.payload import Unreadable, payload
from doc_parser.readers import words
from doc_parser.readers.facts import enum_of, limits_of, required_of
from doc_parser.readers.tongues import english
from doc_parser.readers.within import rows_within
from doc_parser.readers.words import Column

_OF_RECORD = re.compile(r"(?:field|attribute|property|key)\b", re.IGNORECASE)
"""Parameters are what a request has; fields are what a record has."""
_INDENTED = re.compile(r"(?:[\s\xa0]*(?:»|--?(?=[ >])|└─*|↳|→|>)[\s\xa0]*)+")
_NAME = re.compile(r"[\w.\[\]$:@/{}<>*-]+")
_STATUS = re.compile(r"\s*([1-5]\d\d)\b")
_NOTHING = re.compile(r"[-–—\s]*|n/?a|none", re.IGNORECASE)


def tables(topic: Topic) -> Iterator[Evidence]:
    """Read the tables of a topic."""
    for section in topic.sections:
        title = ""
        for block in section.blocks:
            if isinstance(block, Table):
                asks = words.place(section.title) not in ("", "body")
                yield from _read(topic, section, block, section.title if asks else title or section.title)
            title = _heading(block)


def _heading(block: Block) -> str:
    """A short line in bold right above a table is its heading."""
    bold = isinstance(block, Prose) and block.text.strong and len(block.text.plain) <= _SHORT
    return block.text.plain.strip(": ") if bold and isinstance(block, Prose) else ""


_SHORT = 40
"""Characters of a heading in bold."""


def _read(topic: Topic, section: Section, table: Table, title: str) -> Iterator[Evidence]:
    columns = _columns(table)
    if "status" in columns and all(_STATUS.match(_cell(row, columns, "status").plain) for row in table.rows):
        yield from _answers(table, columns)
    elif "name" in columns:
        bold = [_cell(each, columns, "name").strong for each in table.rows]
        telling = any(bold) and not all(bold) and "required" not in columns  # bold for some: those are required
        found = (row for each in table.rows for row in _fields(each, columns, bold_is_required=telling))
        rows = tuple(part for row in _nested(found) for part in rows_within(row))
        place = words.place(section.title)
        apart = section is not topic.sections[0] and not words.is_label(section.title)
        of_record = bool(_OF_RECORD.match(english(table.titles[columns["name"]]).strip()))
        yield FieldTable(title, place, rows, table.span, aside=not place and (apart or of_record))


def _columns(table: Table) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for index, title in enumerate(table.titles):
        if column := words.column(title):
            found.setdefault(column, index)
    if "status" in found and "required" not in found and _says_required(table, found):
        found["required"] = found.pop("status")
    return found


def _says_required(table: Table, columns: dict[Column, int]) -> bool:
    """A column called Status may say `required` and `optional`."""
    cells = [_cell(row, columns, "status").plain for row in table.rows]
    return bool(cells) and all(words.yes_or_no(each) is not None for each in cells)


_EMPTY = Text("")


def _cell(row: Row, columns: dict[Column, int], column: Column) -> Text:
    index = columns.get(column)
    return row.cells[index] if index is not None and index < len(row.cells) else _EMPTY


def _nested(rows: Iterable[FieldRow]) -> Iterator[FieldRow]:
    """Rows indented by marks (`» city`) belong to the row above them that is indented less."""
    parents: list[str] = []
    for row in rows:
        depth = len(row.name) - len(row.name.lstrip("»"))
        name = row.name.lstrip("»")
        if depth == 0 and name == "body" and row.place == "body":
            parents = [""]  # the body as a whole (OpenAPI 2.0, Parameter Object); its members follow
            continue
        parents = [*parents[:depth], name]
        if depth and len(parents) > depth:
            name = ".".join(filter(None, parents))
        yield row if name == row.name else replace(row, name=name)


def _spoken(text: str) -> str:
    """A name of several words (`Project ID`) is one name; what marks a field, or explains it, is none."""
    said = re.split(r"\s\[|\(|,|:\s|\s[-–—]\s", _MARKS.sub(" ", text))[0].split() or text.split()
    return "_".join(said) if len(said) <= _WORDS else said[0]


_MARKS = re.compile(r"\b(?:required|optional|deprecated|read-?only|new)\b", re.IGNORECASE)
_WORDS = 3


def _fields(row: Row, columns: dict[Column, int], *, bold_is_required: bool) -> Iterator[FieldRow]:
    """A row explains one field, or several of which one is wanted (`id **or** code`)."""
    name = _cell(row, columns, "name")
    text = name.lead or name.plain
    alternatives = text.split(" or ") if " or " in text else []
    if not all(_NAME.fullmatch(each) for each in alternatives):
        alternatives = []
    for each in alternatives:
        cells = (Text(each) if cell is name else cell for cell in row.cells)
        if found := _field(replace(row, cells=tuple(cells)), columns, bold_is_required=False):
            yield replace(found, required=None)
    if not alternatives and (found := _field(row, columns, bold_is_required=bold_is_required)):
        yield found


def _named(cell: Text, text: str) -> str:
    """The name in a cell: code of its first line, else its first line, else code further down (a title above it)."""
    codes = [each for each in cell.codes if not _MARKS.fullmatch(each.strip("()[]* "))]
    if len(text.split()) > 1:
        return next(iter(codes), "") or _spoken(text)
    return next((each for each in codes if each in text), "") or _spoken(text)


def _field(row: Row, columns: dict[Column, int], *, bold_is_required: bool) -> FieldRow | None:
    name = _cell(row, columns, "name")
    marks = _INDENTED.match(name.plain)
    first = _named(name, (name.lead or name.plain)[marks.end() if marks else 0 :])
    starred, word = first.endswith("*") and len(first) > 1, first.strip("*:")
    if not _NAME.fullmatch(word):
        return None
    depth = len(re.findall(r"»|--?|└─*|↳|→|>", marks[0])) if marks else 0
    description = _cell(row, columns, "description")
    required = words.yes_or_no(_cell(row, columns, "required").plain) if "required" in columns else None
    if "optional" in columns and (optional := words.yes_or_no(_cell(row, columns, "optional").plain)) is not None:
        required = not optional
    if required is None and (starred or bold_is_required):
        required = starred or name.strong
    if required is None:
        required = required_of(f"{name.plain.removeprefix(word)} {description.plain}")
    default = _cell(row, columns, "default").plain
    condition = _cell(row, columns, "condition").plain
    return FieldRow(
        name="»" * depth + word,
        type=_cell(row, columns, "type").plain.lower(),
        required=required,
        default="" if _NOTHING.fullmatch(default) else default.strip("\"'`"),
        description=description.plain,
        enum=enum_of(_cell(row, columns, "values").plain) or enum_of(description.plain),
        condition="" if _NOTHING.fullmatch(condition) or re.match(r"all\b", condition, re.IGNORECASE) else condition,
        span=row.span.source.span(row.span.line, word),
        limits=limits_of(f"{_cell(row, columns, 'type').plain} {description.plain}"),
        place=words.place(_cell(row, columns, "in").plain),
    )


def _answers(table: Table, columns: dict[Column, int]) -> Iterator[StatusRow]:
    for row in table.rows:
        status = _STATUS.match(_cell(row, columns, "status").plain)
        body = _cell(row, columns, "body")
        headers = _cell(row, columns, "headers").plain
        if status:
            yield StatusRow(
                status=int(status[1]),
                body=_shown(body, row),
                headers=() if _NOTHING.fullmatch(headers) else tuple(re.findall(r"[A-Za-z][\w-]*", headers)),
                description=_cell(row, columns, "description").plain,
                span=row.span,
            )


def _shown(cell: Text, row: Row) -> Shown | None:
    """Tables abbreviate payloads (`{message: 'Expired.'}`); that is their style, not a flaw."""
    for code in cell.codes or (cell.plain,):
        try:
            return Shown(payload(code), row.span.source.span(row.span.line, code))
        except Unreadable:
            continue
    return None
